"""
For the patient: short sentences about you, no names of rules, no limits, and the clinician at the end.

What a conclusion means stands in the vocabulary, in its texts for patients; here stand only the words
around them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.explanation.nearest import off
from service.application.explanation.phrases import assumed_phrase
from service.application.explanation.said import Sentence, listed, said, small
from service.application.explanation.wants import failing
from service.domain.explanation.graph import Kind
from service.domain.scales import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.application.explanation.material import Derived, Facts, Hindered
    from service.application.explanation.overview import Overview
    from service.application.ports import Document
    from service.domain.explanation.whynot import Obstacle

SURE = {
    "confirmed": "Your tests show {conclusion}.",
    "likely": "Your tests point to {conclusion}.",
    "possible": "You may have {conclusion}, but it is not sure.",
}
AGAINST = {
    "unlikely": "Your tests do not point to {conclusion}.",
    "excluded": "Your tests show that you do not have {conclusion}.",
}
CONTESTED = "Your tests do not agree about {conclusion}. It is not clear yet."
TEXT = "{text}"
TESTS = "We see this from your {tests}."
ASSUMED = "We did not know this about you, so we assumed it: {assumed}."
DOUBTED = "One of your results may not be right: {tests}."
SOON = {
    "emergency": "This needs care right away.",
    "same-day": "A clinician should look at this today.",
    "urgent": "A clinician should look at this very soon.",
}
STATUS = {
    "concluded": "Your tests give an answer.",
    "more-data-needed": "There is no full answer yet. More tests could help.",
    "inconclusive": "There is no full answer yet.",
    "not-applicable": "This service cannot judge your tests. It was not made for your {scope}.",
}
SCOPE_OPEN = "We cannot tell yet if this service is right for you. We need to know this: {scope}."
CONFLICT = "Some of your tests do not agree with each other. They are about this: {finding}."
NOTED = "These results could not be used: {titles}. Ask if they must be done again."
NOTED_USED = "These results are unusual: {titles}. Ask if they are right."
STANDS = {
    None: "Your tests do not show {conclusion}.",
    "confirmed": "Your tests show {conclusion}.",
    "likely": "Your tests point to {conclusion}, but they do not prove it.",
    "possible": "You may have {conclusion}, but it is not sure.",
    "unlikely": "Your tests do not point to {conclusion}.",
    "excluded": "Your tests show that you do not have {conclusion}.",
}
NEEDS = "It would help to know this: {needs}."
NOT_FIRMER = "It is not more sure because of your {misfits}."
LEFT_OUT = "Your tests do not show any other cause. Some causes may not have been tested for."
MISFIT = "It does not fit with your {misfits}."
NOTHING_COULD = "No other test would make this more sure."
ENDING = "Talk to your clinician about what this means for you."


class Patient:
    """Speaks to the patient."""

    headings = False

    def overview(self, overview: Overview) -> Iterator[Sentence]:
        """Yield how far the tests answer, what does not agree, and what could not be used."""
        facts = overview.facts
        word = facts[overview.status]["status"]
        scope = listed([small(facts[one].get("title", "")) for one in overview.scope])
        nodes = (overview.status, *overview.scope)
        template = SCOPE_OPEN if overview.scope and overview.decision.in_scope is None else STATUS[word]
        yield said(template, nodes, scope=scope)
        for finding in overview.conflicting:
            yield said(CONFLICT, [finding], finding=small(facts[finding]["title"]))
        noted = [name for name in overview.noted if name.startswith(Kind.RESULT)]
        for template, used in ((NOTED, False), (NOTED_USED, True)):
            of_kind = [one for one in noted if all(note["used"] for note in facts[one]["notes"]) is used]
            if of_kind:
                yield said(template, of_kind, titles=listed(_titles(facts, of_kind)))

    def why(self, derived: Derived) -> Iterator[Sentence]:
        """Yield what a conclusion means, how sure it is, and from which tests it comes."""
        facts, top = derived.facts, derived.facts[derived.top]
        certainty = top["certainty"]
        if top["contested"]:
            yield said(CONTESTED, [derived.top], conclusion=small(top["title"]))
        elif certainty in AGAINST:
            yield said(AGAINST[certainty], [derived.top], conclusion=small(top["title"]))
        else:
            yield said(SURE[certainty], [derived.top], conclusion=small(top["title"]))
            for text in top["for_patients"]:
                yield said(TEXT, [derived.top], text=text)
        tests = _tests(facts, list(derived.minimal.nodes))
        if tests:
            yield said(TESTS, (derived.top, *tests), tests=listed(_titles(facts, tests)))
        if derived.assumed:
            yield said(ASSUMED, derived.assumed, assumed=assumed_phrase(facts, derived.assumed))
        for name in facts.of_kind(Kind.DOUBT):
            titles = list(dict.fromkeys(small(one["title"]) for one in facts[name]["doubts"]))
            yield said(DOUBTED, [name], tests=listed(titles))
        for name in facts.of_kind(Kind.ADVICE):
            if facts[name]["urgency"] in SOON:
                yield said(SOON[facts[name]["urgency"]], [name])

    def why_not(self, hindered: Hindered) -> Iterator[Sentence]:
        """Yield how the conclusion stands."""
        if hindered.decision.in_scope is False:
            return
        top = hindered.facts[hindered.top]
        template = CONTESTED if top["contested"] else STANDS[top["certainty"]]
        yield said(template, [hindered.top], conclusion=small(top["title"]))
        if not hindered.could_be:
            yield said(NOTHING_COULD, [hindered.top])

    def obstacle(self, hindered: Hindered, obstacle: Obstacle) -> Iterator[Sentence]:
        """Yield what does not fit, or which tests could tell more, of the rule that is nearest."""
        facts = hindered.facts
        if obstacle is not min(hindered.could_be, key=lambda one: off(hindered, one)):
            return
        held_up = [one for one in obstacle.hurdles if not _conflicts(facts[hindered.node_of(one)])]
        fails = [hindered.node_of(leaf) for one in held_up for leaf in failing(one)]
        if fails:
            is_for = hindered.verdict is not None and hindered.verdict.certainty.is_for
            template = NOT_FIRMER if is_for else MISFIT
            yield said(template, [hindered.top, *fails], misfits=listed(_titles(facts, fails)))
            return
        needs = [f"{Kind.MISSING}:{name}" for one in obstacle.hurdles for name in (one.needs or ((),))[0]]
        if needs:
            yield said(NEEDS, [hindered.top, *needs], needs=listed(_titles(facts, needs)))

    def rest(self, hindered: Hindered) -> Iterator[Sentence]:
        """Yield nothing: a patient is told the nearest."""
        yield from ()

    def chosen(self, several: Sequence[Hindered]) -> Sequence[Hindered]:
        """Return those that the tests say something of: no list of illnesses that nobody thought of."""
        return [one for one in several if one.verdict is not None]

    def left_out(self, overview: Overview) -> Iterator[Sentence]:
        """Yield that there are others, by no name."""
        if overview.facts.of_kind(Kind.CONCLUSION) and overview.decision.in_scope is not False:
            yield said(LEFT_OUT, [overview.status])

    def ending(self, overview: Overview) -> Iterator[Sentence]:
        """Yield whom to talk to."""
        yield said(ENDING, [overview.status])


def _conflicts(facts: Document) -> bool:
    """Return whether a condition is about a finding in conflict, which is told for the whole."""
    return facts.get("value") == State.CONFLICTING


def _tests(facts: Facts, nodes: list[str]) -> list[str]:
    """Return the results among nodes."""
    results = set(facts.of_kind(Kind.RESULT))
    return [one for one in nodes if one in results]


def _titles(facts: Facts, nodes: list[str]) -> list[str]:
    return list(dict.fromkeys(small(facts[one].get("title", "")) for one in nodes))
