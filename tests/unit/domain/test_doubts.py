from fractions import Fraction

import pytest

from service.adapters.durable_rules.engine import DurableRulesEngine
from service.application.answer import document
from service.application.decide import decide
from service.domain.errors import KnowledgeError
from service.domain.intervals import Interval
from service.domain.scales import State
from service.domain.semantics import Outcome
from tests import small

RULE = """id: DBT-010
title: With fever and a high C-reactive protein, ferritin tells little
status: in-use

when:
  all:
    - {condition}
then:
  {then}
  because: {because}

rationale: The book says so.
evidence:
  - source: book
    where: Page 9
    says: It is so.
    supports: true
    strength: made up
    read: own
limits:
  - It is made up.
review: {{owner: nobody, reviewed: none, next: 2030-01-01}}
"""


BECAUSE = "C-reactive protein {crp} is {above inflammation-crp}."


def release(then, condition="crp: above inflammation-crp", because=BECAUSE, **more):
    rules = {"dbt-010": RULE.format(then=then, condition=condition, because=because), **more}
    files = dict(small.files())
    for name, text in rules.items():
        files[f"small/rules/doubt/{name}-some.yaml"] = text.encode()
    return small.read(dict(sorted(files.items())))[0]


def decided(of, profile="default", **said):
    engine = DurableRulesEngine(of, probe=False)
    decision, found = decide(of, of.profiles[profile], engine, small.given(of, **said))
    engine.close()
    assert found == ()
    return decision


class TestAdvice:
    @pytest.mark.parametrize(("crp", "advised"), [("20 mg/L", True), ("2 mg/L", False), (None, False)])
    def test_follows(self, crp, advised):
        """
        Advice may follow from a doubt that was cast, which no other rule sees any more; not from one that was not.
        """
        then = "advise: measure-ferritin\n  urgency: soon"
        advice = RULE.format(then=then, condition="DBT-010: fired", because="C-reactive protein is high.")
        advice = advice.replace("id: DBT-010", "id: DBT-100")
        of = release("set aside: [crp]", **{"dbt-100": advice})
        decision = decided(of, **({"crp": crp} if crp else {}))

        assert ("DBT-100" in decision.fired) is advised
        told = next(one for one in document(decision)["trace"]["conditions"] if one["text"] == "DBT-010: fired")
        assert told["result"] == ("true" if advised else "false")
        assert told.get("by", []) == (["DBT-010"] if advised else [])
        assert decision.chain(["DBT-100"] if advised else []) == (("DBT-010", "DBT-100") if advised else ())


class TestSetAside:
    def test_missing(self):
        """
        A result that is set aside is missing for all other rules, noted, and shown in the trace.
        """
        decision = decided(release("set aside: [ferritin]"), crp="20 mg/L", ferritin="5 ug/L")

        assert "ferritin" not in decision.panel.values
        assert decision.inference.states["iron-deficiency"] is State.UNKNOWN
        assert [(note.issue, note.measure, note.used) for note in decision.panel.notes] == [
            ("doubted", "ferritin", False)
        ]
        told = {rule["rule"]: rule for rule in document(decision)["trace"]["rules"]}
        assert told["DBT-010"]["outcome"] == "fired"
        assert told["DBT-010"]["gives"] == {"doubts": [{"measure": "ferritin", "effect": "set aside"}]}

    def test_not_fired(self):
        """
        A doubt that did not fire changes nothing.
        """
        decision = decided(release("set aside: [ferritin]"), crp="2 mg/L", ferritin="5 ug/L")

        assert decision.inference.states["iron-deficiency"] is State.PRESENT
        assert decision.panel.notes == ()

    def test_undecided(self):
        """
        A doubt that could not be checked changes nothing, and the answer says what it needs.
        """
        said = {"age": "40 a", "sex": "male", "hemoglobin": "100 g/L", "ferritin": "5 ug/L"}
        decision = decided(release("set aside: [ferritin]"), **said)

        assert decision.inference.states["iron-deficiency"] is State.PRESENT
        assert [(one["rule"], one["needs"]) for one in document(decision)["unchecked"]] == [("DBT-010", ["crp"])]

    def test_operand(self):
        """
        A value computed from a result that is set aside is missing too, and what was set aside is not computed.
        """
        decision = decided(release("set aside: [iron]"), crp="20 mg/L", iron="5 umol/L", tibc="60 umol/L")

        assert "saturation" not in decision.facts.values


