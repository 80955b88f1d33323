"""
Published cases as panels: what a source prints, read by ``analytes.yaml``, nothing guessed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from service.domain.given import GivenFinding, GivenPanel, GivenResult
from service.domain.intervals import Interval
from service.domain.quantities import Quantity, compared, parse_number
from service.domain.scales import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

HERE = Path(__file__).parent
READABLE_COMPARATORS = ("<", "<=", ">", ">=")


@dataclass(frozen=True)
class PublishedCase:
    """
    One case with what of it could be read.

    Attributes:
        id: As in the collection.

        panel: What a caller would send.

        not_read: Name and reason for everything that the source states and the panel does not hold.

        expected: What the source concludes.

        faulty: Whether the source's values are known to be faulty.
    """

    id: str
    panel: GivenPanel
    not_read: tuple[str, ...]
    expected: dict[str, Any] = field(default_factory=dict)
    faulty: tuple[str, ...] = ()


def load_yaml(name: str) -> dict[str, Any]:
    """Return a file of this folder; YAML 1.2, so ``yes`` and ``<`` are text."""
    return YAML(typ="safe", pure=True).load(HERE / name)


def read_cases(file: Path, as_of: datetime) -> list[PublishedCase]:
    """
    Read a file of cases.

    Args:
        file: JSON, one case a line, as the collection's README says.

        as_of: The instant of the question.

    Returns:
        The cases in order.
    """
    reading = load_yaml("analytes.yaml")
    lines = file.read_text(encoding="utf-8").splitlines()
    # Numbers stay as they are printed: 10.0 is not 10 to somebody who reads the trace.
    raw = [json.loads(line, parse_float=str, parse_int=str) for line in lines if line.strip()]
    return [read_case(case, reading, as_of) for case in raw]


def read_case(case: dict[str, Any], reading: dict[str, Any], as_of: datetime) -> PublishedCase:
    """
    Read one case.

    Args:
        case: One line of the collection; numbers as text.

        reading: ``analytes.yaml``.

        as_of: The instant of the question.

    Returns:
        The case; what cannot be read is named, never guessed.
    """
    not_read: list[str] = []
    attributes, quantities = _population(case.get("population", {}), reading["population"], not_read)
    results = tuple(_results(case.get("labs", ()), reading, not_read))
    stated = reading["findings"].get(case["id"], ())
    findings = tuple(
        GivenFinding(one["finding"], State(one["state"]), f"/findings/{place}") for place, one in enumerate(stated)
    )
    if case["id"] in reading["not read"]:
        not_read.append(reading["not read"][case["id"]])
    panel = GivenPanel(as_of, attributes, quantities, None, results, findings)
    faulty = tuple(case.get("data_quality_issues", ()))
    return PublishedCase(case["id"], panel, tuple(not_read), case.get("expected", {}), faulty)


def _population(
    stated: dict[str, Any], reading: dict[str, Any], not_read: list[str]
) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[Quantity, str]]]:
    attributes: dict[str, tuple[str, str]] = {}
    quantities: dict[str, tuple[Quantity, str]] = {}
    replaced = {reading[name]["instead of"] for name in stated if "instead of" in reading.get(name, {})}
    for name, value in stated.items():
        told = reading.get(name)
        if name in replaced:
            continue
        if told is None:
            not_read.append(f"{name}: not known to analytes.yaml")
        elif "quantity" in told:
            quantity = Quantity(compared(parse_number(value), None), told["unit"], value)
            quantities[told["quantity"]] = (quantity, f"/patient/{name}")
        else:
            word = told["values"].get(json.dumps(value) if isinstance(value, bool) else value)
            if word is None:
                not_read.append(f"{name} {value}: says nothing that can be sent")
            else:
                attributes[told["attribute"]] = (word, f"/patient/{name}")
    return attributes, quantities


def _results(labs: list[dict[str, Any]], reading: dict[str, Any], not_read: list[str]) -> Iterator[GivenResult]:
    for place, lab in enumerate(labs):
        analyte = lab["analyte"]
        told = reading["analytes"].get(analyte, {"not covered": "not known to analytes.yaml"})
        comparator = lab.get("comparator")
        if "not covered" in told:
            not_read.append(f"{analyte}: {told['not covered']}")
        elif lab.get("unit_missing") or not lab.get("unit"):
            not_read.append(f"{analyte}: no unit is printed")
        elif comparator is not None and comparator not in READABLE_COMPARATORS:
            not_read.append(f"{analyte}: comparator {comparator}")
        else:
            unit = told.get("units", {}).get(lab["unit"]) or reading["units"].get(lab["unit"], lab["unit"])
            quantity = Quantity(_interval(lab), unit, _printed(lab))
            yield GivenResult(f"r{place + 1}", f"/results/{place}", quantity, measure=told["measure"])


def _interval(lab: dict[str, Any]) -> Interval:
    low = parse_number(lab["value"])
    if "value_high" in lab:
        high: Fraction = parse_number(lab["value_high"])
        return Interval.of(low, high)
    return compared(low, lab.get("comparator"))


def _printed(lab: dict[str, Any]) -> str:
    after = f" to {lab['value_high']}" if "value_high" in lab else ""
    return f"{lab.get('comparator', '')}{lab['value']}{after}"
