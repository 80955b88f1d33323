"""
Generated cases: what the rules answer now, at each limit, condition and contradiction.

Nobody has confirmed what they expect, so they are no evidence: they show an
author what an edit changes, and where a limit or a condition decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.generated.asking import Asking, Beside
from service.application.generated.decisive import add_decisive
from service.application.generated.limits import add_limits
from service.application.generated.opposed import add_witness, opposed
from service.application.generated.reaching import Reaching

if TYPE_CHECKING:
    from service.domain.nodes import Plain
    from service.domain.release import Release
    from service.domain.rules import Rule

FIRST = "default"
"""The profile that is tried first."""


def generate(release: Release) -> dict[str, Plain]:
    """
    Generate cases for every rule.

    Args:
        release: The rule set.

    Returns:
        By rule, what its file holds: cases, and a sentence on each patient that was not found. The same for the
        same rule set, always.
    """
    asking = Asking(release)
    reaching = [Reaching(release, profile) for profile in release.profiles.values()]
    reaching.sort(key=lambda reach: reach.profile.id != FIRST)
    beside = {rule: Beside() for rule in sorted(release.rules)}
    for reach in reaching:
        for threshold in release.thresholds_in_use:
            add_limits(asking, reach, threshold, beside)
    for rule in release.rules.values():
        add_decisive(beside[rule.id], asking, _of(reaching, rule), rule)
    for pair in opposed(release):
        add_witness(beside[pair[0].id], asking, reaching, pair)
    return {rule: _file(rule, one) for rule, one in beside.items() if one.cases or one.not_reached}


def _of(reaching: list[Reaching], rule: Rule) -> list[Reaching]:
    return [reach for reach in reaching if not rule.profiles or reach.profile.id in rule.profiles]


def _file(rule: str, beside: Beside) -> Plain:
    cases: list[Plain] = list(beside.cases.values())
    not_reached: list[Plain] = list(beside.not_reached)
    return {
        "rule": rule,
        **({"cases": cases} if cases else {}),
        **({"not reached": not_reached} if not_reached else {}),
    }
