"""
Ways: what would have to be sent before a rule fires, or a finding is decided.

A way is a set of names, of measures, attributes, observed findings and events, that are open
now; some values of them, sent together, would do it. Sending more decides more and never takes
back, so what is decided now stays, and what has no way is beyond reach: it waits for a limit
that is not there, or for a finding that every rule which could give it has failed to give.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from service.domain.rule_needs import comparison_needs
from service.domain.rules import AttributeTest, Comparison, FindingTest, Group, Verb
from service.domain.scales import State
from service.domain.semantics import Outcome, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.domain.decision import Decision
    from service.domain.rules import Condition, Rule

Way = frozenset[str]
Several = frozenset[Way]
"""Ways of which each will do, none within another."""

HERE: Several = frozenset({frozenset()})
"""Nothing needs to be sent: it is so."""
NEVER: Several = frozenset()
"""Whatever is sent, it will not be so."""
MOST = 64
"""Most ways kept for one thing, the shortest first, so that no rule set makes them grow without end."""


class Ways:
    """
    Finds ways for one decision, and remembers them.

    Args:
        decision: As it stands.

        past_holes: Whether to go on as if there were a limit wherever rows say that there is none;
            what is reached only so waits for a limit.
    """

    def __init__(self, decision: Decision, *, past_holes: bool = False) -> None:
        self.decision, self.past_holes = decision, past_holes
        self._fire: dict[str, Several] = {}
        self._fail: dict[str, Several] = {}
        self._compared: dict[tuple[bool, Comparison], Several] = {}
        self._brought: dict[tuple[str, State], Several] = {}

    def fire(self, rule: Rule) -> Several:
        """Return the ways in which a rule that is not about results would fire."""
        if rule.id not in self._fire:
            undecided = self._is_undecided(rule)
            fired = HERE if self.decision.meaning.outcomes[rule.id] is Outcome.FIRED else NEVER
            self._fire[rule.id] = self.hold(rule.when) if undecided else fired
        return self._fire[rule.id]

    def fail(self, rule: Rule) -> Several:
        """Return the ways in which a rule that is not about results would turn out not to fire."""
        if rule.id not in self._fail:
            undecided = self._is_undecided(rule)
            failed = NEVER if self.decision.meaning.outcomes[rule.id] is Outcome.FIRED else HERE
            self._fail[rule.id] = self.turn(rule.when, to=False) if undecided else failed
        return self._fail[rule.id]

    def hold(self, node: Group | Condition) -> Several:
        """Return the ways in which a condition, or a group of them, would become true."""
        return self.turn(node, to=True)

    def _is_undecided(self, rule: Rule) -> bool:
        return self.decision.meaning.outcomes[rule.id] is Outcome.UNDECIDED

    def turn(self, node: Group | Condition, *, to: bool) -> Several:
        """Return the ways in which a condition, or a group of them, would become true, or false."""
        if isinstance(node, Group):
            members = [self.turn(member, to=to) for member in node.members]
            return _some_of(members, node.needed if to else len(members) - node.needed + 1)
        now = self.decision.truth(node)
        if now is not None:
            return HERE if now is to else NEVER
        if isinstance(node, AttributeTest):
            return frozenset({frozenset({node.attribute})})
        if isinstance(node, FindingTest):
            asked, other = (node.state, _opposite(node.state)) if to else (_opposite(node.state), node.state)
            return self.bring(node.finding, asked) if asked is not other else NEVER
        if not isinstance(node, Comparison):
            return NEVER
        key = (to, node)
        if key not in self._compared:
            self._compared[key] = self._compare(node, to=to)
        return self._compared[key]

    def _compare(self, condition: Comparison, *, to: bool) -> Several:
        """Return the ways in which a comparison would be decided so; of a missing value, some lies on either side."""
        decision = self.decision
        standing = decision.facts.standings[condition.threshold]
        state = state_of(standing.finding, decision.facts, decision.meaning) if standing.finding else None

        def needs(under: State | None) -> Several:
            found = comparison_needs(decision, condition.threshold, under)
            return frozenset({frozenset(found)}) if found else NEVER

        ways = set(needs(state))
        if standing.finding is not None and standing.value is not None and state is State.UNKNOWN:
            # A value that is there lies between the limits; the finding that they depend on tells them apart.
            for one in (State.PRESENT, State.ABSENT):
                margin = standing.margins.get(one)
                decided = None if margin is None else margin.decides(condition.word)
                more = HERE if decided is to else needs(one) if decided is None else NEVER
                ways |= _some_of([self.bring(standing.finding, one), more], 2)
        return _shortest(ways) if ways or not self.past_holes else HERE

    def bring(self, finding: str, state: State) -> Several:
        """
        Return the ways in which a finding would come into a state.

        Args:
            finding: Observed or derived.

            state: Present or absent.

        Returns:
            The ways; none for a finding that is conflicting, which no result takes back.
        """
        key = (finding, state)
        if key not in self._brought:
            self._brought[key] = self._bring(finding, state)
        return self._brought[key]

    def _bring(self, finding: str, state: State) -> Several:
        decision = self.decision
        now = state_of(finding, decision.facts, decision.meaning)
        if now is not State.UNKNOWN:
            return HERE if now is state else NEVER
        if finding not in decision.inference.states:
            return frozenset({frozenset({finding})})
        rules = decision.release.giving.get(finding, ())
        establish = [rule for rule in rules if rule.then.verb is Verb.ESTABLISH]
        if state is State.PRESENT:
            return _shortest(way for rule in establish for way in self.fire(rule))
        ways = {way for rule in rules if rule.then.verb is Verb.RULE_OUT for way in self.fire(rule)}
        if decision.release.vocabulary.findings[finding].closes:
            # It is absent once every rule that could establish it is refuted.
            ways |= _some_of([self.fail(rule) for rule in establish], len(establish))
        return _shortest(ways)


def ways_of(decision: Decision) -> Ways:
    """Return the ways of a decision, found once."""
    found: Ways = decision.remembered.setdefault("ways", Ways(decision))
    return found


def _opposite(state: State) -> State:
    return {State.PRESENT: State.ABSENT, State.ABSENT: State.PRESENT}.get(state, state)


def _some_of(members: list[Several], needed: int) -> Several:
    """Return the ways in which *needed* of the members come about together."""
    reachable = [member for member in members if member]
    found: set[Way] = set()
    for chosen in combinations(reachable, needed):
        together: Several = HERE
        for member in chosen:
            together = _shortest(one | other for one in together for other in member)
        found |= together
    return _shortest(found)


def _shortest(ways: Iterable[Way]) -> Several:
    """Leave out every way that holds another one."""
    found = frozenset(ways)
    if len(found) <= 1:
        return found
    kept: list[Way] = []
    for way in sorted(found, key=lambda way: (len(way), sorted(way))):
        if not any(shorter <= way for shorter in kept):
            kept.append(way)
    return frozenset(kept[:MOST])
