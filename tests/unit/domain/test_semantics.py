from dataclasses import replace
from itertools import product

import pytest

from service.domain.inference import Basis, BasisKind
from service.domain.rules import AttributeTest, CertaintyTest, Comparison, DoubtTest, FindingTest, Group, KnownTest
from service.domain.scales import Certainty, State
from service.domain.semantics import ContradictionError, Meaning, Outcome, Verdict, interpret, truth, weigh
from service.domain.thresholds import Word
from tests import small

TRUE, FALSE, UNKNOWN = (
    FindingTest("fever", State.PRESENT),
    FindingTest("fever", State.ABSENT),
    FindingTest("bleeding", State.PRESENT),
)
TRUTHS = {TRUE: True, FALSE: False, UNKNOWN: None}


def meaning(*changes: small.Change, **said) -> Meaning:
    return interpret(small.release(*changes), small.facts(*changes, **said))


class TestGroups:
    @pytest.fixture
    def facts(self):
        """
        A patient with fever, of whose bleeding nothing is known.
        """
        return small.facts(fever="present")

    @pytest.mark.parametrize("members", list(product(TRUTHS, repeat=2)))
    def test_all(self, facts, members):
        """
        All of them holds when each does, fails when one does, and is else unknown.
        """
        values = [TRUTHS[member] for member in members]

        expected = False if False in values else None if None in values else True
        assert truth(Group("all", 2, members), facts, Meaning()) is expected

    @pytest.mark.parametrize("members", list(product(TRUTHS, repeat=2)))
    def test_any(self, facts, members):
        """
        Any of them holds when one does, fails when each does, and is else unknown.
        """
        values = [TRUTHS[member] for member in members]

        expected = True if True in values else None if None in values else False
        assert truth(Group("any", 1, members), facts, Meaning()) is expected

    @pytest.mark.parametrize("needed", [2, 3])
    @pytest.mark.parametrize("members", list(product(TRUTHS, repeat=4)))
    def test_at_least(self, facts, needed, members):
        """
        At least N of them holds or fails when it does so whatever the unknown ones are.
        """
        fillings = product((True, False), repeat=4)
        fitting = [
            filling
            for filling in fillings
            if all(TRUTHS[member] in {None, value} for member, value in zip(members, filling, strict=True))
        ]
        answers = {sum(filling) >= needed for filling in fitting}

        expected = answers.pop() if len(answers) == 1 else None
        assert truth(Group(f"at least {needed} of", needed, members), facts, Meaning()) is expected


class TestConditions:
    @pytest.mark.parametrize(
        ("said", "words", "holds"),
        [
            ({"sex": "male"}, "male", True),
            ({"sex": "female"}, "male", False),
            ({}, "male", None),
            ({}, "female or male", True),
        ],
    )
    def test_attribute(self, said, words, holds):
        """
        An attribute is a value when every possible value is it, is not when none is, and else unknown;
        not being it is the opposite.
        """
        values = frozenset(words.split(" or "))
        facts = small.facts(**said)

        opposite = None if holds is None else not holds
        assert truth(AttributeTest("sex", values, False, words), facts, Meaning()) is holds
        assert truth(AttributeTest("sex", values, True, words), facts, Meaning()) is opposite

    @pytest.mark.parametrize(
        ("state", "asked", "holds"),
        [
            (State.PRESENT, State.PRESENT, True),
            (State.PRESENT, State.ABSENT, False),
            (State.ABSENT, State.ABSENT, True),
            (State.UNKNOWN, State.PRESENT, None),
            (State.CONFLICTING, State.PRESENT, None),
            (State.CONFLICTING, State.ABSENT, None),
            (State.UNKNOWN, State.UNKNOWN, True),
            (State.PRESENT, State.UNKNOWN, False),
            (State.CONFLICTING, State.UNKNOWN, None),
        ],
    )
    def test_finding(self, state, asked, holds):
        """
        A condition on an unknown or conflicting finding is unknown; only advice may ask for not knowing.
        """
        known = Meaning(states={"anemia": state})

        assert truth(FindingTest("anemia", asked), small.facts(), known) is holds

    @pytest.mark.parametrize(
        ("crp", "above"),
        [
            ("5.1 mg/L", True),
            ("5 mg/L", False),
            (">5 mg/L", True),
            (">=5 mg/L", None),
            ("<5 mg/L", False),
            ("<=5 mg/L", False),
        ],
    )
    def test_comparison(self, crp, above):
        """
        A comparison holds for every value that the result allows, for none, or is unknown; the two words of
        a side are opposites.
        """
        facts = small.facts(crp=crp)

        opposite = None if above is None else not above
        assert truth(Comparison("crp", Word.ABOVE, "inflammation-crp"), facts, Meaning()) is above
        assert truth(Comparison("crp", Word.AT_MOST, "inflammation-crp"), facts, Meaning()) is opposite

    def test_missing_is_never_normal(self):
        """
        Without a result both words are unknown.
        """
        facts = small.facts()

        assert truth(Comparison("crp", Word.ABOVE, "inflammation-crp"), facts, Meaning()) is None
        assert truth(Comparison("crp", Word.AT_MOST, "inflammation-crp"), facts, Meaning()) is None

    @pytest.mark.parametrize(
        ("ferritin", "state", "low"),
        [
            ("8 ug/L", State.UNKNOWN, True),
            ("40 ug/L", State.UNKNOWN, None),
            ("40 ug/L", State.CONFLICTING, None),
            ("40 ug/L", State.PRESENT, True),
            ("40 ug/L", State.ABSENT, False),
            ("15 ug/L", State.ABSENT, False),
            ("70 ug/L", State.PRESENT, True),
            ("80 ug/L", State.UNKNOWN, False),
        ],
    )
    def test_limit_keyed_by_a_finding(self, ferritin, state, low):
        """
        A limit that depends on a finding decides when all states that are still possible agree.
        """
        known = Meaning(states={"inflammation": state})

        found = truth(Comparison("ferritin", Word.BELOW, "low-ferritin"), small.facts(ferritin=ferritin), known)
        assert found is low

    @pytest.mark.parametrize(
        ("verdict", "least", "holds"),
        [
            (None, Certainty.POSSIBLE, False),
            (Verdict(Certainty.LIKELY, contested=False), Certainty.LIKELY, True),
            (Verdict(Certainty.CONFIRMED, contested=False), Certainty.LIKELY, True),
            (Verdict(Certainty.POSSIBLE, contested=True), Certainty.LIKELY, False),
            (Verdict(Certainty.EXCLUDED, contested=False), Certainty.POSSIBLE, False),
        ],
    )
    def test_certainty(self, verdict, least, holds):
        """
        Advice may ask how sure a conclusion is; one that is not claimed, or spoken against, is not.
        """
        known = Meaning(verdicts={"iron-anemia": verdict} if verdict else {})

        assert truth(CertaintyTest("iron-anemia", least), small.facts(), known) is holds

    def test_known(self):
        """
        A measure is known where it has a value of any kind, assumed and computed ones included.
        """
        facts = small.facts(hematocrit="30 %")

        assert truth(KnownTest("hemoglobin", known=True), facts, Meaning()) is True
        assert truth(KnownTest("ferritin", known=False), facts, Meaning()) is True
        assert truth(KnownTest("ferritin", known=True), facts, Meaning()) is False

    def test_doubt(self):
        """
        A doubt was cast or it was not; one that nobody could check was not.
        """
        facts = replace(small.facts(), doubts=frozenset({"DBT-010"}))

        assert truth(DoubtTest("DBT-010"), facts, Meaning()) is True
        assert truth(DoubtTest("DBT-020"), facts, Meaning()) is False


