"""
Phrases that registers share: what a condition says of the patient, made of the facts of its node.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.application.explanation.said import listed, small
from service.application.reasons import EVERYONE
from service.domain.figures import exact_text, interval_text
from service.domain.intervals import Interval
from service.domain.sentences import ages_in_words, in_prose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.application.explanation.material import Facts, Ground
    from service.application.ports import Document
    from service.domain.explanation.whynot import Distance

_FROM_AN_AGE_ON = re.compile(r"from [\d.]+ (a|mo)\Z")
"""A limit for all who are grown so far: there is nothing to tell."""
_SAID_OF = {"reported": "stated", "stated complete": "looked for and not stated"}


def condition_phrase(facts: Document, *, brief: bool = False) -> str:
    """
    Say what a condition found, as a part of a sentence.

    Args:
        facts: Of its node.

        brief: Whether to leave out how a value came about, and for whom its limit is.

    Returns:
        For example ``ferritin <5 ug/L is below 15 ug/L``, ``sex is female``, ``no cancer (stated)``.
    """
    if "stands" in facts:
        return comparison_phrase(facts, brief=brief)
    if facts.get("origin") in _SAID_OF and facts.get("value") in {"present", "absent"}:
        return f"{finding_words(facts['title'], facts['value'])} ({_SAID_OF[facts['origin']]})"
    says: str = facts["says"]
    return small(plain(says))


def comparison_phrase(facts: Document, *, brief: bool = False) -> str:
    """Say how a value stands against its limit, and, unless brief, how it came about, and for whom the limit is."""
    title = small(facts["title"])
    if "value" not in facts:
        return f"{title} {facts['stands']}"
    limit = "" if brief else limit_for(facts)
    return f"{_value_phrase(facts, brief=brief)} {ages_in_words(facts['stands'])}{limit}"


def limit_for(facts: Document) -> str:
    """Say for whom a limit is, where it is not for everyone and there is one."""
    rows = dict.fromkeys(row["row"] for row in facts["threshold"] if "no_limit" not in row)
    told = [plain(row) for row in rows if row != EVERYONE and not _FROM_AN_AGE_ON.match(row)]
    return f" (limit for: {told[0]})" if len(told) == 1 and len(rows) == 1 else ""


def finding_words(title: str, state: str) -> str:
    """Return a finding with its state as a noun: ``anemia``, ``no anemia``."""
    if state == "present":
        return small(title)
    return f"no {small(title)}" if state == "absent" else f"{small(title)} {state}"


def conditions_phrase(several: Iterable[Document], *, brief: bool = False) -> str:
    """Say what several conditions found; of one value what it is and how it stands against each limit, once."""
    by_value: dict[str, list[str]] = {}
    for facts in several:
        if "stands" in facts and "value" in facts:
            stands = f"{ages_in_words(facts['stands'])}{'' if brief else limit_for(facts)}"
            by_value.setdefault(_value_phrase(facts, brief=brief), []).append(stands)
        else:
            by_value.setdefault(condition_phrase(facts, brief=brief), [])
    told = []
    for value, standing in by_value.items():
        first, *rest = dict.fromkeys(standing or [""])
        told.append(" and ".join([f"{value} {first}".rstrip(), *(one.removeprefix("is ") for one in rest)]))
    return ", ".join([*told[:-2], " and ".join(told[-2:])])


def _value_phrase(facts: Document, *, brief: bool = False) -> str:
    how = f" ({in_prose(facts['how'])})" if "how" in facts and not brief else ""
    return f"{small(facts['title'])} {in_prose(facts['value'])}{how}"


def ground_phrase(facts: Facts, ground: Ground) -> str:
    """
    Say what a ground shows, and by what.

    Args:
        facts: Of its nodes.

        ground: The ground.

    Returns:
        For example ``iron deficiency, since ferritin <5 ug/L is below 15 ug/L``.
    """
    conditions = conditions_phrase([facts[one] for one in ground.conditions])
    if not ground.finding:
        return conditions
    finding = facts[ground.finding]
    return f"{finding_words(finding['title'], finding['state'])}, since {conditions}"


def grounds_phrase(facts: Facts, grounds: Iterable[Ground]) -> str:
    """Say several grounds, one after the other."""
    return listed([ground_phrase(facts, ground) for ground in grounds])


def new_grounds(facts: Facts, told: Iterable[Ground], others: Iterable[Ground]) -> list[Ground]:
    """Return the grounds that say something else than those told: not the same value beside the same limit."""
    known = {_core(facts[one]) for ground in told for one in ground.conditions}
    return [ground for ground in others if any(_core(facts[one]) not in known for one in ground.conditions)]


def _core(facts: Document) -> tuple[str, ...]:
    return tuple(
        str(facts.get(name, "")) for name in ("title", "value", "stands", "says")[: 3 if "stands" in facts else 4]
    )


def nodes_of(grounds: Iterable[Ground]) -> list[str]:
    """Return the nodes that grounds render."""
    return [node for ground in grounds for node in ground.nodes]


def plain(text: str) -> str:
    """Return words of the language as prose: units of age in words, names without their hyphens."""
    return ages_in_words(re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text))


def assumed_phrase(facts: Facts, nodes: Iterable[str]) -> str:
    """Say what was assumed: ``altitude 0 m and sex female``."""
    # What is counted a day has no unit of its own.
    told = [f"{small(facts[one]['title'])} {plain(facts[one]['value'].removesuffix(' /d'))}" for one in nodes]
    return listed(told)


def distance_written(distance: Distance) -> Document:
    """Return a distance as JSON: exact, with its unit, and in which direction the value would have to go."""
    return {
        "value": exact_text(distance.by),
        "unit": distance.unit,
        "text": interval_text(Interval.exactly(distance.by), distance.unit),
        "direction": "lower" if distance.falls else "higher",
    }


def distance_phrase(distance: Document) -> str:
    """Say how far off a value is: ``65 ug/L too high``, or that it lies on the limit itself."""
    if distance["value"] == "0":
        return "it lies on the limit itself"
    return f"{ages_in_words(distance['text'])} too {'high' if distance['direction'] == 'lower' else 'low'}"
