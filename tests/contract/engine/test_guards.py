from __future__ import annotations

from collections import Counter

import pytest

from tests.contract.engine import child
from tests.contract.engine.child import CRASHED, HERE, HUNG, run
from tests.contract.engine.defects.defect import Defect
from tests.contract.engine.table import DEFECTS

EACH_DEFECT = pytest.mark.parametrize(
    "defect",
    [pytest.param(one, id=one.id, marks=pytest.mark.slow if HUNG in one.broken else ()) for one in DEFECTS],
)

# What it takes to call a script endless that ends after a few hundredths of a second if it ends.
SHORT = 1


class TestEngine:
    @EACH_DEFECT
    def test_without_guard(self, defect: Defect):
        """
        Without the guard the engine crashes, hangs, fails or answers wrongly in just the way that
        the table says; where zeroed memory cures that, a build with it shows the cure.
        """
        expected = defect.broken
        if defect.zeroed is not None and child.memory_is_zeroed():
            expected = (defect.zeroed,)

        outcome = run(defect.without, cpu_seconds=SHORT)

        assert outcome in expected, defect.without

    @EACH_DEFECT
    def test_with_guard(self, defect: Defect):
        """
        With the guard there is one outcome, the right one, however the engine was built.
        """
        outcome = run(defect.guarded)

        assert outcome == defect.right, defect.guarded


class TestTable:
    def test_ids(self):
        """
        Each defect has an id of its own.
        """
        counts = Counter(one.id for one in DEFECTS)

        assert [name for name, count in counts.items() if count > 1] == []

    def test_right_is_not_broken(self):
        """
        No defect counts the right answer among the wrong ones, which would prove nothing.
        """
        assert [one.id for one in DEFECTS if one.right in one.broken] == []

    def test_readme(self):
        """
        The README lists every defect with its guard. `python -m tests.contract.engine.table`
        prints the rows as they should stand there.
        """
        rows = (HERE / "README.md").read_text(encoding="utf-8").splitlines()

        assert [line for line in rows if line.startswith("| ")][1:] == [one.row() for one in DEFECTS]


class TestChild:
    """
    The outcomes above are only as good as the child that reports them.
    """

    @pytest.mark.parametrize(
        ("script", "outcome"),
        [
            pytest.param("answer([1, 'a'])", 'answered [1, "a"]', id="an answer"),
            pytest.param("raise Refused('too long')", "refused: too long", id="a guard's refusal"),
            pytest.param("raise MemoryError", "out of memory", id="no memory left"),
            pytest.param("Session({'r': {'every': 1}})", "error 105", id="an error of the engine"),
            pytest.param("os.kill(os.getpid(), 11)", CRASHED, id="a segmentation fault"),
            pytest.param("os.abort()", CRASHED, id="an abort"),
            pytest.param("answer(1); os.abort()", CRASHED, id="a crash after the answer"),
            pytest.param("while True: pass", HUNG, id="an endless loop"),
        ],
    )
    def test_outcome(self, script: str, outcome: str):
        """
        However a script ends, the child's outcome names it.
        """
        assert run(script, cpu_seconds=SHORT) == outcome

    @pytest.mark.parametrize(
        "script",
        [
            pytest.param("answer(1 / 0)", id="an error of the script"),
            pytest.param("print('answered 1'); sys.exit(3)", id="a bad exit"),
            pytest.param("pass", id="no answer"),
        ],
    )
    def test_faulty_script(self, script: str):
        """
        A script that is itself at fault is never taken for a defect of the engine.
        """
        assert run(script).startswith("script failed: ")
