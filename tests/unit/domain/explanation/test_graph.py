from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from service.domain.explanation.graph import NOTHING, Graph, Kind, Node, Some, smallest


def node(name, rests_on=NOTHING, kind=Kind.RULE):
    return Node(name, kind, name, rests_on, None)


def nodes(*several):
    return {one.id: one for one in several}


def follows(of, name, among):
    """Whether a node follows from some nodes, by walking down; the judge that knows no shortcut."""

    def holds(group):
        return sum(holds(one) if isinstance(one, Some) else follows(of, one, among) for one in group.of) >= group.needed

    return name in among and holds(of[name].rests_on)


def smallest_by_trying(of, top):
    """
    Every set of nodes from which the top follows, of the fewest assumptions and then the fewest nodes, of those that
    are given no more than some other one.
    """
    sufficient = [
        frozenset(among)
        for size in range(1, len(of) + 1)
        for among in combinations(of, size)
        if follows(of, top, frozenset(among))
    ]

    def cost(among):
        return sum(of[name].kind is Kind.ASSUMED for name in among), len(among)

    def given(among):
        return frozenset(name for name in among if of[name].rests_on == NOTHING)

    asked = set(map(given, sufficient))
    frugal = [among for among in sufficient if not any(few < given(among) for few in asked)]
    least = min(map(cost, frugal))
    return [among for among in frugal if cost(among) == least]


def drawn(seed):
    """A graph of eleven nodes in which each rests on some before it."""
    random, found = Random(seed), {}
    for number in range(11):
        known = list(found)
        name = f"n{number}"
        if number < 4:
            found[name] = node(name, kind=random.choice([Kind.RESULT, Kind.ASSUMED]))
            continue
        members = random.sample(known, random.randint(1, min(3, len(known))))
        inner = Some(random.randint(1, len(members)), tuple(members))
        others = tuple(random.sample(known, random.randint(0, 2)))
        found[name] = node(name, Some(random.randint(1, 1 + len(others)), (inner, *others)))
    return found


class TestSmallest:
    @pytest.mark.parametrize("seed", range(60))
    def test_brute_force(self, seed):
        """
        The smallest support is one that trying every set of nodes finds as well.
        """
        of = drawn(seed)

        assert smallest(of, "n10") in smallest_by_trying(of, "n10")

    def test_shared(self):
        """
        Two ways that share what they rest on are smaller than two that do not, though each step looks larger.
        """
        of = nodes(
            node("a"),
            node("b"),
            node("shared", Some(2, ("a", "b"))),
            node("left", Some(1, ("a", "shared"))),
            node("right", Some(1, ("b", "shared"))),
            node("top", Some(2, ("left", "right", "shared"))),
        )

        assert smallest(of, "top") in smallest_by_trying(of, "top")

    def test_no_assumption(self):
        """
        What was observed is preferred to what was assumed, even where it takes more nodes.
        """
        of = nodes(
            node("assumed", kind=Kind.ASSUMED),
            node("a"),
            node("b"),
            node("measured", Some(2, ("a", "b"))),
            node("top", Some(1, ("assumed", "measured"))),
        )

        assert smallest(of, "top") == {"top", "measured", "a", "b"}


class TestGraph:
    def test_names(self):
        """
        The names of a group are those of the groups inside it, in order.
        """
        assert list(Some(1, ("a", Some(2, ("b", "c")))).names()) == ["a", "b", "c"]

    def test_empty(self):
        """
        An empty graph has nothing before anything.
        """
        assert Graph().before("a") == ()
