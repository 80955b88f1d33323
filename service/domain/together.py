"""
What was not computed because its operands were not drawn together: said, so that nobody thinks it was not sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.panel import Note

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.domain.measures import Measure
    from service.domain.panel import Panel, Value
    from service.domain.release import Release

NAMED = 5
"""Most measures named in one note."""


def apart(release: Release, panel: Panel, values: Mapping[str, Value]) -> tuple[Note, ...]:
    """
    Return a note for all measures that could have been computed of the same results, had these been drawn together.

    Args:
        release: For formulas, and how far apart their operands may lie.

        panel: For what was set aside.

        values: Effective values.

    Returns:
        One note for each set of operands.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    for name in release.computing_order:
        measure = release.vocabulary.measures[name]
        if name not in values and name not in panel.set_aside:
            for operands in _apart(release, measure, values):
                found.setdefault(operands, []).append(name)
    return tuple(_note(operands, names, values) for operands, names in found.items())


def _apart(release: Release, measure: Measure, values: Mapping[str, Value]) -> Iterator[tuple[str, ...]]:
    """Yield the operands of each formula that were all there, and too far apart in time."""
    for formula in measure.formulas:
        names = [name for name in formula.names if name not in release.numbers.constants]
        operands = {release.looked_up(name) for name in names}
        times = [values[name].time for name in operands if name in values]
        told = [time for time in times if time is not None]
        if len(times) == len(operands) and told and max(told) - min(told) > measure.together:
            yield tuple(sorted(name for name in operands if values[name].time is not None))


def _note(operands: tuple[str, ...], names: list[str], values: Mapping[str, Value]) -> Note:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    drawn = ", ".join(f"{name} {time.date().isoformat()}" for name in operands if (time := values[name].time))
    refs = dict.fromkeys(ref for name in operands for ref in values[name].refs)
    detail = f"{', '.join(names[:NAMED])}{more}: not computed, for the results were not drawn together ({drawn})."
    return Note(", ".join(refs), "not-together", detail, used=True, measure=names[0])
