"""
Reading the small phrases of the language: bands, ranges, units, formulas.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from service.domain.formulas import FormulaError, parse_formula
from service.domain.intervals import Interval
from service.domain.quantities import QuantityError, parse_number, parse_quantity
from service.domain.spellings import normal_unit
from service.domain.thresholds import ALWAYS, Citation
from service.domain.units import UnitError, parse_unit

if TYPE_CHECKING:
    from service.domain.formulas import Formula
    from service.domain.language.reader import Reader
    from service.domain.nodes import Mapping, Node

RULE_ID = re.compile(r"[A-Z]{3}-\d{3}\Z")
READ_LEVELS = ("primary", "secondary", "memory", "computed", "own")
_BAND = re.compile(r"(?:from (?P<low>\S+ \S+))?\s*(?:to (?P<high>\S+ \S+))?\Z")


def band(reader: Reader, node: Node | None, what: str, unit: str) -> Interval:
    """
    Read ``from X to Y``, half-open, in a unit.

    Args:
        reader: Keeps faults.

        node: For example ``from 6 mo to 24 mo`` or ``from 15 a``.

        what: For messages.

        unit: Unit of the interval returned.

    Returns:
        The interval; everything where *node* is None or faulty.
    """
    text = reader.text(node, what)
    if node is None or not text:
        return ALWAYS
    match = _BAND.match(text)
    if match is None or not (match["low"] or match["high"]):
        reader.fault(node.place, f"{text!r} does not say from where to where; write {_bands(unit)}.")
        return ALWAYS
    ends = [_converted(reader, node, part, unit) if part else None for part in (match["low"], match["high"])]
    if ends[0] is not None and ends[1] is not None and ends[0] >= ends[1]:
        reader.fault(node.place, f"{text!r} is empty: it must end after it begins; exchange the two.")
        return ALWAYS
    return Interval.of(*ends, high_open=True)


def _bands(unit: str) -> str:
    """Return how a band in a unit is written; ages are said in several."""
    if unit == "mo":
        return "from 6 mo to 24 mo, from 15 a, or to 6 mo"
    return f"from 6 {unit} to 24 {unit}, from 24 {unit}, or to 6 {unit}"


def _converted(reader: Reader, node: Node, text: str, unit: str) -> Fraction | None:
    try:
        quantity = parse_quantity(text)
        factor = parse_unit(quantity.unit).factor_to(parse_unit(unit))
    except (QuantityError, UnitError):
        reader.fault(node.place, f"{text!r} is not a number with a unit, such as 15 {unit}.")
        return None
    if factor is None:
        reader.fault(
            node.place, f"{text!r} cannot be converted to {unit}; write it in {unit}, or in a unit that converts to it."
        )
        return None
    return quantity.interval.scaled(factor).low.value


def span(reader: Reader, node: Node | None, what: str) -> Interval | None:
    """Read ``10 to 270``, or one number, both ends included."""
    text = reader.text(node, what)
    if node is None or not text:
        return None
    try:
        quantity = parse_quantity(text)
    except QuantityError:
        low, to, high = text.partition(" to ")
        remedy = f"{high.strip()} to {low.strip()}" if to and _falls(low, high) else "10 to 270"
        reader.fault(node.place, f"{text!r} is not a range from low to high; write {remedy}.")
        return None
    if quantity.unit:
        reader.fault(
            node.place, f"{what} is written without a unit, in the one that is kept; leave {quantity.unit!r} out."
        )
    return quantity.interval


def _falls(low: str, high: str) -> bool:
    """Return whether two numbers stand in the wrong order."""
    try:
        return parse_number(high.strip()) < parse_number(low.strip())
    except ValueError:
        return False


def duration_in_days(reader: Reader, node: Node | None) -> Fraction | None:
    """Read a time such as ``3 mo``, in days."""
    return None if node is None else _converted(reader, node, reader.text(node, "time"), "d")


def unit_code(reader: Reader, node: Node | None, what: str) -> str:
    """Read a UCUM code."""
    text = normal_unit(reader.text(node, what))
    if node is not None and text:
        try:
            parse_unit(text)
        except UnitError:
            reader.fault(
                node.place,
                f"{text!r} is not a unit; write a UCUM code such as g/L, ug/L, 10*9/L, %, d or, for plain numbers, 1.",
            )
            return "1"
    return text or "1"


def formula(reader: Reader, node: Node | None, what: str) -> Formula | None:
    """Read a formula."""
    text = reader.text(node, what)
    if node is None or not text:
        return None
    try:
        return parse_formula(text)
    except FormulaError as error:
        reader.fault(node.place, f"The formula {error}.")
        return None


def citation(reader: Reader, node: Mapping, what: str, inherited: Citation | None = None) -> Citation:
    """Read ``source``, ``where`` and ``read``; a row inherits what it does not say itself."""
    given = {key: node.get(key) for key in ("source", "where", "read")}
    if inherited is None:
        for key, value in given.items():
            if value is None:
                reader.fault(node.place, f"{what} has no {key!r}; add it.", authors=key != "source")
    elif given["source"] is not None and given["where"] is None:
        reader.fault(
            node.place,
            f"{what} names another source and no 'where'; add where: and the place in that source.",
            authors=True,
        )
    base = inherited or Citation("", "", "memory")
    return Citation(
        reader.text(given["source"], "source") or base.source,
        reader.text(given["where"], "where") or base.where,
        reader.one_of(given["read"], "level of reading", READ_LEVELS, base.read),
    )
