"""
A panel: everything known about one patient for one evaluation.

It is what intake made of a `service.domain.given.GivenPanel`: canonical intervals,
attributes as sets of possible values, and notes on everything that was set aside.
What is missing is not in it: never a normal value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from service.domain.intervals import Interval
    from service.domain.laboratory import GivenReference, Reference
    from service.domain.rules import Effect
    from service.domain.scales import State


class Origin(StrEnum):
    """Where an effective value comes from."""

    REPORTED = "reported"
    COMPUTED = "computed"
    ASSUMED = "assumed"
    STATED_COMPLETE = "stated complete"
    DOUBTED = "doubted"
    DOMAIN = "domain"


def of_patient(name: str) -> str:
    """Return the reference to something said of the patient; no result id holds a slash."""
    return f"patient/{name}"


def of_event(name: str) -> str:
    """Return the reference to an event."""
    return f"event/{name}"


@dataclass(frozen=True, slots=True)
class Value:
    """
    The effective value of a measure.

    Attributes:
        interval: In the canonical unit.

        origin: Reported, computed or assumed.

        refs: Ids of the results it rests on, ``patient/<name>`` for what was said of the patient,
            and ``event/<name>`` for what happened to them.

        time: When the sample was taken, where known.

        formula: How it was computed, or empty.

        operands: Names of the measures, tables, constants, thresholds and events used.

        earlier: The earlier results that it was computed with.

        reference: The laboratory's limits for it; None where it told none, and for what is computed.
    """

    interval: Interval
    origin: Origin
    refs: tuple[str, ...]
    time: datetime | None = None
    formula: str = ""
    operands: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """
    What a measure was at an earlier time.

    Attributes:
        time: When the sample was taken.

        interval: In the canonical unit; None where a result of that time was set aside.

        refs: Ids of the results of that time.
    """

    time: datetime
    interval: Interval | None
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """
    One event, resolved.

    Attributes:
        days_ago: From it to the instant of the question; a day gives an interval of a day, never
            is longer than any limit, and a day that is not known may be any.

        told: The instant or the day as it was sent, or ``never``, or ``happened``.

        undated: Whether it happened on a day that is not known.
    """

    days_ago: Interval
    told: str
    undated: bool = False


@dataclass(frozen=True, slots=True)
class Possible:
    """
    The possible values of an attribute.

    Attributes:
        values: At least one.

        origin: Reported, assumed, computed by a table, or given by the attribute's domain;
            None when nothing was said.

        table: The step table that decided it, or empty.
    """

    values: frozenset[str]
    origin: Origin | None
    table: str = ""


@dataclass(frozen=True, slots=True)
class Doubted:
    """What a rule about results did to one of them."""

    rule: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Input:
    """
    One result as given and as used, for the trace; its range and its flag are as given.

    Attributes:
        used: What the rules read; None where the result was set aside, or a later one stands for it.

        received: What it was before the doubts about it; None where there are none.

        doubted: Those doubts.
    """

    result: str
    measure: str
    given: str
    given_unit: str
    used: Interval | None
    unit: str
    code: str | None = None
    time: datetime | None = None
    reference: GivenReference | None = None
    flag: str = ""
    received: Interval | None = None
    doubted: tuple[Doubted, ...] = ()


ISSUES = (
    "impossible", "implausible", "stale", "later-than-as-of", "superseded", "read-together", "earlier", "doubted",
    "contradiction", "implausible-range", "range-not-believed", "flag-without-side", "ranges-differ", "not-together",
    "drawn-apart", "assumption-not-used",
)  # fmt: skip
"""Every word for what may be remarked on what was sent."""


@dataclass(frozen=True, slots=True)
class Note:
    """
    One remark on the quality of what was sent.

    Attributes:
        about: Id of the result, several with commas between; or name of the attribute, or of the computed measure.

        issue: One of `ISSUES`.

        detail: A sentence.

        used: Whether the rules saw the value all the same.

        measure: That it is about, the first of several; empty where it is about an attribute.
    """

    about: str
    issue: str
    detail: str
    used: bool
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Assumed:
    """One assumption that was used: the attribute or quantity, and the value as people read it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Panel:
    """
    What intake made of a given panel.

    Attributes:
        as_of: The instant of the question.

        values: Effective values of measures; a measure that is not here is missing.

        set_aside: Measures that had a result which may not be used.

        attributes: Possible values of every attribute of the vocabulary.

        findings: States of observed findings; one that is not here is unknown.

        inputs, notes, assumed: For the answer.

        events: What is said of when something happened; an event that is not here is unknown.

        earlier: Earlier values of the measures whose change is computed, the newest first; a
            measure whose results cannot all be ordered in time is not here.

        doubts: Rules about results that fired; none in a panel as received.

        doubted: For each measure that they set aside or opened, which of them did so.
    """

    as_of: datetime
    values: Mapping[str, Value]
    set_aside: frozenset[str]
    attributes: Mapping[str, Possible]
    findings: Mapping[str, tuple[State, Origin]]
    inputs: tuple[Input, ...]
    notes: tuple[Note, ...]
    assumed: tuple[Assumed, ...]
    events: Mapping[str, Happened] = field(default_factory=dict)
    earlier: Mapping[str, tuple[Earlier, ...]] = field(default_factory=dict)
    doubts: frozenset[str] = frozenset()
    doubted: Mapping[str, tuple[Doubted, ...]] = field(default_factory=dict)
