from __future__ import annotations

import pytest

from service.application.trace import trace
from service.domain.explanation.numbering import numbering
from service.domain.explanation.whynot import could_be
from service.domain.semantics import Outcome
from tests.explaining import PATIENTS, patient
from tests.strategies import knowledge


class TestNumbering:
    @pytest.mark.parametrize("name", PATIENTS)
    def test_order_of_the_trace(self, name):
        """
        Conditions are numbered in the order in which the trace lists them, without a gap.
        """
        conditions = trace(patient(**PATIENTS[name]))["conditions"]

        assert [one["id"] for one in conditions] == [f"c{number}" for number in range(1, len(conditions) + 1)]

    @pytest.mark.parametrize("name", PATIENTS)
    def test_same_number_in_why_not(self, name):
        """
        What holds a rule up has the number that it has in the trace; what the trace has no need of has its words.
        """
        decision = patient(**PATIENTS[name])
        texts = {one["id"]: one["text"] for one in trace(decision)["conditions"]}
        told = {
            numbering(decision).of(hurdle.condition, decision): hurdle.condition.text
            for conclusion in knowledge().vocabulary.conclusions
            for obstacle in could_be(decision, conclusion)
            for hurdle in obstacle.hurdles
        }

        assert {number: text for number, text in told.items() if number in texts}.items() <= texts.items()
        assert not any(number.startswith("c") and number[1:].isdigit() for number in told.keys() - texts.keys())


class TestTold:
    @pytest.mark.parametrize("name", PATIENTS)
    def test_each_rule_once(self, name):
        """
        Every rule is told in full or in brief, and every one that fired in full.
        """
        decision = patient(**PATIENTS[name])
        numbers = numbering(decision)
        full, brief = ([one.rule for one in told] for told in (numbers.full, numbers.brief))

        assert sorted(rule.id for rule in (*full, *brief)) == sorted(knowledge().rules)
        assert all(decision.outcomes[rule.id] is not Outcome.FIRED for rule in brief)
