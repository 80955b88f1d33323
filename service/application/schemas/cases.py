"""
The schemas of cases: those beside a rule, and generated ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.schemas.words import TEXT, one_of, shape, some, some_of, told, values
from service.domain.cases import GENERATED
from service.domain.laboratory import Flag
from service.domain.language.expectations import STATUSES
from service.domain.language.fields import CASES, EXPECT
from service.domain.language.patients import RESULT
from service.domain.language.rules import URGENCIES
from service.domain.language.times import AGO, DAY, HAPPENED, NEVER
from service.domain.measures import MeasureKind
from service.domain.panel import ISSUES
from service.domain.scales import Certainty, State

if TYPE_CHECKING:
    from service.application.ports import Document
    from service.domain.language.names import Names


QUANTITY: Document = {"type": ["string", "number"], "minLength": 1}


def cases(names: Names) -> Document:
    """Return the schema of ``rules/<family>/*.cases.yaml``."""
    basis = shape(
        {"source": one_of(names.sources), "where": TEXT, "says": TEXT},
        ("source", "where"),
        "Who says so: a source, never what the program answered.",
    )
    parts = {"rule": one_of(names.rules), "cases": some({"$ref": "#/$defs/case"})}
    return shape(parts, CASES) | _defined(names, basis)


def generated(names: Names) -> Document:
    """Return the schema of ``generated/*.cases.yaml``."""
    basis = told({"const": GENERATED}, "What the program answered; nobody has confirmed it.")
    parts = {
        "rule": one_of(names.rules),
        "cases": some({"$ref": "#/$defs/case"}),
        "not reached": told(some(TEXT), "Patients that were looked for and not found."),
    }
    return shape(parts, ("rule",)) | _defined(names, basis)


def _defined(names: Names, basis: Document) -> Document:
    parts = {
        "name": told(TEXT, "What the case shows, as a sentence; no two of a file are alike."),
        "basis": basis,
        "profile": told(one_of(names.profiles), "The profile to read it in, if it is not the default."),
        "given": _given(names),
        "expect": _expect(names),
    }
    case = shape(parts, [name for name in parts if name != "profile"])
    vocabulary = names.vocabulary
    names_of_inputs = one_of((*vocabulary.measures, *vocabulary.attributes, *vocabulary.findings, *vocabulary.events))
    inputs = {"anyOf": [{"type": "array", "items": names_of_inputs}, names_of_inputs]}
    return {"$defs": {"case": case, "inputs": inputs, "result": _result(), "advised": _advised()}}


def _result() -> Document:
    parts = {
        "value": QUANTITY,
        "laboratory": told(QUANTITY, "Its range, in the unit of the value: 12.0 to 16.0 g/dL, >=12.0 g/dL, <=5 mg/L."),
        "flag": told(one_of(Flag), "Its interpretation: L below its range, N within, H above."),
    }
    beside = shape({name: parts[name] for name in RESULT}, RESULT[:1], "A value with what the laboratory says of it.")
    return {"anyOf": [QUANTITY, beside]}


def _advised() -> Document:
    within = told({"type": "string", "pattern": r"^\d\S* \S+$"}, "Within which time it is due: 30 d.")
    parts = {"urgency": one_of(URGENCIES), "within": within}
    return told(shape(parts) | {"minProperties": 1}, "How urgent a next step must be, and within which time it is due.")


def _given(names: Names) -> Document:
    vocabulary = names.vocabulary
    groups = list(dict.fromkeys(finding.group for finding in vocabulary.findings.values()))
    return shape(
        {
            **{name: told(values(one), one.title) for name, one in vocabulary.attributes.items()},
            **{
                name: told(
                    some({"$ref": "#/$defs/result"} if one.kind is MeasureKind.LABORATORY else QUANTITY),
                    f"{one.title}, {one.unit}",
                )
                for name, one in vocabulary.measures.items()
            },
            **{
                name: told(one_of((State.PRESENT.value, State.ABSENT.value)), one.title)
                for name, one in vocabulary.findings.items()
                if one.observed
            },
            **{
                name: told({"type": "string", "pattern": f"^({NEVER}|{HAPPENED}|{DAY}|{AGO})$"}, one.title)
                for name, one in vocabulary.events.items()
            },
            "complete": told(some_of(groups), "Groups of findings of which what is not listed is absent."),
        },
        (),
        "The patient: quantities as people write them, 9.8 g/dL, <5 ng/mL, 20 months; "
        "earlier results as 91 g/L 30 d ago beside 105 g/L now; events as 10 d ago, a day, or never.",
    )


def _expect(names: Names) -> Document:
    vocabulary = names.vocabulary
    derived = [name for name, finding in vocabulary.findings.items() if not finding.observed]
    states, certainties = one_of(s.value for s in State), one_of(c.value for c in Certainty)
    waits, advised = {"$ref": "#/$defs/inputs"}, {"$ref": "#/$defs/advised"}
    parts = {
        "status": one_of(STATUSES),
        "findings": shape(dict.fromkeys(derived, states)),
        "conclusions": shape(dict.fromkeys(vocabulary.conclusions, certainties)),
        "not concluded": some_of(vocabulary.conclusions),
        "advice": {"anyOf": [some_of(vocabulary.advice), shape(dict.fromkeys(vocabulary.advice, advised))]},
        "not advised": some_of(vocabulary.advice),
        "fired": some_of(names.rules),
        "not fired": some_of(names.rules),
        "undecided": told(shape(dict.fromkeys(names.rules, waits)), "Rules, each with what it waits for."),
        "quality": shape(dict.fromkeys((*vocabulary.measures, *vocabulary.attributes), one_of(ISSUES))),
    }
    return told(shape({name: parts[name] for name in EXPECT}), "What it does not name is not checked.")
