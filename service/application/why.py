"""
Why a patient is answered so: the decision as a careful colleague would tell it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.cases import unmet
from service.application.connections import rests_on
from service.application.due import due
from service.application.in_words import effect_words, title_of
from service.application.reasons import cited, made_by, stands
from service.domain.decision import Status
from service.domain.question import status
from service.domain.rule_needs import rule_needs, rule_needs_ranges
from service.domain.rules import Verb
from service.domain.scales import State
from service.domain.semantics import Outcome
from service.domain.sentences import because

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.ports import Document
    from service.domain.cases import Case
    from service.domain.decision import Decision
    from service.domain.rules import Rule
    from service.domain.semantics import Verdict

_STATUS = {
    Status.CONCLUDED: "The question is answered.",
    Status.MORE_DATA_NEEDED: "More data are needed: something that could be sent could still answer the question.",
    Status.INCONCLUSIVE: "The question stays open, and nothing that could be sent would answer it.",
}


def why(decision: Decision, case: Case | None = None) -> Document:
    """
    Tell a decision.

    Args:
        decision: The decision.

        case: The case it was made for, or None for a panel without expectations.

    Returns:
        Status, each conclusion with its chain, advice, what stayed undecided,
        what it waits for and whether the case touches it, what was assumed or set aside, and where a case fails,
        what was expected and what made it different.
    """
    word = status(decision)
    return {
        "profile": decision.profile.id,
        "status": word.value,
        "says": _outside(decision) if word is Status.NOT_APPLICABLE else _STATUS[word],
        "conclusions": [_conclusion(decision, name, verdict) for name, verdict in decision.conclusions],
        "findings": _findings(decision),
        "advice": [
            {
                "title": title_of(decision.release, name),
                "urgency": urgency.word,
                "within": within["text"] if (within := due(decision, rules)) else "",
                "because": [because(decision, rule) for rule in rules],
                "rules": [rule.id for rule in rules],
            }
            for name, urgency, rules in decision.advice
        ],
        "undecided": _undecided(decision, _touched(decision, case)),
        "assumed": [
            {"title": title_of(decision.release, one.name), "value": one.value} for one in decision.panel.assumed
        ],
        "quality": [{"detail": note.detail, "used": note.used} for note in decision.panel.notes],
        "fails": [] if case is None else [_failure(decision, sentence) for sentence in unmet(decision, case)],
    }


def _outside(decision: Decision) -> str:
    """Say what keeps a patient outside of the scope, and that nothing is told of such a patient but advice."""
    scope = decision.release.ruleset.scope
    kept = dict.fromkeys(stands(decision, one) for one in scope.conditions() if decision.truth(one) is not True)
    return f"These rules are not for this patient: {'; '.join(kept)}. So no finding and no conclusion is told."


def _conclusion(decision: Decision, name: str, verdict: Verdict) -> Document:
    sides = [decision.claims(name, speaking_for=side) for side in (True, False)]
    deciding, other = sides if verdict.certainty.is_for else sides[::-1]
    return {
        "title": title_of(decision.release, name),
        "certainty": verdict.certainty.value,
        "contested": verdict.contested,
        "chain": [_link(decision, decision.release.rules[rule]) for rule in decision.chain(deciding)],
        "against": [_link(decision, decision.release.rules[rule]) for rule in other],
    }


def _link(decision: Decision, rule: Rule) -> Document:
    """Return one link of a chain: what it gives, and why."""
    gives = effect_words(decision.release, rule.then)
    if decision.outcomes[rule.id] is not Outcome.FIRED:
        # A finding that closes is absent because the rules that could establish it were refuted.
        gives = f"{title_of(decision.release, rule.then.name)} is {State.ABSENT.value}"
    reason = because(decision, rule) or f"{', '.join(made_by(decision, rule))}."
    return {"rule": rule.id, "gives": gives, "because": reason, "sources": list(cited(decision, rule))}


def _findings(decision: Decision) -> list[Document]:
    """Return what was decided of each finding, whether a conclusion rests on it or not."""
    return [
        {
            "title": title_of(decision.release, name),
            "state": state.value,
            "by": [_link(decision, decision.release.rules[rule]) for rule in decision.by(name)],
        }
        for name, state in decision.findings
        if state is not State.UNKNOWN
    ]


def _touched(decision: Decision, case: Case | None) -> set[str]:
    """Return the rules that a case is about: what its own rests on, what gives what it expects; else the question's."""
    release = decision.release
    if case is None:
        return {rule.id for rule in release.giving.get(release.ruleset.question, ())}
    expect = case.expect
    names = (*expect.findings, *expect.conclusions, *expect.not_concluded)
    own = rests_on(release, [release.rules[case.rule]] if case.rule in release.rules else [])
    giving = (rule.id for name in names for rule in release.giving.get(name, ()))
    return {*(rule.id for rule in own), *expect.fired, *expect.not_fired, *expect.undecided, *giving}


def _undecided(decision: Decision, touched: set[str]) -> list[Document]:
    """Return the rules about findings and conclusions that stayed open, the first causes first."""
    if decision.in_scope is False:
        return []
    release = decision.release
    rules = sorted(release.rules.values(), key=lambda rule: (release.levels[rule.id], rule.id))
    return [
        {
            "rule": rule.id,
            "could": effect_words(release, rule.then),
            "open": list(made_by(decision, rule)),
            "waits_for": _waits_for(decision.seen_by(rule), rule),
            "touched": rule.id in touched,
        }
        for rule in rules
        if decision.outcomes[rule.id] is Outcome.UNDECIDED
        and rule.then.verb is not Verb.ADVISE
        and _is_open(decision, rule)
    ]


def _waits_for(decision: Decision, rule: Rule) -> list[str]:
    """Return what an undecided rule waits for; of a result, whether the laboratory's range must come with it."""
    ranges = rule_needs_ranges(decision, rule)
    return [
        title_of(decision.release, name) + (" with the laboratory's range" if name in ranges else "")
        for name in rule_needs(decision, rule)
    ]


def _is_open(decision: Decision, rule: Rule) -> bool:
    """Return whether what a rule could give is not decided without it."""
    state = decision.inference.states.get(rule.then.name)
    return state in {None, State.UNKNOWN, State.CONFLICTING} and rule.then.name not in decision.inference.verdicts


def _failure(decision: Decision, sentence: str) -> Document:
    """Return an expectation that was not met, with the rules that decide it and how their conditions stand."""
    name = sentence.partition(" ")[0]
    own = decision.release.rules.get(name)
    rules: Iterable[Rule] = (own,) if own is not None else decision.release.giving.get(name, ())
    return {
        "expected": sentence,
        "rules": [
            {
                "rule": rule.id,
                "gives": effect_words(decision.release, rule.then),
                "outcome": decision.outcomes[rule.id].value,
                "conditions": list(made_by(decision, rule)),
            }
            for rule in rules
        ],
    }
