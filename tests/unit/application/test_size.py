import json
from dataclasses import replace

from service.application.answer import document
from service.domain.decision import Decision
from service.domain.facts import resolve
from service.domain.intake import take_in
from service.domain.semantics import interpret
from tests import small


def size(count: int) -> int:
    """
    Return the length of the answer to so many differing results of one measure, with long ids.
    """
    of = small.release()
    profile = of.profiles["default"]
    given = small.given(of, age="40 a", sex="male", crp=[f"{number} mg/L" for number in range(1, count + 1)])
    results = tuple(replace(one, id=one.id.rjust(64, "x")) for one in given.results)
    panel = take_in(of, profile, replace(given, results=results))
    facts = resolve(of, profile, panel)
    decision = Decision(of, profile, panel, facts, small.engine().infer(facts), interpret(of, facts))
    return len(json.dumps(document(decision), default=str))


class TestSize:
    def test_linear(self):
        """
        An answer grows as the request does: twice the results add twice as much.
        """
        few, some, many = size(100), size(200), size(400)

        assert many - some < 2.2 * (some - few)
        assert many < 400 * 2000
