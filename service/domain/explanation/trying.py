"""
Trying panels: one input after another takes each of its values, and the reference semantics says what follows.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from service.domain.derivations import FOREVER, NEVER
from service.domain.errors import ContradictionError, PanelError
from service.domain.explanation.cells import Setting, cells_of, cuts_of
from service.domain.explanation.cone import cone_of
from service.domain.explanation.questions import Kind
from service.domain.explanation.reading import read_panel, told
from service.domain.explanation.sending import with_sent
from service.domain.facts import resolve, resolve_moved
from service.domain.intake import take_in
from service.domain.intervals import Interval
from service.domain.panel import Happened, Origin, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.explanation.questions import Answered, Input, Question, Sent
    from service.domain.semantics import Meaning

ORDER = (Kind.QUANTITY, Kind.ATTRIBUTE, Kind.EVENT, Kind.FINDING, Kind.RESULT)
"""What intake must look at again comes first, so that it looks only once for all that follows."""


class Trying:
    """
    The panels of one question.

    Args:
        question: What is asked.

    Attributes:
        now: The panel as it is, read by what bears on the conclusion.

        answer: What is told of the conclusion now.
    """

    def __init__(self, question: Question) -> None:
        self.question = question
        self.cone = cone_of(question.release, question.conclusion)
        panel = take_in(self.cone, question.profile, question.given)
        self.now = Setting(self.cone, question.profile, panel, resolve(self.cone, question.profile, panel))
        self.answer = self.told(self.now)
        self._cells: dict[str, tuple[Sent, ...]] = {}
        self._cuts: dict[tuple[str, tuple[Sent, ...]], tuple[tuple[Fraction, str], ...]] = {}
        self._bearing: dict[tuple[tuple[str, ...], str], bool] = {}

    def meaning(self, setting: Setting) -> Meaning:
        """Return what follows for a panel."""
        return read_panel(self.cone, self.question.profile, setting.panel, setting.facts)[0]

    def told(self, setting: Setting) -> Answered:
        """Return what is told of the conclusion."""
        return told(self.meaning(setting), self.question.conclusion)

    def cells(self, one: Input) -> tuple[Sent, ...]:
        """Return the cells of an input while all others stay as they are."""
        if one.name not in self._cells:
            self._cells[one.name] = cells_of(self.now, one, self.cuts_in(self.now, one, ()))
        return self._cells[one.name]

    def cells_in(self, setting: Setting, one: Input, sent: tuple[Sent, ...]) -> tuple[Sent, ...]:
        """Return the cells of an input where others were sent before; they are cut anew only if these bear on them."""
        if sent and self.bears_on(tuple(told.name for told in sent), one.name):
            return cells_of(setting, one, self.cuts_in(setting, one, sent))
        return self.cells(one)

    def cuts_in(self, setting: Setting, one: Input, sent: tuple[Sent, ...]) -> tuple[tuple[Fraction, str], ...]:
        """Return where the values of an input are cut where others were sent before, with the thresholds that do so."""
        bearing = tuple(told for told in sent if self.bears_on((told.name,), one.name))
        key = (one.name, bearing)
        if key not in self._cuts:
            numbers = one.kind not in {Kind.ATTRIBUTE, Kind.FINDING}
            self._cuts[key] = tuple(cuts_of(setting, one)) if numbers else ()
        return self._cuts[key]

    def bears_on(self, others: tuple[str, ...], name: str) -> bool:
        """Return whether what some inputs are may change where another is cut."""
        key = (others, name)
        if key not in self._bearing:
            choosing = {*self.cone.vocabulary.attributes, *self.cone.vocabulary.of_patients}
            choices = {
                choice.compares
                for threshold in self.cone.thresholds_in_use
                for choice in self.cone.choices(self.question.profile, threshold)
            }
            both = (self.cone.grounds.get(one, frozenset()) for one in choices)
            shared = any(name in grounds and not grounds.isdisjoint(others) for grounds in both)
            self._bearing[key] = shared or not choosing.isdisjoint(others)
        return self._bearing[key]

    def panels(
        self, inputs: tuple[Input, ...], most: Fraction | None = None
    ) -> Iterator[tuple[tuple[Sent, ...], Setting]]:
        """
        Yield every cell of some inputs together, with the panel that has it.

        Args:
            inputs: Which vary; all of them take another value than they have.

            most: Steps that all of them together stay under; None for any number.

        Yields:
            Values and panel.
        """
        ordered = tuple(sorted(inputs, key=lambda one: ORDER.index(one.kind)))
        yield from self._extended(self.now, (), ordered, most)

    def _extended(
        self, setting: Setting, sent: tuple[Sent, ...], rest: tuple[Input, ...], most: Fraction | None
    ) -> Iterator[tuple[tuple[Sent, ...], Setting]]:
        if not rest:
            yield sent, setting
            return
        one, *others = rest
        for cell in self.cells_in(setting, one, sent):
            if most is not None and cell.steps is not None and cell.steps >= most:
                break
            left = most - cell.steps if most is not None and cell.steps is not None else most
            following = self.moved(setting, (*sent, cell))
            if following is not None:
                yield from self._extended(following, (*sent, cell), tuple(others), left)

    def moved(self, setting: Setting, sent: tuple[Sent, ...]) -> Setting | None:
        """
        Return the panel with one more input, or None where there is no such panel.

        Args:
            setting: The panel with all but the last of them.

            sent: Inputs with their values, in the order in which they came.
        """
        last, words = sent[-1], self.cone.vocabulary
        if last.state is not None:
            panel = replace(
                setting.panel, findings={**setting.panel.findings, last.name: (last.state, Origin.REPORTED)}
            )
            facts = replace(setting.facts, observed={**setting.facts.observed, last.name: last.state})
            return replace(setting, panel=panel, facts=facts)
        if last.name in words.events:
            return self._happened(setting, last)
        if last.number is None or last.flag is not None or last.name in words.of_patients:
            return self.given(sent)
        before = setting.panel.values.get(last.name)
        interval = Interval.exactly(last.number)
        if before is None:
            value = Value(interval, Origin.REPORTED, (f"new-{last.name}",))
        else:
            reference = before.reference.without_flag() if before.reference is not None else None
            value = replace(before, interval=interval, reference=reference)
        values = {**setting.panel.values, last.name: value}
        panel = replace(setting.panel, values=values, set_aside=setting.panel.set_aside - {last.name})
        moved = frozenset({last.name})
        return replace(
            setting,
            panel=panel,
            facts=resolve_moved(self.cone, self.question.profile, panel, setting.facts, moved),
        )

    def _happened(self, setting: Setting, last: Sent) -> Setting:
        ever = last.number is not None and last.number < FOREVER
        days = Interval.exactly(last.number) if ever and last.number is not None else NEVER
        events = {**setting.panel.events, last.name: Happened(days, "" if ever else "never")}
        panel = replace(setting.panel, events=events)
        moved = resolve_moved(self.cone, self.question.profile, panel, setting.facts, self.cone.timed)
        return replace(setting, panel=panel, facts=moved)

    def given(self, sent: tuple[Sent, ...]) -> Setting | None:
        """Return the panel as intake takes it in, or None where it refuses it."""
        given = with_sent(self.cone, self.now.panel, self.question.given, sent)
        try:
            panel = take_in(self.cone, self.question.profile, given)
        except PanelError:
            return None
        return replace(self.now, panel=panel, facts=resolve(self.cone, self.question.profile, panel))

    def answered(self, setting: Setting) -> tuple[bool, Answered]:
        """Return whether what is told of a panel is what is wanted, and what it is."""
        try:
            answer = self.told(setting)
        except ContradictionError:
            return False, None
        return answer in self.question.wanted, answer


__all__ = ["Trying"]
