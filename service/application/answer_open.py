"""
What an answer leaves open: what is missing, cannot be decided or is in conflict, and doubts that nobody settled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.open_words import effect_text, hole_text
from service.domain.rule_needs import rule_needs
from service.domain.rules import Verb
from service.domain.sentences import because

if TYPE_CHECKING:
    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.missing import Missing
    from service.domain.rules import Rule
    from service.domain.undecidable import Hole


def missing_written(decision: Decision, one: Missing) -> Document:
    """Return what is missing: alternatives, what they could change, and how."""
    return {
        "tests": [list(test) for test in one.tests],
        "step": one.step,
        "for": ["scope"] if one.decides_scope else [*(name for name, _ in one.conclusions), *one.advice],
        "rules": list(one.rules),
        "with_range": list(one.with_range),
        "effect": effect_text(decision, one),
    }


def undecidable_written(decision: Decision, one: Hole) -> Document:
    """Return a limit that the profile does not have for the patient."""
    return {
        "number": one.number,
        "open": list(one.open),
        "conclusions": list(one.conclusions),
        "row": one.row,
        "reason": one.reason,
        "source": one.cites.source,
        "where": one.cites.where,
        "profiles": list(one.profiles),
        "text": hole_text(decision, one),
    }


def unchecked_written(decision: Decision, rule: Rule) -> Document:
    """Return a doubt that nobody settled."""
    return {
        "rule": rule.id,
        "title": rule.title,
        "measures": [doubt.measure for doubt in rule.then.doubts if doubt.measure in decision.panel.values],
        "needs": list(rule_needs(decision.seen_by(rule), rule)),
    }


def conflict_written(decision: Decision, name: str) -> Document:
    """Return a finding that rules both establish and rule out, with both sides."""
    rules = {rule.id: rule for rule in decision.release.giving[name] if rule.id in decision.inference.fired}
    return {
        "finding": name,
        "for": [one for one, rule in rules.items() if rule.then.verb is Verb.ESTABLISH],
        "against": [one for one, rule in rules.items() if rule.then.verb is Verb.RULE_OUT],
        "because": " ".join(because(decision, rule) for rule in rules.values()),
    }
