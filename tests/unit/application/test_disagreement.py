from __future__ import annotations

from service.application.canonical import canonical_json
from service.application.disagreement import report
from service.application.ports import Program
from tests import small

PROGRAM = Program("ferrule", "9.9.9", "durable-rules 9.9")
SAID = {"age": "40 a", "sex": "male", "hemoglobin": "130 g/L", "ferritin": "12 ug/L"}


class TestReport:
    def test_whole(self):
        """
        A report has the program, the differences and both answers, and can be recorded.
        """
        found = report(small.decide(**SAID), ("the scope differs",), PROGRAM)

        assert found["program"] == {"name": "ferrule", "version": "9.9.9", "engine": "durable-rules 9.9"}
        assert found["differences"] == ["the scope differs"]
        assert found["engine"]["states"] == found["semantics"]["states"]
        assert canonical_json(found)

    def test_margins(self):
        """
        It has every margin that both were given: exact, with the side it lies on also at zero, and with the
        state of the finding that it is for.
        """
        margins = report(small.decide(**SAID), (), PROGRAM)["margins"]

        assert margins["anemia-hemoglobin"] == [
            {"low": {"distance": "0", "side": "over"}, "high": {"distance": "0", "side": "over"}}
        ]
        assert margins["low-ferritin"][1:] == [
            {
                "finding": "inflammation",
                "state": state,
                "low": {"distance": distance, "side": "under"},
                "high": {"distance": distance, "side": "under"},
            }
            for state, distance in (("present", "-58"), ("absent", "-3"))
        ]
        assert "inflammation-crp" not in margins
