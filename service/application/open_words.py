"""
What is open, in words: which test could change what, and which limit is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.in_words import title_of
from service.domain.panel import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain.decision import Decision
    from service.domain.missing import Missing
    from service.domain.undecidable import Hole


def effect_text(decision: Decision, one: Missing) -> str:
    """
    Say what could come of something that is missing.

    Args:
        decision: The decision.

        one: What is missing.

    Returns:
        For example ``Hemoglobin A2 could make Beta thalassemia trait likely or possible.``
    """
    release = decision.release
    together = [" with ".join(_asked(decision, one, name) for name in test) for test in one.tests]
    tests = listed(together, "or")
    if one.decides_scope:
        return f"{tests} would tell whether the rule set is for this patient."
    could = []
    if one.conclusions:
        made = [
            f"{title_of(release, name)} {listed([word.value for word in words], 'or')}"
            for name, words in one.conclusions
        ]
        could.append(f"could make {listed(made, 'and')}")
    if one.advice:
        could.append(f"could call for: {', '.join(title_of(release, name) for name in one.advice)}")
    return f"{tests} {'; '.join(could)}."


def _asked(decision: Decision, one: Missing, name: str) -> str:
    """Return what is asked for, told apart from what was sent already."""
    again = " with the laboratory's range" if name in one.with_range else _again(decision, name)
    return title_of(decision.release, name) + again


def _again(decision: Decision, name: str) -> str:
    """Say how something that was sent is asked for again; nothing of what was not."""
    panel = decision.panel
    if name in panel.doubted:
        return f" without the doubt of {listed([doubt.rule for doubt in panel.doubted[name]], 'and')}"
    if name in panel.attributes:
        return " more exactly" if panel.attributes[name].origin is Origin.REPORTED else ""
    if name in panel.events:
        return " more exactly"
    value = decision.facts.values.get(name)
    if value is None:
        return ""
    return " of another time" if value.interval.is_exact else " more exactly"


def hole_text(decision: Decision, one: Hole) -> str:
    """
    Say why something cannot be decided, and where it could.

    Args:
        decision: The decision.

        one: Where there is no number.

    Returns:
        The reason as authored, what it leaves open, and the profiles that have a number for this patient.
    """
    numbers = decision.release.numbers
    open_now = listed([title_of(decision.release, name) for name in one.open], "and")
    if one.number in numbers.thresholds:
        what, title = "limit", numbers.thresholds[one.number].title
    else:
        what, title = "value", numbers.tables[one.number].title
    row = f", {one.row}" if one.row else ""
    profiles = listed(one.profiles, "and") if one.profiles else "none"
    return (
        f"Whatever is sent, rules about {open_now} stay undecided in the profile {decision.profile.id}, which has no "
        f"{what} for this patient: {one.reason} ({title}{row}; {one.cites.source}, {one.cites.where}). "
        f"Profiles of this release that have one: {profiles}."
    )


def listed(texts: Sequence[str], word: str) -> str:
    """Return texts as a list for reading: ``a, b and c``."""
    *most, last = texts
    return f"{', '.join(most)} {word} {last}" if most else last
