import pytest

from service.application.open_words import hole_text
from service.domain.question import status
from service.domain.told import told
from service.domain.unchecked import unchecked
from service.domain.undecidable import undecidable
from tests import small
from tests.unit.domain.test_doubts import RULE, decided, release

MAN = {"age": "40 a", "sex": "male"}
OLD = {"profile": "book", "age": "70 a", "sex": "male", "altitude": "0 m"}


class TestTold:
    @pytest.mark.parametrize(
        ("said", "names"),
        [
            pytest.param(
                {"hemoglobin": "100 g/L", "ferritin": "8 ug/L"}, ["blood-disorder", "iron-anemia"], id="claims for it"
            ),
            pytest.param({"hemoglobin": "150 g/L"}, ["blood-disorder"], id="the question, excluded"),
            pytest.param(
                {"hemoglobin": "100 g/L", "ferritin": "200 ug/L"},
                ["blood-disorder", "iron-anemia"],
                id="short by one condition",
            ),
            pytest.param({"hemoglobin": "150 g/L", "ferritin": "200 ug/L"}, ["blood-disorder"], id="short by two"),
            pytest.param({"ferritin": "200 ug/L"}, [], id="a condition is open"),
        ],
    )
    def test_names(self, said, names):
        """
        What speaks against a conclusion is told where the question, another claim or all else known raised it.
        """
        assert [name for name, _ in told(small.decide(**MAN, **said))] == names


class TestUndecidable:
    def test_threshold(self):
        """
        A limit that the profile does not have is named with what it leaves open, and who has one.
        """
        decision = small.decide(**OLD, hemoglobin="60 g/L", ferritin="5 ug/L")

        (hole,) = undecidable(decision)

        assert (hole.number, hole.reason, hole.cites.source) == (
            "anemia-hemoglobin",
            "The book ends at 65 years",
            "book",
        )
        assert (hole.open, hole.conclusions) == (("anemia",), ("blood-disorder", "iron-anemia"))
        assert hole.profiles == ("default", "local")
        assert status(decision) == "inconclusive"

    def test_nothing_sent(self):
        """
        It is named also where nothing was sent that could have been compared.
        """
        assert [hole.number for hole in undecidable(small.decide(**OLD, ferritin="5 ug/L"))] == ["anemia-hemoglobin"]

    def test_table(self):
        """
        A table that ends before the patient is named too: no hemoglobin can be adjusted.
        """
        (hole,) = undecidable(small.decide(**MAN, altitude="4000 m", hemoglobin="60 g/L"))

        assert (hole.number, hole.reason, hole.profiles) == ("altitude-adjustment", "The table ends at 3000 m", ())

    @pytest.mark.parametrize(
        "said",
        [
            pytest.param({**MAN, "hemoglobin": "100 g/L"}, id="a limit is there"),
            pytest.param({**MAN, "hemoglobin": "100 g/L", "ferritin": "40 ug/L"}, id="between two limits"),
            pytest.param({"age": "3 mo"}, id="out of scope"),
        ],
    )
    def test_none(self, said):
        """
        Where something could be sent, nothing is undecidable.
        """
        assert undecidable(small.decide(**said)) == ()


class TestUndecidableBesideClaims:
    CLAIM = "conclude: iron-anemia\n  certainty: %s"
    LOW_FERRITIN = "ferritin: below low-ferritin"
    BOTH_LOW = f"{LOW_FERRITIN}\n    - hemoglobin: below anemia-hemoglobin"

    def decided(self, certainty):
        """
        Iron deficiency anemia is likely by its ferritin; a rule without a limit for the patient would add a claim.
        """
        other = RULE.format(condition=self.BOTH_LOW, then=self.CLAIM % certainty, because="It is so.")
        rules = release(
            self.CLAIM % "likely",
            condition=self.LOW_FERRITIN,
            because="It is so.",
            **{"dbt-020": other.replace("DBT-010", "DBT-020")},
        )
        return decided(rules, **OLD, hemoglobin="60 g/L", ferritin="5 ug/L")

    def holes(self, decision):
        return [hole for hole in undecidable(decision) if "iron-anemia" in hole.conclusions]

    def test_adds_nothing(self):
        """
        A claim that is no stronger than those made would change nothing, so its limit is not missed.
        """
        assert self.holes(self.decided("possible")) == []

    def test_could_contest(self):
        """
        One that would change the certainty is; its rules are said to be undecided, and not what others claim already.
        """
        decision = self.decided("unlikely")

        (hole,) = self.holes(decision)
        told = hole_text(decision, hole)

        assert hole.open == ("anemia", "iron-anemia")
        assert told.startswith(
            "Whatever is sent, rules about Anemia and Anemia for want of iron stay undecided in the profile book, "
            "which has no limit for this patient: "
        )


class TestUnchecked:
    @pytest.mark.parametrize(
        ("effect", "said", "listed"),
        [
            pytest.param("reads high: [ferritin]", {"ferritin": "8 ug/L"}, [], id="low all the same"),
            pytest.param("reads low: [ferritin]", {"ferritin": "8 ug/L"}, ["DBT-010"], id="perhaps not low"),
            pytest.param("set aside: [ferritin]", {"ferritin": "8 ug/L"}, ["DBT-010"], id="perhaps not known"),
            pytest.param("set aside: [ferritin]", {"ferritin": "90 ug/L"}, [], id="nothing rests on it"),
            pytest.param("set aside: [ferritin]", {}, [], id="not sent"),
            pytest.param("set aside: [iron]", {"iron": "5 umol/L"}, [], id="of no use"),
        ],
    )
    def test_listed(self, effect, said, listed):
        """
        A doubt is listed where, if it were true, a conclusion or advice that is told would change.
        """
        decision = decided(release(effect), **MAN, hemoglobin="100 g/L", **said)

        assert [rule.id for rule in unchecked(decision)] == listed
