"""
The search by solver: what it finds is looked at by the reference semantics; what it excludes is excluded.

What the text leaves free is settled step by step: first by its definition, where that is no linear one, then by the
one panel that was looked at.
"""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING

from service.adapters.smt.encoding import Encoding
from service.adapters.smt.patients import TooManyPatientsError, patients_of
from service.adapters.smt.process import SolverLimitError, SolverProcess
from service.adapters.smt.text import FALSE, both, either, no, number
from service.domain.explanation.questions import Found, Impossible, Sets, Undecided
from service.domain.explanation.trying import Trying

if TYPE_CHECKING:
    from service.domain.explanation.questions import Answer, Answered, Question, Sent

LIMIT = "limit"
SECONDS = 5.0
MOST_LOOKS = 60
"""Most witnesses of one question that turn out not to do it."""
MOST_SETS = 40
"""Most sets that are told."""
MOST_TRIED = 600
"""Most cells of one set that are tried where a witness of the solver does not do it."""


class SmtSearch:
    """
    Asks the solver.

    Args:
        seconds: How long one question may take.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._solver = SolverProcess(seconds)

    def warm(self) -> None:
        """Start the solver, so that the first question need not wait; whether it runs is for questions to tell."""
        with self._solver.lock, suppress(SolverLimitError):
            self._solver.warm()

    def close(self) -> None:
        """End the solver."""
        self._solver.close()

    def nearest(self, question: Question) -> Answer:
        """Return the fewest inputs that would do it, of these the nearest where steps are asked for."""
        run: _Run | None = None
        with self._solver.lock:
            try:
                run = _Run(question, self._solver)
                return run.nearest()
            except (SolverLimitError, TooManyPatientsError):
                return Undecided(LIMIT, run.checked if run else 0)

    def sets(self, question: Question) -> Sets:
        """Return every smallest set of inputs that would do it."""
        run: _Run | None = None
        found: list[Found] = []
        with self._solver.lock:
            try:
                run = _Run(question, self._solver)
                complete = run.sets(found)
            except (SolverLimitError, TooManyPatientsError):
                complete = False
        return Sets(tuple(found), complete, run.checked if run else 0, "solver")


class _Run:
    def __init__(self, question: Question, solver: SolverProcess) -> None:
        self.question, self.solver, self.checked = question, solver, 0
        self.trying = Trying(question)
        self.patients = patients_of(self.trying)
        self.encoding = Encoding(self.trying, self.patients)
        self.inputs = self.encoding.measures.inputs
        lines = self.encoding.measures.lines
        declared = [line for line in lines if line.startswith("(declare-const")]
        declared += [line for line in self.inputs.lines if line.startswith("(define-fun")]
        self.defined: set[str] = set()
        solver.start(self.encoding.text, declared)

    # -- the two questions ---------------------------------------------------

    def nearest(self) -> Answer:
        best: Found | None = None
        for size in range(1, self.question.most + 1):
            few = self._at_most(size)
            best = self._witness(few)
            if best is not None:
                break
        if best is None:
            free = tuple(one.name for one in self.question.free)
            return Impossible(free, self.question.most, self.checked, "solver")
        if self.question.steps:
            best = self._closer(best, self._at_most(len(best.sent)))
        return Found(best.sent, best.answer, self.checked)

    def _closer(self, best: Found, few: str) -> Found:
        """Return the nearest: half the steps are asked for, then half of what is left, until nothing is nearer."""
        names = [one.name for one in self.question.free if one.at is not None and one.step]
        if not names or any(one.steps is None for one in best.sent):
            return best
        added = " ".join(self.inputs.steps(name) for name in names)
        total = f"(+ {added})" if len(names) > 1 else added
        least, most = Fraction(0), _total(best)
        while True:
            middle = (least + most) / 2
            close = most - least <= CLOSE
            bound = f"(< {total} {number(most)})" if close else f"(<= {total} {number(middle)})"
            found = self._witness(both(few, bound))
            if found is not None:
                best, most = found, _total(found)
            elif close:
                return best
            else:
                least = middle

    def sets(self, found: list[Found]) -> bool:
        complete = True
        for size in range(1, self.question.most + 1):
            while len(found) < MOST_SETS:
                model = self._check(self._at_most(size))
                if model is None:
                    break
                _, sent = self.inputs.read(model)
                one = self._looked_at(sent) or self._tried(sent)
                names = [told.name for told in sent]
                if one is not None:
                    found.append(one)
                    self.solver.add(f"(assert {no(both(*(self.inputs.sent(name) for name in names)))})")
                elif not self._define():
                    # Whether it does is not known: no other set is hidden by it.
                    complete = False
                    others = [text for name, text in self.inputs.all_sent.items() if name not in names]
                    just = both(*(self.inputs.sent(name) for name in names), no(either(*others)))
                    self.solver.add(f"(assert {no(just)})")
            else:
                return False
        return complete

    # -- witnesses -------------------------------------------------------------

    def _at_most(self, size: int) -> str:
        sent = [text for text in self.inputs.all_sent.values() if text != FALSE]
        return f"((_ at-most {size}) {' '.join(sent)})" if len(sent) > size else "true"

    def _check(self, text: str) -> dict[str, object] | None:
        values = self.solver.check(f"(assert {text})", self.inputs.asked)
        if values is None:
            return None
        return {name: value if isinstance(value, bool) else Fraction(str(value)) for name, value in values.items()}

    def _witness(self, text: str) -> Found | None:
        """Return what does it and holds besides; None where nothing does."""
        for _ in range(MOST_LOOKS):
            model = self._check(text)
            if model is None:
                return None
            place, sent = self.inputs.read(model)
            found = self._looked_at(sent)
            if found is not None:
                return found
            if not self._define():
                self.solver.add(f"(assert {no(self.inputs.exactly(place, sent))})")
        raise SolverLimitError

    def _looked_at(self, sent: tuple[Sent, ...]) -> Found | None:
        """Return what the solver found, if it does it."""
        self.checked += 1
        setting = self.trying.given(sent)
        if setting is None:
            return None
        does, answer = self.trying.answered(setting)
        return self._made(sent, answer) if does else None

    def _made(self, sent: tuple[Sent, ...], answer: Answered) -> Found:
        return Found(sent, answer, self.checked)

    def _tried(self, sent: tuple[Sent, ...]) -> Found | None:
        """Return cells of the same inputs that do it, if any of so many does."""
        names = {one.name for one in sent}
        inputs = tuple(one for one in self.question.free if one.name in names)
        for looked_at, (told, setting) in enumerate(self.trying.panels(inputs)):
            if looked_at >= MOST_TRIED:
                break
            self.checked += 1
            does, answer = self.trying.answered(setting)
            if does:
                return self._made(told, answer)
        return None

    def _define(self) -> bool:
        """Let every truth that was left free, and has a definition, be what it says; return whether there were any."""
        anew = [one for one in self.encoding.measures.loose if one.defined and one.under not in self.defined]
        for one in anew:
            under, over = one.defined or ("", "")
            self.defined.add(one.under)
            self.solver.add(f"(assert (and (= {one.under} {under}) (= {one.over} {over})))")
        return bool(anew)


CLOSE = Fraction(1)
"""Steps within which the nearest is asked for outright."""


def _total(found: Found) -> Fraction:
    return sum((one.steps for one in found.sent if one.steps is not None), Fraction(0))


__all__ = ["LIMIT", "SmtSearch"]
