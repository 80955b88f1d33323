"""
What stands in the way, by brute force: how far a value is off, and that nothing else is wanted.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from service.domain.explanation.whynot import could_be, scope_hurdles
from service.domain.intervals import Interval
from service.domain.rules import Comparison, Group
from service.domain.scales import State
from service.domain.semantics import Outcome, state_of
from service.domain.standing import margin_of
from tests import small
from tests.explaining import PATIENTS, patient
from tests.strategies import knowledge

LITTLE = Fraction(1, 10**6)
EVERYBODY = tuple(PATIENTS)


def obstacles(name):
    """Yield every rule that could have drawn some conclusion, those behind its findings among them."""
    decision = patient(**PATIENTS[name])
    for conclusion in knowledge().vocabulary.conclusions:
        for one in could_be(decision, conclusion):
            yield from behind(decision, one)


def behind(decision, obstacle, *, to=True):
    yield decision, obstacle, to
    for hurdle in obstacle.hurdles:
        for one in hurdle.through:
            fired = one.outcome is Outcome.FIRED
            yield from behind(decision, one, to=not fired and not _undoes(decision, hurdle, one))


def _undoes(decision, hurdle, obstacle):
    """Whether a rule is wanted not to fire: one that would establish what is wanted to be absent."""
    from service.domain.rules import Verb

    wanted = hurdle.condition.state if hurdle.wanted else State.UNKNOWN
    return wanted is State.ABSENT and obstacle.rule.then.verb is Verb.ESTABLISH


def value_of(node, seen, turned):
    """The truth of a group, or a condition, where some conditions are turned."""
    if not isinstance(node, Group):
        return turned.get(node, seen.truth(node))
    values = [value_of(one, seen, turned) for one in node.members]
    if values.count(True) >= node.needed:
        return True
    return False if len(values) - values.count(False) < node.needed else None


class TestHurdles:
    @pytest.mark.parametrize("name", EVERYBODY)
    def test_turned(self, name):
        """
        Once every condition that stands in the way is as it is wanted, the rule fires, or does not where that is
        wanted; what is not one of several cannot be left out.
        """
        for decision, obstacle, to in obstacles(name):
            if obstacle.outcome is Outcome.OTHER_PROFILE:
                continue
            turned = {one.condition: one.wanted for one in obstacle.hurdles}
            assert value_of(obstacle.rule.when, decision, turned) is to, (name, obstacle.rule.id)
            for one in obstacle.hurdles:
                if one.group == 0:
                    rest = {key: value for key, value in turned.items() if key != one.condition}
                    assert value_of(obstacle.rule.when, decision, rest) is not to, (name, obstacle.rule.id)

    @pytest.mark.parametrize("name", EVERYBODY)
    def test_distance(self, name):
        """
        A value that moves by the distance, and a little more, is on the other side of its limit; a little less is not
        enough for any value and any limit that is possible.
        """
        tried = 0
        for decision, obstacle, _ in obstacles(name):
            for hurdle in obstacle.hurdles:
                if hurdle.distance is None or not isinstance(hurdle.condition, Comparison):
                    continue
                standing = decision.facts.standings[hurdle.condition.threshold]
                state = state_of(standing.finding, decision.facts, decision.meaning) if standing.finding else None
                rows = standing.rows_under(state)
                sign = -1 if hurdle.distance.falls else 1
                values = standing.value.interval
                truths = []
                for by in (hurdle.distance.by + LITTLE, max(hurdle.distance.by - LITTLE, Fraction(0))):
                    moved = values + Interval.exactly(sign * by)
                    margins = [
                        margin_of(replace(standing, value=replace(standing.value, interval=moved)), (row,))
                        for row in rows
                    ]
                    truths.append({margin.decides(hurdle.condition.word) for margin in margins})
                assert truths[0] & {hurdle.wanted, None}, (obstacle.rule.id, hurdle.condition.text)
                if hurdle.distance.by:
                    assert truths[1] == {not hurdle.wanted}, (obstacle.rule.id, hurdle.condition.text)
                tried += 1

        assert tried > 0 or name in {"infant", "contested-inflammation"}

    def test_exact(self):
        """
        A distance is exact, with its unit, and tells the direction.
        """
        (obstacle,) = could_be(small.decide(**WOMAN, hemoglobin="13.05 g/dL"), "blood-disorder")
        (finding,) = (one for one in obstacle.hurdles if one.through)
        (comparison,) = finding.through[0].hurdles

        assert (comparison.distance.by, comparison.distance.unit) == (Fraction("10.5"), "g/L")
        assert comparison.distance.falls is True

    def test_at_the_limit(self):
        """
        A value on the limit itself is off by nothing, and any step to the other side is enough.
        """
        (obstacle,) = could_be(small.decide(**WOMAN, hemoglobin="120 g/L"), "blood-disorder")
        (finding,) = (one for one in obstacle.hurdles if one.through)

        assert finding.through[0].hurdles[0].distance.by == 0


WOMAN = {"age": "30 a", "sex": "female", "pregnancy": "not-pregnant", "altitude": "0 m"}


class TestCouldBe:
    @pytest.mark.parametrize("name", EVERYBODY)
    def test_every_rule(self, name):
        """
        Every rule is listed that speaks for a conclusion with more force than those that fired, and no other one;
        where the verdict is against it, those as well that would exclude it.
        """
        decision = patient(**PATIENTS[name])
        for conclusion in knowledge().vocabulary.conclusions:
            verdict = decision.inference.verdicts.get(conclusion) if decision.in_scope else None
            fired = {
                side: max(
                    (
                        knowledge().rules[rule].then.certainty.force
                        for rule in decision.claims(conclusion, speaking_for=side)
                        if decision.in_scope
                    ),
                    default=0,
                )
                for side in (True, False)
            }
            expected = {
                rule.id
                for rule in knowledge().giving.get(conclusion, ())
                if rule.then.certainty.force > fired[rule.then.certainty.is_for]
                and (rule.then.certainty.is_for or (verdict is not None and not verdict.certainty.is_for))
            }
            found = [one.rule.id for one in could_be(decision, conclusion)]
            assert set(found) == (expected if decision.in_scope is not False else set()), conclusion
            assert len(found) == len(set(found))

    def test_scope(self):
        """
        A patient whom the rules are not for has the scope in the way, and no rule.
        """
        decision = patient(**PATIENTS["infant"])
        (hurdle,) = scope_hurdles(decision)

        assert (hurdle.condition.text, hurdle.truth) == ("age: at least youngest-age", False)
        assert (hurdle.distance.by, hurdle.distance.falls) == (2, False)
        assert scope_hurdles(patient(**PATIENTS["child"])) == ()

    def test_needs(self):
        """
        An unknown condition tells the tests that would decide it, the easiest first; a hole tells none.
        """
        found = could_be(patient(**PATIENTS["iron-deficiency-anemia"]), "beta-thalassemia-trait")
        needs = {one.rule.id: [hurdle.needs for hurdle in one.hurdles] for one in found}
        child = could_be(patient(**PATIENTS["child"]), "iron-deficiency-anemia")
        hole = next(one for one in child if one.rule.id == "IDA-030")

        assert needs["THA-110"] == [(("hemoglobin-a2",),)]
        assert [hurdle.needs for hurdle in hole.hurdles if hurdle.condition.text.startswith("ferritin")] == [()]
