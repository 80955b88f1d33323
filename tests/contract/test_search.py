"""
The two searches against each other, and against the whole road: on the knowledge, and on random rule sets.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.adapters.cells import CellSearch
from service.adapters.smt import SmtSearch
from service.domain.errors import ContradictionError, PanelError
from service.domain.explanation.questions import Found, Impossible
from service.domain.explanation.reading import read_given, told
from service.domain.explanation.sending import with_sent
from service.domain.explanation.trying import Trying
from service.domain.intake import take_in
from tests import rule_sets, strategies
from tests.searching import changing, settling, shared_cases

CASES = {case.id: case for case in shared_cases()}


@pytest.fixture(scope="module")
def solver():
    search = SmtSearch(30)
    yield search
    search.close()


@pytest.fixture(scope="module")
def release():
    return strategies.knowledge()


def steps(found):
    return sum(one.steps or 0 for one in found.sent)


def answered_on_the_road(question, found):
    """
    Return what is told of a panel with what was found, by the whole release and through intake.
    """
    release, profile = question.release, question.profile
    received = take_in(release, profile, question.given)
    meaning, _ = read_given(release, profile, with_sent(release, received, question.given, found.sent))
    return told(meaning, question.conclusion)


def agree_on_sets(question, solver):
    cells, proved = CellSearch(3000).sets(question), solver.sets(question)
    for one in (*cells.found, *proved.found):
        assert one.answer in question.wanted
        assert answered_on_the_road(question, one) == one.answer
    by_cells, by_solver = ({one.names for one in found.found} for found in (cells, proved))
    if proved.complete:
        assert all(any(other <= one for other in by_solver) for one in by_cells)
    if cells.complete:
        assert all(any(other <= one for other in by_cells) for one in by_solver)
    return cells.complete and proved.complete


def agree_on_the_nearest(question, solver):
    by_cells, by_solver = CellSearch(3000).nearest(question), solver.nearest(question)
    for one in (by_cells, by_solver):
        if isinstance(one, Found):
            assert answered_on_the_road(question, one) == one.answer
            assert one.answer in question.wanted
    if isinstance(by_cells, Found) and isinstance(by_solver, Found):
        assert len(by_cells.sent) == len(by_solver.sent)
        if all(one.steps is not None for found in (by_cells, by_solver) for one in found.sent):
            assert steps(by_cells) == steps(by_solver)
    else:
        assert not (isinstance(by_cells, Found) and isinstance(by_solver, Impossible))
        assert not (isinstance(by_cells, Impossible) and isinstance(by_solver, Found))


class TestOnTheKnowledge:
    @pytest.mark.slow
    @pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
    def test_tests_that_are_missing(self, release, solver, case):
        """
        For every conclusion, every cell of each missing test alone shows what the solver proves of it.
        """
        profile = release.profiles["default"]
        for conclusion in release.vocabulary.conclusions:
            assert agree_on_sets(settling(release, profile, case.panel, conclusion, 1), solver)

    @pytest.mark.slow
    @pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
    def test_results_that_are_there(self, release, solver, case):
        """
        Both find the nearest panel equally far, or both find none, for every conclusion.
        """
        profile = release.profiles["default"]
        for conclusion in release.vocabulary.conclusions:
            agree_on_the_nearest(changing(release, profile, case.panel, conclusion, 1), solver)

    @pytest.mark.slow
    def test_pairs_of_missing_tests(self, release, solver):
        """
        Where all pairs can be tried, the solver finds each that does it, and no other.
        """
        profile, asked = release.profiles["default"], 0
        for case in CASES.values():
            question = settling(release, profile, case.panel, release.ruleset.question, 2)
            asked += agree_on_sets(question, solver) and bool(question.free)

        assert asked > 0


class TestOnRandomRuleSets:
    @pytest.mark.slow
    @strategies.examples(12)
    @given(data=st.data())
    def test_both_searches(self, data, solver):
        """
        On random rules and random patients, neither finds what the other excludes, and what they find is so.
        """
        release = rule_sets.read(data.draw(rule_sets.rule_sets()))
        given_panel = data.draw(strategies.panels(release))
        profile = data.draw(st.sampled_from(list(release.profiles.values())))
        for conclusion in release.vocabulary.conclusions:
            try:
                question = settling(release, profile, given_panel, conclusion, 2)
                other = changing(release, profile, given_panel, conclusion, 2)
                meaning, _ = read_given(release, profile, given_panel)
            except (PanelError, ContradictionError):
                continue

            assert Trying(question).answer == told(meaning, conclusion)
            agree_on_sets(question, solver)
            agree_on_the_nearest(other, solver)
