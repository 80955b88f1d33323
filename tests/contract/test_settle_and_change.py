"""
What would settle and what would change each conclusion of the published cases, held against brute force.
"""

from fractions import Fraction
from itertools import combinations

import pytest

from service import bootstrap
from service.application.change import Change
from service.application.decide import decide
from service.application.questions_written import changing_written, settling_written
from service.application.semantics_alone import SemanticsAlone
from service.application.settle import Settle
from service.domain.explanation.questions import Sent
from service.domain.explanation.reading import read_given, told
from service.domain.explanation.sending import with_sent
from service.domain.explanation.trying import Trying
from service.domain.intake import take_in
from service.domain.missing import missing
from tests import strategies
from tests.searching import changing, settling, shared_cases

CASES = {case.id: case for case in shared_cases()}
MOST_CELLS = 3000
"""Cells of one set that are tried by force; beyond, every so many-th."""


@pytest.fixture(scope="module")
def release():
    return strategies.knowledge()


@pytest.fixture(scope="module")
def search():
    found = bootstrap.search()
    yield found
    found.close()


@pytest.fixture(scope="module")
def engine(release):
    found = bootstrap.engine(release)
    yield found
    found.close()


def decided(release, engine, case):
    decision, differences = decide(release, release.profiles["default"], engine, case.panel)
    assert not differences
    return decision


def forced(question, names):
    """
    Return everything that could be told with some inputs sent, by trying their cells.
    """
    trying = Trying(question)
    inputs = tuple(one for one in question.free if one.name in names)
    panels = (setting for place, (_, setting) in enumerate(trying.panels(inputs)) if place < MOST_CELLS)
    return {trying.told(setting) for setting in panels}


def answer_at(question, received, number, name):
    """
    Return what the whole release tells where one result has another value.
    """
    release = question.release
    given = with_sent(release, received, question.given, (Sent(name, number),))
    meaning, _ = read_given(release, question.profile, given)
    return told(meaning, question.conclusion)


class TestSettle:
    @pytest.mark.slow
    @pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
    def test_each_set(self, release, search, engine, case):
        """
        Each set of tests that is told is enough, none of its tests can be left out, and its outcomes are the engine's.
        """
        decision = decided(release, engine, case)
        for conclusion, verdict in decision.conclusions:
            settling_told = Settle(search, engine)(decision, case.panel, conclusion)
            question = settling(release, decision.profile, case.panel, conclusion, 3)

            assert settling_told.now == verdict
            assert settling_told.complete
            for one in settling_told.sets:
                answers = {outcome.answer for outcome in one.outcomes}
                assert answers - {verdict}
                for fewer in combinations(one.tests, len(one.tests) - 1):
                    assert not fewer or forced(question, fewer) == {verdict}

    @pytest.mark.slow
    @pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
    def test_what_answers_call_missing(self, release, search, case):
        """
        Each set that an answer lists as missing could change what is told, and with fewer of its tests the certainty
        that it names is beyond reach. A result that is there and doubted is asked for from another sample.
        """
        decision, _ = decide(release, release.profiles["default"], SemanticsAlone(release), case.panel)
        for entry in missing(decision):
            for conclusion, claims in entry.conclusions:
                question = settling(release, decision.profile, case.panel, conclusion, 1)
                can_be_sent = {one.name for one in question.free}
                for tests in entry.tests:
                    if set(tests) <= can_be_sent:
                        found = _sets(search, question, tests)
                        reached = [names for names, answer in found if answer is None or answer.certainty in claims]
                        assert found
                        assert all(len(names) == len(tests) for names in reached)
                    else:
                        assert {name for name in tests if name not in can_be_sent} <= decision.panel.doubted.keys()


def _sets(search, question, tests):
    free = tuple(one for one in question.free if one.name in tests)
    named = type(question)(
        question.release, question.profile, question.given, question.conclusion, question.wanted, free, len(tests)
    )
    return [(one.names, one.answer) for one in search.sets(named).found]


