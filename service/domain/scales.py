"""
The scales on which rules answer: state of a finding, certainty of a conclusion, urgency of advice.

They are closed: the program knows each word, and authors add none.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class State(StrEnum):
    """What is known of a finding."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    CONFLICTING = "conflicting"


class Certainty(StrEnum):
    """How sure a conclusion is, in the words of the answer."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    EXCLUDED = "excluded"

    @property
    def force(self) -> int:
        """Weight of one claim: 3 defining, 2 strong, 1 weak; opposed claims are compared by it."""
        return {"confirmed": 3, "excluded": 3, "likely": 2, "unlikely": 2, "possible": 1}[self.value]

    @property
    def is_for(self) -> bool:
        """Whether the claim speaks for the conclusion."""
        return self in {Certainty.CONFIRMED, Certainty.LIKELY, Certainty.POSSIBLE}


class Urgency(IntEnum):
    """How soon a step is due; a smaller number is sooner."""

    EMERGENCY = 0
    SAME_DAY = 1
    URGENT = 2
    SOON = 3
    ROUTINE = 4

    @property
    def word(self) -> str:
        """The word of the language and the answer."""
        return self.name.lower().replace("_", "-")
