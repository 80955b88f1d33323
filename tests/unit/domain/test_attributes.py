import pytest

from service.domain.attributes import worlds
from service.domain.panel import Origin
from tests import small


def possible(**said) -> tuple[set[str], set[str], list[str]]:
    panel = small.panel(**said)
    attributes = panel.attributes
    return set(attributes["sex"].values), set(attributes["pregnancy"].values), [note.issue for note in panel.notes]


class TestPossibleValues:
    @pytest.mark.parametrize(
        ("said", "sex", "pregnancy"),
        [
            pytest.param({}, "female male", "not-pregnant early late", id="nothing said"),
            pytest.param({"sex": "female", "age": "30 a"}, "female", "not-pregnant early late", id="a woman"),
            pytest.param({"sex": "male"}, "male", "not-pregnant", id="a man"),
            pytest.param({"age": "9 a"}, "female male", "not-pregnant", id="a child"),
            pytest.param({"age": "56 a"}, "female male", "not-pregnant", id="old"),
            pytest.param({"age": "55 a"}, "female male", "not-pregnant early late", id="not too old"),
            pytest.param({"pregnancy": "pregnant"}, "female male", "early late", id="a group of values"),
            pytest.param({"pregnancy": "not-pregnant or early"}, "female male", "not-pregnant early", id="two values"),
            pytest.param({"weeks": "10 wk"}, "female male", "early", id="by the week"),
            pytest.param({"weeks": "19 to 21 wk"}, "female male", "early late", id="around a boundary"),
            pytest.param({"weeks": "20 wk", "pregnancy": "pregnant"}, "female male", "late", id="by both"),
        ],
    )
    def test_sets(self, said, sex, pregnancy):
        """
        An attribute is the set of values that it may have: all where nothing is said, one outside of
        those it applies to, fewer where a measure decides it.
        """
        assert possible(**said) == (set(sex.split()), set(pregnancy.split()), [])

    @pytest.mark.parametrize(
        ("said", "sex", "pregnancy"),
        [
            pytest.param({"sex": "male", "pregnancy": "late"}, "female male", "not-pregnant late", id="a pregnant man"),
            pytest.param({"age": "70 a", "pregnancy": "late"}, "female male", "not-pregnant", id="pregnant at 70"),
            pytest.param(
                {"weeks": "10 wk", "pregnancy": "late"}, "female male", "not-pregnant early late", id="two words"
            ),
        ],
    )
    def test_contradictions(self, said, sex, pregnancy):
        """
        A statement against another is noted, and what is contradicted is open again.
        """
        assert possible(**said) == (set(sex.split()), set(pregnancy.split()), ["contradiction"])

    @pytest.mark.parametrize(
        ("said", "pregnancy"),
        [
            pytest.param({"weeks": "10 wk", "assume": {"pregnancy": "not-pregnant"}}, "early", id="to a measure"),
            pytest.param({"sex": "male", "assume": {"pregnancy": "late"}}, "not-pregnant", id="to the sex"),
            pytest.param({"age": "70 a", "assume": {"pregnancy": "late"}}, "not-pregnant", id="to the age"),
        ],
    )
    def test_assumption_yields(self, said, pregnancy):
        """
        An assumption that cannot be yields to what was given; it contradicts nobody.
        """
        panel = small.panel(**said)

        assert panel.attributes["pregnancy"].values == {pregnancy}
        assert {note.issue for note in panel.notes} <= {"assumption-not-used"}
        assert "pregnancy" not in [one.name for one in panel.assumed]

    def test_origin(self):
        """
        Each attribute says where it comes from; one of which nothing was said comes from nowhere.
        """
        panel = small.panel(sex="male")

        assert panel.attributes["sex"].origin is Origin.REPORTED
        assert panel.attributes["pregnancy"].origin is Origin.DOMAIN
        assert small.panel().attributes["sex"].origin is None

    def test_sentence(self):
        """
        A contradiction is told in a sentence that says what was done about it.
        """
        ((first),) = small.panel(sex="male", pregnancy="late").notes
        ((second),) = small.panel(age="70 a", pregnancy="late").notes

        assert first.detail == "pregnancy as stated contradicts sex; both were read as unknown."
        assert second.detail == "pregnancy as stated contradicts age; it was read as not-pregnant."


class TestWorlds:
    def test_men_are_not_pregnant(self):
        """
        Of all combinations only those that can be are given, with the ages at which they can.
        """
        vocabulary = small.release().vocabulary
        every = {name: frozenset(one.values) for name, one in vocabulary.attributes.items()}

        found = [
            (world["sex"], world["pregnancy"], ages is None) for world, ages in worlds(vocabulary, every, ["pregnancy"])
        ]

        assert sorted(found) == [
            ("female", "early", False),
            ("female", "late", False),
            ("female", "not-pregnant", True),
            ("male", "not-pregnant", True),
        ]

    def test_what_is_stated_tells_who_it_is(self):
        """
        Whoever is stated to be pregnant is a woman of the ages at which one can be.
        """
        vocabulary = small.release().vocabulary
        possible = {"sex": frozenset({"female", "male"}), "pregnancy": frozenset({"early"})}

        ((world, ages),) = worlds(vocabulary, possible, ["sex"])

        assert world == {"sex": "female", "pregnancy": "early"}
        assert ages == vocabulary.attributes["pregnancy"].applies_age

    def test_without_keys(self):
        """
        Where nothing matters there is one world, of any age.
        """
        vocabulary = small.release().vocabulary
        every = {name: frozenset(one.values) for name, one in vocabulary.attributes.items()}

        assert list(worlds(vocabulary, every, [])) == [({}, None)]
