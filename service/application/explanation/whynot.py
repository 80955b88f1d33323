"""
Why a conclusion was not drawn, or not more firmly, as it is answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.explanation.material import Hindered
from service.application.explanation.phrases import distance_written
from service.application.explanation.said import Section, once
from service.domain.explanation.graph import NOTHING, Edge, Graph, Kind, Node, Role
from service.domain.explanation.numbering import numbering
from service.domain.explanation.whynot import could_be
from service.domain.rules import FindingTest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.explanation.register import Register
    from service.application.ports import Document
    from service.domain.decision import Decision
    from service.domain.explanation.whynot import Hurdle, Obstacle


def hindered(decision: Decision, conclusion: str) -> Hindered:
    """Return a conclusion with what stands in its way."""
    verdict = decision.inference.verdicts.get(conclusion) if decision.in_scope else None
    found = could_be(decision, conclusion)
    return Hindered(decision, conclusion, verdict, found, _graph(decision, conclusion, found))


def why_not_written(one: Hindered, register: Register) -> tuple[Document, Section]:
    """
    Write what stands in the way of one conclusion.

    Args:
        one: The conclusion.

        register: Who is spoken to.

    Returns:
        The document, and the section of the text.
    """
    head, rest = once(register.why_not(one)), once(register.rest(one))
    rules, sentences = [], list(head)
    for obstacle in one.could_be:
        says = once(register.obstacle(one, obstacle))
        sentences += says
        rules.append(obstacle_written(one.decision, obstacle) | {"says": [sentence.document for sentence in says]})
    verdict = one.verdict
    title = one.facts[one.top]["title"]
    told: Document = {
        "conclusion": one.conclusion,
        "title": title,
        "certainty": verdict.certainty.value if verdict else None,
        "contested": verdict.contested if verdict else False,
        "could_be": rules,
        **one.facts.written(one.graph),
        "says": [sentence.document for sentence in (*head, *rest)],
    }
    return told, Section(title if register.headings else "", once((*sentences, *rest)))


def obstacle_written(decision: Decision, obstacle: Obstacle) -> Document:
    """Return one rule with what stands in its way as JSON; a finding's rules with theirs."""
    rule, certainty = obstacle.rule, obstacle.rule.then.certainty
    told: Document = {"rule": rule.id, "outcome": obstacle.outcome.value}
    if certainty is not None:
        told["would_give"] = certainty.value
    if rule.profiles:
        told["profiles"] = list(rule.profiles)
    fails = [one for one in obstacle.hurdles if one.fails]
    unknown = [one for one in obstacle.hurdles if not one.fails]
    told["fails"] = [hurdle_written(decision, one) for one in fails]
    return told | {"unknown": [hurdle_written(decision, one) for one in unknown]}


def hurdle_written(decision: Decision, hurdle: Hurdle) -> Document:
    """Return one condition that stands in the way as JSON."""
    told: Document = {
        "condition": f"{Kind.CONDITION}:{numbering(decision).of(hurdle.condition, decision)}",
        "wanted": "true" if hurdle.wanted else "false",
        "fails": hurdle.fails,
        "distance": distance_written(hurdle.distance) if hurdle.distance is not None else None,
    }
    if not hurdle.fails:
        told["needs"] = [list(tests) for tests in hurdle.needs]
    if hurdle.group:
        told["one_of"] = {"group": hurdle.group, "part": hurdle.part, "needed": hurdle.needed}
    if hurdle.through:
        told["through"] = [obstacle_written(decision, one) for one in hurdle.through]
    return told


def _graph(decision: Decision, conclusion: str, obstacles: Iterable[Obstacle]) -> Graph:
    nodes: dict[str, Node] = {}
    edges: dict[Edge, None] = {}

    def add(kind: Kind, name: str, hurdle: Hurdle | None = None) -> str:
        condition = hurdle.condition if hurdle is not None else None
        node = Node(f"{kind}:{name}", kind, name, NOTHING, decision, condition)
        nodes.setdefault(node.id, node)
        return node.id

    def lead(obstacle: Obstacle, target: str) -> None:
        rule = add(Kind.RULE, obstacle.rule.id)
        edges[Edge(rule, target, Role.FAILS if any(one.fails for one in obstacle.hurdles) else Role.OPEN)] = None
        for hurdle in obstacle.hurdles:
            condition = add(Kind.CONDITION, numbering(decision).of(hurdle.condition, decision), hurdle)
            edges[Edge(condition, rule, Role.FAILS if hurdle.fails else Role.OPEN)] = None
            for name in (name for tests in hurdle.needs for name in tests):
                edges[Edge(add(Kind.MISSING, name), condition, Role.OPEN)] = None
            if isinstance(hurdle.condition, FindingTest) and hurdle.through:
                finding = add(Kind.FINDING, hurdle.condition.finding)
                edges[Edge(finding, condition, Role.FAILS if hurdle.fails else Role.OPEN)] = None
                for through in hurdle.through:
                    lead(through, finding)

    top = add(Kind.CONCLUSION, conclusion)
    for obstacle in obstacles:
        lead(obstacle, top)
    return Graph(nodes, tuple(edges))
