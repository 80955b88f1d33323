import pytest

from service.application.open_words import effect_text
from service.domain.missing import Missing
from tests import small
from tests.unit.domain.test_doubts import BECAUSE, decided, release

MAN = {"age": "40 a", "sex": "male"}


class TestAskedAgain:
    def told(self, decision, *names):
        return effect_text(decision, Missing((names,), 1, advice=("measure-ferritin",)))

    @pytest.mark.parametrize(
        ("said", "name", "asked"),
        [
            pytest.param({}, "ferritin", "Ferritin", id="not sent"),
            pytest.param({"ferritin": "40 ug/L"}, "ferritin", "Ferritin of another time", id="sent"),
            pytest.param({"ferritin": "<100 ug/L"}, "ferritin", "Ferritin more exactly", id="off the scale"),
            pytest.param({}, "age", "Age more exactly", id="in years"),
            pytest.param({"sex": "female"}, "pregnancy", "Pregnancy", id="not said"),
            pytest.param(
                {"sex": "female", "pregnancy": "pregnant"}, "pregnancy", "Pregnancy more exactly", id="a group"
            ),
            pytest.param({}, "transfusion", "Transfusion of red cells", id="an event"),
            pytest.param(
                {"transfusion": "happened"},
                "transfusion",
                "Transfusion of red cells more exactly",
                id="an event without its day",
            ),
        ],
    )
    def test_sent(self, said, name, asked):
        """
        What was sent is asked for again in words that say so, so that nobody looks for it as if it were not there.
        """
        decision = small.decide(**{**MAN, **said})

        assert self.told(decision, name) == f"{asked} could call for: Measure ferritin."

    @pytest.mark.parametrize("effect", ["set aside: [ferritin]", "reads high: [ferritin]"])
    def test_doubted(self, effect):
        """
        A result that was doubted is asked for without the doubt: the same one again would be doubted again.
        """
        decision = decided(release(effect, because=BECAUSE), **MAN, crp="20 mg/L", ferritin="40 ug/L")

        assert (
            self.told(decision, "ferritin") == "Ferritin without the doubt of DBT-010 could call for: Measure ferritin."
        )
