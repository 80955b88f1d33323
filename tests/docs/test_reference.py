"""
The reference of the rule language has a line for every word, and for no other.
"""

import pytest

from service.domain.language.times import HAPPENED, NEVER
from service.domain.thresholds import Word
from tests.docs.blocks import ROOT
from tests.docs.words import told, words

README = "knowledge/README.md"
EVERYWHERE = "Words of many files"
HEADINGS = {
    "rule": ("A rule", "Conditions", "What a rule does"),
    "thresholds": ("Limits, tables and constants",),
    "profile": ("Profiles",),
    "vocabulary": ("Attributes", "Measures", "Findings, conclusions and advice", "Codes and texts for patients"),
    "sources": ("Sources",),
    "ruleset": ("The rule set", "Safety", "A rule", "Conditions"),
    "cases": ("Cases",),
    "generated": ("Generated cases", "Cases"),
}
"""By kind of file, the headings under which its words have their lines."""
UNLISTED = {"is", "is not", *(word.value for word in Word)}
"""Words that schemas do not list one by one, because a value or a name stands behind them."""
KNOWN = words()
TOLD = told((ROOT / README).read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", KNOWN)
def test_every_word(kind):
    """
    Each key and each word that may stand in a kind of file has a line under a heading of that kind.
    """
    headings = (*HEADINGS[kind], EVERYWHERE)
    lines = set().union(*(TOLD[heading] for heading in headings))

    without = sorted((KNOWN[kind] | (UNLISTED if kind == "rule" else set())) - lines)

    assert without == [], f"{README} has no line in a table for {without} of {kind}; write it under {headings[0]!r}"


@pytest.mark.parametrize("heading", [EVERYWHERE, *dict.fromkeys(one for some in HEADINGS.values() for one in some)])
def test_no_other_word(heading):
    """
    A word that the language does not know any more has no line.
    """
    kinds = [kind for kind, headings in HEADINGS.items() if heading in headings] or list(KNOWN)
    known = UNLISTED.union(*(KNOWN[kind] for kind in kinds))
    quantities = {word for word in TOLD[heading] if any(sign.isdigit() for sign in word) and " " in word} | {
        NEVER,
        HAPPENED,
    }

    strange = sorted(TOLD[heading] - known - (quantities if heading == "Cases" else set()))

    assert strange == [], f"{README}, under {heading!r}: no reader and no schema knows {strange}"
