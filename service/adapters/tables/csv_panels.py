"""
CSV rows as panels, by a mapping file that names columns, units and codes.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service.adapters.knowledge.strict_yaml import parse_yaml
from service.domain.errors import Fault, FerruleError, KnowledgeError
from service.domain.given import GivenPanel, GivenResult
from service.domain.laboratory import Flag, GivenReference
from service.domain.language.reader import Reader
from service.domain.measures import MeasureKind
from service.domain.nodes import Mapping
from service.domain.quantities import Quantity, QuantityError, compared, parse_number
from service.domain.spellings import normal_unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from fractions import Fraction
    from pathlib import Path

    from service.domain.measures import Measure
    from service.domain.nodes import Node, Scalar
    from service.domain.vocabulary import Vocabulary

PATIENT = "patient"
LABORATORY = ("low", "high", "flag")
"""Keys of a result's column for what the laboratory says beside it."""
_COMPARED = re.compile(r"(<=|>=|<|>)?\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of numbers.

    Attributes:
        name: Its heading.

        unit: UCUM code of its numbers.

        below: Column and text that mark a value as below the limit of detection, or None.

        low, high: Columns of the laboratory's limits, in the same unit, or empty.

        flag: Column of its interpretation, or empty.
    """

    name: str
    unit: str
    below: tuple[str, str] | None = None
    low: str = ""
    high: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """
    One column of codes.

    Attributes:
        column: Its heading.

        values: For each code, the word of the vocabulary.

        unknown: Codes that say nothing, as a blank cell does.
    """

    column: str
    values: dict[str, str]
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TableMapping:
    """
    How the columns of a table become panels.

    Attributes:
        title: What the table is.

        note: What its counts mean and do not mean.

        row_id: Column that names a row.

        attributes: For each attribute, its column of codes.

        quantities: For each patient quantity, its columns in the order tried.

        results: For each measure, its column.
    """

    title: str
    note: str
    row_id: str
    attributes: dict[str, Words] = field(default_factory=dict)
    quantities: dict[str, tuple[Column, ...]] = field(default_factory=dict)
    results: dict[str, Column] = field(default_factory=dict)

    @property
    def columns(self) -> frozenset[str]:
        """Every column that is read."""
        numbers = [
            *self.results.values(),
            *(column for columns in self.quantities.values() for column in columns),
        ]
        marks = {column.below[0] for column in numbers if column.below}
        marks |= {name for column in numbers for name in (column.low, column.high, column.flag) if name}
        return frozenset(
            {
                self.row_id,
                *marks,
                *(column.name for column in numbers),
                *(words.column for words in self.attributes.values()),
            }
        )


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its name, and a panel or the faults that keep it from being one."""

    id: str
    panel: GivenPanel | None
    faults: tuple[Fault, ...] = ()


def read_mapping(path: Path, vocabulary: Vocabulary) -> TableMapping:
    """
    Read a mapping file.

    Args:
        path: YAML; `knowledge/mappings/` has an example.

        vocabulary: The names, words and units that it may use.

    Returns:
        The mapping.

    Raises:
        KnowledgeError: With every fault of the file.
    """
    reader = Reader()
    root = reader.mapping(
        parse_yaml(path.read_bytes(), path.name),
        "the mapping",
        ("title", "row id"),
        (PATIENT, "results", "note"),
    )
    text = {key: reader.text(root.get(key) if root else None, key) for key in ("title", "note", "row id")}
    mapping = TableMapping(text["title"], text["note"], text["row id"])
    patient = _measures(vocabulary, MeasureKind.PATIENT)
    for key, value in reader.entries(root.get(PATIENT) if root else None, PATIENT):
        if isinstance(value, Mapping) and value.get("values") is not None:
            words = _words(reader, key, value, vocabulary)
            if words is not None:
                mapping.attributes[key.text] = words
        else:
            measure = patient.get(reader.known(key, "patient quantity", patient))
            columns = (_column(reader, item, measure) for item in reader.items(value, key.text))
            mapping.quantities[key.text] = tuple(column for column in columns if column)
    reported = _measures(vocabulary, MeasureKind.LABORATORY)
    for key, value in reader.entries(root.get("results") if root else None, "results"):
        column = _column(reader, value, reported.get(reader.known(key, "laboratory measure", reported)))
        if column is not None:
            mapping.results[key.text] = column
    if reader.problems:
        raise KnowledgeError(reader.problems)
    return mapping


def _measures(vocabulary: Vocabulary, kind: MeasureKind) -> dict[str, Measure]:
    return {name: measure for name, measure in vocabulary.measures.items() if measure.kind is kind}


def _words(reader: Reader, key: Scalar, node: Mapping, vocabulary: Vocabulary) -> Words | None:
    attribute = vocabulary.attributes.get(reader.known(key, "attribute", vocabulary.attributes))
    fields = reader.mapping(node, key.text, ("column", "values"), ("unknown",))
    values: dict[str, str] = {}
    for code, word in reader.mapping(node.get("values"), "values") or ():
        values[code.text] = reader.text(word, code.text)
        if attribute is not None and attribute.meaning(values[code.text]) is None:
            accepted = reader.nearest(values[code.text], (*attribute.values, *attribute.groups))
            reader.fault(word.place, f"{values[code.text]!r} is not a value of {key.text}. {accepted}")
    if fields is None:
        return None
    unknown = frozenset(reader.texts(fields.get("unknown"), "unknown"))
    return Words(reader.text(fields.get("column"), "column"), values, unknown)


def _column(reader: Reader, node: Node, measure: Measure | None) -> Column | None:
    of_laboratory = LABORATORY if measure is None or measure.kind is MeasureKind.LABORATORY else ()
    fields = reader.mapping(node, "a column", ("column", "unit"), ("below", *of_laboratory))
    if fields is None:
        return None
    mark = reader.mapping(fields.get("below"), "below", ("column", "when")) if fields.get("below") else None
    below = (reader.text(mark.get("column"), "column"), reader.text(mark.get("when"), "when")) if mark else None
    stated = fields.get("unit")
    unit = normal_unit(reader.text(stated, "unit"))
    if stated is not None and measure is not None and unit not in measure.accepted_units:
        accepted = ", ".join(measure.accepted_units)
        reader.fault(stated.place, f"{unit!r} is not accepted for {measure.name}; use one of {accepted}.")
    beside = [reader.text(fields.get(key), key) for key in LABORATORY]
    return Column(reader.text(fields.get("column"), "column"), unit, below, *beside)


def count_rows(path: Path) -> int:
    """Return how many rows a table has, its heading aside."""
    with _reading(path) as rows:
        return sum(1 for _ in rows)


@contextmanager
def _reading(path: Path) -> Iterator[csv.DictReader[str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        try:
            yield csv.DictReader(file)
        except UnicodeDecodeError:
            message = f"{path.name} is not UTF-8; save it as CSV UTF-8."
            raise TableError(message) from None
        except csv.Error as error:
            message = f"{path.name} is not CSV: {error}."
            raise TableError(message) from None


class TableError(FerruleError):
    """The table cannot be read as its mapping says; the message says why."""


def read_table(path: Path, mapping: TableMapping, as_of: datetime) -> Iterator[TableRow]:
    """
    Read a table row by row.

    Args:
        path: CSV with a heading, UTF-8.

        mapping: How its columns become panels.

        as_of: The instant of the question.

    Yields:
        One row at a time; a blank cell is a missing value.

    Raises:
        TableError: If it is not CSV in UTF-8, or the mapping names a column that is not there, or there twice.
    """
    with _reading(path) as rows:
        absent = sorted(mapping.columns - set(rows.fieldnames or ()))
        if absent:
            message = (
                f"{path.name} has no column {', '.join(absent)}; its columns are {', '.join(rows.fieldnames or ())}."
            )
            raise TableError(message)
        repeated = sorted(name for name, times in Counter(rows.fieldnames).items() if times > 1)
        if mapping.columns.intersection(repeated):
            message = (
                f"{path.name} has several columns {', '.join(repeated)}; each that is read needs a heading of its own."
            )
            raise TableError(message)
        for number, row in enumerate(rows, 1):
            yield _row(row, mapping, as_of, number)


def _row(row: dict[str, str], mapping: TableMapping, as_of: datetime, number: int) -> TableRow:
    row_id = (row[mapping.row_id] or "").strip() or str(number)
    if None in row or None in row.values():
        detail = "The row has fewer or more cells than the heading; is a comma unquoted?"
        return TableRow(row_id, None, (Fault("", "cells-and-heading-differ", detail),))
    faults: list[Fault] = []
    attributes: dict[str, tuple[str, str]] = {}
    for name, words in mapping.attributes.items():
        code = row[words.column].strip()
        if code in words.values:
            attributes[name] = (words.values[code], f"/{words.column}")
        elif code and code not in words.unknown:
            listed = ", ".join(words.values)
            detail = f"{code[:40]!r} is not a code that the mapping lists for {name}; it lists {listed}."
            faults.append(Fault(f"/{words.column}", "unknown-value", detail))
    quantities: dict[str, tuple[Quantity, str]] = {}
    for name, columns in mapping.quantities.items():
        for column in columns:
            quantity = _cell(row, column, faults)
            if quantity is not None:
                quantities[name] = (quantity, f"/{column.name}")
                break
    results = [
        GivenResult(
            column.name,
            f"/{column.name}",
            quantity,
            measure=name,
            reference=_reference(row, column, faults),
            flag=_flag(row, column, faults),
        )
        for name, column in mapping.results.items()
        if (quantity := _cell(row, column, faults)) is not None
    ]
    if faults:
        return TableRow(row_id, None, tuple(faults))
    return TableRow(row_id, GivenPanel(as_of, attributes, quantities, None, tuple(results)))


def _reference(row: dict[str, str], column: Column, faults: list[Fault]) -> GivenReference | None:
    """Return the laboratory's range for a row; None where neither limit is there."""
    ends: list[Fraction | None] = []
    for name in (column.low, column.high):
        text = row[name].strip() if name else ""
        try:
            ends.append(parse_number(text) if text else None)
        except QuantityError as error:
            detail = f"{error}; leave the cell blank when the laboratory prints no limit."
            faults.append(Fault(f"/{name}", "not-a-number", detail))
            return None
    return None if ends == [None, None] else GivenReference(ends[0], ends[1], f"/{column.name}")


def _flag(row: dict[str, str], column: Column, faults: list[Fault]) -> Flag | None:
    text = row[column.flag].strip() if column.flag else ""
    if not text:
        return None
    if text in set(Flag):
        return Flag(text)
    detail = f"{text[:40]!r} is not a flag; accepted are {', '.join(Flag)}. Leave the cell blank for any other."
    faults.append(Fault(f"/{column.flag}", "unknown-flag", detail))
    return None


def _cell(row: dict[str, str], column: Column, faults: list[Fault]) -> Quantity | None:
    text = row[column.name].strip()
    if not text:
        return None
    flagged = column.below is not None and row[column.below[0]].strip() == column.below[1]
    written, number = _COMPARED.fullmatch(text).groups()  # type: ignore[union-attr] # it matches every text
    comparator = written or ("<" if flagged else None)
    try:
        value = parse_number(number)
    except QuantityError as error:
        detail = f"{error}; leave the cell blank when there is no value."
        faults.append(Fault(f"/{column.name}", "not-a-number", detail))
        return None
    if flagged and comparator in {">", ">="}:
        detail = f"{text!r} is marked as below the limit of detection; correct one of the two."
        faults.append(Fault(f"/{column.name}", "contradiction", detail))
        return None
    return Quantity(compared(value, comparator), column.unit, f"{comparator or ''}{number}")
