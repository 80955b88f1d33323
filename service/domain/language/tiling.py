"""
Rows of thresholds: for every patient there is one that says which limit applies, and only one.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from service.domain.attributes import worlds
from service.domain.intervals import Interval
from service.domain.language.places import at
from service.domain.scales import State
from service.domain.standing import row_allows

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.language.tree import Tree
    from service.domain.nodes import Place
    from service.domain.release import Release
    from service.domain.thresholds import Choice, Row


def check_tiling(reader: Reader, release: Release, tree: Tree) -> None:
    """
    Refuse rows that overlap, or that leave a patient without one.

    Patients outside the scope count as well: they are evaluated, and who may be one of them must
    not be judged by the rows of the others alone.

    Args:
        reader: Keeps faults.

        release: The release as read.

        tree: Its files, for places.
    """
    for threshold in release.numbers.thresholds.values():
        for choice in threshold.choices.values():
            _tile(reader, release, at(tree.thresholds, "thresholds", threshold.name, "choices", choice.name), choice)


def _tile(reader: Reader, release: Release, place: Place, choice: Choice) -> None:
    """Refuse a choice at the first patients for whom not just one of its rows is meant."""
    vocabulary = release.vocabulary
    every = {name: frozenset(attribute.values) for name, attribute in vocabulary.attributes.items()}
    states: tuple[State | None, ...] = (State.PRESENT, State.ABSENT) if choice.keyed_by else (None,)
    cuts = {bound for row in choice.rows for bound in row.age.bounds}
    for world, domain_ages in worlds(vocabulary, every, choice.key_attributes):
        ends = {*domain_ages.bounds} if domain_ages else set[Fraction]()
        edges: list[Fraction | None] = [*sorted({Fraction(0), *(c for c in cuts | ends if c > 0)}), None]
        for start, end in pairwise(edges):
            age = Interval.of(start, end, high_open=True)
            if domain_ages is not None and not age.meets(domain_ages):
                continue
            for state in states:
                fitting = [
                    row
                    for row in choice.rows
                    if row_allows(row, world, domain_ages, age) and (row.finding is None or row.finding[1] is state)
                ]
                if len(fitting) != 1:
                    reader.fault(place, _untiled(choice, world, age, state, fitting))
                    return


def _untiled(choice: Choice, world: dict[str, str], age: Interval, state: State | None, rows: list[Row]) -> str:
    end = "" if age.high.value is None else f" to {_age(age.high.value)}"
    who = ", ".join(
        (
            *(world.values() or ("everyone",)),
            f"from {_age(age.low.value or Fraction(0))}{end}",
            *((f"{choice.keyed_by} {state.value}",) if state else ()),
        )
    )
    if rows:
        both = " and ".join(f"({row.text})" for row in rows)
        return f"the choice {choice.name}: rows overlap for {who}: {both}."
    return f"the choice {choice.name}: no row for {who}; add one, or write no limit: <why>."


def _age(months: Fraction) -> str:
    return f"{months} mo" if months % 12 else f"{months // 12} a"
