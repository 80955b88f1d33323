"""
The schemas of what rule sets share, and of what a rule set says of itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.schemas.rules import conditions
from service.application.schemas.words import TEXT, named, one_of, shape, some, some_of, told, values
from service.domain.language.coding import CODE_LEVELS, CODE_SYSTEMS
from service.domain.language.derivations import PREVIOUS
from service.domain.language.release import IDENTIFIERS, SOURCE_KINDS
from service.domain.language.safety import EXCLUDE, GOES_WITH, OWN, TOGETHER
from service.domain.language.vocabulary import ADVICE_KINDS, CONCLUSION_KINDS, STEPS
from service.domain.language.words import READ_LEVELS
from service.domain.measures import Assumable, MeasureKind
from service.domain.scales import State
from service.domain.thresholds import Word

if TYPE_CHECKING:
    from service.application.ports import Document
    from service.domain.language.names import Names

_ASSUMED = told(one_of(word.value for word in Assumable), "Who may assume a value; nobody where it is left out.")
_STEP = told(one_of(STEPS), "1 for what everybody can do at once, 3 for what few can.")


def vocabulary(names: Names) -> Document:
    """Return the schema of ``vocabulary.yaml``."""
    finding = {
        "title": TEXT,
        "group": TEXT,
        "step": _STEP,
        "kind": told(one_of(("derived", "observed")), "derived: rules decide; observed: panels say."),
        "otherwise": told(one_of((State.ABSENT.value,)), "For complete definitions only, never for a disease."),
        **_rows(names),
    }
    conclusion = {
        "title": TEXT,
        "kind": one_of(CONCLUSION_KINDS),
        **_rows(names),
    }
    advice = {"title": TEXT, "kind": one_of(ADVICE_KINDS), "step": _STEP}
    sections = {
        "attributes": named(_attribute(names)),
        "measures": named(_measure(names)),
        "findings": named(shape(finding, ("title", "group", "kind"))),
        "conclusions": named(shape(conclusion, ("title", "kind"))),
        "advice": named(shape(advice, advice)),
    }
    events = told(named(shape({"title": TEXT, "loinc": some(TEXT)}, ("title",))), "What happens to patients at a time.")
    groups = told(named(shape({"step": _STEP}, ("step",))), "How easily observed findings are had, by group.")
    return shape({**sections, "events": events, "groups": groups}, sections)


def _rows(names: Names) -> Document:
    """Return the properties of what is told of a conclusion or a finding, and nothing reads."""
    words = names.vocabulary
    states = one_of((State.PRESENT.value, State.ABSENT.value))
    asked = {name: values(one) for name, one in words.attributes.items()} | dict.fromkeys(words.findings, states)
    when = {
        "when": told(
            shape(asked) | {"minProperties": 1}, "What must surely hold; without it: if no other row applies."
        ),
        "beside": told({"enum": [True, "true"]}, "The row applies in addition to others."),
    }
    read = {"read": told(one_of(CODE_LEVELS), "How far it was verified; memory where it is left out.")}
    codes = shape(dict.fromkeys(CODE_SYSTEMS, TEXT) | when | read)
    systems = {"anyOf": [{"required": [system]} for system in CODE_SYSTEMS]}
    return {
        "codes": told(some(codes | systems), "Suggested to coders."),
        "for patients": told(
            {"anyOf": [TEXT, *some(shape({"text": TEXT} | when, ("text",)))["anyOf"]]},
            "One or two sentences for the patient.",
        ),
    }


def _attribute(names: Names) -> Document:
    parts = {
        "title": TEXT,
        "values": some(TEXT),
        "groups": named(some(TEXT)),
        "applies to": {"type": "object", "additionalProperties": TEXT},
        "otherwise": TEXT,
        "may be assumed": _ASSUMED,
        "decided by": told(one_of(names.tables), "A table of thresholds.yaml that gives it."),
    }
    return shape(parts, ("title", "values"))


def _measure(names: Names) -> Document:
    words = names.vocabulary
    reported = [name for name, one in words.measures.items() if one.kind is MeasureKind.LABORATORY]
    parts = {
        "title": TEXT,
        "kind": one_of(kind.value for kind in MeasureKind),
        "unit": told(TEXT, "The canonical unit, UCUM."),
        "units": told(some(TEXT), "Other units that are accepted."),
        "loinc": some(TEXT),
        "molar mass": TEXT,
        "possible": told(TEXT, "Values outside are set aside."),
        "usual": told(TEXT, "Values outside are flagged."),
        "slips": told(some(TEXT), "Units that are taken for the right one by mistake."),
        "step": _STEP,
        "formula": told(TEXT, "Of measures that are computed: + - * / between spaces, parentheses, abs(), log10()."),
        "when not reported": told(some(TEXT), "Formulas, tried where the laboratory sent no value."),
        "numbers in": told(
            shape(dict.fromkeys(words.measures, TEXT)),
            "Of indices that are published for bare numbers: in which unit the number of each measure is taken.",
        ),
        "count of": told(
            some({"type": "string", "pattern": rf"^\S+ ({'|'.join(word.value for word in Word)}) \S+$"}),
            "How many of these are true: a measure, a word, a threshold; one that is unknown widens the count.",
        ),
        "days since": told(one_of(words.events), "An event; from it to the instant of the question."),
        "change of": told(
            one_of(reported), "The newest result less an earlier one: 'since' an event, or 'from: previous'."
        ),
        "days from previous": told(one_of(reported), "The time from the previous result to the newest."),
        "since": told(one_of(words.events), "Of a change: from the last result at or before the event."),
        "from": told(one_of((PREVIOUS,)), "Of a change: from the result before the newest."),
        "within": told(TEXT, "Of a change: how far back the earlier result may lie, such as 3 mo."),
        "together": told(TEXT, "How far apart its operands may have been collected."),
        "fresh for": told(TEXT, "How long a result speaks of the patient; an older one is set aside."),
        "may be assumed": _ASSUMED,
    }
    return shape(parts, ("title", "kind", "unit"))


def sources(names: Names) -> Document:
    """Return the schema of ``sources.yaml``."""
    identifiers = dict.fromkeys(IDENTIFIERS, TEXT)
    rest = dict.fromkeys(("note", "edition", "pages", "volume", "journal", "accessed"), TEXT)
    parts = {
        "title": TEXT,
        "by": TEXT,
        "year": TEXT,
        "kind": one_of(SOURCE_KINDS),
        **identifiers,
        "supersedes": some_of(names.sources),
        "superseded by": some_of(names.sources),
        **rest,
    }
    cited = {"anyOf": [{"required": [name]} for name in identifiers] + [{"properties": {"kind": {"const": "own"}}}]}
    return named(shape(parts, ("title", "by", "kind")) | cited)


def ruleset(names: Names) -> Document:
    """Return the schema of ``ruleset.yaml``; what it says besides is free."""
    parts = {
        "id": told(TEXT, "The name of the folder."),
        "title": TEXT,
        "owner": TEXT,
        "question": told(one_of(names.vocabulary.conclusions), "The conclusion that the rule set is about."),
        "example": told(TEXT, "A file of examples/, without .json."),
        "scope": told({"$ref": "#/$defs/when"}, "For whom it is."),
        "drawn apart": told(_drawn_apart(names), "How far apart results may be drawn before an answer says so."),
        "safety": told(some(_safety(names)), "What it promises of every answer."),
        "source attributes": {"type": "object", "additionalProperties": TEXT},
    }
    definitions = conditions(names, in_advice=False) | conditions(names, in_advice=True)
    needed = [name for name in parts if name not in {"example", "safety", "drawn apart"}]
    return shape(parts, needed) | {"additionalProperties": True, "$defs": definitions}


def _drawn_apart(names: Names) -> Document:
    parts = {
        "after": told(TEXT, "The longest time of which nothing is said, such as 90 d."),
        "because": told(TEXT, "Why it matters."),
        "source": told(one_of((*names.sources, OWN)), "A key of sources.yaml, or own."),
        "where": TEXT,
        "read": one_of(READ_LEVELS),
    }
    return shape(parts, ("after", "because", "source"))


def _safety(names: Names) -> Document:
    words = names.vocabulary
    measure, conclusion = one_of(words.measures), one_of(words.conclusions)
    given = one_of((*words.advice, *words.conclusions))
    rules = {"anyOf": [{"const": "none"}, some_of(names.rules)]}
    parts = {
        TOGETHER: told({"type": "array", "minItems": 2, "maxItems": 2, "items": given}, "No patient gets both."),
        "never confirmed": conclusion,
        "never likely": told(conclusion, "Neither likely nor confirmed."),
        "unless": told({"$ref": "#/$defs/when"}, "What must surely hold then."),
        EXCLUDE: shape({"conclusion": conclusion, "rules": rules}, ("conclusion", "rules")),
        "raising": told(measure, "With: never weakens."),
        "lowering": told(measure, "With: never weakens."),
        "never weakens": conclusion,
        "always when": told({"$ref": "#/$defs/when-in-advice"}, "In the scope or outside of it. With: advise."),
        "advise": one_of(words.advice),
        "because": told(TEXT, "Why it matters."),
        "source": told(one_of((*names.sources, OWN)), "A key of sources.yaml, or own."),
        "where": TEXT,
        "read": one_of(READ_LEVELS),
    }
    begins = [{"required": [word]} for word in GOES_WITH]
    together: Document = {word: [other] for word, other in GOES_WITH.items() if other}
    return shape(parts, ("because", "source")) | {"oneOf": begins, "dependentRequired": together}
