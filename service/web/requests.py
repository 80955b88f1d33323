"""
From the bytes of a request to a question, with a pointer beside everything that intake may refuse.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from service.application.evaluate import DEFAULT_PROFILE, Question
from service.domain.errors import Fault, PanelError
from service.domain.given import GivenEvent, GivenFinding, GivenPanel, GivenResult
from service.domain.laboratory import INTERPRETATIONS, GivenReference
from service.domain.quantities import Quantity, compared, parse_number
from service.domain.scales import State
from service.web.complaints import Complaint
from service.web.fields import checked_key
from service.web.json_body import JsonNumber, join, read_object, write_exact
from service.web.schemas import EvaluationRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

_SCHEMA = EvaluationRequest()
SEX = "sex"
"""The one attribute that laboratories give ranges for."""


def parse_question(raw: bytes, clock: Callable[[], datetime]) -> Question:
    """
    Read a request to evaluate a panel.

    Args:
        raw: The JSON as it was sent.

        clock: The time, for questions that do not say which instant they ask about.

    Returns:
        The question; it holds the request as it was sent, numbers included.

    Raises:
        BodyError: If it cannot be read as one JSON object.

        PanelError: With every fault of its fields.
    """
    body = read_object(raw)
    try:
        fields: dict[str, Any] = _SCHEMA.load(body)
    except ValidationError as error:
        raise PanelError(list(_faults(error.messages, ""))) from None
    patient = fields.get("patient", {})
    panel = GivenPanel(
        as_of=fields.get("as_of") or clock(),
        attributes=_attributes(patient),
        quantities=_quantities(patient),
        birth_date=patient.get("birth_date"),
        results=_results(fields.get("results", [])),
        findings=tuple(
            GivenFinding(one["finding"], State(one["state"]), f"/findings/{place}")
            for place, one in enumerate(fields.get("findings", []))
        ),
        complete=tuple((name, f"/complete/{place}") for place, name in enumerate(fields.get("complete", []))),
        assume={checked_key(key): (text, f"/assume/{key}") for key, text in fields.get("assume", {}).items()},
        events=tuple(
            GivenEvent(
                one["event"], f"/events/{place}", one.get("time") or one.get("date"), one.get("state") == "happened"
            )
            for place, one in enumerate(fields.get("events", []))
        ),
    )
    return Question(
        panel,
        write_exact(body),
        fields.get("ruleset"),
        fields.get("version"),
        fields.get("profile", DEFAULT_PROFILE),
        fields.get("subject"),
    )


def _attributes(patient: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    return {checked_key(key): (value, f"/patient/{key}") for key, value in patient.items() if isinstance(value, str)}


def _quantities(patient: Mapping[str, Any]) -> dict[str, tuple[Quantity, str]]:
    return {
        checked_key(key): (_quantity(value), f"/patient/{key}")
        for key, value in patient.items()
        if isinstance(value, JsonNumber | dict)
    }


def _quantity(given: JsonNumber | Mapping[str, Any]) -> Quantity:
    if isinstance(given, JsonNumber):
        return Quantity(compared(parse_number(given.text), None), "", given.text)
    text, comparator = given["value"].text, given.get("comparator")
    return Quantity(
        compared(parse_number(text), comparator),
        given.get("unit", ""),
        f"{comparator or ''}{text}",
    )


def _results(given: list[Mapping[str, Any]]) -> tuple[GivenResult, ...]:
    results: list[GivenResult] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for place, one in enumerate(given):
        name = one.get("id", f"r{place + 1}")
        if name in seen:
            detail = (
                f"This is the id of result {seen[name] + 1} too; each has its own, and one without "
                "is called r1, r2 ... by position."
            )
            faults.append(Fault(f"/results/{place}/id" if "id" in one else f"/results/{place}", "duplicate-id", detail))
        seen.setdefault(name, place)
        sent = one.get("flag", "")
        flag = INTERPRETATIONS.get(sent)
        results.append(
            GivenResult(
                name,
                f"/results/{place}",
                _quantity(one),
                one.get("measure"),
                one.get("code"),
                one["time"].astimezone(UTC) if "time" in one else None,
                _reference(one["reference"], f"/results/{place}/reference") if "reference" in one else None,
                flag,
                sent if flag is None or sent != flag.value else "",
            )
        )
    if faults:
        raise PanelError(faults)
    return tuple(results)


def _reference(given: Mapping[str, Any], pointer: str) -> GivenReference:
    low, high = (parse_number(given[name].text) if name in given else None for name in ("low", "high"))
    ages = ((_quantity(given[name]), f"{pointer}/{name}") if name in given else None for name in ("age_from", "age_to"))
    sex = {SEX: (given[SEX], f"{pointer}/{SEX}")} if SEX in given else {}
    return GivenReference(low, high, pointer, sex, *ages)


def _faults(messages: Any, pointer: str) -> Iterator[Fault]:  # noqa: ANN401 - nested as marshmallow likes
    if isinstance(messages, Complaint):
        if messages.code == "required":
            # What was not sent cannot be pointed to; its object can.
            pointer, _, name = pointer.rpartition("/")
            yield Fault(pointer, messages.code, f"The field {name} is missing.")
        else:
            yield Fault(pointer, messages.code, messages.detail)
    elif isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _faults(inner, pointer if key == "_schema" else join(pointer, str(key)))
    else:
        for inner in messages:
            yield from _faults(inner, pointer)
