"""
What is missing: the tests whose results could change the answer.

Only what could change a certainty that is told, or the advice, is asked for, and only where something
found in the patient raised it, or where it has a part in answering the question; otherwise everybody
would be asked for everything. The easiest tests come first, and what specialists do waits until the
rest is done. What is not asked for stands with each undecided rule in the trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.question import answering
from service.domain.rule_needs import rule_needs_ranges
from service.domain.rules import Comparison, FindingTest, KnownTest, Verb
from service.domain.scales import Certainty, State
from service.domain.semantics import Outcome, weigh
from service.domain.thresholds import Word
from service.domain.vocabulary import SPECIALIST
from service.domain.ways import ways_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.domain.decision import Decision
    from service.domain.rules import Condition, Rule
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
    entries = [_entry(decision, rules, _easiest_first(words, ways)) for rules, ways in asked.items()]
    return tuple(sorted(entries, key=_place))


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
        ways = {rule.id: ways_of(decision).fire(rule) for rule in _that_matter(decision)}
        wanted = _wanted(decision, ways)
        named = {rules[rule].then.name for rule in wanted if rules[rule].then.certainty is not None}
        told = [rule for rule in ways if rule in wanted or rules[rule].then.name in named]
        sought = {way for several in wanted.values() for way in several}
        asked = {
            way: tuple(sorted(rule for rule in told if any(one <= way for one in ways[rule])))
            for way in sought
            if not any(other < way for other in sought)
        }
    easy = {way: rules for way, rules in asked.items() if _step(words, way) < SPECIALIST}
    return easy or asked


def _wanted(decision: Decision, ways: Mapping[str, Several]) -> dict[str, set[Way]]:
    """Return the rules that somebody would wait for, and the ways in which; where nobody would, what may answer."""
    rules, called = decision.release.rules, _called_for(decision)
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


def _entry(decision: Decision, rules: tuple[str, ...], tests: tuple[tuple[str, ...], ...]) -> Missing:
    words, release = decision.release.vocabulary, decision.release
    certainties: dict[str, dict[Certainty, None]] = {}
    for rule in rules:
        claim = release.rules[rule].then.certainty
        if claim is not None:
            certainties.setdefault(release.rules[rule].then.name, {})[claim] = None
    names, order = list(words.conclusions), list(Certainty)
    ranges = _ranges(decision)
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


def _that_matter(decision: Decision) -> Iterator[Rule]:
    """Yield the undecided rules that would change what is told if they fired, and can."""
    for name in (*decision.release.vocabulary.conclusions, *decision.release.vocabulary.advice):
        for rule in decision.undecided(name):
            changes = changes_certainty if rule.then.verb is Verb.CONCLUDE else _changes_advice
            if changes(decision, rule) and ways_of(decision).fire(rule):
                yield rule


def changes_certainty(decision: Decision, rule: Rule) -> bool:
    """
    Return whether an undecided rule would change what is told of its conclusion if it fired.

    Args:
        decision: The decision.

        rule: A rule about a conclusion.

    Returns:
        Not where it claims no more than what is claimed already, nor where it speaks against what nothing speaks for.
    """
    name, claim = rule.then.name, rule.then.certainty
    speaking_for = decision.claims(name, speaking_for=True)
    if claim is None or not (claim.is_for or speaking_for or name == decision.release.ruleset.question):
        return False
    made = (decision.release.rules[one] for one in (*speaking_for, *decision.claims(name, speaking_for=False)))
    claims = [one.then.certainty for one in made if one.then.certainty is not None]
    if {Certainty.CONFIRMED, Certainty.EXCLUDED} <= {*claims, claim}:
        return False
    return weigh([*claims, claim]) != decision.inference.verdicts.get(name)


def _changes_advice(decision: Decision, rule: Rule) -> bool:
    given = {name: urgency for name, urgency, _ in decision.advice}
    urgency = rule.then.urgency
    return rule.then.name not in given or (urgency is not None and urgency < given[rule.then.name])


def bears_on_answer(decision: Decision, rule: Rule) -> bool:
    """
    Return whether anybody would wait for an undecided rule.

    Args:
        decision: The decision.

        rule: A rule about a conclusion or advice.

    Returns:
        Whether it answers the question itself, or something found in the patient raises what it could say.
    """
    if rule.then.name == decision.release.ruleset.question:
        return True
    return any(_is_found(decision, one) for one in rule.when.conditions())


def _is_found(decision: Decision, condition: Condition) -> bool:
    """Return whether a condition is something abnormal that was found in the patient."""
    if isinstance(condition, FindingTest):
        return condition.state is State.PRESENT and decision.truth(condition) is True
    if isinstance(condition, Comparison):
        return condition.word in {Word.BELOW, Word.ABOVE} and decision.truth(condition) is True
    return False


def _called_for(decision: Decision) -> frozenset[str]:
    """Return the measures that advice is given for want of."""
    return frozenset(
        condition.measure
        for _, _, rules in decision.advice
        for rule in rules
        for condition in rule.when.conditions()
        if isinstance(condition, KnownTest) and not condition.known and decision.truth(condition)
    )


def _ranges(decision: Decision) -> frozenset[str]:
    """Return the measures whose results must carry the laboratory's range before some rule is decided."""
    undecided = (rule for rule, outcome in decision.meaning.outcomes.items() if outcome is Outcome.UNDECIDED)
    return frozenset(name for rule in undecided for name in rule_needs_ranges(decision, decision.release.rules[rule]))
