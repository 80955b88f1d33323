import pytest

from service.application.show import show
from service.domain.errors import NameNotFoundError
from tests import small

ANE = "small/rules/blood/ane-010-anemia.yaml"
NUMBERS = "small/thresholds.yaml"


class TestShow:
    def test_numbers(self):
        """
        Each row of each profile's limit is told with number, unit and source; equality as the row has it.
        """
        shown = show(small.release(), "IRN-010")

        (condition,) = shown["when"]["members"]
        (reading,) = condition["limits"]
        assert shown["when"]["words"] == "this holds"
        assert reading["profiles"] == ["book", "default", "local"]
        assert [(row["for"], row["limit"], row["source"]) for row in reading["rows"]] == [
            ("inflammation absent", "below 15 ug/L", "book"),
            ("inflammation present", "at most 70 ug/L", "book"),
        ]

    def test_other_side(self):
        """
        A condition that asks for the other side of a limit is told with the exact opposite of the row's word.
        """
        of = small.release(
            ("small/rules/blood/irn-010-low-ferritin.yaml", "below low-ferritin", "at least low-ferritin")
        )

        (condition,) = show(of, "IRN-010")["when"]["members"]

        assert [row["limit"] for row in condition["limits"][0]["rows"]] == ["at least 15 ug/L", "above 70 ug/L"]

    def test_one_number(self):
        """
        A limit that is the same for everyone stands in the sentence itself.
        """
        (condition,) = show(small.release(), "INF-010", "book")["when"]["members"][:1]

        assert condition["text"].endswith("is above 5 mg/L")

    def test_laboratory(self):
        """
        A limit that is the laboratory's is told as such, with the rows for results without its range.
        """
        (condition,) = show(small.release(), "ANE-010", "local")["when"]["members"]
        own, without = condition["limits"]

        assert own["rows"][0]["limit"] == "below the laboratory's lower limit"
        assert [own["without_range"], without["without_range"]] == [False, True]
        assert (own["compares"], without["compares"]) == ("Hemoglobin", "Hemoglobin at sea level")
        assert "below 125 g/L" in [row["limit"] for row in without["rows"]]

    def test_profile(self):
        """
        Of one profile only its numbers are told; a hole says why it is one.
        """
        (condition,) = show(small.release(), "ANE-010", "book")["when"]["members"]

        (reading,) = condition["limits"]
        assert reading["profiles"] == ["book"]
        assert reading["rows"][3]["limit"] == "no limit: The book ends at 65 years"

    def test_due(self):
        """
        Advice that looks up how soon it is due names the table, and a count what it counts.
        """
        shown = show(small.release(), "NXT-040")

        assert shown["then"] == "Measure ferritin (routine; When to look again after a transfusion)"
        (votes,) = [one for one in shown["needs"]["measures"] if one["measure"] == "iron-votes"]
        assert (votes["reported"], votes["computed_as"][0][:40]) == (False, "count of: saturation below low-saturatio")

    def test_links(self):
        """
        What a rule needs is named with the rules that give it, and what it feeds with its readers.
        """
        shown = show(small.release(), "irn-010")

        assert [one["measure"] for one in shown["needs"]["measures"]] == ["ferritin"]
        assert [one["rule"] for one in shown["needs"]["findings"][0]["by"]] == ["INF-010", "INF-020"]
        assert {"IDA-010", "IDA-020"} >= {one["rule"] for one in shown["feeds"]} > set()
        assert shown["then"] == "Iron deficiency is present"
        assert shown["because"] == "Ferritin [value] is low."

    def test_advice_feeds_nothing(self):
        """
        No rule reads advice.
        """
        assert show(small.release(), "NXT-030")["feeds"] == []

    @pytest.mark.parametrize(
        ("rule", "profile", "words"),
        [
            pytest.param("ANE-01", None, "'ANE-01' is no rule here. Did you mean ANE-010?", id="rule"),
            pytest.param("ANE-010", "x", "'x' is no profile here. Known: book, default, local.", id="profile"),
        ],
    )
    def test_unknown(self, rule, profile, words):
        """
        What is not there is refused with what is.
        """
        with pytest.raises(NameNotFoundError) as caught:
            show(small.release(), rule, profile)

        assert str(caught.value) == words


class TestWithin:
    def test_steps(self):
        """
        Advice with a time tells the steps of its table with their numbers and their source, not its title alone.
        """
        (reading,) = show(small.release(), "NXT-040")["within"]

        assert reading["steps"] == [
            "from 0 d to 30 d: 4 wk",
            "from 30 d to 120 d: 1 wk",
            "from 120 d: none, It is not seen any more",
        ]
        assert (reading["source"], reading["where"]) == ("book", "Page 10")

    def test_none(self):
        """
        A rule without a time tells none.
        """
        assert show(small.release(), "NXT-010")["within"] == []
