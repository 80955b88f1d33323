"""
Limits of thresholds: each is a value that its measure may have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.derivations import IN_LIFE, DaysSince
from service.domain.figures import interval_text
from service.domain.intervals import Interval
from service.domain.language.places import at
from service.domain.nodes import Mapping, Sequence
from service.domain.thresholds import Word

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.language.tree import Tree
    from service.domain.measures import Measure
    from service.domain.nodes import Node
    from service.domain.release import Release
    from service.domain.thresholds import Choice, Threshold


def check_limits(reader: Reader, release: Release, tree: Tree) -> None:
    """
    Refuse a limit that no value can reach, and a bound of laboratories' limits that cannot be compared with them.

    Limits are in the unit in which the measure is kept.

    Args:
        reader: Keeps faults.

        release: The release as read.

        tree: Its files, for places.
    """
    for threshold in release.numbers.thresholds.values():
        for choice in threshold.choices.values():
            _check(reader, release, tree, threshold, choice)
            if choice.never_beyond and choice.is_laboratory:
                _check_bound(reader, release, tree, threshold, choice)


def _check(reader: Reader, release: Release, tree: Tree, threshold: Threshold, choice: Choice) -> None:
    measures = release.vocabulary.measures
    found = ((measures[name], _possible(measures[name])) for name in (choice.compares, threshold.of))
    measure, possible = next(((one, within) for one, within in found if within), (None, None))
    if measure is None or possible is None:
        return
    node: Node | None = tree.thresholds
    for key in ("thresholds", threshold.name, "choices", choice.name, "rows"):
        node = node.get(key) if isinstance(node, Mapping) else None
    own = node.items if isinstance(node, Sequence) else (node,) if node is not None else ()
    # The rows of a choice that this one extends stand before its own.
    for row, written in zip(choice.rows[len(choice.rows) - len(own) :], own, strict=True):
        if row.limit is not None and not Interval.exactly(row.limit).meets(possible):
            word = next(word for word in Word if isinstance(written, Mapping) and written.get(word))
            reader.fault(
                at(written, word),
                f"{word} {interval_text(Interval.exactly(row.limit), measure.unit)} cannot be: "
                f"{measure.name} is possible within {interval_text(possible, measure.unit)}.",
                authors=True,
            )


def _check_bound(reader: Reader, release: Release, tree: Tree, threshold: Threshold, choice: Choice) -> None:
    """Refuse a bound that is not a threshold of numbers, of the same measure and the same side."""
    side, name = threshold.side, choice.never_beyond
    place = at(tree.thresholds, "thresholds", threshold.name, "choices", choice.name, side.never_beyond)
    fitting = [
        one.name
        for one in release.numbers.thresholds.values()
        if one.of == threshold.of and one.side is side and not any(each.is_laboratory for each in one.choices.values())
    ]
    if name not in fitting:
        hint = reader.nearest(name, fitting) if fitting else "There is none yet."
        what = f"a threshold of {threshold.of} on the {side.value} side that has numbers only"
        reader.fault(place, f"{side.never_beyond} {name!r}: this is not {what}. {hint}")


def _possible(measure: Measure) -> Interval | None:
    """Return the values that a limit of a measure may have; what never happened is longer ago than all of them."""
    return IN_LIFE if measure.possible is None and isinstance(measure.derivation, DaysSince) else measure.possible
