"""
Checks that what limits, tables and constants rest on is a source.

They need no whole release, so an unknown source is told together with the faults of single files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.language.places import at
from service.domain.language.reader import HOMES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from service.domain.language.reader import Reader
    from service.domain.nodes import Node
    from service.domain.thresholds import Citation, Numbers


def check_citations(reader: Reader, numbers: Numbers, sources: Collection[str], tree: Node) -> None:
    """
    Refuse a choice that cites what is no source.

    Args:
        reader: Keeps faults.

        numbers: Limits, tables and constants as read.

        sources: Keys of the sources.

        tree: The root of ``thresholds.yaml``, for places.
    """
    for section, name, choice, cites in _citations(numbers):
        if cites.source and cites.source not in sources:
            told = reader.nearest(cites.source, sources)
            new = "" if told.endswith("?") else f" A new one is written in {HOMES['source']} first."
            place = at(tree, section, name, "choices", choice)
            reader.fault(place, f"{cites.source!r} is not a known source. {told}{new}")


def _citations(numbers: Numbers) -> Iterator[tuple[str, str, str, Citation]]:
    for threshold in numbers.thresholds.values():
        for choice in threshold.choices.values():
            for cites in {choice.cites, *(row.cites for row in choice.rows)}:
                yield "thresholds", threshold.name, choice.name, cites
    for table in numbers.tables.values():
        for filled in table.choices.values():
            yield "tables", table.name, filled.name, filled.cites
    for constant in numbers.constants.values():
        for value in constant.choices.values():
            yield "constants", constant.name, value.name, value.cites
