"""
The schemas of the numbers of a rule set, and of the profiles that choose among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.schemas.words import NUMBER, SPAN, TEXT, keyed_rows, named, one_of, shape, some, told
from service.domain.language.rows import LIMIT_WORDS, own_limit
from service.domain.language.words import READ_LEVELS
from service.domain.measures import Assumable
from service.domain.scales import State
from service.domain.thresholds import Side

if TYPE_CHECKING:
    from service.application.ports import Document
    from service.domain.language.names import Names

_HOLE = "no limit"


def thresholds(names: Names) -> Document:
    """Return the schema of ``thresholds.yaml``."""
    measures = one_of(names.vocabulary.measures)
    cites = _cites(names)
    otherwise = told(TEXT, "A choice above with numbers, for results that carry no laboratory range.")
    bound = told(one_of(names.thresholds), "Beyond its limit no laboratory's own limit is believed.")
    choice = shape(
        {
            "extends": TEXT, **cites, "compares": measures, "otherwise": otherwise,
            **{side.never_beyond: bound for side in Side}, "rows": some(_row(names)),
        }
    )  # fmt: skip
    threshold = {
        "title": TEXT,
        "of": told(measures, "The measure that is compared."),
        "unit": told(TEXT, "The canonical unit of the measure."),
        "side": told(one_of(side.value for side in Side), "low: below, at least; high: above, at most."),
        "choices": told(named(choice), "Cited ways to fill it; each profile chooses one."),
    }
    step = shape({"from": TEXT, "to": TEXT, "is": TEXT, "no value": TEXT})
    table = {
        "title": TEXT, "of": measures, "unit": TEXT, "gives": one_of(names.vocabulary.attributes),
        "choices": named(shape({**cites, "steps": some(step)}, (*cites, "steps"))),
    }  # fmt: skip
    constant = {"title": TEXT, "unit": TEXT, "choices": named(shape({**cites, "is": SPAN}, (*cites, "is")))}
    return shape(
        {
            "thresholds": named(shape(threshold, threshold)),
            "tables": named(shape(table, ("title", "of"))),
            "constants": named(shape(constant, constant)),
        },
        ["thresholds"],
    )


def profile(names: Names) -> Document:
    """Return the schema of ``profiles/*.yaml``."""
    vocabulary = names.vocabulary
    assumable = [
        name
        for kind in (vocabulary.attributes, vocabulary.measures)
        for name, one in kind.items()
        if one.assumable is Assumable.PROFILE
    ]
    parts = {
        "id": told(TEXT, "The name of the file."),
        "title": TEXT,
        "extends": told(one_of(names.profiles), "The profile from which it takes what it does not choose itself."),
        "because": told(TEXT, "For whom it is, and why it chooses so."),
        "choose": shape({name: one_of(choices) for name, choices in names.choosable.items()}),
        "assume": told(shape(dict.fromkeys(assumable, TEXT)), "What is taken to be so where nobody says."),
    }
    return shape(parts, ("id", "title"))


def _cites(names: Names) -> Document:
    return {
        "source": told(one_of(names.sources), "A key of sources.yaml."),
        "where": told(TEXT, "Page, table, recommendation."),
        "read": told(one_of(READ_LEVELS), "How far it was verified."),
    }


def _row(names: Names) -> Document:
    vocabulary = names.vocabulary
    limits: Document = {
        word.value: told(
            {"anyOf": [NUMBER, {"const": own_limit(side)}]},
            "The limit, or the laboratory's own; the word decides whether it counts itself.",
        )
        for side, words in LIMIT_WORDS.items()
        for word in words
    }
    limits[_HOLE] = told(TEXT, "Why there is no limit.")
    states = one_of((State.PRESENT.value, State.ABSENT.value))
    keys = {**keyed_rows(vocabulary), **dict.fromkeys(vocabulary.findings, states)}
    return shape({**keys, **limits, **_cites(names)}) | {"oneOf": [{"required": [word]} for word in limits]}
