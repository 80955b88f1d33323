"""
How good the cases are: rules never fired, conditions never decisive, mutants that nobody notices.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from service.application.cases import unmet
from service.application.decide import decide
from service.application.mutants import mutants
from service.application.mutants_of_advice import mutants_of_advice
from service.application.semantics_alone import SemanticsAlone
from service.application.try_mutants import try_mutants
from service.domain.errors import FerruleError
from service.domain.rules import Group
from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from service.application.ports import Document
    from service.domain.cases import Case
    from service.domain.decision import Decision
    from service.domain.release import Release
    from service.domain.rules import Condition
    from service.domain.semantics import Truth


def measure(release: Release, cases: Collection[Case], rules: Iterable[str] = ()) -> Document:
    """
    Measure the cases of a rule set that rest on a source.

    Args:
        release: The rule set.

        cases: Its cases; every one may notice a mutant, whichever rule it stands beside.

        rules: Ids of the rules to measure; all by default.

    Returns:
        Rules never fired, conditions never decisive, and how many mutants are noticed, with the survivors.
    """
    wanted = {rule.upper() for rule in rules} or release.rules.keys()
    counted = [case for case in cases if rests_on_source(case)]
    held = decided(release, counted)
    decisions = [decision for _, decision in held]
    chosen = [rule for rule in release.rules.values() if rule.id in wanted]
    made = chain(mutants(release, chosen), mutants_of_advice(release, chosen))
    tried = list(try_mutants(made, held))
    survivors = [one for one in tried if one.by is None]
    return {
        "ruleset": release.ruleset.id,
        "cases": len(held),
        "cases_left_out": len(cases) - len(held),
        "never_fired": [rule for rule in never_fired(release, decisions) if rule in wanted],
        "never_decisive": {
            rule: conditions for rule, conditions in never_decisive(release, decisions).items() if rule in wanted
        },
        "mutants": len(tried),
        "noticed": len(tried) - len(survivors),
        "survivors": [
            {
                "file": one.mutant.file,
                "rules": list(one.mutant.rules),
                "what": one.mutant.what,
                "became": one.mutant.became,
                "cases_that_reach_it": one.reached,
            }
            for one in survivors
        ],
    }


def rests_on_source(case: Case) -> bool:
    """Return whether a case counts as evidence: its basis is a source, and not that it was generated."""
    return bool(case.basis.get("source"))


def decided(release: Release, cases: Iterable[Case]) -> list[tuple[Case, Decision]]:
    """
    Decide cases by the semantics alone.

    Args:
        release: The rule set.

        cases: Of which those that fail as it is are left out: they would notice everything.

    Returns:
        The cases that hold, with their decisions.
    """
    held = []
    alone = SemanticsAlone(release)
    for case in cases:
        try:
            decision, _ = decide(release, release.profiles[case.profile], alone, case.given)
        except FerruleError:
            continue
        if not any(unmet(decision, case)):
            held.append((case, decision))
    return held


def never_fired(release: Release, decisions: Iterable[Decision]) -> list[str]:
    """Return the rules that no decision fires."""
    fired = {rule for decision in decisions for rule, outcome in decision.outcomes.items() if outcome is Outcome.FIRED}
    return sorted(release.rules.keys() - fired)


def never_decisive(release: Release, decisions: Iterable[Decision]) -> dict[str, list[str]]:
    """
    Return the conditions that no case turns on.

    Args:
        release: The rule set.

        decisions: Of its cases.

    Returns:
        For each rule, the conditions, as written, such that no case has them true
        or false and would get another outcome of the rule were they the opposite.
    """
    waiting = {rule.id: set(range(len(tuple(rule.when.conditions())))) for rule in release.rules.values()}
    for decision in decisions:
        for rule in release.rules.values():
            if waiting[rule.id] and decision.outcomes[rule.id] is not Outcome.OTHER_PROFILE:
                seen = decision.seen_by(rule)
                values = [seen.truth(condition) for condition in rule.when.conditions()]
                waiting[rule.id] -= {place for place in waiting[rule.id] if turns(rule.when, values, place)}
    return {
        rule.id: [condition.text for place, condition in enumerate(rule.when.conditions()) if place in waiting[rule.id]]
        for rule in release.rules.values()
        if waiting[rule.id]
    }


def turns(group: Group, values: list[Truth], place: int) -> bool:
    """Return whether a group would have another truth, were one of its conditions the opposite of what it is."""
    value = values[place]
    if value is None:
        return False
    flipped = [*values[:place], not value, *values[place + 1 :]]
    return _truth(group, iter(values)) is not _truth(group, iter(flipped))


def _truth(node: Group | Condition, values: Iterator[Truth]) -> Truth:
    """Return the truth of a group whose conditions have these values, in the order written."""
    if not isinstance(node, Group):
        return next(values)
    members = [_truth(member, values) for member in node.members]
    if members.count(True) >= node.needed:
        return True
    return False if len(members) - members.count(False) < node.needed else None
