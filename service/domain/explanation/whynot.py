"""
Why not: for each rule that could have drawn a conclusion, or drawn it more firmly, what stands in its way.

Conditions that fail come with the exact distance to the threshold, those that are unknown with the tests
that would decide them. Where a finding stands in the way, so do the rules that would bring it about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from service.domain.margins import UNBOUNDED_MARGIN
from service.domain.rules import Comparison, FindingTest, Group, Verb
from service.domain.scales import State
from service.domain.semantics import Outcome, state_of
from service.domain.ways import ways_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from service.domain.decision import Decision
    from service.domain.rules import Condition, Rule
    from service.domain.scales import Certainty


@dataclass(frozen=True, slots=True)
class Distance:
    """
    How far a value lies from where a comparison would be decided otherwise.

    Attributes:
        by: In the unit; at least so much, over every value and every row that is possible; 0 at the limit itself.

        unit: UCUM code.

        falls: Whether the value would have to be lower; else higher.
    """

    by: Fraction
    unit: str
    falls: bool


@dataclass(frozen=True, slots=True)
class Hurdle:
    """
    A condition that stands in the way of a rule.

    Attributes:
        condition: The condition.

        wanted: What it would have to be: true, or false where a rule is wanted not to fire.

        truth: What it is.

        distance: Of a comparison that is decided the other way; None for all else, and where no number tells it.

        needs: Where it is unknown, what would decide it: alternatives, the easiest first, each what must be
            known together; nothing where nothing that could be sent decides it.

        through: Of a derived finding, the rules that would bring it about, or would have to be undone.

        group: Where it is one of several of which not all are needed, a number that they share; else 0.

        part: Those of a group that share it are needed together.

        needed: How many parts of the group are needed.
    """

    condition: Condition
    wanted: bool
    truth: bool | None
    distance: Distance | None = None
    needs: tuple[tuple[str, ...], ...] = ()
    through: tuple[Obstacle, ...] = ()
    group: int = 0
    part: int = 0
    needed: int = 0

    @property
    def fails(self) -> bool:
        """Whether it is decided the wrong way."""
        return self.truth is not None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """
    A rule and what stands in its way.

    Attributes:
        rule: The rule.

        outcome: What became of it.

        hurdles: Conditions in the order written.
    """

    rule: Rule
    outcome: Outcome
    hurdles: tuple[Hurdle, ...] = ()


def could_be(decision: Decision, conclusion: str) -> tuple[Obstacle, ...]:
    """
    Return the rules that could have drawn a conclusion, or more firmly than it was drawn, the firmest first.

    Args:
        decision: The decision.

        conclusion: Its name.

    Returns:
        Rules that speak for it with more force than those that do, and did not fire; where the verdict is against
        it, those that could exclude it as well. None for a patient whom the rules are not for.
    """
    if decision.in_scope is False:
        return ()
    verdict = decision.inference.verdicts.get(conclusion) if decision.in_scope else None
    found = []
    for rule in decision.release.giving.get(conclusion, ()):
        certainty = rule.then.certainty
        if certainty is None or decision.outcomes[rule.id] is Outcome.FIRED:
            continue
        if certainty.force > _force(decision, conclusion, certainty) and (
            certainty.is_for or (verdict is not None and not verdict.certainty.is_for)
        ):
            found.append(_obstacle(decision, rule, to=True))
    return tuple(sorted(found, key=_place))


def scope_hurdles(decision: Decision) -> tuple[Hurdle, ...]:
    """Return what stands in the way of the patient being one the rules are for; nothing where they are."""
    return () if decision.in_scope else tuple(_hurdles(decision, decision.release.ruleset.scope, to=True))


def _force(decision: Decision, conclusion: str, certainty: Certainty) -> int:
    """Return the greatest force that is claimed on the side of a certainty."""
    if not decision.in_scope:
        return 0
    rules = decision.release.rules
    claims = (rules[rule].then.certainty for rule in decision.claims(conclusion, speaking_for=certainty.is_for))
    return max((claim.force for claim in claims if claim is not None), default=0)


def _place(one: Obstacle) -> tuple[bool, int, int, bool, str]:
    certainty = one.rule.then.certainty
    force, is_for = (certainty.force, certainty.is_for) if certainty is not None else (0, True)
    return not is_for, -force, sum(hurdle.fails for hurdle in one.hurdles), not one.hurdles, one.rule.id


def _obstacle(decision: Decision, rule: Rule, *, to: bool) -> Obstacle:
    seen, outcome = decision.seen_by(rule), decision.outcomes[rule.id]
    if outcome is Outcome.OTHER_PROFILE:
        return Obstacle(rule, outcome)
    return Obstacle(rule, outcome, tuple(_hurdles(seen, rule.when, to=to)))


def _hurdles(seen: Decision, group: Group, *, to: bool) -> Iterator[Hurdle]:
    """Yield what stands in the way of a group becoming true, or false; groups inside are numbered."""
    needed = _still_needed(seen, group, to=to)
    if needed == 0:
        return
    open_ = [member for member in group.members if _truth(member, seen) is not to]
    one_of = 1 if needed < len(open_) else 0
    for place, member in enumerate(open_, 2):
        if not isinstance(member, Group):
            yield _hurdle(seen, member, to, _Of(one_of, place, needed if one_of else 0))
            continue
        inner = [one for one in member.members if _truth(one, seen) is not to]
        still = _still_needed(seen, member, to=to)
        for number, one in enumerate(inner):
            if isinstance(one, Group):
                continue
            if not one_of and still < len(inner):
                yield _hurdle(seen, one, to, _Of(place, number, still))
            else:
                # Alternatives inside alternatives are alternatives; what stands together stays so.
                part = len(open_) * (number + 1) + place if still < len(inner) else place
                yield _hurdle(seen, one, to, _Of(one_of, part, needed if one_of else 0))


class _Of(NamedTuple):
    """The group, the part and the number of parts needed of a hurdle."""

    group: int
    part: int
    needed: int


def _still_needed(seen: Decision, group: Group, *, to: bool) -> int:
    """Return how many more members of a group must turn out so."""
    needed = group.needed if to else len(group.members) - group.needed + 1
    return max(needed - sum(_truth(member, seen) is to for member in group.members), 0)


def _truth(node: Group | Condition, seen: Decision) -> bool | None:
    if not isinstance(node, Group):
        return seen.truth(node)
    values = [_truth(one, seen) for one in node.members]
    if values.count(True) >= node.needed:
        return True
    return False if len(values) - values.count(False) < node.needed else None


def _hurdle(seen: Decision, condition: Condition, wanted: bool, of: _Of) -> Hurdle:  # noqa: FBT001 - as the group is
    truth = seen.truth(condition)
    needs: tuple[tuple[str, ...], ...] = ()
    if truth is None:
        ways = ways_of(seen).turn(condition, to=wanted)
        steps = seen.release.vocabulary.step_of
        ordered = sorted(ways, key=lambda way: (max(map(steps, way), default=0), len(way), sorted(way)))
        needs = tuple(tuple(sorted(way, key=lambda name: (steps(name), name))) for way in ordered if way)
    distance = _distance(seen, condition) if isinstance(condition, Comparison) and truth is not None else None
    through = _through(seen, condition, wanted=wanted) if isinstance(condition, FindingTest) else ()
    return Hurdle(condition, wanted, truth, distance, needs, through, *of)


def _distance(seen: Decision, condition: Comparison) -> Distance | None:
    """Return how far the nearest possible value lies from the farthest possible limit on its way to the other side."""
    standing = seen.facts.standings[condition.threshold]
    if standing.reference is not None and any(standing.limit(row) is None for row in standing.rows if row.laboratory):
        return None
    state = None if standing.finding is None else state_of(standing.finding, seen.facts, seen.meaning)
    # As long as the finding that rows are keyed by is not known, either row may hold.
    states = (state,) if state in standing.margins else tuple(standing.margins)
    margins = [standing.margins[one] for one in states]
    over = all(margin.low.sign > 0 for margin in margins)
    ends = [abs((margin.low if over else margin.high).distance) for margin in margins]
    if not ends or UNBOUNDED_MARGIN in ends:
        return None
    return Distance(min(ends), standing.threshold.unit, over)


def _through(seen: Decision, condition: FindingTest, *, wanted: bool) -> tuple[Obstacle, ...]:
    """Return the rules that would bring a derived finding into the state that is wanted, or keep it out of it."""
    name, now = condition.finding, state_of(condition.finding, seen.facts, seen.meaning)
    if name not in seen.inference.states:
        return ()
    rules = seen.release.giving.get(name, ())
    asked = condition.state if wanted else _OTHER.get(condition.state, State.UNKNOWN)
    bring, undo = {
        State.PRESENT: (Verb.ESTABLISH, Verb.RULE_OUT),
        State.ABSENT: (Verb.RULE_OUT, Verb.ESTABLISH),
    }.get(asked, (None, None))
    found = [
        _obstacle(seen, rule, to=True)
        for rule in rules
        if rule.then.verb is bring and seen.outcomes[rule.id] not in {Outcome.FIRED, Outcome.OTHER_PROFILE}
    ]
    closes = asked is State.ABSENT and seen.release.vocabulary.findings[name].closes
    for rule in rules:
        # What would have to be undone: rules that fired for the other state, and undecided ones where it closes.
        in_the_way = seen.outcomes[rule.id] is Outcome.FIRED and now is not asked
        if rule.then.verb is undo and (in_the_way or (closes and seen.outcomes[rule.id] is Outcome.UNDECIDED)):
            found.append(_obstacle(seen, rule, to=False))
    return tuple(found)


_OTHER = {State.PRESENT: State.ABSENT, State.ABSENT: State.PRESENT}
