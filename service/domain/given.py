"""
What a caller says about one patient, in any format, before intake has looked at it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from service.domain.laboratory import Flag, GivenReference
    from service.domain.quantities import Quantity
    from service.domain.scales import State


@dataclass(frozen=True, slots=True)
class GivenResult:
    """
    One result as the caller sent it.

    Attributes:
        id: The caller's id, or ``r1``, ``r2`` ... by position.

        pointer: JSON Pointer to it.

        quantity: Value with comparator and unit.

        measure: Name in the vocabulary, or None where *code* is given.

        code: LOINC code, or None where *measure* is given.

        time: When the sample was collected, or None.

        reference: The laboratory's range, or None.

        flag: The laboratory's interpretation, or None where it tells no side.

        flag_sent: The code that was sent for it, where it is another or tells no side.
    """

    id: str
    pointer: str
    quantity: Quantity
    measure: str | None = None
    code: str | None = None
    time: datetime | None = None
    reference: GivenReference | None = None
    flag: Flag | None = None
    flag_sent: str = ""


@dataclass(frozen=True, slots=True)
class GivenFinding:
    """One observed finding as the caller sent it."""

    finding: str
    state: State
    pointer: str


@dataclass(frozen=True, slots=True)
class GivenEvent:
    """
    One event as the caller sent it: when it happened, on which day or nobody knows when, or that it never did.

    Attributes:
        event: Name in the vocabulary.

        pointer: JSON Pointer to it.

        at: The instant, the day, or None for never.

        undated: Whether it happened on a day that nobody knows.
    """

    event: str
    pointer: str
    at: datetime | date | None
    undated: bool = False


@dataclass(frozen=True, slots=True)
class GivenPanel:
    """
    What a caller says about a patient.

    Attributes:
        as_of: The instant of the question.

        attributes: Words for attributes, by name, each with its pointer.

        quantities: Patient quantities (age, altitude), by name, each with its pointer.

        birth_date: May stand for age.

        results: Laboratory results.

        findings: Observed findings.

        complete: Groups of findings that the caller states to be complete.

        assume: What the request assumes, as text, by name.

        events: What happened to the patient, and when.
    """

    as_of: datetime
    attributes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    quantities: Mapping[str, tuple[Quantity, str]] = field(default_factory=dict)
    birth_date: date | None = None
    results: tuple[GivenResult, ...] = ()
    findings: tuple[GivenFinding, ...] = ()
    complete: tuple[tuple[str, str], ...] = ()
    assume: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    events: tuple[GivenEvent, ...] = ()