class TestStates:
    @pytest.mark.parametrize(
        ("said", "state"),
        [
            pytest.param({"crp": "9 mg/L"}, State.PRESENT, id="established"),
            pytest.param({"crp": "2 mg/L"}, State.ABSENT, id="ruled out"),
            pytest.param({"crp": "2 mg/L", "fever": "present"}, State.CONFLICTING, id="both"),
            pytest.param({"fever": "absent"}, State.UNKNOWN, id="neither"),
        ],
    )
    def test_two_verbs(self, said, state):
        """
        A finding is present when established, absent when ruled out, conflicting when both.
        """
        assert meaning(**said).states["inflammation"] is state

    @pytest.mark.parametrize(
        ("hemoglobin", "state"), [("100 g/L", State.PRESENT), ("150 g/L", State.ABSENT), (None, State.UNKNOWN)]
    )
    def test_closing(self, hemoglobin, state):
        """
        A finding that closes is absent when every rule that could establish it is decided and none fired.
        """
        said = {} if hemoglobin is None else {"hemoglobin": hemoglobin}

        assert meaning(age="40 a", sex="male", **said).states["anemia"] is state

    def test_does_not_close_by_itself(self):
        """
        A finding that does not close stays unknown when no rule fires.
        """
        assert (
            meaning(crp="2 mg/L", ferritin="100 ug/L", target_cells="present", bleeding="absent").states[
                "iron-deficiency"
            ]
            is State.UNKNOWN
        )

    def test_rule_of_another_profile(self):
        """
        A rule of another profile is told as such, and does not keep a finding open.
        """
        change = ("small/rules/blood/irn-020-signs.yaml", "status: in-use", "status: in-use\nprofiles: [book]")
        closing = (
            "vocabulary.yaml",
            "Iron deficiency, group: blood, kind: derived",
            "Iron deficiency, group: blood, kind: derived, otherwise: absent",
        )

        found = meaning(change, closing, crp="2 mg/L", ferritin="100 ug/L")

        assert found.outcomes["IRN-020"] is Outcome.OTHER_PROFILE
        assert found.states["iron-deficiency"] is State.ABSENT

    def test_outcome_of_every_rule(self):
        """
        Every rule has an outcome, whatever is known.
        """
        assert meaning().outcomes.keys() == small.release().rules.keys()


class TestWeigh:
    @pytest.mark.parametrize(
        ("claims", "certainty", "contested"),
        [
            ("likely", "likely", False),
            ("possible unlikely", "unlikely", False),
            ("possible excluded", "excluded", False),
            ("likely unlikely", "possible", True),
            ("confirmed unlikely", "confirmed", False),
            ("excluded likely possible", "excluded", False),
            ("likely likely", "likely", False),
            ("possible", "possible", False),
        ],
    )
    def test_force(self, claims, certainty, contested):
        """
        The strongest claim decides; on a tie of both sides the conclusion is possible and contested.
        """
        assert weigh([Certainty(word) for word in claims.split()]) == Verdict(Certainty(certainty), contested=contested)

    def test_no_claim(self):
        """
        Without a claim there is no verdict.
        """
        assert weigh([]) is None

    def test_contradiction(self):
        """
        Confirmed and excluded at once is an error, never an answer.
        """
        with pytest.raises(ContradictionError):
            weigh([Certainty.CONFIRMED, Certainty.EXCLUDED])


class TestBasis:
    def test_is_a_triple(self):
        """
        A basis is a kind, a name and a detail, and reads as text.
        """
        assert " ".join(Basis(BasisKind.FINDING, "anemia", "present")) == "finding anemia present"