class TestOpenEnds:
    @pytest.mark.parametrize(
        ("then", "ferritin", "state"),
        [
            pytest.param("reads high: [ferritin]", "5 ug/L", State.PRESENT, id="low although it reads high is low"),
            pytest.param("reads high: [ferritin]", "400 ug/L", State.UNKNOWN, id="high because it reads high is open"),
            pytest.param("reads low: [ferritin]", "5 ug/L", State.UNKNOWN, id="low because it reads low is open"),
            pytest.param("reads low: [ferritin]", "400 ug/L", State.ABSENT, id="high although it reads low is high"),
        ],
    )
    def test_decides_less(self, then, ferritin, state):
        """
        A doubted result still decides what every value on its open side decides, and nothing else.
        """
        decision = decided(release(then), crp="20 mg/L", ferritin=ferritin)

        assert decision.inference.states["iron-deficiency"] is state

    def test_ends(self):
        """
        What reads high lies at or below the printed value, and not below zero where it cannot.
        """
        decision = decided(
            release("reads high: [hemoglobin]\n  reads low: [ferritin]"),
            crp="20 mg/L",
            hemoglobin="100 g/L",
            ferritin="9 ug/L",
        )

        assert decision.panel.values["hemoglobin"].interval == Interval.of(0, Fraction(100))
        assert decision.panel.values["ferritin"].interval == Interval.of(Fraction(9), None)

    def test_both_ways(self):
        """
        A result that one rule calls high and another low is missing.
        """
        other = RULE.format(
            then="reads low: [ferritin]", condition="crp: above inflammation-crp", because=BECAUSE
        ).replace("DBT-010", "DBT-020")

        decision = decided(release("reads high: [ferritin]", **{"dbt-020": other}), crp="20 mg/L", ferritin="9 ug/L")

        assert "ferritin" not in decision.facts.values or decision.inference.states["iron-deficiency"] is State.UNKNOWN

    def test_doubt_sees_the_panel_as_received(self):
        """
        A rule about results is told with the values that it saw, even when it doubts them itself.
        """
        decision = decided(release("reads high: [crp]"), crp="20 mg/L", ferritin="40 ug/L")
        trace = document(decision)["trace"]
        conditions = {one["id"]: one for one in trace["conditions"]}
        rules = {one["rule"]: one for one in trace["rules"]}

        assert [conditions[one]["value"] for one in rules["DBT-010"]["conditions"]] == ["20 mg/L"]
        assert decision.inference.states["inflammation"] is State.UNKNOWN


class TestFlags:
    @pytest.mark.parametrize(
        ("flag", "outcome"),
        [
            pytest.param("H", Outcome.FIRED, id="above the range"),
            pytest.param("L", Outcome.NOT_FIRED, id="below it"),
            pytest.param("N", Outcome.UNDECIDED, id="inside, where the limit itself counts"),
            pytest.param("", Outcome.UNDECIDED, id="no flag"),
        ],
    )
    def test_asks_a_flag(self, flag, outcome):
        """
        A doubt may rest on what the laboratory flags; without flag and range it is not settled.
        """
        crp = {"value": "8 mg/L", **({"flag": flag} if flag else {})}
        man = {"age": "40 a", "sex": "male", "hemoglobin": {"value": "100 g/L", "flag": "L"}}
        decision = decided(release("set aside: [ferritin]"), "local", **man, crp=crp, ferritin="5 ug/L")

        assert decision.outcomes["DBT-010"] is outcome
        assert ("ferritin" in decision.panel.values) is (outcome is not Outcome.FIRED)
        assert bool(document(decision)["unchecked"]) is (outcome is Outcome.UNDECIDED)

    @pytest.mark.parametrize(
        ("then", "flag", "state"),
        [
            pytest.param("reads high: [hemoglobin]", "L", State.PRESENT, id="low although it reads high is low"),
            pytest.param("reads high: [hemoglobin]", "N", State.UNKNOWN, id="inside because it reads high is open"),
            pytest.param("reads high: [hemoglobin]", "H", State.UNKNOWN, id="above because it reads high is open"),
            pytest.param("reads low: [hemoglobin]", "L", State.UNKNOWN, id="low because it reads low is open"),
            pytest.param("reads low: [hemoglobin]", "N", State.ABSENT, id="inside although it reads low is not low"),
            pytest.param("set aside: [hemoglobin]", "L", State.UNKNOWN, id="set aside with its flag"),
        ],
    )
    def test_doubts_a_flag(self, then, flag, state):
        """
        A doubted result takes its flag with it: the flag was given for the printed value.
        """
        woman = {"age": "30 a", "sex": "female", "pregnancy": "not-pregnant"}
        hemoglobin = {"value": "118 g/L", "flag": flag}
        of = release(then, "fever: present", because="There is fever.")
        decision = decided(of, "local", **woman, fever="present", hemoglobin=hemoglobin)

        assert decision.inference.states["anemia"] is state


class TestRefusals:
    @pytest.mark.parametrize(
        ("then", "condition", "message"),
        [
            pytest.param(
                "set aside: [feritin]",
                "crp: above inflammation-crp",
                "'feritin' is not a known reported measure. Did you mean 'ferritin'?",
                id="an unknown measure",
            ),
            pytest.param(
                "set aside: [altitude]",
                "crp: above inflammation-crp",
                "'altitude' is not a known reported measure",
                id="what no laboratory reports",
            ),
            pytest.param(
                "set aside: [iron]\n  reads low: [iron]",
                "crp: above inflammation-crp",
                "iron is doubted twice",
                id="one result twice",
            ),
            pytest.param(
                "set aside: [iron]\n  urgency: soon",
                "crp: above inflammation-crp",
                "'urgency' does not go with a doubt",
                id="an urgency",
            ),
            pytest.param(
                "set aside: [iron]\n  establish: anemia",
                "crp: above inflammation-crp",
                "'establish' does not go with a doubt",
                id="a second effect",
            ),
        ],
    )
    def test_words(self, then, condition, message):
        """
        A doubt is about reported results and nothing else.
        """
        with pytest.raises(KnowledgeError, match=message.replace("?", r"\?")):
            release(then, condition)

    def test_derived_finding(self):
        """
        A rule about results may not see what rules derive.
        """
        text = RULE.format(then="set aside: [iron]", condition="inflammation: present", because="It is not asked.")

        with pytest.raises(KnowledgeError, match="before rules decide any finding; inflammation is decided"):
            small.read(dict(sorted({**small.files(), "small/rules/doubt/dbt-010-some.yaml": text.encode()}.items())))
