"""
The numbers: thresholds with rows, step tables, constants, each with its source.

A threshold answers when its rows agree. Rows are keyed by patient quantities (age,
altitude), attributes and at most one finding; a hole is a row that says why there is
no limit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from service.domain.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from service.domain.scales import State

ALWAYS = Interval.of(None, None)


class Side(StrEnum):
    """Which side of the limit is the abnormal one."""

    LOW = "low"
    HIGH = "high"

    @property
    def never_beyond(self) -> str:
        """The words for a threshold beyond which no laboratory's limit is believed: ``never under``, ``never over``."""
        return "never under" if self is Side.LOW else "never over"

    @property
    def of_range(self) -> str:
        """Which limit of a laboratory's range lies on the side: ``lower limit`` or ``upper limit``."""
        return "lower limit" if self is Side.LOW else "upper limit"


class Word(StrEnum):
    """The four words of a comparison; ``below`` and ``at least``, ``above`` and ``at most`` are opposites."""

    BELOW = "below"
    AT_LEAST = "at least"
    ABOVE = "above"
    AT_MOST = "at most"

    @property
    def side(self) -> Side:
        """The side of thresholds that the word may be used with, in a rule."""
        return Side.LOW if self in {Word.BELOW, Word.AT_LEAST} else Side.HIGH

    @property
    def holds_under(self) -> bool:
        """Whether the word is true of values under the limit."""
        return self in {Word.BELOW, Word.AT_MOST}

    @property
    def opposite(self) -> Word:
        """The word that is true exactly where this one is false."""
        return _OPPOSITES[self]


_OPPOSITES = {
    Word.BELOW: Word.AT_LEAST,
    Word.AT_LEAST: Word.BELOW,
    Word.ABOVE: Word.AT_MOST,
    Word.AT_MOST: Word.ABOVE,
}
_OF_ROW = {
    (Side.LOW, False): Word.BELOW,
    (Side.LOW, True): Word.AT_MOST,
    (Side.HIGH, False): Word.ABOVE,
    (Side.HIGH, True): Word.AT_LEAST,
}


@dataclass(frozen=True, slots=True)
class Citation:
    """
    Where a number stands.

    Attributes:
        source: Key in ``sources.yaml``.

        where: Table, page, recommendation.

        read: How it was verified: ``primary``, ``secondary``, ``memory``, ``computed`` or ``own``.
    """

    source: str
    where: str
    read: str


@dataclass(frozen=True, slots=True)
class Row:
    """
    One line of a threshold.

    Attributes:
        bands: For each patient quantity that the row is keyed by, the values it is for, half-open.

        attributes: Values of each attribute that the row is for.

        finding: The finding the row is keyed by, with its state; None where it is for both.

        limit: The number in the threshold's unit; None for a hole, and where the laboratory's own limit holds.

        equal_is_abnormal: Whether the limit itself lies on the abnormal side.

        no_limit: Why there is no limit, or empty.

        cites: Where the number, or the hole, stands.

        text: The keys as people read them: ``female, from 15 a to 66 a``.

        laboratory: Whether the limit is the laboratory's own, which comes with the result: the lower one
            on the low side, the upper one on the high side.
    """

    bands: Mapping[str, Interval]
    attributes: Mapping[str, frozenset[str]]
    finding: tuple[str, State] | None
    limit: Fraction | None
    equal_is_abnormal: bool
    no_limit: str
    cites: Citation
    text: str
    laboratory: bool = False

    def equal_lies(self, side: Side) -> int:
        """Return on which side of the limit a value lies that equals it: -1 under, +1 over."""
        return (1 if side is Side.HIGH else -1) * (1 if self.equal_is_abnormal else -1)

    @property
    def is_hole(self) -> bool:
        """Whether the row says that there is no limit."""
        return self.limit is None and not self.laboratory

    def band(self, quantity: str) -> Interval:
        """Return the values of a patient quantity that the row is for; `ALWAYS` where it is no key."""
        return self.bands.get(quantity, ALWAYS)


