"""
Which codes, and which texts for patients, go with a conclusion or a finding.

Rendering only: no rule reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from service.domain.coding import Code, PatientText
from service.domain.semantics import state_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.ports import Document
    from service.domain.coding import When
    from service.domain.decision import Decision

Row = TypeVar("Row", Code, PatientText)


def applying(decision: Decision, rows: Iterable[Row]) -> list[Row]:
    """
    Return the rows that apply to a patient, in the order written.

    Every row applies whose conditions surely hold. A row without conditions applies if no other one
    does; rows marked ``beside`` do not count for that, and apply in addition.

    Args:
        decision: About the patient.

        rows: Of a conclusion or a finding.

    Returns:
        The rows that apply.
    """
    rows = tuple(rows)
    chosen = any(row.when.words and not row.when.beside and _holds(decision, row.when) for row in rows)
    return [row for row in rows if (_holds(decision, row.when) if row.when.words else row.when.beside or not chosen)]


def _holds(decision: Decision, when: When) -> bool:
    """Return whether conditions surely hold; what is not known does not."""
    facts = decision.facts
    return all(facts.attributes[name] <= values for name, values in when.attributes.items()) and all(
        state_of(name, facts, decision.meaning) is state for name, state in when.findings.items()
    )


def codes(decision: Decision, rows: Iterable[Code]) -> list[Document]:
    """
    Return the codes that apply to a patient, as they are answered.

    Args:
        decision: About the patient.

        rows: Of a conclusion or a finding.

    Returns:
        Each code once, and whether somebody has read it in a source.
    """
    applied = {(row.system, row.code): row for row in applying(decision, rows)}
    return [{"system": row.system, "code": row.code, "verified": row.verified} for row in applied.values()]
