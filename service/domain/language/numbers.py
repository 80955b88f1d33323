"""
Reading ``thresholds.yaml``: thresholds with rows, step tables, constants.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from service.domain.figures import number_text
from service.domain.language.rows import RowReader
from service.domain.language.words import band, citation, span, unit_code
from service.domain.measures import MeasureKind
from service.domain.nodes import Scalar
from service.domain.thresholds import (
    Choice,
    Constant,
    ConstantChoice,
    Numbers,
    Side,
    Step,
    Table,
    TableChoice,
    Threshold,
)

if TYPE_CHECKING:
    from service.domain.language.reader import Reader
    from service.domain.nodes import Mapping, Node
    from service.domain.vocabulary import Vocabulary


def read_numbers(reader: Reader, node: Node, vocabulary: Vocabulary) -> Numbers:
    """
    Read every number of a rule set.

    Args:
        reader: Keeps faults.

        node: The root of ``thresholds.yaml``.

        vocabulary: For the names that numbers are about.

    Returns:
        The numbers, without what was faulty.
    """
    root = reader.mapping(node, "thresholds.yaml", ("thresholds",), ("tables", "constants"))
    sections = {name: root.get(name) if root else None for name in ("thresholds", "tables", "constants")}
    taken = {
        name: f"{kind} in vocabulary.yaml"
        for kind, names in (
            ("a measure", vocabulary.measures),
            ("an attribute", vocabulary.attributes),
            ("a finding", vocabulary.findings),
            ("a conclusion", vocabulary.conclusions),
            ("an advice", vocabulary.advice),
            ("an event", vocabulary.events),
        )
        for name in names
    }
    numbers = _Numbers(reader, vocabulary)
    found: dict[str, dict[str, object]] = {}
    for section, read in (
        ("thresholds", numbers.threshold),
        ("tables", numbers.table),
        ("constants", numbers.constant),
    ):
        found[section] = {}
        for key, value in reader.entries(sections[section], f"the section {section}") if sections[section] else ():
            if key.text in taken:
                reader.fault(
                    key.place, f"{key.text!r} is already the name of {taken[key.text]}; give it a name of its own."
                )
            taken.setdefault(key.text, f"another on line {key.place.line}")
            fields = read(key.text, value)
            if fields is not None:
                found[section][key.text] = fields
    return Numbers(found["thresholds"], found["tables"], found["constants"])  # type: ignore[arg-type] # each section holds its own kind


class _Numbers:
    def __init__(self, reader: Reader, vocabulary: Vocabulary) -> None:
        self.reader, self.vocabulary = reader, vocabulary

    # -- thresholds ------------------------------------------------------

    def threshold(self, name: str, node: Node) -> Threshold | None:
        reader = self.reader
        fields = reader.mapping(node, f"the threshold {name}", ("title", "of", "unit", "side", "choices"), ordered=True)
        if fields is None:
            return None
        of = reader.known(fields.get("of"), "measure", self.vocabulary.measures)
        unit = unit_code(reader, fields.get("unit"), "unit")
        self.same_unit(fields, of, unit if fields.get("unit") else "")
        side = Side(reader.one_of(fields.get("side"), "side", tuple(Side), "low"))
        choices: dict[str, Choice] = {}
        for key, value in reader.entries(fields.get("choices"), "choices"):
            choice = self.choice(key.text, value, of, unit, side, choices)
            if choice is not None:
                choices[key.text] = choice
        return Threshold(name, reader.text(fields.get("title"), "title"), of, unit, side, choices) if of else None

    def same_unit(self, fields: Mapping, measure: str, unit: str) -> None:
        place = (fields.get("compares") or fields.get("unit") or fields).place
        # That no unit is written is told already.
        if measure and unit and self.vocabulary.measures[measure].unit != unit:
            canonical = self.vocabulary.measures[measure].unit
            self.reader.fault(
                place,
                f"{unit!r} does not fit: {measure} is kept in {canonical}; give the limits in {canonical}.",
            )

    def choice(
        self, name: str, node: Node, of: str, unit: str, side: Side, earlier: dict[str, Choice]
    ) -> Choice | None:
        reader = self.reader
        fields = reader.mapping(
            node,
            f"the choice {name}",
            (),
            ("extends", "source", "where", "read", "compares", "otherwise", side.never_beyond, "rows"),
        )
        if fields is None:
            return None
        base: Choice | None = None
        if fields.get("extends") is not None:
            base = earlier.get(reader.known(fields.get("extends"), "choice above", earlier))
        cites = citation(reader, fields, f"the choice {name}", base.cites if base else None)
        compares = reader.known(fields.get("compares"), "measure", self.vocabulary.measures)
        if compares:
            self.same_unit(fields, compares, unit)
        compares = compares or (base.compares if base else of)
        read = RowReader(reader, self.vocabulary, side)
        rows = tuple(read.row(item, cites) for item in reader.items(fields.get("rows"), "rows"))
        kept = tuple(row for row in base.rows if not row.is_hole) if base else ()
        otherwise = reader.known(fields.get("otherwise"), "choice above", earlier) or (base.otherwise if base else "")
        beyond = reader.text(fields.get(side.never_beyond), side.never_beyond) or (base.never_beyond if base else "")
        choice = Choice(name, compares, (*kept, *(row for row in rows if row)), cites, otherwise, beyond)
        self.range_fits(fields, choice, side, earlier)
        keys = {row.finding[0] for row in choice.rows if row.finding}
        if len(keys) > 1:
            reader.fault(
                fields.place,
                f"the choice {name} is keyed by several findings: {', '.join(sorted(keys))}; one is possible.",
            )
        return choice

    def range_fits(self, fields: Mapping, choice: Choice, side: Side, earlier: dict[str, Choice]) -> None:
        """Refuse laboratory limits of what no laboratory reports, and an `otherwise` that cannot stand in for them."""
        measure = self.vocabulary.measures.get(choice.compares)
        if choice.is_laboratory and measure is not None and measure.kind is not MeasureKind.LABORATORY:
            self.reader.fault(
                (fields.get("compares") or fields).place,
                f"the choice {choice.name} has laboratory limits and compares {measure.name}, for which no laboratory "
                "prints a range; compare the measure as it is reported, never adjusted.",
            )
        if choice.never_beyond and not choice.is_laboratory:
            word = fields.get(side.never_beyond) or fields
            message = f"the choice {choice.name} has {side.never_beyond!r} and no laboratory limit; leave it out."
            self.reader.fault(word.place, message)
        if not choice.otherwise:
            return
        place = (fields.get("otherwise") or fields).place
        if not choice.is_laboratory:
            message = f"the choice {choice.name} has 'otherwise' and no laboratory limit; leave 'otherwise' out."
            self.reader.fault(place, message)
        if earlier[choice.otherwise].is_laboratory:
            self.reader.fault(
                place,
                f"{choice.otherwise!r} has laboratory limits itself; for results without a range name a choice "
                "that has numbers.",
            )
        if choice.keyed_by is not None:
            self.reader.fault(
                place,
                f"the choice {choice.name} has 'otherwise' and is keyed by {choice.keyed_by}; which choice holds "
                "is settled before findings are. Key its rows by age and attributes only.",
            )

    # -- tables and constants --------------------------------------------

    def table(self, name: str, node: Node) -> Table | None:
        reader = self.reader
        fields = reader.mapping(node, f"the table {name}", ("title", "of"), ("unit", "gives", "choices"))
        if fields is None:
            return None
        of = reader.known(fields.get("of"), "measure", self.vocabulary.measures)
        if (fields.get("unit") is None) is (fields.get("gives") is None):
            reader.fault(
                fields.place,
                f"the table {name} has either 'unit', where its steps are numbers, or 'gives', "
                "where they are words of an attribute.",
            )
        gives = reader.known(fields.get("gives"), "attribute", self.vocabulary.attributes)
        unit = unit_code(reader, fields.get("unit"), "unit") if fields.get("unit") else ""
        choices: dict[str, TableChoice] = {}
        for key, value in reader.entries(fields.get("choices"), "choices"):
            choice = reader.mapping(value, f"the choice {key.text}", ("source", "where", "read", "steps"), ordered=True)
            if choice is None or not of:
                continue
            steps = tuple(self.step(item, of, gives) for item in reader.items(choice.get("steps"), "steps"))
            choices[key.text] = TableChoice(
                key.text, tuple(s for s in steps if s), citation(reader, choice, "the choice")
            )
            self.steps_fit(value, choices[key.text], self.vocabulary.measures[of].unit)
        return Table(name, reader.text(fields.get("title"), "title"), of, unit, gives, choices) if of else None

    def step(self, node: Node, of: str, gives: str) -> Step | None:
        reader = self.reader
        fields = reader.mapping(node, "a step", (), ("from", "to", "is", "no value"))
        if fields is None:
            return None
        parts = [f"{key} {reader.text(fields.get(key), key)}" for key in ("from", "to") if fields.get(key)]
        if not parts:
            reader.fault(fields.place, "A step has 'from', 'to', or both.")
            return None
        over = band(reader, Scalar(" ".join(parts), fields.place), "step", self.vocabulary.measures[of].unit)
        given, hole = fields.get("is"), fields.get("no value")
        if (given is None) is (hole is None):
            reader.fault(fields.place, "A step has either 'is' or 'no value'.")
            return None
        if hole is not None:
            return Step(over, None, "", reader.text(hole, "no value"))
        if gives:
            return Step(
                over,
                None,
                reader.one_of(given, f"value of {gives}", self.vocabulary.attributes[gives].values),
                "",
            )
        return Step(over, reader.number(given, "is"), "", "")

    def steps_fit(self, node: Node, choice: TableChoice, unit: str) -> None:
        for before, after in pairwise(choice.steps):
            end, start = before.over.high.value, after.over.low.value
            if end != start:
                ends = f"ends at {number_text(end)} {unit}" if end is not None else "has no end"
                begins = f"begins at {number_text(start)} {unit}" if start is not None else "has no beginning"
                self.reader.fault(
                    node.place,
                    f"the choice {choice.name}: a step must begin where the one before it ends; "
                    f"one {ends}, the next {begins}.",
                )
                return

    def constant(self, name: str, node: Node) -> Constant | None:
        reader = self.reader
        fields = reader.mapping(node, f"the constant {name}", ("title", "unit", "choices"), ordered=True)
        if fields is None:
            return None
        choices: dict[str, ConstantChoice] = {}
        for key, value in reader.entries(fields.get("choices"), "choices"):
            choice = reader.mapping(value, f"the choice {key.text}", ("source", "where", "read", "is"), ordered=True)
            number = span(reader, choice.get("is"), "is") if choice else None
            if choice is not None and number is not None:
                choices[key.text] = ConstantChoice(key.text, number, citation(reader, choice, "the choice"))
        return Constant(
            name,
            reader.text(fields.get("title"), "title"),
            unit_code(reader, fields.get("unit"), "unit"),
            choices,
        )
