"""
Rows of thresholds: for every patient there is one that says which limit applies, and only one.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from typing import TYPE_CHECKING

from service.domain.attributes import worlds
from service.domain.cells import cuts
from service.domain.figures import number_text
from service.domain.intervals import Interval
from service.domain.language.places import at
from service.domain.measures import AGE
from service.domain.scales import State
from service.domain.standing import row_allows

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    for world, domain_ages in worlds(vocabulary, every, choice.key_attributes):
        for quantities in _pieces(release, choice, domain_ages):
            if domain_ages is not None and not quantities[AGE].meets(domain_ages):
                continue
            for state in states:
                fitting = [
                    row
                    for row in choice.rows
                    if row_allows(row, world, domain_ages, quantities)
                    and (row.finding is None or row.finding[1] is state)
                ]
                if len(fitting) != 1:
                    reader.fault(place, _untiled(release, choice, world, quantities, state, fitting))
                    return


def _pieces(release: Release, choice: Choice, domain_ages: Interval | None) -> Iterator[dict[str, Interval]]:
    """Yield every piece into which rows, and ages at which attributes can be, cut the patient quantities."""
    found: list[list[tuple[str, Interval]]] = []
    for name in (AGE, *sorted(choice.key_quantities - {AGE})):
        bands = [row.band(name) for row in choice.rows]
        if name == AGE and domain_ages is not None:
            bands.append(domain_ages)
        possible = None if name == AGE else release.vocabulary.measures[name].possible
        start = Fraction(0) if name == AGE else possible.low.value if possible is not None else None
        edges = [start, *(cut for cut in cuts(bands) if start is None or cut > start), None]
        found.append([(name, Interval.of(*ends, high_open=True)) for ends in pairwise(edges)])
    yield from map(dict, product(*found))


def _untiled(
    release: Release,
    choice: Choice,
    world: dict[str, str],
    quantities: dict[str, Interval],
    state: State | None,
    rows: list[Row],
) -> str:
    who = ", ".join(
        (
            *(world.values() or ("everyone",)),
            *(_piece(release, name, values) for name, values in quantities.items()),
            *((f"{choice.keyed_by} {state.value}",) if state else ()),
        )
    )
    if rows:
        both = " and ".join(f"({row.text})" for row in rows)
        return f"the choice {choice.name}: rows overlap for {who}: {both}; let only one of them hold there."
    return f"the choice {choice.name}: no row for {who}; add one, or write no limit: <why>."


def _piece(release: Release, quantity: str, values: Interval) -> str:
    """Return values of a patient quantity as a row would say them: ``from 6 mo to 2 a``."""
    ends = zip(("from", "to"), (values.low.value, values.high.value), strict=True)
    known = [(word, end) for word, end in ends if end is not None]
    if quantity == AGE:
        return " ".join(f"{word} {_age(end)}" for word, end in known)
    unit = release.vocabulary.measures[quantity].unit
    return " ".join((quantity, *(f"{word} {number_text(end)} {unit}" for word, end in known)))


def _age(months: Fraction) -> str:
    return f"{months} mo" if months % 12 else f"{months // 12} a"
