"""
What would have to be otherwise for a rule to fire, as a part of a sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.explanation.material import hurdles
from service.application.explanation.phrases import condition_phrase, wanted_phrase
from service.application.explanation.said import listed, small
from service.application.explanation.whynot import hurdle_written
from service.domain.explanation.graph import Kind

if TYPE_CHECKING:
    from service.application.explanation.material import Hindered
    from service.domain.explanation.whynot import Hurdle, Obstacle


def wants_phrase(hindered: Hindered, obstacle: Obstacle) -> tuple[str, list[str]]:
    """
    Say what the conditions of a rule would have to be, those that fail first.

    Args:
        hindered: The conclusion.

        obstacle: The rule.

    Returns:
        The phrase and the nodes that it renders.
    """
    groups: dict[int, dict[int, list[str]]] = {}
    needed: dict[int, int] = {}
    nodes: list[str] = []
    for number, hurdle in enumerate(hurdles(obstacle)):
        phrase, rendered = _phrase(hindered, hurdle)
        group = hurdle.group or -1 - number
        groups.setdefault(group, {}).setdefault(hurdle.part, []).append(phrase)
        needed[group] = hurdle.needed
        nodes += rendered
    told = []
    for group, parts in groups.items():
        texts = list(dict.fromkeys(listed(part) for part in parts.values()))
        told.append(listed(texts, "or") if group > 0 and needed[group] == 1 else listed(texts))
        if group > 0 and needed[group] > 1:
            told[-1] = f"{needed[group]} of these held: {listed(texts)}"
        elif group > 0 and len(texts) > 1:
            told[-1] = f"either {told[-1]}"
    return listed(told), nodes


def needs_phrase(hindered: Hindered, obstacle: Obstacle) -> tuple[str, list[str]]:
    """
    Say which tests would decide what is unknown.

    Args:
        hindered: The conclusion.

        obstacle: The rule.

    Returns:
        The phrase and the nodes that it renders; empty where nothing is unknown.
    """
    told: dict[str, None] = {}
    nodes: list[str] = []
    for hurdle in obstacle.hurdles:
        for test in hurdle.needs[:1]:
            missing = [f"{Kind.MISSING}:{name}" for name in test]
            told[listed([small(hindered.facts[one]["title"]) for one in missing])] = None
            nodes += missing
    return listed(list(told)), nodes


def _phrase(hindered: Hindered, hurdle: Hurdle) -> tuple[str, list[str]]:
    decision, facts = hindered.decision, hindered.facts
    node = hindered.node_of(hurdle)
    phrase = wanted_phrase(facts[node], hurdle_written(decision, hurdle))
    nodes = [node]
    grounds = []
    for through in hurdle.through:
        for one in through.hurdles:
            if not one.through and one.fails:
                below = hindered.node_of(one)
                grounds.append(condition_phrase(facts[below]))
                nodes.append(below)
    if grounds and phrase.endswith(")"):
        phrase = f"{phrase.removesuffix(')')}: {'; '.join(dict.fromkeys(grounds))})"
    return phrase, nodes
