"""
What registers speak of where other panels are asked about: typed facts of one conclusion, and phrases of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from service.application.explanation.material import Facts
from service.application.explanation.phrases import plain
from service.application.explanation.said import listed, small
from service.domain.explanation.graph import NOTHING, Edge, Graph, Kind, Node, Role
from service.domain.sentences import in_prose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.ports import Document
    from service.domain.decision import Decision

_FLAGS = {"L": "low", "N": "normal", "H": "high"}
_AGO = {"above": "more than", "below": "less than"}
"""How long ago something happened, in the words of limits."""


@dataclass(frozen=True)
class Otherwise:
    """
    One conclusion, and what would be told of it for other panels.

    Attributes:
        decision: As it stands.

        conclusion: Its name.

        told: What would settle or change it, as JSON.

        graph: The conclusion, with what is missing or could differ.
    """

    decision: Decision
    conclusion: str
    told: Document
    graph: Graph

    @cached_property
    def facts(self) -> Facts:
        """The facts of every node."""
        return Facts(self.graph)

    @property
    def top(self) -> str:
        """The node of the conclusion."""
        return f"{Kind.CONCLUSION}:{self.conclusion}"

    @property
    def title(self) -> str:
        """The title of the conclusion."""
        title: str = self.facts[self.top]["title"]
        return title

    def titles(self, nodes: Iterable[str]) -> str:
        """Return the titles of nodes as a sentence lists them."""
        return listed(list(dict.fromkeys(small(self.facts[one]["title"]) for one in nodes)))

    def could_differ(self) -> list[str]:
        """Return the nodes of the results that could differ."""
        return [f"{Kind.MEASURE}:{name}" for name in self.told["measures"]]


def otherwise(decision: Decision, conclusion: str, told: Document) -> Otherwise:
    """
    Return a conclusion with what would settle or change it.

    Args:
        decision: As it stands.

        conclusion: Its name.

        told: As `questions_written` writes it.

    Returns:
        What registers speak of.
    """
    missing = list(dict.fromkeys(name for one in told.get("sets", ()) for name in one["tests"]))
    named = [*((Kind.MISSING, name) for name in missing), *((Kind.MEASURE, name) for name in told.get("measures", ()))]
    nodes = [Node(f"{kind}:{name}", kind, name, NOTHING, decision) for kind, name in named]
    top = Node(f"{Kind.CONCLUSION}:{conclusion}", Kind.CONCLUSION, conclusion, NOTHING, decision)
    edges = tuple(Edge(one.id, top.id, Role.OPEN) for one in nodes if one.kind is Kind.MISSING)
    return Otherwise(decision, conclusion, told, Graph({one.id: one for one in (*nodes, top)}, edges))


def answer_phrase(answer: Document) -> str:
    """Say what is told of a conclusion: ``likely``, ``contested``, ``not concluded``."""
    if answer["contested"]:
        return "contested"
    certainty: str | None = answer["certainty"]
    return certainty or "not concluded"


def outcomes_phrase(one: Otherwise, told: Document) -> str:
    """
    Say what would be told with each result of a set of tests, each answer once.

    What is told now comes last, and only with results that have limits: an example of it would say nothing.

    Args:
        one: The conclusion.

        told: The set.

    Returns:
        For example ``likely with ferritin below 15 ug/L; and still not concluded with ferritin at least 15 ug/L``.
    """
    ways: dict[str, list[str]] = {}
    now = answer_phrase(one.told["now"])
    for outcome in told["outcomes"]:
        answer = answer_phrase(outcome["answer"])
        if answer != now or all(when.get("limits") != [] for when in outcome["when"]):
            ways.setdefault(answer, []).append(listed([when_phrase(one, when) for when in outcome["when"]]))
    parts = [
        f"{'still ' if answer == now else ''}{answer} with {', or with '.join(dict.fromkeys(ways[answer]))}"
        for answer in sorted(ways, key=lambda answer: answer == now)
    ]
    return "; ".join([*parts[:-2], "; and ".join(parts[-2:])])


def when_phrase(one: Otherwise, when: Document) -> str:
    """Say what one test would show: ``ferritin at least 15 ug/L and below 100 ug/L``, ``cancer absent``."""
    title = small(one.facts[when["node"]]["title"])
    if "word" in when or "state" in when:
        return f"{title} {plain(when.get('word') or when['state'])}"
    if when.get("never"):
        return f"no {title} ever"
    flag = f", flagged {_FLAGS[when['flag']]} by the laboratory" if "flag" in when else ""
    if not when["limits"]:
        # The other tests of the set may move its limits, so no more is said than was decided.
        return f"{title} {in_prose(when['text'])}{flag} (for example)" if "text" in when else f"{title}{flag}"
    if when["kind"] == "event":
        ago = " and ".join(f"{_AGO.get(end['word'], end['word'])} {end['limit']} days" for end in when["limits"])
        return f"{title} {ago} ago"
    limits = " and ".join(f"{end['word']} {in_prose(end['text'])}" for end in when["limits"])
    return f"{title} {plain(limits)}{flag}"


def changes_phrase(one: Otherwise, told: Document) -> tuple[str, list[str]]:
    """
    Say what differs in another panel.

    Args:
        one: The conclusion.

        told: The panel.

    Returns:
        For example ``ferritin were 15 ug/L instead of 8 ug/L``, and the nodes that this renders.
    """
    nodes = [change["node"] for change in told["changes"]]
    texts = [
        f"{small(one.facts[change['node']]['title'])} were {in_prose(change['to_text'])}{_any(change)} "
        f"instead of {in_prose(change['from_text'])}"
        for change in told["changes"]
    ]
    return listed(texts), nodes


def _any(change: Document) -> str:
    """Say that a value is an example: from a result that is not exact, no distance can be told."""
    return " (for example)" if change["steps"] is None else ""
