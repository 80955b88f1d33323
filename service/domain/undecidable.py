"""
What cannot be decided: where a table has no number for the patient, so that nothing that is sent would help.

Only holes that stand in the way of what could be told are named: those that keep a rule from firing
which would change a certainty, and which the question needs or something found in the patient raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.missing import bears_on_answer, changes_certainty
from service.domain.question import answering
from service.domain.rule_needs import unknown_conditions
from service.domain.rules import Comparison, FindingTest, Verb
from service.domain.scales import State
from service.domain.sentences import rows_in_force
from service.domain.standing import stand
from service.domain.ways import HERE, Ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.decision import Decision
    from service.domain.release import Profile
    from service.domain.rules import Rule
    from service.domain.thresholds import Citation


@dataclass(frozen=True, slots=True)
class Hole:
    """
    A place where a threshold has no limit, or a table no value, for one patient.

    Attributes:
        number: Name of the threshold or the table.

        row: The row of the threshold, or the steps of the table, as people read it.

        reason: Why there is no number, as authored.

        cites: Where that stands.

        open: What it leaves open: findings, or conclusions themselves.

        conclusions: Conclusions that stay open with it.

        profiles: Profiles of the release that have a number for this patient.
    """

    number: str
    row: str
    reason: str
    cites: Citation
    open: tuple[str, ...]
    conclusions: tuple[str, ...]
    profiles: tuple[str, ...]


_Found = tuple[str, str, str, "Citation", tuple[str, ...]]
"""Number, row, reason and citation of a hole, and the profiles that have none there."""


def undecidable(decision: Decision) -> tuple[Hole, ...]:
    """
    Return what keeps the answer open although nothing that can be sent would decide it.

    Args:
        decision: The decision.

    Returns:
        Each hole once, with all that it leaves open.
    """
    if decision.in_scope is False:
        return ()
    gives: dict[_Found, dict[str, None]] = {}
    behind: dict[_Found, dict[str, None]] = {}
    for rule, conclusion in _stuck(decision):
        for hole in _holes(decision, rule):
            gives.setdefault(hole, {})[rule.then.name] = None
            behind.setdefault(hole, {})[conclusion] = None
    return tuple(Hole(*hole[:4], tuple(gives[hole]), tuple(behind[hole]), hole[4]) for hole in gives)


def _stuck(decision: Decision) -> Iterator[tuple[Rule, str]]:
    """Yield each rule to which nothing but a limit is wanting, with the conclusion that waits for it."""
    past = Ways(decision, past_holes=True)
    for conclusion in decision.release.vocabulary.conclusions:
        waiting = [
            rule
            for rule in decision.undecided(conclusion)
            if changes_certainty(decision, rule) and (bears_on_answer(decision, rule) or answering(decision, rule))
        ]
        seen: set[str] = set()
        while waiting:
            rule = waiting.pop(0)
            if rule.id in seen or past.fire(rule) != HERE:
                continue
            seen.add(rule.id)
            yield rule, conclusion
            waiting.extend(_givers(decision, rule))


def _givers(decision: Decision, rule: Rule) -> Iterator[Rule]:
    """Yield the undecided rules that could give what an undecided rule waits for."""
    for condition in unknown_conditions(decision, rule):
        wanted: dict[str, tuple[State, ...]] = {}
        if isinstance(condition, FindingTest):
            wanted[condition.finding] = (condition.state,)
        elif isinstance(condition, Comparison) and (keyed_by := decision.facts.standings[condition.threshold].finding):
            wanted[keyed_by] = (State.PRESENT, State.ABSENT)
        for finding, states in wanted.items():
            closes = decision.release.vocabulary.findings[finding].closes
            verbs = {Verb.ESTABLISH} if State.PRESENT in states or closes else set()
            verbs |= {Verb.RULE_OUT} if State.ABSENT in states else set()
            yield from (one for one in decision.undecided(finding) if one.then.verb in verbs)


def _holes(decision: Decision, rule: Rule) -> Iterator[_Found]:
    for condition in unknown_conditions(decision, rule):
        if not isinstance(condition, Comparison):
            continue
        name = condition.threshold
        rows = rows_in_force(decision, name)
        if rows and all(row.is_hole for row in rows):
            for row in rows:
                yield name, row.text, row.no_limit, row.cites, _with_limit(decision, name)
        elif decision.facts.standings[name].value is None:
            yield from _empty_steps(decision, decision.facts.standings[name].choice.compares)


def _with_limit(decision: Decision, threshold: str) -> tuple[str, ...]:
    """Return the profiles in which every row that the patient allows has a limit, found once."""
    found: dict[str, tuple[str, ...]] = decision.remembered.setdefault("profiles with a limit", {})
    if threshold in found:
        return found[threshold]

    def has_limit(profile: Profile) -> bool:
        (there,) = stand(decision.release, profile, decision.panel, decision.facts.values, (threshold,)).values()
        return all(row.limit is not None or (row.laboratory and there.reference is not None) for row in there.rows)

    having = (name for name, profile in decision.release.profiles.items() if has_limit(profile))
    found[threshold] = tuple(sorted(having))
    return found[threshold]


def _empty_steps(decision: Decision, measure: str) -> Iterator[_Found]:
    """Yield the steps without a value that keep a measure from being computed."""
    formula = decision.release.vocabulary.measures[measure].formula
    for table in formula.names if formula else ():
        if table not in decision.release.numbers.tables:
            continue
        of = decision.release.numbers.tables[table].of
        value = decision.facts.values.get(of)
        if value is None:
            continue
        chosen = decision.release.table(decision.profile, table)
        met = [step for step in chosen.steps if step.over.meets(value.interval)]
        if any(step.number is None for step in met):
            profiles = tuple(
                sorted(
                    name
                    for name, profile in decision.release.profiles.items()
                    if all(
                        step.number is not None
                        for step in decision.release.table(profile, table).steps
                        if step.over.meets(value.interval)
                    )
                )
            )
            for step in met:
                if step.number is None:
                    yield table, "", step.no_value, chosen.cites, profiles
