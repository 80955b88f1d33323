import pytest

from service.adapters.smt.process import SolverLimitError, SolverProcess

HARD = """
(declare-const a Int) (declare-const b Int) (declare-const c Int)
(assert (and (> a 1) (> b 1) (> c 1) (= (+ (* a a a) (* b b b)) (* c c c))))
"""
EASY = "(declare-const x Real) (assert (> x 2.0))"


@pytest.fixture
def solver():
    process = SolverProcess(0.3)
    yield process
    process.close()


class TestSolverProcess:
    def test_exact_values(self, solver):
        """
        A model's numbers are exact fractions, told as text.
        """
        solver.start(EASY, ["(declare-const x Real)"])

        assert solver.check("(assert (= (* 3.0 x) 7.0))", ["x"]) == {"x": "7/3"}

    def test_what_cannot_hold(self, solver):
        """
        What cannot hold has no model; what was asked for once is forgotten.
        """
        solver.start(EASY, ["(declare-const x Real)"])

        assert solver.check("(assert (< x 1.0))", ["x"]) is None
        assert solver.check("", ["x"]) is not None

    def test_over_its_limit(self, solver):
        """
        A question that takes too long is not answered, and the next one is: by another process if need be.
        """
        solver.start(HARD, [])
        with pytest.raises(SolverLimitError):
            solver.check("", [])

        solver.start(EASY, ["(declare-const x Real)"])
        assert solver.check("", ["x"]) is not None

    def test_killed(self, solver):
        """
        A process that dies is no more than a question that is not answered; the next one starts another.
        """
        solver.start(EASY, ["(declare-const x Real)"])
        solver._process.kill()
        with pytest.raises(SolverLimitError):
            solver.check("", ["x"])

        solver.start(EASY, ["(declare-const x Real)"])
        assert solver.check("", ["x"]) is not None

    def test_memory(self):
        """
        The process may take no more memory than it is given: with too little it does not even start.
        """
        process = SolverProcess(1, memory=1 << 24)
        with pytest.raises(SolverLimitError):
            process.start(EASY, [])
        process.close()
