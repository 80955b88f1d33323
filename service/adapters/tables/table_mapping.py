"""
How the columns of a table become panels: what a mapping file says.
"""

from __future__ import annotations

from dataclasses import dataclass, field


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
class Times:
    """
    One column that tells when something happened.

    Attributes:
        column: Its heading.

        in_days: Whether its cells count days before the question; else they hold a day or an instant.

        never: Codes for what never happened.

        unknown: Codes that say nothing, as a blank cell does.
    """

    column: str
    in_days: bool = False
    never: frozenset[str] = frozenset()
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

        events: For each event, its column of times.
    """

    title: str
    note: str
    row_id: str
    attributes: dict[str, Words] = field(default_factory=dict)
    quantities: dict[str, tuple[Column, ...]] = field(default_factory=dict)
    results: dict[str, Column] = field(default_factory=dict)
    events: dict[str, Times] = field(default_factory=dict)

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
                *(times.column for times in self.events.values()),
            }
        )
