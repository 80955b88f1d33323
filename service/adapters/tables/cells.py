"""
What one cell says: a word, a number with its comparator, a range, a flag, a time.

A cell that cannot be read is a fault of its row, never a blank.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from service.domain.errors import Fault
from service.domain.given import GivenEvent
from service.domain.laboratory import INTERPRETATIONS, Flag, GivenReference
from service.domain.quantities import Quantity, QuantityError, compared, parse_number

if TYPE_CHECKING:
    from fractions import Fraction

    from service.adapters.tables.table_mapping import Column, Times, Words

_COMPARED = re.compile(r"(<=|>=|<|>)?\s*(.*)", re.DOTALL)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAYS = re.compile(r"\d{1,5}", re.ASCII)
"""Whole days, of more than a life at most."""


def word_in(row: dict[str, str], name: str, words: Words, faults: list[Fault]) -> str:
    """Return the word of an attribute that a cell's code stands for; empty where it is unknown, or faulty."""
    code = row[words.column].strip()
    if code in words.values:
        return words.values[code]
    if code and code not in words.unknown:
        listed = ", ".join(words.values)
        detail = f"{code[:40]!r} is not a code that the mapping lists for {name}; it lists {listed}."
        faults.append(Fault(f"/{words.column}", "unknown-value", detail))
    return ""


def event_in(row: dict[str, str], name: str, times: Times, as_of: datetime, faults: list[Fault]) -> GivenEvent | None:
    """
    Return when something happened, by a cell.

    Args:
        row: Cells by heading.

        name: Of the event.

        times: Its column.

        as_of: The instant of the question.

        faults: Receives what cannot be read.

    Returns:
        The event; None where the cell is blank, says that nobody knows, or is faulty.
    """
    text, pointer = row[times.column].strip(), f"/{times.column}"
    if not text or text in times.unknown:
        return None
    if text in times.never:
        return GivenEvent(name, pointer, None)
    try:
        if times.in_days and _DAYS.fullmatch(text):
            # Of a number of days only the day is known, not the hour.
            return GivenEvent(name, pointer, as_of.date() - timedelta(days=int(text)))
        if not times.in_days and _DAY.fullmatch(text):
            return GivenEvent(name, pointer, date.fromisoformat(text))
        if not times.in_days and _INSTANT.fullmatch(text):
            return GivenEvent(name, pointer, datetime.fromisoformat(text))
    except ValueError:
        pass
    written = "whole days before the question, such as 30" if times.in_days else "a day, such as 2026-11-12"
    detail = f"{text[:40]!r} is no time of {name}; write {written}, and leave the cell blank when it is not known."
    faults.append(Fault(pointer, "not-a-time", detail))
    return None


def reference(row: dict[str, str], column: Column, faults: list[Fault]) -> GivenReference | None:
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


def flag(row: dict[str, str], column: Column, faults: list[Fault]) -> tuple[Flag | None, str]:
    """Return on which side the laboratory puts a result, None where it tells none; and its code, where another."""
    text = row[column.flag].strip() if column.flag else ""
    if text and text not in INTERPRETATIONS:
        accepted = ", ".join(INTERPRETATIONS)
        detail = f"{text[:40]!r} is not a flag; accepted are {accepted}. Leave the cell blank for any other."
        faults.append(Fault(f"/{column.flag}", "unknown-flag", detail))
    side = INTERPRETATIONS.get(text)
    return side, text if side is None or text != side.value else ""


def quantity_in(row: dict[str, str], column: Column, faults: list[Fault]) -> Quantity | None:
    """Return the number of a cell with its comparator; None where it is blank, or faulty."""
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
