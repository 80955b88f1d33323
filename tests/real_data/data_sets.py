"""
The files of measured people, as `data-sets.yaml` describes them, read plainly.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.real_data.indices import HUMAN, Count

HERE = Path(__file__).parent
WORDS: dict[str, Any] = YAML(typ="safe", pure=True).load(HERE / "data-sets.yaml")
MAPPINGS = Path(__file__).parents[2] / "knowledge" / "mappings"
NHANES = ("nhanes_2017_2018_J.csv", "nhanes-2017-2018.yaml")


class Target(Enum):
    """What is looked for."""

    CARRIER = "a disorder of hemoglobin"
    IRON = "iron deficiency"
    ANEMIA = "anemia"


@dataclass(frozen=True)
class Comparison:
    """
    Two groups to be told apart.

    Attributes:
        title: As a heading.

        target: What those in the first group have.

        having: Labels of the first group.

        others: Labels of the second; none where only the first can be scored.
    """

    title: str
    target: Target
    having: frozenset[str]
    others: frozenset[str]


@dataclass(frozen=True)
class DataSet:
    """
    One file with a label.

    Attributes:
        title: As a heading.

        file: Its name in the folder of data.

        mapping: Of its columns, in `knowledge/mappings/`.

        label: The column that tells what somebody has.

        count: For each name of a blood count, its column.

        comparisons: What can be scored.

        notes: What the file lacks, and how far its label can be trusted, a sentence each.

        row_name: Column that names a row, which is no part of what the row says; or empty.

        assume: Attributes with the word that the second reading assumes.

        quantities: Of the patient, what the second reading takes to be so, as text.
    """

    title: str
    file: str
    mapping: str
    label: str
    count: Mapping[str, str]
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...]
    row_name: str = ""
    assume: Mapping[str, str] = field(default_factory=dict)
    quantities: Mapping[str, str] = field(default_factory=dict)

    @property
    def second_reading(self) -> str:
        """What the second reading assumes, in words; empty where there is none."""
        return " and ".join(f"{name} {word}" for name, word in (*self.assume.items(), *self.quantities.items()))


@dataclass(frozen=True)
class Person:
    """
    One row.

    Attributes:
        label: What the file says somebody has.

        count: The blood count that can be somebody's.

        impossible: Cells that cannot be anybody's, each with its column.

        repeated: Whether an earlier row says the same.
    """

    label: str
    count: Count
    impossible: tuple[str, ...]
    repeated: bool

    def complete(self, data: DataSet) -> bool:
        """Return whether each column of the blood count that the file has is there and possible."""
        return not self.repeated and data.count.keys() <= self.count.keys()


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table as text."""
    with path.open(newline="", encoding="utf-8-sig") as opened:
        return list(csv.DictReader(opened))


def people(data: DataSet, path: Path) -> list[Person]:
    """
    Read a file plainly.

    Args:
        data: What its columns are.

        path: The file.

    Returns:
        One person a row, in order. MCH and hematocrit that the file lacks are computed.
    """
    seen: set[tuple[str, ...]] = set()
    found = []
    for row in rows(path):
        says = tuple(text for name, text in row.items() if name != data.row_name)
        count, impossible = _count(data, row)
        found.append(Person(row[data.label].strip(), count, impossible, says in seen))
        seen.add(says)
    return found


def _count(data: DataSet, row: Mapping[str, str]) -> tuple[Count, tuple[str, ...]]:
    count: dict[str, Fraction] = {}
    impossible = []
    for name, column in data.count.items():
        text = row[column].strip()
        if not text:
            continue
        low, high = HUMAN[name]
        if low <= Fraction(text) <= high:
            count[name] = Fraction(text)
        else:
            impossible.append(f"{column} {text}")
    if "mch" not in data.count and {"hb", "rbc"} <= count.keys():
        count["mch"] = count["hb"] * 10 / count["rbc"]
    if "hct" not in data.count and {"mcv", "rbc"} <= count.keys():
        count["hct"] = count["mcv"] * count["rbc"] / 10
    return count, tuple(impossible)


def _read() -> tuple[tuple[DataSet, ...], tuple[DataSet, ...]]:
    told = WORDS["sets"]
    labeled = tuple(
        DataSet(
            one["title"],
            one["file"],
            one["mapping"],
            one["label"],
            one["count"],
            tuple(
                Comparison(
                    each["title"], Target[each["target"].upper()], frozenset(each["having"]), frozenset(each["others"])
                )
                for each in one["comparisons"]
            ),
            tuple(one["notes"]),
            one.get("row name", ""),
            one["assume"],
            one.get("quantities", {}),
        )
        for one in told
    )
    others = tuple(DataSet(one["file"], one["file"], one["mapping"], "", {}, (), ()) for one in WORDS["unlabeled"])
    return labeled, others


LABELED, UNLABELED = _read()