@dataclass(frozen=True)
class Choice:
    """
    One cited way to fill a threshold.

    Attributes:
        name: Name that profiles choose by.

        compares: The measure whose value is compared.

        rows: Its rows, which do not overlap and cover every patient.

        cites: Its source, unless a row says another.

        otherwise: The choice that holds for results without a usable laboratory range, or empty.

        never_beyond: The threshold beyond which no limit of a laboratory is believed, or empty.
    """

    name: str
    compares: str
    rows: tuple[Row, ...]
    cites: Citation
    otherwise: str = ""
    never_beyond: str = ""

    @cached_property
    def keyed_by(self) -> str | None:
        """The finding that rows are keyed by, or None."""
        return next((row.finding[0] for row in self.rows if row.finding), None)

    @cached_property
    def is_laboratory(self) -> bool:
        """Whether some row takes its limit from the result."""
        return any(row.laboratory for row in self.rows)

    @cached_property
    def key_attributes(self) -> frozenset[str]:
        """Every attribute that some row is keyed by."""
        return frozenset(name for row in self.rows for name in row.attributes)

    @cached_property
    def key_quantities(self) -> frozenset[str]:
        """Every patient quantity that some row is keyed by."""
        return frozenset(name for row in self.rows for name in row.bands)


@dataclass(frozen=True, slots=True)
class Threshold:
    """
    A named clinical limit.

    Attributes:
        name: Name in the rule set.

        title: For people.

        of: The measure that rules compare.

        unit: UCUM code, the canonical one of *of*.

        side: Which side is abnormal.

        choices: The cited ways to fill it, by name.
    """

    name: str
    title: str
    of: str
    unit: str
    side: Side
    choices: Mapping[str, Choice] = field(default_factory=dict)

    def said_of(self, row: Row, word: Word | None = None) -> Word:
        """
        Return the word that is true of a row, as its source prints it.

        Equality belongs to the row: where it counts, ``below`` is an ``at most``.

        Args:
            row: The row.

            word: Of a condition; of the row itself by default.

        Returns:
            The row's own word, or its exact opposite where a condition asks for the other side.
        """
        said = _OF_ROW[self.side, row.equal_is_abnormal]
        return said.opposite if word in {Word.AT_LEAST, Word.AT_MOST} else said


@dataclass(frozen=True, slots=True)
class Step:
    """
    One step of a table.

    Attributes:
        over: Values of the measure, half-open.

        number: What the table gives there, or None.

        value: The attribute value given there, or empty.

        no_value: Why it gives none, or empty.
    """

    over: Interval
    number: Fraction | None
    value: str
    no_value: str


@dataclass(frozen=True, slots=True)
class TableChoice:
    """One cited way to fill a step table."""

    name: str
    steps: tuple[Step, ...]
    cites: Citation


@dataclass(frozen=True, slots=True)
class Table:
    """
    A step table from one measure to numbers, or to values of an attribute.

    Attributes:
        name: Name in the rule set.

        title: For people.

        of: The measure that is looked up.

        unit: Unit of the numbers given, or empty.

        gives: The attribute whose values are given, or empty.

        choices: The cited ways to fill it.
    """

    name: str
    title: str
    of: str
    unit: str
    gives: str
    choices: Mapping[str, TableChoice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConstantChoice:
    """One cited value of a constant."""

    name: str
    value: Interval
    cites: Citation


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or an interval that formulas use by name."""

    name: str
    title: str
    unit: str
    choices: Mapping[str, ConstantChoice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Every number of a rule set."""

    thresholds: Mapping[str, Threshold]
    tables: Mapping[str, Table]
    constants: Mapping[str, Constant]

    def choosable(self) -> dict[str, frozenset[str]]:
        """Return the names of the choices of each threshold, table and constant."""
        thresholds = {name: frozenset(one.choices) for name, one in self.thresholds.items()}
        tables = {name: frozenset(one.choices) for name, one in self.tables.items()}
        return thresholds | tables | {name: frozenset(one.choices) for name, one in self.constants.items()}