class TestChange:
    @pytest.mark.slow
    @pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
    def test_nothing_is_nearer(self, release, search, engine, case):
        """
        The nearest panel is told otherwise, and no multiple of a step of any one result is, that lies nearer.
        """
        decision = decided(release, engine, case)
        received = take_in(release, decision.profile, case.panel)
        for conclusion, verdict in decision.conclusions:
            told_of = Change(search, engine)(decision, case.panel, conclusion)
            question = changing(release, decision.profile, case.panel, conclusion, 1)

            assert not told_of.undecided
            assert told_of.nearest or told_of.certificate
            for one in told_of.nearest:
                assert one.answer != verdict
            nearest = told_of.nearest[0].steps if told_of.nearest and len(told_of.nearest[0].changes) == 1 else None
            for one in question.free:
                for number in _nearer(one, nearest):
                    assert answer_at(question, received, number, one.name) == verdict

    @pytest.mark.slow
    def test_what_stays_fixed(self, release, search, engine):
        """
        A result that is to stay as it is differs in no panel that is told; only those that are named may differ.
        """
        case = CASES["mq-0311"]
        decision = decided(release, engine, case)
        change = Change(search, engine)

        first = change(decision, case.panel, "microcytic-anemia")
        fixed = change(decision, case.panel, "microcytic-anemia", fix=["mcv"])
        named = change(decision, case.panel, "microcytic-anemia", measures=["hemoglobin"])

        assert [one.changes[0].measure for one in first.nearest] == ["mcv", "hemoglobin"]
        assert [one.changes[0].measure for one in fixed.nearest] == ["hemoglobin"]
        assert named.measures == ("hemoglobin",)

    @pytest.mark.slow
    def test_a_certificate(self, release, search, engine):
        """
        Where no value of the named results changes the answer, that is certified, and says what was looked at.
        """
        case = CASES["mq-0758"]
        decision = decided(release, engine, case)

        told_of = Change(search, engine)(decision, case.panel, "microcytic-anemia", measures=["ferritin"])

        assert told_of.nearest == ()
        assert told_of.certificate is not None
        assert changing_written(release, told_of)["certificate"]["most"] == 0


class TestWritten:
    @pytest.mark.slow
    def test_settle(self, release, search, engine):
        """
        As JSON each set names its tests, its outcomes with the limits they lie between, and the nodes it is about.
        """
        case = CASES["mq-0311"]
        decision = decided(release, engine, case)

        written = settling_written(release, Settle(search, engine)(decision, case.panel, "iron-deficiency-anemia"))

        assert written["now"] == {"certainty": None, "contested": False}
        assert written["complete"] is True
        first = written["sets"][0]
        assert first["tests"] == ["ferritin"]
        assert first["nodes"] == ["missing:ferritin", "conclusion:iron-deficiency-anemia"]
        assert {outcome["answer"]["certainty"] for outcome in first["outcomes"]} >= {"likely"}
        assert first["outcomes"][0]["when"][0]["unit"] == "ug/L"

    @pytest.mark.slow
    def test_change(self, release, search, engine):
        """
        As JSON each panel tells what differs, from what to what, and in how many steps of which size.
        """
        case = CASES["mq-0311"]
        decision = decided(release, engine, case)

        written = changing_written(release, Change(search, engine)(decision, case.panel, "microcytic-anemia"))

        assert written["nearest"][0]["changes"] == [
            {
                "measure": "mcv",
                "node": "measure:mcv",
                "unit": "fL",
                "from": ["72", "72"],
                "from_text": "72 fL",
                "to": "80",
                "to_text": "80 fL",
                "step": "1",
                "steps": "8",
            }
        ]
        assert written["nearest"][0]["answer"] == {"certainty": "excluded", "contested": False}
        assert written["nearest"][0]["rerun"] is True


def _nearer(one, nearest):
    """
    Yield the multiples of a step that lie nearer than so many steps; a hundred of them where nothing is known to do it.
    """
    if one.at is None:
        return
    many = min(int(nearest) if nearest is not None else 100, 100)
    whole = one.at / one.step
    start = whole.numerator // whole.denominator
    for place in range(start - many, start + many + 1):
        number = place * one.step
        away = abs(number - one.at) / one.step
        inside = one.values.low.value <= number <= one.values.high.value
        if number != one.at and inside and (nearest is None or away < nearest):
            yield Fraction(number)
