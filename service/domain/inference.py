"""
What an inference engine answers: which rules fired, and on which facts.

The engine port speaks these types; nothing in them is peculiar to one engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.scales import State
    from service.domain.semantics import Verdict


class BasisKind(StrEnum):
    """What kind of fact a rule fired on."""

    MARGIN = "margin"
    ATTRIBUTE = "attribute"
    FINDING = "finding"
    KNOWN = "known"
    CERTAINTY = "certainty"
    PROFILE = "profile"


class Basis(NamedTuple):
    """
    One fact that a firing names.

    Attributes:
        kind: What it is.

        name: The threshold, attribute, finding, measure, conclusion or profile.

        detail: The state, values or certainty, as text; for a margin, the state it is keyed by, or empty.
    """

    kind: BasisKind
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Inference:
    """
    The engine's answer for one panel.

    Attributes:
        fired: For each rule that fired, the facts of every branch.

        refuted: For each rule of a closing finding that the facts refute, those facts.

        states: Of every derived finding.

        verdicts: Of every conclusion claimed.

        scope: Whether the patient is one the rules are for; None when unknown.
    """

    fired: Mapping[str, frozenset[Basis]]
    refuted: Mapping[str, frozenset[Basis]]
    states: Mapping[str, State]
    verdicts: Mapping[str, Verdict]
    scope: bool | None
