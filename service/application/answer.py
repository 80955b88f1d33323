"""
The answer: a decision as the JSON document that is recorded and told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application import basis, coding
from service.application.due import due
from service.application.open_words import effect_text, hole_text
from service.application.trace import trace
from service.domain.decision import Status
from service.domain.measures import AGE
from service.domain.missing import missing
from service.domain.publication import standing
from service.domain.question import status
from service.domain.rule_needs import rule_needs
from service.domain.rules import Comparison, Verb
from service.domain.scales import State
from service.domain.semantics import Outcome
from service.domain.sentences import because, reason, rows_in_force
from service.domain.told import told
from service.domain.unchecked import unchecked
from service.domain.undecidable import undecidable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.missing import Missing
    from service.domain.rules import Rule
    from service.domain.semantics import Verdict
    from service.domain.undecidable import Hole

FORMAT = 2
"""Of the answer and of the record: 2 since `missing` is told by tests, and `undecidable` beside it."""
VIEWS = ("chain", "full", "none")
"""How much of the trace an answer shows; the record always holds all of it."""


def document(decision: Decision) -> Document:
    """
    Return everything that a decision says, with its full trace.

    Args:
        decision: The decision.

    Returns:
        The document without id and times; every measured number is text.
    """
    release = decision.release
    chains: set[str] = set()

    def chain(rules: Iterable[str]) -> list[str]:
        links = decision.chain(rules)
        chains.update(links)
        return list(links)

    conclusions = [_conclusion(decision, name, verdict, chain) for name, verdict in told(decision)]
    findings: list[Document] = [
        {
            "finding": name,
            "title": release.vocabulary.findings[name].title,
            "state": state.value,
            "codes": coding.codes(decision, release.vocabulary.findings[name].codes) if state is State.PRESENT else [],
            "by": list(decision.by(name)),
        }
        for name, state in decision.findings
    ]
    for finding in findings:
        chains.update(finding["by"])
    advice = [
        {
            "advice": name,
            "title": release.vocabulary.advice[name].title,
            "urgency": urgency.word,
            "text": " ".join(dict.fromkeys(because(decision, rule) for rule in rules)),
            "chain": chain(rule.id for rule in rules),
        }
        | ({"within": within} if (within := due(decision, rules)) else {})
        for name, urgency, rules in decision.advice
    ]
    cited = {*basis.sources(decision, chains), *basis.contrary(decision, chains)}
    return {
        "format": FORMAT,
        "as_of": decision.panel.as_of.isoformat().replace("+00:00", "Z"),
        "ruleset": {
            "id": release.ruleset.id,
            "version": release.version,
            "digest": release.digest,
            "profile": decision.profile.id,
        },
        "standing": standing(release),
        "status": status(decision).value,
        "scope": _scope(decision),
        "conclusions": conclusions,
        "findings": findings,
        "advice": advice,
        "conflicts": [_conflict(decision, name) for name, state in decision.findings if state is State.CONFLICTING],
        "undecidable": [_undecidable(decision, one) for one in undecidable(decision)],
        "missing": [_missing(decision, one) for one in missing(decision)],
        "assumed": [
            {"attribute": one.name, "value": one.value, "changes": changes}
            for one in decision.panel.assumed
            if (changes := basis.changed_by(decision, one.name))
        ],
        "quality": [
            {
                "result": note.about,
                "measure": note.measure or note.about,
                "issue": note.issue,
                "detail": note.detail,
                "used": note.used,
            }
            for note in decision.panel.notes
        ],
        "unchecked": [_unchecked(decision, rule) for rule in unchecked(decision)],
        "trace": trace(decision),
        "sources": [_source(decision, key) for key in sorted(cited)],
    }


def view(full: Document, shown: str) -> Document:
    """
    Return a document with as much of its trace as was asked for.

    Args:
        full: The document with its full trace.

        shown: ``full``, ``chain`` (fired rules in full, others as rule and outcome), or ``none``.

    Returns:
        A new document; parts are left out, nothing is changed.
    """
    if shown == "full":
        return full
    if shown == "none":
        return {key: value for key, value in full.items() if key != "trace"}
    needed = {link for part in ("conclusions", "advice") for item in full[part] for link in item["chain"]}
    needed |= {rule for finding in full["findings"] for rule in finding["by"]}
    rules = [
        rule
        if rule["outcome"] == Outcome.FIRED or rule["rule"] in needed
        else {key: rule[key] for key in ("rule", "outcome")}
        for rule in full["trace"]["rules"]
    ]
    referred = {reference for rule in rules for reference in rule.get("conditions", ())}
    conditions = [condition for condition in full["trace"]["conditions"] if condition["id"] in referred]
    return full | {"trace": full["trace"] | {"rules": rules, "conditions": conditions}}


def _scope(decision: Decision) -> Document:
    word = {True: "in", False: "out", None: "unknown"}[decision.in_scope]
    limits = []
    for condition in decision.release.ruleset.scope.conditions():
        if isinstance(condition, Comparison):
            one = decision.facts.standings[condition.threshold]
            holes = [row for row in rows_in_force(decision, condition.threshold) if row.limit is not None]
            limits.append(f"{condition.text} ({', '.join(row.cites.source for row in holes)}: {one.threshold.title})")
        else:
            limits.append(condition.text)
    return {"state": word, "asks": limits}


def _conclusion(decision: Decision, name: str, verdict: Verdict, chain: object) -> Document:
    conclusion = decision.release.vocabulary.conclusions[name]
    speaking_for = decision.claims(name, speaking_for=True)
    against = decision.claims(name, speaking_for=False)
    deciding = speaking_for if verdict.certainty.is_for else against
    links = chain(deciding)  # type: ignore[operator] # the closure of `document`
    return {
        "conclusion": name,
        "title": conclusion.title,
        "kind": conclusion.kind,
        "certainty": verdict.certainty.value,
        "contested": verdict.contested,
        "codes": coding.codes(decision, conclusion.codes) if verdict.certainty.is_for else [],
        "for": list(speaking_for),
        "against": list(against),
        "chain": links,
        "because": reason(decision, name, verdict),
        "sources": basis.sources(decision, links),
        "contrary": basis.contrary(decision, links),
        "unverified": basis.unverified(decision, links),
        "overdue": basis.overdue(decision, links),
    }


def _missing(decision: Decision, one: Missing) -> Document:
    return {
        "tests": [list(test) for test in one.tests],
        "step": one.step,
        "for": ["scope"] if one.decides_scope else [*(name for name, _ in one.conclusions), *one.advice],
        "rules": list(one.rules),
        "with_range": list(one.with_range),
        "effect": effect_text(decision, one),
    }


def _undecidable(decision: Decision, one: Hole) -> Document:
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


def _unchecked(decision: Decision, rule: Rule) -> Document:
    return {
        "rule": rule.id,
        "title": rule.title,
        "measures": [doubt.measure for doubt in rule.then.doubts if doubt.measure in decision.panel.values],
        "needs": list(rule_needs(decision.seen_by(rule), rule)),
    }


def _conflict(decision: Decision, name: str) -> Document:
    rules = {rule.id: rule for rule in decision.release.giving[name] if rule.id in decision.inference.fired}
    return {
        "finding": name,
        "for": [one for one, rule in rules.items() if rule.then.verb is Verb.ESTABLISH],
        "against": [one for one, rule in rules.items() if rule.then.verb is Verb.RULE_OUT],
        "because": " ".join(because(decision, rule) for rule in rules.values()),
    }


def _source(decision: Decision, key: str) -> Document:
    fields = decision.release.sources[key].fields
    return {"source": key} | {name.replace(" ", "_"): text for name, text in fields.items()}


__all__ = ["AGE", "FORMAT", "VIEWS", "Status", "document", "view"]
