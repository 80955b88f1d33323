"""
Checks of computed measures: names and units, when vocabulary and numbers are both read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.derivations import Change, CountOf, DaysSince
from service.domain.formulas import FormulaError, check_units
from service.domain.language.conditions import ConditionReader
from service.domain.language.places import at
from service.domain.measures import MeasureKind
from service.domain.nodes import Scalar, Sequence
from service.domain.units import conversion, parse_unit

if TYPE_CHECKING:
    from service.domain.derivations import Vote
    from service.domain.formulas import Formula
    from service.domain.language.reader import Reader
    from service.domain.language.tree import Tree
    from service.domain.measures import Measure
    from service.domain.nodes import Node, Place
    from service.domain.release import Release


def check_computed(reader: Reader, release: Release, tree: Tree) -> None:
    """
    Check how measures are computed.

    Args:
        reader: Keeps faults.

        release: The release as read.

        tree: Its files, for places.
    """
    checks = _Computed(reader, release, tree.vocabulary)
    for measure in release.vocabulary.measures.values():
        checks.formulas(measure)
        checks.derivation(measure)


class _Computed:
    def __init__(self, reader: Reader, release: Release, vocabulary: Node) -> None:
        self.reader, self.release, self.node = reader, release, vocabulary
        self.measures, numbers = release.vocabulary.measures, release.numbers
        self.conditions = ConditionReader(reader, release.vocabulary, numbers)
        self.units = {name: measure.unit for name, measure in self.measures.items()}
        self.units.update({name: table.unit for name, table in numbers.tables.items() if table.unit})
        self.units.update({name: constant.unit for name, constant in numbers.constants.items()})

    def place(self, measure: Measure, *keys: str) -> Place:
        return at(self.node, "measures", measure.name, *keys)

    def formulas(self, measure: Measure) -> None:
        place = self.place(measure)
        self.stated_units(measure)
        for formula in measure.formulas:
            strange = [one for one in formula.names if one not in self.units]
            if strange:
                hint = self.reader.nearest(strange[0], self.units)
                message = (
                    f"the formula of {measure.name} uses {strange[0]!r}, which is not a measure, table or constant."
                )
                self.reader.fault(place, f"{message} {hint}")
                continue
            try:
                self.fits(measure, formula)
            except FormulaError as error:
                self.reader.fault(place, f"the formula of {measure.name}, {formula.text!r}, {error}.")

    def fits(self, measure: Measure, formula: Formula) -> None:
        if measure.numbers_in and formula.numbers:
            message = f"has the number {formula.numbers[0]}, and no unit to convert; name it as a constant of unit 1"
            raise FormulaError(message)
        # Of a measure whose unit is stated the number is taken, and a number has no unit.
        check_units(
            formula,
            lambda one: parse_unit("1" if one in measure.numbers_in else self.units[one]),
            parse_unit(measure.unit),
        )

    def stated_units(self, measure: Measure) -> None:
        if not measure.numbers_in:
            return
        if measure.unit != "1":
            message = f"{measure.name} calculates with bare numbers, so its unit is 1, not {measure.unit}."
            self.reader.fault(self.place(measure, "numbers in"), message)
        used = {name for formula in measure.formulas for name in formula.names if name in self.measures}
        for name, unit in measure.numbers_in.items():
            place = self.place(measure, "numbers in", name)
            if name not in used:
                self.reader.fault(place, f"{name!r} is not a measure that the formulas of {measure.name} use.")
                continue
            own = self.measures[name]
            if conversion(own.unit, unit, own.molar_mass) is None:
                self.reader.fault(place, f"{name} is kept in {own.unit} and has no number in {unit}.")
        for name in sorted(used - measure.numbers_in.keys()):
            message = f"'numbers in' of {measure.name} does not say in which unit the number of {name} is taken."
            self.reader.fault(self.place(measure, "numbers in"), message)

    # -- derivations -----------------------------------------------------

    def derivation(self, measure: Measure) -> None:
        how = measure.derivation
        if isinstance(how, CountOf):
            node = self.node_of(measure, "count of")
            items = node.items if isinstance(node, Sequence) else (node,)
            for vote, item in zip(how.votes, items, strict=True):
                self.vote(vote, item.place)
        elif isinstance(how, DaysSince):
            self.event(how.event, self.place(measure, "days since"))
        elif isinstance(how, Change):
            if how.since:
                self.event(how.since, self.place(measure, "since"))
            self.change(measure, how)

    def node_of(self, measure: Measure, key: str) -> Node:
        node = self.node
        for one in ("measures", measure.name, key):
            node = node.get(one)  # type: ignore[union-attr,assignment] # it was read from there
        return node

    def vote(self, vote: Vote, place: Place) -> None:
        if vote.measure not in self.measures:
            message = f"{vote.measure!r} is not a measure. {self.reader.nearest(vote.measure, self.measures)}"
            self.reader.fault(place, message)
            return
        text = f"{vote.word} {vote.threshold}"
        found = self.conditions.of_measure(Scalar(vote.measure, place), Scalar(text, place), text, in_advice=False)
        if found is not None and self.release.key_findings(vote.threshold):
            message = f"{vote.threshold} depends on a finding; votes are counted before there are findings."
            self.reader.fault(place, message)

    def event(self, name: str, place: Place) -> None:
        events = self.release.vocabulary.events
        if name not in events:
            self.reader.fault(place, f"{name!r} is not a known event. {self.reader.nearest(name, events)}")

    def change(self, measure: Measure, how: Change) -> None:
        place = self.place(measure, "days from previous" if how.in_days else "change of")
        of = self.measures.get(how.of)
        if of is None or of.kind is not MeasureKind.LABORATORY:
            reported = [name for name, one in self.measures.items() if one.kind is MeasureKind.LABORATORY]
            self.reader.fault(
                place, f"{how.of!r} is not a measure that laboratories report. {self.reader.nearest(how.of, reported)}"
            )
        elif not how.in_days and of.unit != measure.unit:
            message = f"a change of {of.name} is in {of.unit}, as {of.name} is; {measure.name} is in {measure.unit}."
            self.reader.fault(place, message)
