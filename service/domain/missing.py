"""
What is missing: the tests whose results could change the answer.

Only what could change a certainty that is told, or the advice, is asked for, and only where something
found in the patient raised it, or where it has a part in answering the question; otherwise everybody
would be asked for everything. The easiest tests come first, and what specialists do waits until the
rest is done. While a first-line test could still bring a conclusion, and once the question is answered,
second-line tests are asked for only where advice is given for want of them, or where they could move a
conclusion that is told. Questions that one conversation, or one look at the film, answers are asked at
once. What is not asked for stands with each undecided rule in the trace.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service.domain.measures import MeasureKind
from service.domain.question import answering
from service.domain.rule_needs import rule_needs_ranges
from service.domain.rules import Verb
from service.domain.scales import Certainty
from service.domain.semantics import Outcome
from service.domain.told import told
from service.domain.vocabulary import EASY, SPECIALIST
from service.domain.wanted import bears_on_answer, called_for, that_matter
from service.domain.ways import ways_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.domain.decision import Decision
    from service.domain.rules import Rule
    from service.domain.vocabulary import Vocabulary
    from service.domain.ways import Several, Way


@dataclass(frozen=True, slots=True)
class Missing:
    """
    Something that could change the answer.

    Attributes:
        tests: Alternatives, the easiest first; each is what must be known together: measures, attributes,
            observed findings, events.

        step: 1 first line, 2 second line, 3 specialist; that of the easiest alternative.

        conclusions: Conclusions that it could change, with the certainties that it could give them.

        advice: Advice that it could give.

        rules: The rules that could fire.

        with_range: Measures among the tests whose results must carry the laboratory's range.

        decides_scope: Whether it decides if the rule set is for the patient.
    """

    tests: tuple[tuple[str, ...], ...]
    step: int
    conclusions: tuple[tuple[str, tuple[Certainty, ...]], ...] = ()
    advice: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    with_range: tuple[str, ...] = ()
    decides_scope: bool = False


def missing(decision: Decision) -> tuple[Missing, ...]:
    """
    Return what could change the answer.

    Args:
        decision: The decision.

    Returns:
        One entry for all that could make the same rules fire, the easiest first. What needs a specialist
        is left out while there is anything else.
    """
    if decision.in_scope is False:
        return ()
    words = decision.release.vocabulary
    asked: dict[tuple[str, ...], list[Way]] = {}
    for way, rules in _asked(decision).items():
        asked.setdefault(rules, []).append(way)
    ranges = _ranges(decision)
    entries = [_entry(decision, rules, _easiest_first(words, ways), ranges) for rules, ways in asked.items()]
    return tuple(sorted(_at_once(words, _timely(decision, entries)), key=_place))


def _place(one: Missing) -> tuple[int, int, int, tuple[tuple[str, ...], ...]]:
    """Return where an entry stands: the easiest first, of these the fewest tests, and what could say the most."""
    force = max((claim.force for _, claims in one.conclusions for claim in claims), default=0)
    return one.step, len(one.tests[0]), -force, one.tests


def _asked(decision: Decision) -> dict[Way, tuple[str, ...]]:
    """Return what is asked for, each with the rules that it could make fire; none decides the scope."""
    words, rules = decision.release.vocabulary, decision.release.rules
    if decision.in_scope is None:
        asked: dict[Way, tuple[str, ...]] = dict.fromkeys(ways_of(decision).hold(decision.release.ruleset.scope), ())
    else:
        ways = {rule.id: ways_of(decision).fire(rule) for rule in that_matter(decision)}
        wanted = _wanted(decision, ways)
        named = {rules[rule].then.name for rule in wanted if rules[rule].then.certainty is not None}
        waiting = [rule for rule in ways if rule in wanted or rules[rule].then.name in named]
        sought = {way for several in wanted.values() for way in several}
        asked = {
            way: tuple(sorted(rule for rule in waiting if any(one <= way for one in ways[rule])))
            for way in sought
            if not any(other < way for other in sought)
        }
    easy = {way: rules for way, rules in asked.items() if _step(words, way) < SPECIALIST}
    return easy or asked


def _wanted(decision: Decision, ways: Mapping[str, Several]) -> dict[str, set[Way]]:
    """Return the rules that somebody would wait for, and the ways in which; where nobody would, what may answer."""
    rules, called = decision.release.rules, called_for(decision)
    found = {
        rule: {way for way in several if bears_on_answer(decision, rules[rule]) or called & way}
        for rule, several in ways.items()
    }
    wanted = {rule: several for rule, several in found.items() if several}
    return wanted or {rule: set(several) for rule, several in ways.items() if answering(decision, rules[rule])}


def _step(words: Vocabulary, way: Iterable[str]) -> int:
    return max(words.step_of(name) for name in way)


def _easiest_first(words: Vocabulary, ways: list[Way]) -> tuple[tuple[str, ...], ...]:
    tests = (tuple(sorted(way, key=lambda name: (words.step_of(name), name))) for way in ways)
    return tuple(sorted(tests, key=lambda test: (_step(words, test), len(test), test)))


def _timely(decision: Decision, entries: list[Missing]) -> list[Missing]:
    """Return entries without those that can wait: for a first-line test, or since the question is answered."""
    words = decision.release.vocabulary

    def is_first_line(one: Missing) -> bool:
        easiest = (words.measures.get(name) for name in one.tests[0])
        tests = all(measure is not None and measure.kind is MeasureKind.LABORATORY for measure in easiest)
        return tests and one.step == EASY and bool(one.conclusions)

    if not (decision.is_concluded or any(is_first_line(one) for one in entries)):
        return entries
    called, names = called_for(decision), {name for name, _ in told(decision)}
    return [
        one
        for one in entries
        if one.step == EASY
        or any(not called.isdisjoint(test) for test in one.tests)
        or any(name in names for name, _ in one.conclusions)
    ]


def _at_once(words: Vocabulary, entries: Iterable[Missing]) -> Iterator[Missing]:
    """Yield entries, those of one group of observed findings that could only call for advice as one."""
    groups: dict[str, list[Missing]] = {}
    for one in entries:
        asked = {words.findings[name].group if name in words.findings else "" for test in one.tests for name in test}
        alone = all(len(test) == 1 for test in one.tests) and not one.conclusions and not one.decides_scope
        if alone and len(asked) == 1 and asked != {""}:
            groups.setdefault(asked.pop(), []).append(one)
        else:
            yield one
    for several in groups.values():
        tests = dict.fromkeys(test for one in several for test in one.tests)
        yield replace(
            several[0],
            tests=tuple(sorted(tests, key=lambda test: (words.step_of(test[0]), test))),
            step=min(one.step for one in several),
            advice=tuple(dict.fromkeys(name for one in several for name in one.advice)),
            rules=tuple(sorted({rule for one in several for rule in one.rules})),
        )


def _entry(
    decision: Decision, rules: tuple[str, ...], tests: tuple[tuple[str, ...], ...], ranges: frozenset[str]
) -> Missing:
    words, release = decision.release.vocabulary, decision.release
    certainties: dict[str, dict[Certainty, None]] = {}
    for rule in rules:
        claim = release.rules[rule].then.certainty
        if claim is not None:
            certainties.setdefault(release.rules[rule].then.name, {})[claim] = None
    names, order = list(words.conclusions), list(Certainty)
    return Missing(
        tests,
        _step(words, tests[0]),
        tuple(
            (name, tuple(sorted(certainties[name], key=order.index))) for name in sorted(certainties, key=names.index)
        ),
        tuple(dict.fromkeys(release.rules[rule].then.name for rule in rules if _advises(release.rules[rule]))),
        rules,
        tuple(name for name in dict.fromkeys(one for test in tests for one in test) if name in ranges),
        decides_scope=not rules,
    )


def _advises(rule: Rule) -> bool:
    return rule.then.verb is Verb.ADVISE


def _ranges(decision: Decision) -> frozenset[str]:
    """Return the measures whose results must carry the laboratory's range before some rule is decided."""
    undecided = (rule for rule, outcome in decision.meaning.outcomes.items() if outcome is Outcome.UNDECIDED)
    return frozenset(name for rule in undecided for name in rule_needs_ranges(decision, decision.release.rules[rule]))
