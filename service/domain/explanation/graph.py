"""
The derivation of a conclusion as a graph: what supports what, and which alone suffices.

An edge leads from a support to what it supports. What a node rests on is a group: so many of its
members must be there. The complete graph has every support; the minimal one is the smallest part of
it from which the conclusion still follows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.domain.decision import Decision
    from service.domain.rules import Condition

MOST = 512
"""Supports of one node that are kept while the smallest is looked for; the smallest ones, where there are more."""


class Kind(StrEnum):
    """What a node is."""

    RESULT = "result"
    PATIENT = "patient"
    EVENT = "event"
    ASSUMED = "assumed"
    MISSING = "missing"
    MEASURE = "measure"
    CONDITION = "condition"
    FINDING = "finding"
    RULE = "rule"
    DOUBT = "doubt"
    CONCLUSION = "conclusion"
    ADVICE = "advice"
    STATUS = "status"


class Role(StrEnum):
    """What an edge says; *fails* and *open* stand where a rule did not fire, for what is false and what is unknown."""

    SUPPORTS = "supports"
    QUALIFIES = "qualifies"
    AGAINST = "against"
    FAILS = "fails"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Some:
    """So many of these, each a node or again a group."""

    needed: int
    of: tuple[Some | str, ...]

    def names(self) -> Iterator[str]:
        """Yield the ids of the nodes, each as often as it stands there."""
        for one in self.of:
            if isinstance(one, Some):
                yield from one.names()
            else:
                yield one


NOTHING = Some(0, ())
"""What is given rests on nothing."""


@dataclass(frozen=True, slots=True)
class Node:
    """
    One step of a derivation.

    Attributes:
        id: The same for every explanation of a decision: ``kind:name``.

        kind: What it is.

        name: Of the result, measure, attribute, event, condition, finding, rule, conclusion or advice.

        rests_on: The nodes that it follows from.

        seen: The decision as whoever asked saw it, where a doubt changed that.

        condition: Of a node that is one.
    """

    id: str
    kind: Kind
    name: str
    rests_on: Some
    seen: Decision
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge from a support to what it supports."""

    source: str
    target: str
    role: Role = Role.SUPPORTS


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes by id, supports before what they support, and the edges among them."""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    edges: tuple[Edge, ...] = ()

    def before(self, node: str, role: Role = Role.SUPPORTS) -> tuple[str, ...]:
        """Return the nodes that an edge of a role leads from to a node."""
        return tuple(edge.source for edge in self.edges if edge.target == node and edge.role is role)


def smallest(nodes: Mapping[str, Node], top: str) -> frozenset[str]:
    """
    Return the nodes of the smallest support of a node.

    Args:
        nodes: All that it may rest on, supports before what they support.

        top: Its id.

    Returns:
        Ids, that of the node among them. Among several supports, of those that do not ask for everything given that
        another one asks for, and for more, the one with the fewest assumptions is taken, then the one with the fewest
        nodes, then the one whose nodes come first.
    """
    return _Supports(nodes).smallest(top)


class _Supports:
    """Finds the sets of nodes that each node may rest on, as bits of an integer."""

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._nodes, self._order = nodes, tuple(nodes)
        self._bit = {name: 1 << place for place, name in enumerate(self._order)}
        self._assumed = sum(self._bit[name] for name, node in nodes.items() if node.kind is Kind.ASSUMED)
        self._given = sum(self._bit[name] for name, node in nodes.items() if node.rests_on == NOTHING)
        self._found: dict[str, list[int]] = {}

    def smallest(self, top: str) -> frozenset[str]:
        found = self._of(top)
        given = {one & self._given for one in found}
        # Fewer steps are no reason to ask for a fact that another support does without.
        chosen = next(one for one in found if not any(_is_within(other, one & self._given) for other in given))
        return frozenset(name for name in self._order if self._bit[name] & chosen)

    def _of(self, name: str) -> list[int]:
        if name not in self._found:
            own = self._bit[name]
            self._found[name] = [own | one for one in self._of_group(self._nodes[name].rests_on)]
        return self._found[name]

    def _of_group(self, group: Some) -> list[int]:
        members = [self._of_group(one) if isinstance(one, Some) else self._of(one) for one in group.of]
        found: list[int] = []
        for chosen in combinations(members, group.needed):
            together = [0]
            for member in chosen:
                together = self._least(one | other for one in together for other in member)
            found += together
        return self._least(found)

    def _least(self, sets: Iterable[int]) -> list[int]:
        """Leave out every set that holds another one; the best first."""
        kept: list[int] = []
        for one in sorted(set(sets), key=self._cost):
            if not any(other & ~one == 0 for other in kept):
                kept.append(one)
        return kept[:MOST]

    def _cost(self, one: int) -> tuple[int, int, int]:
        return (one & self._assumed).bit_count(), one.bit_count(), one


def _is_within(few: int, many: int) -> bool:
    return few != many and few & ~many == 0
