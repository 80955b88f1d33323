"""
For the informaticist: rules, conditions and limits by their names, with margins, in the order of firing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.explanation.phrases import distance_phrase
from service.application.explanation.said import Sentence, listed, named
from service.application.explanation.whynot import hurdle_written
from service.domain.explanation.graph import Kind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.application.explanation.material import Derived, Facts, Hindered
    from service.application.explanation.overview import Overview
    from service.application.ports import Document
    from service.domain.explanation.graph import Graph
    from service.domain.explanation.whynot import Hurdle, Obstacle

STATUS = "{release}{digest}, read in the profile {profile}: {status}."
SCOPE = "The scope is not met, or not known to be: {conditions}."
CONFLICT = "{finding} is conflicting: {rules} fired; every condition on it is unknown."
NOTED = "Result {result}: {issue}, {used}: {detail}"
ATTRIBUTE_NOTED = "{result}: {issue}, {used}: {detail}"
USED = {True: "used", False: "not used"}
CONCLUDED = "{conclusion} is {certainty}{contested}, by {rules}."
FIRED = "{rule} fired (order {order}): {does}, since {conditions}."
NOT_FIRED = "{rule} did not fire, since {conditions}."
OTHER_PROFILE = "{rule} is not read in this profile."
ALSO = "Not needed for it, and true as well: {rules}."
AGAINST = "Outweighed: {rules}."
COMPUTED = "{measure} is {value}, by {formula}."
ASSUMED = "Assumed: {assumed}."
DOUBTED = "{rule} cast its doubt: {effects}."
STANDS = "{conclusion} is {certainty}{contested}."
NOTHING_COULD = "No rule could draw it more firmly."
WAITS = "{rule} would give {certainty}; it is {outcome}. {parts}."
NOT_READ = "{rule} would give {certainty}; it is read in {profiles} only."


class Informaticist:
    """Speaks to the informaticist."""

    headings = True
    digests = False

    def overview(self, overview: Overview) -> Iterator[Sentence]:
        """Yield status, scope, conflicts and notes."""
        facts = overview.facts
        told = facts[overview.status]
        digest = f" ({told['digest']})" if told["digest"] and self.digests else ""
        yield named(
            STATUS,
            [overview.status],
            release=told["release"],
            digest=digest,
            profile=told["profile"],
            status=told["status"],
        )
        if overview.scope:
            yield named(SCOPE, overview.scope, conditions=listed([_condition(facts[one]) for one in overview.scope]))
        for finding in overview.conflicting:
            yield named(CONFLICT, [finding], finding=_name(finding), rules=listed(facts[finding]["by"]))
        for name in overview.noted:
            template = NOTED if name.startswith(Kind.RESULT) else ATTRIBUTE_NOTED
            for note in facts[name]["notes"]:
                used = USED[note["used"]]
                yield named(template, [name], result=_name(name), issue=note["issue"], used=used, detail=note["detail"])

    def why(self, derived: Derived) -> Iterator[Sentence]:
        """Yield the conclusion, and each rule that it rests on, the deciding one first."""
        facts, graph = derived.facts, derived.minimal
        top = facts[derived.top]
        deciding = [one for one in graph.before(derived.top) if graph.nodes[one].kind is Kind.RULE]
        yield named(
            CONCLUDED,
            (derived.top, *deciding),
            conclusion=derived.conclusion,
            certainty=top["certainty"],
            contested=" and contested" if top["contested"] else "",
            rules=listed([_name(one) for one in deciding]),
        )
        for name in derived.below(*deciding, every=True):
            kind, told = graph.nodes[name].kind, facts[name]
            if kind is Kind.RULE:
                yield rule_said(facts, graph, name)
            elif kind is Kind.MEASURE and "formula" in told:
                measure = graph.nodes[name].name
                yield named(COMPUTED, [name], measure=measure, value=told["value"], formula=told["formula"])
        if derived.assumed:
            assumed = listed([f"{_name(one)} {facts[one]['value']}" for one in derived.assumed])
            yield named(ASSUMED, derived.assumed, assumed=assumed)
        for name in facts.of_kind(Kind.DOUBT):
            effects = listed([f"{one['measure']} {one['effect']}" for one in facts[name]["doubts"]])
            yield named(DOUBTED, [name], rule=_name(name), effects=effects)
        rest = [one for one in derived.also if one not in graph.nodes]
        if rest:
            yield named(ALSO, rest, rules=listed([_name(one) for one in rest]))
        against = derived.complete.before(derived.top, Role.AGAINST)
        if against:
            told_of = [f"{_name(one)} ({facts[one]['gives']['certainty']})" for one in against]
            yield named(AGAINST, against, rules=listed(told_of))

    def why_not(self, hindered: Hindered) -> Iterator[Sentence]:
        """Yield how the conclusion stands."""
        top = hindered.facts[hindered.top]
        yield named(
            STANDS,
            [hindered.top],
            conclusion=hindered.conclusion,
            certainty=top["certainty"] or "not concluded",
            contested=" and contested" if top["contested"] else "",
        )
        if not hindered.could_be and hindered.decision.in_scope is not False:
            yield named(NOTHING_COULD, [hindered.top])

    def obstacle(self, hindered: Hindered, obstacle: Obstacle) -> Iterator[Sentence]:
        """Yield each condition of a rule that fails or is unknown."""
        name = f"{Kind.RULE}:{obstacle.rule.id}"
        told = hindered.facts[name]
        certainty = told["gives"]["certainty"]
        if not obstacle.hurdles:
            profiles = listed(list(obstacle.rule.profiles))
            yield named(NOT_READ, [name], rule=obstacle.rule.id, certainty=certainty, profiles=profiles)
            return
        nodes = [name]
        parts = []
        for label, fails in (("Fails", True), ("Unknown", False)):
            chosen = [one for one in obstacle.hurdles if one.fails is fails]
            if chosen:
                phrases = [_hurdle(hindered, one, nodes) for one in chosen]
                parts.append(f"{label}: {'; '.join(phrases)}")
        outcome = told["outcome"].replace("-", " ")
        yield named(WAITS, nodes, rule=obstacle.rule.id, certainty=certainty, outcome=outcome, parts=". ".join(parts))

    def rest(self, hindered: Hindered) -> Iterator[Sentence]:
        """Yield nothing: every rule is told."""
        yield from ()

    def chosen(self, several: Sequence[Hindered]) -> Sequence[Hindered]:
        """Return all."""
        return several

    def left_out(self, overview: Overview) -> Iterator[Sentence]:
        """Yield nothing: every conclusion is told."""
        yield from ()

    def ending(self, overview: Overview) -> Iterator[Sentence]:
        """Yield nothing."""
        yield from ()


def rule_said(facts: Facts, graph: Graph, name: str) -> Sentence:
    """Say what became of a rule, and by which conditions."""
    told = facts[name]
    conditions = [one for one in graph.before(name) if graph.nodes[one].kind is Kind.CONDITION]
    phrases = listed([_condition(facts[one]) for one in conditions])
    if told["outcome"] == "fired":
        return named(
            FIRED,
            (name, *conditions),
            rule=told["rule"],
            order=str(told["order"]),
            does=told["does"],
            conditions=phrases,
        )
    if not conditions:
        return named(OTHER_PROFILE, [name], rule=told["rule"])
    return named(NOT_FIRED, (name, *conditions), rule=told["rule"], conditions=phrases)


def _condition(facts: Document) -> str:
    """Return a condition as written, with the value, the limit and the margin."""
    text: str = facts["text"]
    said_of = [facts["value"]] if "value" in facts and "stands" in facts else []
    if "stands" in facts:
        limits = [row.get("value", row.get("laboratory", "no limit")) for row in facts["threshold"]]
        rows = [row["row"] for row in facts["threshold"]]
        said_of.append(f"limit {' or '.join(dict.fromkeys(limits))}")
        said_of.append(f"row {' or '.join(dict.fromkeys(rows))}")
        if "margin" in facts:
            said_of.append(f"margin {_margin(facts['margin'])}")
    elif facts["result"] != "true":
        said_of.append(f"it is {facts['value']}")
    return text + (f" ({'; '.join(said_of)})" if said_of else "")


def _margin(margin: Document) -> str:
    ends = [margin.get("low", "unbounded"), margin.get("high", "unbounded")]
    unit = "" if margin["unit"] == "1" else f" {margin['unit']}"
    return f"{' to '.join(dict.fromkeys(ends))}{unit}"


def _hurdle(hindered: Hindered, hurdle: Hurdle, nodes: list[str]) -> str:
    node = hindered.node_of(hurdle)
    nodes.append(node)
    written = hurdle_written(hindered.decision, hurdle)
    phrase = f"{'' if hurdle.wanted else 'not '}{hindered.facts[node]['text']}"
    if written["distance"] is not None:
        phrase += f" ({distance_phrase(written['distance'])})"
    if hurdle.needs:
        alternatives = [" with ".join(tests) for tests in hurdle.needs]
        phrase += f" (needs {listed(alternatives, 'or')})"
        nodes += [f"{Kind.MISSING}:{name}" for tests in hurdle.needs for name in tests]
    if hurdle.through:
        nodes += [f"{Kind.RULE}:{one.rule.id}" for one in hurdle.through]
        phrase += f" by {listed([one.rule.id for one in hurdle.through], 'or')}"
    return phrase


def _name(node: str) -> str:
    return node.partition(":")[2]
