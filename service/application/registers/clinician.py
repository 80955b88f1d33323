"""
For the clinician behind the calling service: the deciding fact first, numbers with units, no names of rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.explanation.nearest import nearest, nearest_conclusions
from service.application.explanation.phrases import (
    assumed_phrase,
    condition_phrase,
    grounds_phrase,
    new_grounds,
    nodes_of,
    plain,
)
from service.application.explanation.said import Sentence, listed, said, small
from service.application.explanation.wants import wants_phrase
from service.domain.explanation.graph import Kind
from service.domain.scales import Certainty
from service.domain.sentences import in_prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.application.explanation.material import Derived, Facts, Hindered
    from service.application.explanation.overview import Overview
    from service.application.ports import Document
    from service.domain.explanation.whynot import Obstacle

CONCLUDED = "{conclusion} is {certainty}: {grounds}."
CONTESTED = "{conclusion} is contested, since both sides weigh the same. For it: {supporting}. Against it: {opposing}."
ALSO = "In line with it as well: {grounds}."
AGAINST = "Against it, with less weight: {grounds}."
REPORTED = "{title} was reported as {given} and read as {used}."
ASSUMED = "Assumed, since it was not given: {assumed}."
DOUBTED = "{measures} {effect}: {reason}."
ADVISED = "Next steps that rest on it: {advice}."
NOT_CONCLUDED = "{conclusion} was not concluded."
NOT_FIRMER = "{conclusion} is {certainty}, and not more."
TIED = "{conclusion} is contested: what speaks for it and what speaks against it weigh the same."
SPEAKS_AGAINST = "{conclusion} is {certainty}."
NOTHING_COULD = "No rule could draw it more firmly."
COULD = "To be {certainty} it would need {wants}."
FARTHER = {False: "{count} other way to it is farther off.", True: "{count} other ways to it are farther off."}
COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "many")
LEFT_OUT = "Not concluded either, and farther off: {conclusions}."
ONLY_IN = "In the profile {profile} no rule makes it {certainty}; {profiles} has one."
STATUS = {
    "concluded": "The question is answered.",
    "more-data-needed": "The question is open, and more data could answer it.",
    "inconclusive": "The question is open, and nothing that could be sent would answer it.",
    "not-applicable": "These rules are not for this patient: {scope}.",
}
SCOPE_OPEN = "Whether these rules are for this patient is not known: {scope}."
CONFLICT = "{finding} is in conflict, so no rule uses it: {supporting}, but {opposing}."
NOTED = "{detail} {used}"
USED = {True: "It was used all the same.", False: "It was not used."}
DOUBT_NOTED = "doubted"
"""The issue of what doubts did to results, which they tell themselves."""
EFFECTS = {"set aside": "was set aside", "reads high": "may read high", "reads low": "may read low"}
SEVERAL = {"set aside": "were set aside"}


class Clinician:
    """Speaks to the clinician."""

    headings = False

    def overview(self, overview: Overview) -> Iterator[Sentence]:
        """Yield the status, what conflicts, and what was not used."""
        facts = overview.facts
        word = facts[overview.status]["status"]
        scope = listed([condition_phrase(facts[one]) for one in overview.scope])
        nodes = (overview.status, *overview.scope)
        if overview.scope and overview.decision.in_scope is None:
            yield said(SCOPE_OPEN, nodes, scope=scope)
        else:
            yield said(STATUS[word], nodes, scope=scope)
        for finding in overview.conflicting:
            yield self._conflict(overview, finding)
        yield from doubted(facts)
        for result in overview.noted:
            for note in facts[result]["notes"]:
                if note["issue"] != DOUBT_NOTED and not _is_doubted(facts[result]):
                    yield said(NOTED, [result], detail=plain(note["says"]), used=USED[note["used"]])

    def why(self, derived: Derived) -> Iterator[Sentence]:
        """Yield why a conclusion was drawn."""
        facts, top = derived.facts, derived.facts[derived.top]
        if top["contested"]:
            first = derived.grounds(speaking_for=True)
            # What both sides rest on is said once.
            sides = (first, new_grounds(facts, first, derived.grounds(speaking_for=False)))
            supporting, opposing = (grounds_phrase(facts, side) for side in sides)
            nodes = (derived.top, *nodes_of(sides[0]), *nodes_of(sides[1]))
            yield said(CONTESTED, nodes, conclusion=top["title"], supporting=supporting, opposing=opposing)
        else:
            grounds = derived.grounds()
            yield said(
                CONCLUDED,
                (derived.top, *nodes_of(grounds)),
                conclusion=top["title"],
                certainty=top["certainty"],
                grounds=grounds_phrase(facts, grounds),
            )
        others = [] if top["contested"] else new_grounds(facts, derived.grounds(), derived.others)
        if others:
            yield said(ALSO, (derived.top, *nodes_of(others)), grounds=grounds_phrase(facts, others))
        if derived.opposing:
            yield said(
                AGAINST, (derived.top, *nodes_of(derived.opposing)), grounds=grounds_phrase(facts, derived.opposing)
            )
        yield from doubted(facts)
        yield from self._given(derived)
        yield from self._advice(derived)

    def why_not(self, hindered: Hindered) -> Iterator[Sentence]:
        """Yield how the conclusion stands."""
        top = hindered.facts[hindered.top]
        if top["certainty"] is None:
            yield said(NOT_CONCLUDED, [hindered.top], conclusion=top["title"])
        else:
            template = (
                TIED if top["contested"] else NOT_FIRMER if Certainty(top["certainty"]).is_for else SPEAKS_AGAINST
            )
            yield said(template, [hindered.top], conclusion=top["title"], certainty=top["certainty"])
        if not hindered.could_be and hindered.decision.in_scope is not False:
            yield said(NOTHING_COULD, [hindered.top])

    def obstacle(self, hindered: Hindered, obstacle: Obstacle) -> Iterator[Sentence]:
        """Yield what stands in the way of one rule that is among the nearest."""
        if obstacle not in nearest(hindered)[0]:
            return
        rule = f"{Kind.RULE}:{obstacle.rule.id}"
        gives = hindered.facts[rule]["gives"]["certainty"]
        if not obstacle.hurdles:
            profiles = listed(list(obstacle.rule.profiles))
            of = hindered.facts[hindered.top]["profile"]
            yield said(ONLY_IN, [rule, hindered.top], certainty=gives, profiles=profiles, profile=of)
            return
        wants, nodes = wants_phrase(hindered, obstacle)
        yield said(COULD, (hindered.top, rule, *nodes), certainty=gives, wants=wants)

    def rest(self, hindered: Hindered) -> Iterator[Sentence]:
        """Yield how many other rules could draw it."""
        rules = [f"{Kind.RULE}:{one.rule.id}" for one in nearest(hindered)[1]]
        if rules:
            count = COUNTS[min(len(rules), len(COUNTS)) - 1]
            yield said(FARTHER[len(rules) > 1], [hindered.top, *rules], count=count)

    def chosen(self, several: Sequence[Hindered]) -> Sequence[Hindered]:
        """Return the nearest ones."""
        return nearest_conclusions(several)

    def left_out(self, overview: Overview) -> Iterator[Sentence]:
        """Yield the other ones by name."""
        names = overview.facts.of_kind(Kind.CONCLUSION)
        if names and overview.decision.in_scope is not False:
            yield said(LEFT_OUT, names, conclusions=listed([small(overview.facts[one]["title"]) for one in names]))

    def ending(self, overview: Overview) -> Iterator[Sentence]:
        """Yield nothing: the clinician decides."""
        yield from ()

    def _conflict(self, overview: Overview, finding: str) -> Sentence:
        facts, sides = overview.facts, overview.sides(finding)
        supporting, opposing = (listed([condition_phrase(facts[one]) for one in side]) for side in sides)
        nodes = (finding, *sides[0], *sides[1])
        return said(CONFLICT, nodes, finding=facts[finding]["title"], supporting=supporting, opposing=opposing)

    def _given(self, derived: Derived) -> Iterator[Sentence]:
        facts = derived.facts
        for name in derived.minimal.nodes:
            kind, told = derived.minimal.nodes[name].kind, facts[name]
            if (
                kind is Kind.RESULT
                and told["converted"]
                and _number(told["given"]["text"]) != _number(told["used"]["text"])
            ):
                yield said(
                    REPORTED,
                    [name],
                    title=told["title"],
                    given=told["given"]["text"],
                    used=in_prose(told["used"]["text"]),
                )

        assumed = derived.assumed
        if assumed:
            yield said(ASSUMED, assumed, assumed=assumed_phrase(facts, assumed))

    def _advice(self, derived: Derived) -> Iterator[Sentence]:
        facts = derived.facts
        advice = facts.of_kind(Kind.ADVICE)
        if advice:
            told = [f"{small(facts[one]['title'])} ({facts[one]['urgency']})" for one in advice]
            yield said(ADVISED, (derived.top, *advice), advice=listed(told))


def doubted(facts: Facts) -> Iterator[Sentence]:
    """Yield which results are in doubt, and why."""
    for name in facts.of_kind(Kind.DOUBT):
        told = facts[name]
        by_effect: dict[str, list[str]] = {}
        for doubt in told["doubts"]:
            by_effect.setdefault(doubt["effect"], []).append(small(doubt["title"]))
        for effect, titles in by_effect.items():
            words = EFFECTS[effect] if len(titles) == 1 else SEVERAL.get(effect, EFFECTS[effect])
            reason = small(told["title"])
            yield said(DOUBTED, [name], measures=listed(titles), effect=words, reason=reason)


def _is_doubted(result: Document) -> bool:
    """Return whether doubts set a result aside, whatever else is remarked on it."""
    return any(note["issue"] == DOUBT_NOTED and not note["used"] for note in result["notes"])


def _number(text: str) -> str:
    return in_prose(text).partition(" ")[0]
