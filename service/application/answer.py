"""
The answer: a decision as the JSON document that is recorded and told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application import basis, coding
from service.application.answer_open import conflict_written, missing_written, unchecked_written, undecidable_written
from service.application.due import due
from service.application.trace import IN_SCOPE, trace
from service.domain.left_open import leaving_open
from service.domain.missing import missing
from service.domain.publication import standing
from service.domain.question import status
from service.domain.rules import Comparison
from service.domain.scales import State
from service.domain.sentences import because, reason, rows_in_force
from service.domain.told import told
from service.domain.unchecked import unchecked
from service.domain.undecidable import undecidable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.semantics import Verdict

FORMAT = 2
"""Of the answer and of the record: 2 since `missing` is told by tests, and `undecidable` beside it."""


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
            "by": [rule.id for rule in rules],
            "chain": chain(rule.id for rule in rules),
            "sources": basis.sources(decision, [rule.id for rule in rules]),
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
        "conflicts": [
            conflict_written(decision, name) for name, state in decision.findings if state is State.CONFLICTING
        ],
        "undecidable": [undecidable_written(decision, one) for one in undecidable(decision)],
        "missing": [missing_written(decision, one) for one in missing(decision)],
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
        "unchecked": [unchecked_written(decision, rule) for rule in unchecked(decision)],
        "trace": trace(decision),
        "sources": [_source(decision, key) for key in sorted(cited)],
    }


def _scope(decision: Decision) -> Document:
    limits = []
    for condition in decision.release.ruleset.scope.conditions():
        if isinstance(condition, Comparison):
            one = decision.facts.standings[condition.threshold]
            holes = [row for row in rows_in_force(decision, condition.threshold) if row.limit is not None]
            limits.append(f"{condition.text} ({', '.join(row.cites.source for row in holes)}: {one.threshold.title})")
        else:
            limits.append(condition.text)
    return {"state": IN_SCOPE[decision.in_scope], "asks": limits}


def _conclusion(decision: Decision, name: str, verdict: Verdict, chain: object) -> Document:
    conclusion = decision.release.vocabulary.conclusions[name]
    speaking_for = decision.claims(name, speaking_for=True)
    against = decision.claims(name, speaking_for=False)
    both = (*speaking_for, *against)
    deciding = both if verdict.contested else speaking_for if verdict.certainty.is_for else against
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
        "left_open_by": list(leaving_open(decision, name)),
        "because": reason(decision, name, verdict),
        "sources": basis.sources(decision, links),
        "contrary": basis.contrary(decision, links),
        "unverified": basis.unverified(decision, links),
        "overdue": basis.overdue(decision, links),
    }


def _source(decision: Decision, key: str) -> Document:
    fields = decision.release.sources[key].fields
    return {"source": key} | {name.replace(" ", "_"): text for name, text in fields.items()}
