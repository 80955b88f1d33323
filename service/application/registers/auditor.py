"""
For the auditor: every number as given and as used, every limit with its row and source, every rule with its evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.explanation.said import Sentence, listed, named
from service.application.registers.informaticist import Informaticist
from service.domain.explanation.graph import Kind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.explanation.material import Derived, Hindered
    from service.application.explanation.overview import Overview
    from service.application.ports import Document
    from service.domain.explanation.whynot import Obstacle

CONCLUDED = "{conclusion} is {certainty}{contested}, by {rules}, with {scope} for the scope."
FIRED = "{rule} fired (order {order}): {does}, from {conditions}. Evidence: {evidence}."
NOT_FIRED = "{rule} did not fire, from {conditions}. Evidence: {evidence}."
OTHER_PROFILE = "{rule} is not read in this profile."
COMPARED = "{number}: {text} is {result}: {value} against {limits}."
ASKED = "{number}: {text} is {result}; it is {value}{by}."
RESULT = "Result {result} ({title}) was given as {given}{time} and used as {used}."
RESULT_ASIDE = "Result {result} ({title}) was given as {given}{time} and not used."
STATED = "{title} is {value} ({origin})."
EVENT = "{title} is told as {value}."
ASSUMED = "{title} was not given; {value} was assumed."
COMPUTED = "{title} is {value}, computed as {formula} from {operands}."
TOGETHER = "{title} is {value}, read from several results together."
DOUBTED = "{rule} cast its doubt: {effects}."
AGAINST = "{rule} fired as well and claims {certainty}, which weighs less."


class Auditor(Informaticist):
    """Speaks to the auditor; what holds a rule up is told as to the informaticist, limits and sources beside it."""

    digests = True

    def why(self, derived: Derived) -> Iterator[Sentence]:
        """Yield every node of the smallest support, from the conclusion down to what was sent."""
        facts, graph = derived.facts, derived.minimal
        top = facts[derived.top]
        deciding = [one for one in graph.before(derived.top) if graph.nodes[one].kind is Kind.RULE]
        yield named(
            CONCLUDED,
            (derived.top, *deciding, *derived.scope),
            conclusion=top["title"],
            certainty=top["certainty"],
            contested=" and contested" if top["contested"] else "",
            rules=listed([_name(one) for one in deciding]),
            scope=listed([_name(one) for one in derived.scope]),
        )
        for name in derived.below(*deciding, *derived.scope, every=True):
            one = self._node(derived, name)
            if one is not None:
                yield one
        for name in facts.of_kind(Kind.DOUBT):
            effects = listed([f"{doubt['measure']} {doubt['effect']}" for doubt in facts[name]["doubts"]])
            yield named(DOUBTED, [name], rule=_name(name), effects=effects)
        for name in derived.complete.before(derived.top, Role.AGAINST):
            yield named(AGAINST, [name], rule=_name(name), certainty=facts[name]["gives"]["certainty"])

    def obstacle(self, hindered: Hindered, obstacle: Obstacle) -> Iterator[Sentence]:
        """Yield what holds a rule up, and every condition with its limits and sources."""
        yield from super().obstacle(hindered, obstacle)
        for hurdle in obstacle.hurdles:
            name = hindered.node_of(hurdle)
            yield _condition(name, hindered.facts[name])

    def overview(self, overview: Overview) -> Iterator[Sentence]:
        """Yield what the informaticist is told, and the conditions of a scope that is not met."""
        yield from super().overview(overview)
        for name in overview.scope:
            yield _condition(name, overview.facts[name])

    @staticmethod
    def _node(derived: Derived, name: str) -> Sentence | None:
        graph, told = derived.minimal, derived.facts[name]
        kind = graph.nodes[name].kind
        if kind is Kind.RULE:
            return _rule(name, told, [one for one in graph.before(name) if graph.nodes[one].kind is Kind.CONDITION])
        if kind is Kind.CONDITION:
            return _condition(name, told)
        if kind is Kind.RESULT:
            return _result(name, told)
        if kind is Kind.MEASURE and "formula" in told:
            operands = listed([_operand(one) for one in told["operands"]])
            return named(
                COMPUTED, [name], title=told["title"], value=told["value"], formula=told["formula"], operands=operands
            )
        template = {
            Kind.PATIENT: STATED,
            Kind.EVENT: EVENT,
            Kind.ASSUMED: ASSUMED,
            Kind.MEASURE: TOGETHER,
        }.get(kind)
        if template is None:
            return None
        return named(template, [name], title=told["title"], value=told["value"], origin=told.get("origin", ""))


def _rule(name: str, told: Document, conditions: list[str]) -> Sentence:
    evidence = [
        f"{one['source']}, {one['where']} (read: {one['read']}{'' if one['supports'] else '; against'})"
        for one in told["evidence"]
    ]
    template = FIRED if told["outcome"] == "fired" else NOT_FIRED if conditions else OTHER_PROFILE
    return named(
        template,
        (name, *conditions),
        rule=told["rule"],
        order=str(told.get("order", "")),
        does=told["does"],
        conditions=listed([_name(one) for one in conditions]),
        evidence="; ".join(evidence),
    )


def _condition(name: str, told: Document) -> Sentence:
    number, value = _name(name), told.get("value", "nothing")
    if "stands" not in told:
        by = f", by {listed(told['by'])}" if told.get("by") else ""
        return named(ASKED, [name], number=number, text=told["text"], result=told["result"], value=value, by=by)
    limits = " or ".join(dict.fromkeys(_row(row) for row in told["threshold"]))
    return named(COMPARED, [name], number=number, text=told["text"], result=told["result"], value=value, limits=limits)


def _row(row: Document) -> str:
    limit = row.get("value") or row.get("no_limit") or f"the laboratory's {row.get('laboratory', '')}"
    return f"{limit} ({row['row']}; {row['source']}, {row['where']}; read: {row['read']})"


def _result(name: str, told: Document) -> Sentence:
    given = told["given"]
    time = f" at {given['time']}" if "time" in given else ""
    template = RESULT if "used" in told else RESULT_ASIDE
    used = told["used"]["text"] if "used" in told else ""
    return named(
        template, [name], result=told["result"], title=told["title"], given=given["text"], time=time, used=used
    )


def _operand(operand: Document) -> str:
    source = f" ({operand['source']}, {operand['where']}; read: {operand['read']})" if "source" in operand else ""
    at = f" at {operand['at']}" if "at" in operand else ""
    return f"{operand['name']} {operand.get('value', '')}{at}{source}"


def _name(node: str) -> str:
    return node.partition(":")[2]
