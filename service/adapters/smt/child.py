"""
The solver's process: reads questions as lines of JSON, answers each with a line, and holds no more than it may.

It knows nothing of rules or patients: it is given declarations and what must hold, as SMT-LIB text.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

import z3


class Solving:
    """One question after another."""

    def __init__(self) -> None:
        self._begin()

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer one line."""
        if "start" in asked:
            self._begin(asked["declared"])
            self.solver.add(z3.parse_smt2_string(asked["start"], ctx=self.context))
        if "add" in asked:
            self.solver.add(self._read(asked["add"]))
        if "check" not in asked:
            return {}
        self.solver.push()
        try:
            self.solver.set("timeout", asked["milliseconds"])
            self.solver.add(self._read(asked["check"]))
            found = str(self.solver.check())
            values = self._values(asked["values"]) if found == "sat" else {}
        finally:
            self.solver.pop()
        return {"found": found, "values": values}

    def _begin(self, declared: str = "") -> None:
        # A context of its own for each question: what is found must not hang on those before.
        self.context = z3.Context()
        self.solver, self.declared = z3.Solver(ctx=self.context), declared

    def _read(self, text: str) -> Any:  # noqa: ANN401 - a vector of the solver's own
        return z3.parse_smt2_string(self.declared + text, ctx=self.context)

    def _values(self, names: list[str]) -> dict[str, object]:
        model = self.solver.model()
        assertions = self._read("".join(f"(assert (= {name} {name}))" for name in names))
        found = {}
        for name, equation in zip(names, assertions, strict=True):
            value = model.eval(equation.arg(0), model_completion=True)
            found[name] = z3.is_true(value) if z3.is_bool(value) else _number(value)
        return found


def _number(value: Any) -> str:  # noqa: ANN401 - a number of the solver's own
    # A root that is no fraction is told to twenty places; whoever asked looks whether it does.
    exact = value.approx(20) if z3.is_algebraic_value(value) else value
    return str(exact.as_fraction()) if z3.is_rational_value(exact) else str(exact.as_long())


def main() -> None:
    """Answer until nobody asks any more."""
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    solving = Solving()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            told = solving.answer(asked)
        except (z3.Z3Exception, MemoryError) as error:
            told = {"failed": str(error)[:1000]}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
