from datetime import timedelta
from types import SimpleNamespace

from service.application.survey import Counts, survey
from service.domain.errors import EngineDisagreementError, Fault, PanelError
from tests import small

MAN = {"age": "40 a", "sex": "male"}


def decide(question):
    """
    Decide what a row says, or raise what it holds.
    """
    if isinstance(question, Exception):
        raise question
    return small.decide(**question)


EVALUATE = SimpleNamespace(decision=decide)


class TestSurvey:
    def test_counts(self):
        """
        Rows are told in order and counted by status, conclusion and finding.
        """
        counts = Counts()
        rows = [
            ("a", {**MAN, "hemoglobin": "100 g/L"}),
            ("b", {**MAN, "hemoglobin": "150 g/L"}),
            ("c", {"age": "3 mo"}),
        ]

        told = list(survey(EVALUATE, rows, counts))

        assert [one["row"] for one in told] == ["a", "b", "c"]
        assert counts.rows == 3
        assert counts.statuses == {"more-data-needed": 1, "concluded": 1, "not-applicable": 1}
        assert counts.conclusions == {("blood-disorder", "confirmed"): 1, ("blood-disorder", "excluded"): 1}
        assert counts.findings["anemia", "absent"] == 1
        assert told[0]["fired"] == ["ANE-010", "BLD-010", "NXT-010"]
        assert told[0]["advice"] == {"measure-ferritin": "soon"}

    def test_faults(self):
        """
        A row with faults is told with them and counted once by code, and the survey goes on.
        """
        counts = Counts()
        twice = PanelError([Fault("/a", "unknown-unit", "Eh?"), Fault("/b", "unknown-unit", "Eh?")])
        rows = [("a", (Fault("/x", "not-a-number", "What?"),)), ("b", twice), ("c", {**MAN})]

        told = list(survey(EVALUATE, rows, counts))

        assert told[0] == {
            "row": "a",
            "recorded": False,
            "errors": [{"pointer": "/x", "code": "not-a-number", "detail": "What?"}],
        }
        assert counts.faults == {"not-a-number": 1, "unknown-unit": 1}
        assert counts.rows == 3
        assert "status" in told[2]

    def test_disagreement(self):
        """
        A row on which the two readers differ has no decision, is told and counted.
        """
        counts = Counts()

        (told,) = survey(EVALUATE, [("a", EngineDisagreementError(["the scope differs"]))], counts)

        assert told == {"row": "a", "recorded": False, "disagreement": ["the scope differs"]}
        assert counts.disagreements == 1

    def test_quality(self):
        """
        What was set aside of a row is told.
        """
        (told,) = survey(EVALUATE, [("a", {**MAN, "crp": ("5 mg/L", small.NOW + timedelta(days=1))})], Counts())

        assert told["quality"] == [{"measure": "crp", "issue": "later-than-as-of", "used": False}]
