"""
The schema of a rule, and of conditions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.schemas.words import DATE, TEXT, one_of, shape, some, some_of, told, values
from service.domain.language.conditions import FIRED, MAX_CONDITIONS, MAX_MEMBERS_OF_COUNT
from service.domain.language.fields import RULE
from service.domain.language.rules import URGENCIES
from service.domain.language.words import READ_LEVELS, RULE_ID
from service.domain.measures import MeasureKind
from service.domain.rules import Effect, Verb
from service.domain.scales import Certainty, State
from service.domain.thresholds import Word

if TYPE_CHECKING:
    from service.application.ports import Document
    from service.domain.language.names import Names

_ID = f"^{RULE_ID.pattern.removesuffix(chr(92) + 'Z')}$"
STATUSES = ("draft", "in-use", "retired")
_DECIDED = (State.PRESENT, State.ABSENT)
_AT_LEAST = tuple(f"at least {word.value}" for word in (Certainty.POSSIBLE, Certainty.LIKELY, Certainty.CONFIRMED))


def rule(names: Names) -> Document:
    """Return the schema of ``rules/<family>/*.yaml``."""
    parts: Document = {
        "id": told({"type": "string", "pattern": _ID},
                   "Three capitals of the family, a hyphen, three digits; never used twice."),
        "title": told(TEXT, "What the rule says, in one line."),
        "status": told(one_of(STATUSES), "Only rules in use are published."),
        "profiles": told(some_of(names.profiles), "Rarely: the only profiles in which the rule is read."),
        "when": told({"$ref": "#/$defs/when-in-advice"}, "What must hold."),
        "then": _then(names),
        "rationale": told(TEXT, "Why, in two to four plain sentences."),
        "evidence": some(_evidence(names)),
        "limits": told(some(TEXT), "Where the rule may be wrong; or: unknown, none expected."),
        "review": shape(
            {
                "owner": TEXT,
                "reviewed": told(TEXT, "Who read it as a clinician, and when: Jane Roe on 2026-11-20; or: none."),
                "next": DATE,
            },
            ("owner", "reviewed", "next"),
            "Who keeps the rule, and when it is due.",
        ),
    }  # fmt: skip
    ordered = {name: parts[name] for name in RULE}
    return shape(ordered, [name for name in ordered if name != "profiles"]) | {
        "if": {"required": ["then"], "properties": {"then": {"required": [Verb.ADVISE.value]}}},
        "else": {"properties": {"when": {"$ref": "#/$defs/when"}}},
        "$defs": conditions(names, in_advice=False) | conditions(names, in_advice=True),
    }


def _then(names: Names) -> Document:
    vocabulary = names.vocabulary
    derived = [name for name, finding in vocabulary.findings.items() if not finding.observed]
    reported = [name for name, one in vocabulary.measures.items() if one.kind is MeasureKind.LABORATORY]
    effects = {
        Verb.ESTABLISH.value: told(one_of(derived), "A finding that is then present."),
        Verb.RULE_OUT.value: told(one_of(derived), "A finding that is then absent."),
        Verb.CONCLUDE.value: told(one_of(vocabulary.conclusions), "An answer, with a certainty."),
        "certainty": one_of(word.value for word in Certainty),
        Verb.ADVISE.value: told(one_of(vocabulary.advice), "A next step, with an urgency."),
        "urgency": one_of(URGENCIES),
        "within": told(one_of(names.tables), "A step table of thresholds.yaml that gives a time: how soon it is due."),
        "scope": told({"const": "any"}, "Advice that is given to patients outside the scope too."),
        **{effect.value: some_of(reported) for effect in Effect},
        "because": told(TEXT, "What is told when the rule fires; {name} is filled in."),
    }
    alone = [{"required": [verb.value]} for verb in Verb if verb.value in effects]
    doubts = {"anyOf": [{"required": [effect.value]} for effect in Effect]}
    return shape(effects, ["because"], "What a rule that fires does: exactly one effect.") | {
        "oneOf": [*alone, doubts],
        "dependentRequired": {
            Verb.CONCLUDE.value: ["certainty"], "certainty": [Verb.CONCLUDE.value],
            Verb.ADVISE.value: ["urgency"], "urgency": [Verb.ADVISE.value], "within": [Verb.ADVISE.value],
            "scope": [Verb.ADVISE.value],
        },
    }  # fmt: skip


def _evidence(names: Names) -> Document:
    parts = {
        "source": told(one_of(names.sources), "A key of sources.yaml."),
        "where": told(TEXT, "Page, table, recommendation."),
        "says": told(TEXT, "What it says, in our words, 25 at most."),
        "supports": told({"enum": [True, False, "true", "false"]}, "Whether it speaks for the rule."),
        "strength": TEXT,
        "read": told(one_of(READ_LEVELS), "How far it was verified."),
    }
    return shape(parts, parts, "A passage that the rule rests on, or that speaks against it.")


def conditions(names: Names, *, in_advice: bool) -> Document:
    """
    Return the definitions of a group of conditions, two levels deep.

    Args:
        names: What conditions are about.

        in_advice: Whether words that ask about not-knowing are allowed.

    Returns:
        Definitions by name: ``when``, and what it needs.
    """
    end = "-in-advice" if in_advice else ""
    lines = _lines(names, in_advice=in_advice)
    fired = told({"const": FIRED}, "Whether a rule about results cast its doubt.")
    doubts: Document = {"patternProperties": {_ID: fired}} if in_advice else {}
    return {
        f"when{end}": _group({"anyOf": [{"$ref": f"#/$defs/line{end}"}, {"$ref": f"#/$defs/inner{end}"}]}),
        f"inner{end}": _group({"$ref": f"#/$defs/line{end}"}),
        f"line{end}": shape(lines) | doubts | {"minProperties": 1, "maxProperties": 1},
    }


def _group(member: Document) -> Document:
    everyone = some(member)
    groups: Document = {"all": everyone, "any": everyone}
    groups["all"]["anyOf"][0]["maxItems"] = MAX_CONDITIONS
    for count in range(2, MAX_MEMBERS_OF_COUNT + 1):
        groups[f"at least {count} of"] = {
            "type": "array", "minItems": count, "maxItems": MAX_MEMBERS_OF_COUNT, "items": member,
        }  # fmt: skip
    return shape(groups) | {"minProperties": 1, "maxProperties": 1}


def _lines(names: Names, *, in_advice: bool) -> Document:
    vocabulary = names.vocabulary
    lines: Document = {}
    for name, measure in vocabulary.measures.items():
        words = [
            f"{word.value} {threshold.name}"
            for threshold in names.thresholds.values()
            for word in Word
            if threshold.of == name and word.side is threshold.side
        ]
        words += ["known", "missing"] if in_advice else []
        if words:
            lines[name] = told(one_of(words), measure.title)
    lines |= {name: told(values(one, "is "), one.title) for name, one in vocabulary.attributes.items()}
    states = [state.value for state in (*_DECIDED, *((State.UNKNOWN,) if in_advice else ()))]
    lines |= {name: told(one_of(states), one.title) for name, one in vocabulary.findings.items()}
    if in_advice:
        lines |= {name: told(one_of(_AT_LEAST), one.title) for name, one in vocabulary.conclusions.items()}
    return lines
