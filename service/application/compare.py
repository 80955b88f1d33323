"""
What another profile says of the same panel, and which rules and numbers make it differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application import basis
from service.domain.question import status
from service.domain.rules import CertaintyTest, DoubtTest
from service.domain.sentences import limit_text
from service.domain.told import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.rules import Rule
    from service.domain.thresholds import Citation

STATUS, CONCLUSION, FINDING, ADVICE = "status", "conclusion", "finding", "advice"
WHAT = (STATUS, CONCLUSION, FINDING, ADVICE)
"""What may differ."""


def compared(first: Decision, other: Decision) -> Document:
    """
    Return in what another profile answers otherwise.

    Args:
        first: The decision that is answered in full.

        other: The same panel and release in another profile.

    Returns:
        The other profile, and each difference with what is said by either, the rules that decide it
        otherwise, and the numbers that they compare with otherwise.
    """
    return {
        "profile": other.profile.id,
        "differs": [
            {"what": what, "name": name, "here": here, "there": there} | _why(first, other, names)
            for what, name, here, there, names in _differences(first, other)
        ],
    }


def _differences(
    first: Decision, other: Decision
) -> Iterator[tuple[str, str, str | None, str | None, tuple[str, ...]]]:
    """Yield what differs, its name, what either says, and the names whose rules tell why."""
    found = [(what, *one) for what in (CONCLUSION, FINDING, ADVICE) for one in _unequal(first, other, what)]
    here, there = status(first).value, status(other).value
    if here != there:
        names = (first.release.ruleset.question, *(name for what, name, _, _ in found if what == CONCLUSION))
        yield STATUS, STATUS, here, there, names
    for what, name, one, two in found:
        yield what, name, one, two, (name,)


def _unequal(first: Decision, other: Decision, what: str) -> Iterator[tuple[str, str | None, str | None]]:
    one, two = _said(first, what), _said(other, what)
    shown = {name for decision in (first, other) for name, _ in told(decision)}
    for name in dict.fromkeys((*one, *two)):
        if one.get(name) != two.get(name) and (what != CONCLUSION or name in shown):
            yield name, one.get(name), two.get(name)


def _said(decision: Decision, what: str) -> Mapping[str, str]:
    if what == CONCLUSION:
        return {name: verdict.certainty.value for name, verdict in decision.conclusions}
    if what == FINDING:
        return {name: state.value for name, state in decision.findings}
    return {name: urgency.word for name, urgency, _ in decision.advice}


def _why(first: Decision, other: Decision, names: Iterable[str]) -> Document:
    """Return the rules that come out otherwise on the way to some names, and the numbers that make them do so."""
    rules = _turned(first, other, names)
    numbers: dict[str, Document] = {}
    for rule in rules.values():
        here, there = _numbers(first, rule), _numbers(other, rule)
        for name in dict.fromkeys((*here, *there)):
            if here.get(name) != there.get(name):
                numbers[name] = {"number": name, "here": here.get(name, []), "there": there.get(name, [])}
    return {
        "rules": [
            {"rule": name, "here": first.outcomes[name].value, "there": other.outcomes[name].value}
            for name in sorted(rules)
        ],
        "numbers": [numbers[name] for name in sorted(numbers)],
    }


def _turned(first: Decision, other: Decision, names: Iterable[str]) -> dict[str, Rule]:
    """Return the rules with another outcome that give some names, and those on which they rest."""
    release, found, waiting = first.release, dict[str, "Rule"](), list(names)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        giving = (release.rules[name],) if name in release.rules else release.giving.get(name, ())
        for rule in giving:
            if first.outcomes[rule.id] is not other.outcomes[rule.id]:
                found[rule.id] = rule
                waiting += _asked(first, rule)
    return found


def _asked(decision: Decision, rule: Rule) -> Iterator[str]:
    """Yield the findings, those that choose rows among them, the conclusions and the rules that a rule asks about."""
    yield from decision.release.findings_read(rule.when)
    for condition in rule.when.conditions():
        if isinstance(condition, CertaintyTest):
            yield condition.conclusion
        elif isinstance(condition, DoubtTest):
            yield condition.rule


def _numbers(decision: Decision, rule: Rule) -> dict[str, list[Document]]:
    """Return every number that a rule compares or computes with, as it holds for the patient."""
    seen = decision.seen_by(rule)
    found: dict[str, list[Document]] = {}
    for name, cites in dict.fromkeys(basis.citations(decision, [rule.id])):
        found.setdefault(name, []).append(_number(seen, name, cites))
    return found


def _number(decision: Decision, name: str, cites: Citation) -> Document:
    value = {"value": limit_text(decision, name)} if name in decision.facts.standings else {}
    return {**value, "source": cites.source, "where": cites.where, "read": cites.read}
