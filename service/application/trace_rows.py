"""
The rows of thresholds that hold for a patient, as the trace tells them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.figures import exact_text, number_text
from service.domain.sentences import laboratory_limit_text

if TYPE_CHECKING:
    from service.application.ports import Document
    from service.domain.standing import Standing
    from service.domain.thresholds import Row


def row_written(standing: Standing, row: Row) -> Document:
    """Return one row of a threshold with its source; a laboratory's limit with the result that it came with."""
    unit = standing.threshold.unit
    written: Document = {
        "name": standing.threshold.name,
        "row": row.text,
        "source": row.cites.source,
        "where": row.cites.where,
        "read": row.cites.read,
    }
    if row.is_hole:
        written["no_limit"] = row.no_limit
        return written
    if row.laboratory:
        written |= _own_limit(standing, row)
    elif row.limit is not None:
        written["value"] = number_text(row.limit) if unit == "1" else f"{number_text(row.limit)} {unit}"
    written["equal_is_abnormal"] = row.equal_is_abnormal
    return written


def _own_limit(standing: Standing, row: Row) -> Document:
    """Return the laboratory's limit for the patient, and the result that it came with."""
    written: Document = {"laboratory": standing.threshold.side.of_range}
    reference, limit = standing.reference, standing.limit(row)
    if reference is None or standing.value is None:
        return written
    if limit is not None:
        written["value"] = laboratory_limit_text(standing, limit)
        written["exact"] = exact_text(limit)
    if reference.flag:
        written["flag"] = reference.flag
    return written | {"from": list(standing.value.refs)}
