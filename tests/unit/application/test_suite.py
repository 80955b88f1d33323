from dataclasses import replace

import pytest

from service.application.mutants import mutants
from service.application.mutants_of_advice import mutants_of_advice
from service.application.semantics_alone import SemanticsAlone
from service.application.suite import decided, measure, never_decisive, never_fired, rests_on_source
from service.application.try_mutants import try_mutants
from service.domain.rules import Verb
from tests import small, tiny

CASES = "small/rules/blood/ane-010-anemia.cases.yaml"
PATIENT = "hemoglobin: 119 g/L, fever: absent}"
SIGNS = "hemoglobin: 119 g/L, iron: 5 umol/L, tibc: 60 umol/L, ferritin: 40 ug/L, transfusion: 10 d ago}"
LESS = (
    (CASES, "      undecided: {IRN-010: [ferritin]}\n", ""),
    (CASES, "      not concluded: [iron-anemia]\n", ""),
)


def changes(of, rule):
    """
    Return what the mutants of one rule and its limits change, as pairs of what was and what became of it.
    """
    return [(one.what, one.became) for one in mutants(of, [of.rules[rule]])]


class TestMutants:
    def test_rows(self):
        """
        Each limit is moved by one in its last place to both sides, and its equality is turned.
        """
        found = changes(small.release(), "INF-010")

        assert [became for what, became in found if what.startswith("inflammation-crp, everyone")] == [
            "above 4 mg/L",
            "above 6 mg/L",
            "at least 5 mg/L",
            # What a laboratory prints is not ours to move.
            "above the laboratory's upper limit",
        ]

    def test_rows_of_votes(self):
        """
        The limits of the votes that a rule counts are its limits too, though no rule compares with them.
        """
        of = small.release()
        moved = [one for one in mutants(of, [of.rules["NXT-040"]]) if one.threshold == "low-iron-index"]

        assert [one.became for one in moved] == ["below 19", "below 21", "at most 20"]
        assert {one.rules for one in moved} == {("NXT-040",)}

    def test_rows_taken_over(self):
        """
        A row that another choice takes over is one row, and is changed in both.
        """
        of = small.release()
        found = [one for one in mutants(of, [of.rules["ANE-010"]]) if "male, below" in one.what.replace(":", ",")]

        assert len({one.what for one in found}) == len(found) / 3
        assert all(len(one.rows) == 2 for one in found)

    def test_conditions(self):
        """
        Each condition is left out, and turned into its opposite.
        """
        found = changes(small.release(), "IRN-010")

        assert [became for what, became in found if what.startswith("Ferritin is")] == [
            "left out",
            "Ferritin is at least the limit (Ferritin that is low)",
        ]

    def test_certainty(self):
        """
        A certainty is changed to its neighbors.
        """
        found = changes(small.release(), "IDA-020")

        assert [became for _, became in found[-2:]] == ["possible", "excluded"]

    def test_every_rule(self):
        """
        Every mutant is a rule set that can be decided with, and differs from the one it comes from.
        """
        for of in (small.release(), tiny.read_knowledge()[0]):
            made = list(mutants(of, of.rules.values()))

            assert made
            assert all((one.release.rules, one.release.numbers) != (of.rules, of.numbers) for one in made)

    def test_group_loses_a_member(self):
        """
        A group that loses its only member goes; one of all members asks for one less.
        """
        of = small.release()
        for rule in of.rules.values():
            for one in mutants(of, [rule]):
                if one.became == "left out":
                    left = one.release.rules[rule.id].when
                    assert len(tuple(left.conditions())) == len(tuple(rule.when.conditions())) - 1
                    assert left.needed <= len(left.members)


