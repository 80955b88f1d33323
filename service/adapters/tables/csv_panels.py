"""
CSV rows as panels, by a mapping that names columns, units and codes.
"""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.adapters.tables.cells import event_in, flag, quantity_in, reference, word_in
from service.domain.errors import Fault, FerruleError
from service.domain.given import GivenPanel, GivenResult

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from service.adapters.tables.table_mapping import TableMapping
    from service.domain.quantities import Quantity


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its name, and a panel or the faults that keep it from being one."""

    id: str
    panel: GivenPanel | None
    faults: tuple[Fault, ...] = ()


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
    attributes = {
        name: (told, f"/{words.column}")
        for name, words in mapping.attributes.items()
        if (told := word_in(row, name, words, faults))
    }
    quantities: dict[str, tuple[Quantity, str]] = {}
    for name, columns in mapping.quantities.items():
        for column in columns:
            found = quantity_in(row, column, faults)
            if found is not None:
                quantities[name] = (found, f"/{column.name}")
                break
    results: list[GivenResult] = []
    for name, column in mapping.results.items():
        quantity = quantity_in(row, column, faults)
        if quantity is not None:
            side, sent = flag(row, column, faults)
            range_ = reference(row, column, faults)
            results.append(GivenResult(column.name, f"/{column.name}", quantity, name, None, None, range_, side, sent))
    events = tuple(
        event for name, times in mapping.events.items() if (event := event_in(row, name, times, as_of, faults))
    )
    if faults:
        return TableRow(row_id, None, tuple(faults))
    return TableRow(row_id, GivenPanel(as_of, attributes, quantities, None, tuple(results), events=events))
