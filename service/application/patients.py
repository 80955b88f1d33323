"""
Find two patients for a new rule: one for whom it fires, and one just on the other side of a limit.

Patients are made of the limits that the rule compares with, or taken from the cases
that there are. What the rule says of them is asked of the reference semantics, so
nothing is guessed; who says that it is right, is for the author to name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from service.application.decide import decide
from service.application.in_words import limit_words
from service.application.made_patients import AND, made, sides
from service.application.semantics_alone import SemanticsAlone
from service.domain.errors import FerruleError
from service.domain.figures import exact_text
from service.domain.language.patients import PatientReader
from service.domain.language.reader import Reader
from service.domain.measures import AGE
from service.domain.nodes import node_of
from service.domain.rules import Comparison
from service.domain.semantics import Outcome
from service.domain.sentences import rows_in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from service.application.made_patients import Said
    from service.domain.cases import Case
    from service.domain.given import GivenResult
    from service.domain.nodes import Plain
    from service.domain.release import Profile, Release
    from service.domain.rules import Rule

MANY = 400
"""Patients that are made at most; those of cases come besides."""


@dataclass(frozen=True, slots=True)
class Pair:
    """
    Two patients.

    Attributes:
        fires: For whom the rule fires.

        other: For whom it is decided and does not.

        by: The measures or findings in which they differ, or empty where they are two of the cases.

        rows: What the rule compares the first of them with: the words of each row, and its source.
    """

    fires: Said
    other: Said
    by: str
    rows: tuple[tuple[str, str], ...] = ()


def pair(release: Release, profile: Profile, rule: Rule, cases: Iterable[Case], source: str = "") -> Pair | None:
    """
    Find two patients for a rule.

    Args:
        release: The rule set, the rule in it.

        profile: In which it is read.

        rule: The rule.

        cases: From which patients may be taken.

        source: Whose limits are tried first.

    Returns:
        The first two, those that are made first; None if there are none.
    """
    reader, engine = PatientReader(Reader(), release.vocabulary), SemanticsAlone(release)

    def outcome(said: Said) -> Outcome | None:
        try:
            decision, _ = decide(release, profile, engine, reader.panel(node_of(dict(said), "")))
        except FerruleError:
            return None
        # Outside of the scope nothing is told, so a case would show nothing there.
        return None if decision.panel.notes or decision.in_scope is False else decision.outcomes[rule.id]

    known = sorted((said for case in cases if (said := _said(case)) is not None), key=len)
    for base in (*islice(made(release, profile, rule, source), MANY), *known):
        for fires, others in sides(release, profile, rule, base):
            if outcome(fires) is Outcome.FIRED:
                for by, other in others:
                    if outcome(other) is Outcome.NOT_FIRED:
                        found = _shortened(Pair(fires, other, by), outcome)
                        return replace(found, rows=_compared(release, profile, rule, found.fires))
                if not any(isinstance(one, Comparison) for one in rule.when.conditions()):
                    another = next((one for one in known if outcome(one) is Outcome.NOT_FIRED), None)
                    if another is not None:
                        return Pair(fires, another, "")
    return None


def _compared(release: Release, profile: Profile, rule: Rule, said: Said) -> tuple[tuple[str, str], ...]:
    """Return the words and the source of each row that a rule compares a patient with."""
    panel = PatientReader(Reader(), release.vocabulary).panel(node_of(dict(said), ""))
    seen = decide(release, profile, SemanticsAlone(release), panel)[0].seen_by(rule)
    rows = (
        (
            f"{one.threshold}, {row.text}: {limit_words(release.numbers.thresholds[one.threshold], row)}",
            row.cites.source,
        )
        for one in rule.when.conditions()
        if isinstance(one, Comparison)
        for row in rows_in_force(seen, one.threshold)
    )
    return tuple(dict.fromkeys(rows))


def _shortened(found: Pair, outcome: Callable[[Said], Outcome | None]) -> Pair:
    """Leave out what is said of both and does not matter, except age."""
    fires, other = dict(found.fires), dict(found.other)
    for name in [name for name in found.fires if name not in {AGE, *found.by.split(AND)}][::-1]:
        kept = {key: value for key, value in fires.items() if key != name}
        rest = {key: value for key, value in other.items() if key != name}
        if outcome(kept) is Outcome.FIRED and outcome(rest) is Outcome.NOT_FIRED:
            fires, other = kept, rest
    return Pair(fires, other, found.by)


def _result(result: GivenResult) -> Plain:
    """Return a result as it stands in a case."""
    value = f"{result.quantity.text} {result.quantity.unit}".strip()
    written: dict[str, Plain] = {"value": value}
    if result.reference is not None:
        low, high = (one if one is None else exact_text(one) for one in (result.reference.low, result.reference.high))
        text = f"{low} to {high}" if low and high else f">={low}" if low else f"<={high}"
        written["laboratory"] = f"{text} {result.quantity.unit}".strip()
    if result.flag is not None:
        written["flag"] = result.flag.value
    return written if len(written) > 1 else value


def _said(case: Case) -> Said | None:
    """Return what a case says of its patient; None where it says it in a way that cases are not written in."""
    given = case.given
    if given.events or any(result.time is not None for result in given.results):
        return None
    said: Said = {name: f"{quantity.text} {quantity.unit}".strip() for name, (quantity, _) in given.quantities.items()}
    said |= {name: word for name, (word, _) in given.attributes.items()}
    for result in given.results:
        if not result.measure or result.measure in said:
            return None
        said[result.measure] = _result(result)
    said |= {finding.finding: finding.state.value for finding in given.findings}
    return said | ({"complete": [group for group, _ in given.complete]} if given.complete else {})