class TestMutantsOfAdvice:
    def test_urgency_and_time(self):
        """
        An urgency is changed to its neighbors, and each number of the table of times moved by one in its last place.
        """
        of = small.release()

        assert [
            (one.what, one.became) for one in mutants_of_advice(of, [of.rules["NXT-040"], of.rules["ANE-010"]])
        ] == [
            ("Measure ferritin (routine; When to look again after a transfusion)", "soon"),
            ("time-to-look-again, from 0 d to 30 d: 4 wk", "from 0 d to 30 d: 3 wk"),
            ("time-to-look-again, from 0 d to 30 d: 4 wk", "from 0 d to 30 d: 5 wk"),
            ("time-to-look-again, from 30 d to 120 d: 1 wk", "from 30 d to 120 d: 0 wk"),
            ("time-to-look-again, from 30 d to 120 d: 1 wk", "from 30 d to 120 d: 2 wk"),
        ]

    @pytest.mark.parametrize(
        ("expected", "noticed"),
        [
            ("[measure-ferritin]", set()),
            ("{measure-ferritin: {urgency: routine}}", {"soon"}),
            ("{measure-ferritin: {within: 4 wk}}", {"from 0 d to 30 d: 3 wk", "from 0 d to 30 d: 5 wk"}),
        ],
    )
    def test_noticed(self, expected, noticed):
        """
        A case that says how soon advice is due notices another urgency, and another time.
        """
        of, cases = small.read(small.changed((CASES, PATIENT, SIGNS), (CASES, "[measure-ferritin]", expected), *LESS))
        made = mutants_of_advice(of, [of.rules["NXT-040"]])

        assert {one.mutant.became for one in try_mutants(made, decided(of, cases)) if one.by} == noticed


class TestTryMutants:
    def tried(self, *changes: small.Change):
        of, cases = small.read(small.changed(*changes))
        chosen = [of.rules["ANE-010"]]
        return {
            (one.mutant.what, one.mutant.became): one.by for one in try_mutants(mutants(of, chosen), decided(of, cases))
        }

    def test_noticed(self):
        """
        A case at the limit notices that the limit moves up or that equality is turned, one below it that it moves down.
        """
        row = "anemia-hemoglobin, from 15 a to 66 a, female, not-pregnant: below 120 g/L"
        found = self.tried()

        assert found[row, "at most 120 g/L"].name == "A woman at the limit is not anemic"
        assert found[row, "below 121 g/L"].name == "A woman at the limit is not anemic"
        assert found[row, "below 119 g/L"].name == "Below it she is"

    def test_survivor(self):
        """
        A row that no case comes to is changed unnoticed.
        """
        found = self.tried()

        assert found["anemia-hemoglobin, from 15 a to 66 a, male: below 130 g/L", "below 129 g/L"] is None

    def test_leaving_out_cases_changes_nothing(self):
        """
        Cases that do not come to a change would not notice it: trying all of them gives the same answer.
        """
        of, cases = tiny.read_knowledge()
        held = decided(of, cases)
        for one in try_mutants(mutants(of, of.rules.values()), held):
            noticing = [case for case, _ in held if not decided(one.mutant.release, [case])]
            assert (one.by is not None) is bool(noticing), one.mutant.what


class TestMeasures:
    def test_never(self):
        """
        Rules that no case fires are named, and so are conditions that no case turns on.
        """
        of, cases = small.read(small.files())
        decisions = [decision for _, decision in decided(of, cases)]

        assert "ANE-010" not in never_fired(of, decisions)
        assert "IRN-010" in never_fired(of, decisions)
        assert "ANE-010" not in never_decisive(of, decisions)
        assert never_decisive(of, decisions)["IRN-010"] == ["ferritin: below low-ferritin"]

    def test_source(self):
        """
        A generated case is no evidence; a case that fails would notice everything. Both are left out.
        """
        of, cases = small.read(small.files())
        generated = replace(cases[0], basis={"generated": "unconfirmed"})
        failing = replace(cases[0], expect=replace(cases[0].expect, status="inconclusive"))

        measured = measure(of, [*cases, generated, failing], ["ane-010"])

        assert not rests_on_source(generated)
        assert (measured["cases"], measured["cases_left_out"]) == (3, 2)
        assert measured["mutants"] - measured["noticed"] == len(measured["survivors"]) > 0

    def test_semantics_alone(self):
        """
        The semantics in the place of the engine answers what the engine answers.
        """
        facts = small.facts(age="30 a", sex="female", pregnancy="not-pregnant", hemoglobin="100 g/L")
        alone, engine = SemanticsAlone(small.release()), small.engine()

        assert alone.infer(facts).fired.keys() == engine.infer(facts).fired.keys()
        assert alone.infer(facts).states == engine.infer(facts).states
        assert alone.doubt(facts).keys() == engine.doubt(facts).keys()
        assert Verb.DOUBT not in {rule.then.verb for rule in small.release().rules.values()}
        alone.close()
