"""
Attributes as sets of possible values, and the patients that are still possible.

Unknown sex is {female, male}; pregnancy applies to females of certain ages and
is otherwise settled. A statement against the domain is a contradiction: it is
noted, and what it contradicts becomes open, because either may be the error.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from service.domain.echo import not_a_value, unknown
from service.domain.errors import Fault
from service.domain.intervals import Interval
from service.domain.measures import AGE
from service.domain.panel import Note, Origin, Possible
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.domain.release import Profile, Release
    from service.domain.vocabulary import Attribute, Vocabulary

LEFT_OUT = ", or leave it out when unknown"


def possible_values(  # noqa: PLR0913, PLR0917 - the parts of a panel, each once
    release: Release,
    profile: Profile,
    given: Mapping[str, tuple[str, str]],
    assume: Mapping[str, str],
    quantities: Mapping[str, Interval],
    faults: list[Fault],
    notes: list[Note],
) -> dict[str, Possible]:
    """
    Return the possible values of every attribute.

    Args:
        release: For the vocabulary and the tables that decide attributes.

        profile: For the choice of those tables.

        given: Words as given, with pointers.

        assume: Words assumed where none was given.

        quantities: Patient quantities in canonical units.

        faults: Receives what cannot be understood.

        notes: Receives contradictions.

    Returns:
        One entry for each attribute of the vocabulary.
    """
    vocabulary = release.vocabulary
    found: dict[str, Possible] = {}
    for name, (word, pointer) in given.items():
        if name in vocabulary.measures:
            faults.append(
                Fault(
                    pointer,
                    "not-a-quantity",
                    f"{name} is a quantity; send a JSON number, or value and unit.",
                )
            )
        elif name not in vocabulary.attributes:
            detail = unknown(name, vocabulary.of_patients, "fields of a patient")
            faults.append(Fault(pointer, "unknown-attribute", detail))
        elif vocabulary.attributes[name].meaning(word) is None:
            faults.append(Fault(pointer, "unknown-value", not_a_value(vocabulary.attributes[name], word, LEFT_OUT)))
    for name, attribute in vocabulary.attributes.items():
        stated = attribute.meaning(given[name][0]) if name in given else None
        origin = Origin.REPORTED if stated is not None else None
        if stated is None and name in assume and name not in given:
            stated, origin = attribute.meaning(assume[name]), Origin.ASSUMED
            if stated is None:
                faults.append(Fault(f"/assume/{name}", "unknown-value", not_a_value(attribute, assume[name], LEFT_OUT)))
                origin = None
        found[name] = Possible(stated or frozenset(attribute.values), origin)
    for attribute in vocabulary.attributes.values():
        _decide_by_table(release, profile, attribute, quantities, found, notes)
        _apply_domain(attribute, quantities.get(AGE), found, notes)
    return found


def _decide_by_table(
    release: Release,
    profile: Profile,
    attribute: Attribute,
    quantities: Mapping[str, Interval],
    found: dict[str, Possible],
    notes: list[Note],
) -> None:
    if attribute.decided_by is None:
        return
    measured = quantities.get(release.numbers.tables[attribute.decided_by].of)
    if measured is None:
        return
    steps = [step for step in release.table(profile, attribute.decided_by).steps if step.over.meets(measured)]
    if not all(step.value for step in steps):
        return
    decided = frozenset(step.value for step in steps)
    before = found[attribute.name]
    if decided and before.origin is Origin.ASSUMED:
        # What is assumed yields to what is measured, as if it had not been said.
        before = Possible(frozenset(attribute.values), None)
    if decided and decided & before.values:
        origin = before.origin if before.values <= decided else Origin.COMPUTED
        found[attribute.name] = Possible(decided & before.values, origin, attribute.decided_by)
    elif decided:
        of = release.numbers.tables[attribute.decided_by].of
        detail = f"{attribute.name} and {of} contradict each other; neither was used."
        notes.append(Note(attribute.name, "contradiction", detail, used=False))
        found[attribute.name] = Possible(frozenset(attribute.values), None)


def _apply_domain(attribute: Attribute, age: Interval | None, found: dict[str, Possible], notes: list[Note]) -> None:
    if attribute.otherwise is None:
        return
    applies_age = attribute.applies_age
    by_age = applies_age is None or age is None or age.meets(applies_age)
    against = [name for name, allowed in attribute.applies_to.items() if not found[name].values & allowed]
    if by_age and not against:
        return
    before = found[attribute.name]
    if attribute.otherwise not in before.values and before.origin is not Origin.ASSUMED:
        why = " and ".join((*against, *(() if by_age else (AGE,))))
        read = "both were read as unknown" if against else f"it was read as {attribute.otherwise}"
        detail = f"{attribute.name} as stated contradicts {why}; {read}."
        notes.append(Note(attribute.name, "contradiction", detail, used=False))
        for name in against:
            found[name] = Possible(found[name].values | attribute.applies_to[name], None)
        if against:
            found[attribute.name] = Possible(before.values | {attribute.otherwise}, None)
            return
    found[attribute.name] = Possible(frozenset({attribute.otherwise}), Origin.DOMAIN)


def worlds(
    vocabulary: Vocabulary, possible: Mapping[str, frozenset[str]], keys: Iterable[str]
) -> Iterator[tuple[dict[str, str], Interval | None]]:
    """
    Yield the patients that are still possible, as far as *keys* tell them apart.

    What applies to some patients only says who they are once it is stated: whoever is pregnant is
    of the sex and the age of those who can be.

    Args:
        vocabulary: For the domains of attributes.

        possible: Possible values of each attribute.

        keys: Attributes that matter.

    Yields:
        One value for each attribute that matters, and the ages in months at
        which this combination can exist (None for any age).
    """
    stated = [
        attribute.name
        for attribute in vocabulary.attributes.values()
        if attribute.otherwise is not None and attribute.otherwise not in possible[attribute.name]
    ]
    names = sorted({name for key in (*keys, *stated) for name in (key, *vocabulary.attributes[key].applies_to)})
    for combination in product(*(sorted(possible[name]) for name in names)):
        world = dict(zip(names, combination, strict=True))
        applying = [
            attribute
            for attribute in (vocabulary.attributes[name] for name in names)
            if attribute.otherwise not in {None, world[attribute.name]}
        ]
        if any(
            world[other] not in allowed for attribute in applying for other, allowed in attribute.applies_to.items()
        ):
            continue
        ages: Interval | None = ALWAYS
        for attribute in applying:
            if attribute.applies_age is not None and ages is not None:
                ages = ages.intersection(attribute.applies_age)
        if ages is not None:
            yield world, None if ages is ALWAYS else ages


__all__ = ["possible_values", "worlds"]
