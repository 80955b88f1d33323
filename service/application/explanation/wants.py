"""
What a rule would need that is not so, as a part of a sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.explanation.material import hurdles
from service.application.explanation.phrases import conditions_phrase, distance_phrase, finding_words, plain
from service.application.explanation.said import listed, small
from service.application.explanation.whynot import hurdle_written
from service.domain.explanation.graph import Kind
from service.domain.rules import FindingTest
from service.domain.scales import State
from service.domain.semantics import Outcome
from service.domain.sentences import ages_in_words, in_prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.application.explanation.material import Hindered
    from service.application.ports import Document
    from service.domain.explanation.whynot import Hurdle, Obstacle


def wants_phrase(hindered: Hindered, obstacle: Obstacle) -> tuple[str, list[str]]:
    """
    Say what a rule would need, what fails first.

    Args:
        hindered: The conclusion.

        obstacle: The rule.

    Returns:
        The phrase and the nodes that it renders.
    """
    groups: dict[int, dict[int, list[Hurdle]]] = {}
    for number, hurdle in enumerate(hurdles(obstacle)):
        groups.setdefault(hurdle.group or -1 - number, {}).setdefault(hurdle.part, []).append(hurdle)
    nodes: list[str] = []
    told, choices = [], []
    for parts in groups.values():
        could = [part for part in parts.values() if all(one.fails or one.needs for one in part)] or [*parts.values()]
        texts = list(dict.fromkeys(listed([_phrase(hindered, one, nodes) for one in part]) for part in could))
        needed = could[0][0].needed
        if needed > 1:
            choices.append(f"{needed} of these: {listed(texts)}")
        elif len(texts) > 1:
            choices.append(f"either {listed(texts, 'or')}")
        else:
            told += texts
    # What there is a choice of comes last, where it is seen how far the choice goes.
    return listed([*told, *choices]), nodes


def leaves(hurdle: Hurdle) -> Iterator[Hurdle]:
    """
    Yield the comparisons and statements for which a finding is not as it is wanted.

    Args:
        hurdle: Any condition.

    Yields:
        Itself where it asks about no derived finding; else those of the rules that decided the finding, or
        where none did, of those that could.
    """
    if not hurdle.through:
        yield hurdle
        return
    fired = [one for one in hurdle.through if one.outcome is Outcome.FIRED]
    for obstacle in fired or hurdle.through:
        for one in obstacle.hurdles:
            if one.fails is hurdle.fails:
                yield from leaves(one)


def failing(hurdle: Hurdle) -> Iterator[Hurdle]:
    """
    Yield the comparisons and statements because of which a condition cannot become as it is wanted.

    Args:
        hurdle: Any condition.

    Yields:
        Where it fails, the leaves below it; where nothing that could be sent decides it, those that keep the rules
        from firing which would.
    """
    if hurdle.fails:
        yield from leaves(hurdle)
    elif not hurdle.needs:
        for obstacle in hurdle.through:
            for one in obstacle.hurdles:
                yield from failing(one)


def needs_phrase(hindered: Hindered, tests: Iterable[str]) -> tuple[str, list[str]]:
    """Return what must be known together, by title, and its nodes."""
    nodes = [f"{Kind.MISSING}:{name}" for name in tests]
    return listed([small(hindered.facts[one]["title"]) for one in nodes]), nodes


def _phrase(hindered: Hindered, hurdle: Hurdle, nodes: list[str]) -> str:
    """Say what one condition would have to be and what it is, and collect the nodes that this renders."""
    node = hindered.node_of(hurdle)
    nodes.append(node)
    facts, written = hindered.facts[node], hurdle_written(hindered.decision, hurdle)
    wanted = _wanted(facts, hurdle)
    if hurdle.fails:
        return f"{wanted} ({_instead(hindered, hurdle, facts, written, nodes)})"
    if not hurdle.needs:
        return f"{wanted} ({_never(hindered, hurdle, facts, nodes)})"
    needs, waiting = needs_phrase(hindered, hurdle.needs[0])
    nodes += waiting
    if "stands" in facts and "value" not in facts and hurdle.needs == ((facts["measure"],),):
        stands: str = facts["stands"]
        return f"{wanted} ({stands.removeprefix('is ')})"
    if hurdle.needs == ((getattr(hurdle.condition, "finding", ""),),):
        return f"{wanted} (not stated)"
    now = f"it is {in_prose(facts['value'])}, which {ages_in_words(facts['stands'])}; " if _has_value(facts) else ""
    return f"{wanted} ({now or 'unknown; '}{needs} could decide it)"


def _has_value(facts: Document) -> bool:
    return "stands" in facts and "value" in facts


def _has_no_limit(facts: Document) -> bool:
    """Return whether no row that may hold has a limit."""
    return all("no_limit" in row for row in facts.get("threshold", ())) and bool(facts.get("threshold"))


def _wanted(facts: Document, hurdle: Hurdle) -> str:
    if "stands" in facts:
        if _has_no_limit(facts):
            return f"a limit for {small(facts['title'])}"
        target: str = facts["wants" if hurdle.wanted else "wants_not"]
        return f"{small(facts['title'])} {ages_in_words(target)}"
    if isinstance(hurdle.condition, FindingTest):
        state = hurdle.condition.state.value
        return finding_words(facts["title"], state if hurdle.wanted else _OTHER.get(state, f"not {state}"))
    if "negated" in facts:
        negated = facts["negated"] is hurdle.wanted
        return f"{small(facts['title'])} {'not ' if negated else ''}{plain(facts['wants'])}"
    return f"{'' if hurdle.wanted else 'not '}{plain(facts['text'])}"


def _instead(hindered: Hindered, hurdle: Hurdle, facts: Document, written: Document, nodes: list[str]) -> str:
    """Say what is so instead of what is wanted."""
    if written["distance"] is not None:
        return f"it is {in_prose(facts['value'])}, {distance_phrase(written['distance'])}"
    if not isinstance(hurdle.condition, FindingTest):
        return f"it is {in_prose(plain(facts['value']))}"
    below = [hindered.node_of(one) for one in leaves(hurdle) if one is not hurdle]
    grounds = conditions_phrase([hindered.facts[one] for one in dict.fromkeys(below)], brief=True)
    nodes += below
    state: str = facts["value"]
    found = {"present": "found", "absent": "ruled out"}.get(state, state)
    return f"{found}: {grounds}" if grounds else found


def _never(hindered: Hindered, hurdle: Hurdle, facts: Document, nodes: list[str]) -> str:
    """Say why nothing that could be sent decides a condition."""
    if _has_no_limit(facts):
        reasons = dict.fromkeys(row["no_limit"] for row in facts["threshold"])
        return f"none for this patient: {plain('; '.join(reasons))}"
    if facts.get("value") == State.CONFLICTING:
        return "in conflict"
    if facts.get("reason"):
        return plain(facts["reason"])
    below = list(dict.fromkeys(hindered.node_of(one) for one in failing(hurdle)))
    nodes += below
    grounds = conditions_phrase([hindered.facts[one] for one in below], brief=True)
    return f"not met: {grounds}" if grounds else "no result could decide it"


_OTHER = {"present": "absent", "absent": "present"}
