"""
The facts of one evaluation: all that inference may see.

Both readers, the engine and the reference semantics, are given these and the
rules, and nothing else of the patient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.effective import effective_values, moved_values
from service.domain.standing import stand, stand_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.panel import Panel, Value
    from service.domain.release import Profile, Release
    from service.domain.scales import State
    from service.domain.standing import Standing


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What is known of one patient, resolved against one release and profile.

    Attributes:
        profile: Its id.

        values: Effective values of measures.

        standings: Where the patient stands against each threshold in use.

        attributes: Possible values of each attribute.

        observed: Stated findings.

        known: Measures that have a value.

        doubts: Rules about results that fired.
    """

    profile: str
    values: Mapping[str, Value]
    standings: Mapping[str, Standing]
    attributes: Mapping[str, frozenset[str]]
    observed: Mapping[str, State]
    known: frozenset[str]
    doubts: frozenset[str] = frozenset()


def resolve(release: Release, profile: Profile, panel: Panel) -> Facts:
    """
    Resolve a panel against a release and a profile.

    Args:
        release: For formulas, tables and thresholds.

        profile: For the choice of each.

        panel: What intake made.

    Returns:
        The facts.
    """
    values = effective_values(release, profile, panel)
    return _facts(profile, panel, values, stand_all(release, profile, panel, values))


def resolve_moved(release: Release, profile: Profile, panel: Panel, before: Facts, moved: frozenset[str]) -> Facts:
    """
    Resolve a panel in which some measures may be others than they were, and all else is as before.

    Args:
        release: For formulas, tables and thresholds.

        profile: For the choice of each.

        panel: As it is now.

        before: The facts of the panel as it was.

        moved: The measures: results, and those that are counted from events or earlier results.

    Returns:
        What `resolve` returns of the panel, with no more resolved than may have moved.
    """
    values = moved_values(release, profile, panel, before.values, moved)
    differing = {name for name in values.keys() | before.values.keys() if values.get(name) != before.values.get(name)}
    names = (name for name in release.thresholds_in_use if not release.compared[name].isdisjoint(differing))
    return _facts(profile, panel, values, {**before.standings, **stand(release, profile, panel, values, names)})


def _facts(profile: Profile, panel: Panel, values: Mapping[str, Value], standings: Mapping[str, Standing]) -> Facts:
    return Facts(
        profile.id,
        values,
        standings,
        {name: possible.values for name, possible in panel.attributes.items()},
        {name: state for name, (state, _) in panel.findings.items()},
        frozenset(values),
        panel.doubts,
    )
