from datetime import UTC, datetime

from service.application.decide import decide
from service.application.semantics_alone import SemanticsAlone
from service.domain.comparing import deciding
from service.domain.rules import Comparison
from service.domain.thresholds import Word
from tests.small import given
from tests.strategies import knowledge


def ways(measure, word, threshold, *, to=True, **said):
    release = knowledge()
    panel = given(release, **said)
    decision, _ = decide(release, release.profiles["default"], SemanticsAlone(release), panel)
    return {tuple(sorted(way)) for way in deciding(decision, Comparison(measure, word, threshold), None, to=to)}


class TestDeciding:
    def test_beyond_every_limit(self):
        """
        A missing ferritin may lie under the limit of every pregnancy that is possible, so nobody need tell which it is.
        """
        said = {"sex": "female", "age": "30 a", "hemoglobin": "90 g/L", "mcv": "70 fL"}

        assert ways("ferritin", Word.BELOW, "iron-deficiency-ferritin", **said) == {("ferritin",)}

    def test_no_more_votes_than_decide(self):
        """
        Of the indices that are counted, only so many results are asked for as can decide how many favor a trait.
        """
        said = {"sex": "male", "age": "30 a", "hemoglobin": "110 g/L", "mcv": "62 fL"}
        found = ways("thalassemia-index-votes", Word.ABOVE, "many-index-votes", **said)

        assert found
        assert all("rbc" in way for way in found)
        assert ("mch", "rbc", "rdw-cv") not in found

    def test_a_change_of_what_has_no_time(self):
        """
        A hemoglobin without a time cannot be compared with another, so another is not asked for.
        """
        said = {"sex": "male", "age": "30 a", "hemoglobin": "110 g/L"}

        assert ways("hemoglobin-change-on-iron", Word.ABOVE, "iron-response-hemoglobin", **said) == set()

    def test_a_change_of_what_has_a_time(self):
        """
        One that has a time is asked for again, with the day on which iron was begun.
        """
        drawn = datetime(2026, 11, 20, 8, tzinfo=UTC)
        said = {"sex": "male", "age": "30 a", "hemoglobin": ("110 g/L", drawn)}

        assert ways("hemoglobin-change-on-iron", Word.ABOVE, "iron-response-hemoglobin", **said) == {
            ("hemoglobin", "oral-iron-start")
        }
