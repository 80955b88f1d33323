"""
What stands with findings and conclusions for others to read: codes, sentences for patients, and when each applies.

No rule reads them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.scales import State


@dataclass(frozen=True, slots=True)
class When:
    """
    When a code, or a text for patients, applies; what is not known does not hold.

    Attributes:
        attributes: Values, one of which each attribute surely has.

        findings: States that findings surely are in.

        words: The conditions as written, by name; empty where there are none.

        beside: Whether the row applies in addition to others.
    """

    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    findings: Mapping[str, State] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    beside: bool = False


ALWAYS_APPLIES = When()
"""Of a row without conditions, which applies if no other one does."""


@dataclass(frozen=True, slots=True)
class Code:
    """
    A code of a terminology, suggested for review by a coder.

    Attributes:
        system: Canonical address of the terminology.

        code: The code.

        read: How far it was verified: ``primary``, ``secondary``, ``memory`` or ``own``.

        when: When it applies.
    """

    system: str
    code: str
    read: str = "memory"
    when: When = ALWAYS_APPLIES

    @property
    def verified(self) -> bool:
        """Whether somebody has read it in a source."""
        return self.read in {"primary", "secondary"}


@dataclass(frozen=True, slots=True)
class PatientText:
    """One or two sentences for the patient, and when they apply."""

    text: str
    when: When = ALWAYS_APPLIES
