"""
Measures that are computed otherwise than by a formula: counts, elapsed times, changes.

Each is closed and small, so that a rule never calculates: it compares the measure
with a limit, as it compares any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from service.domain.intervals import Interval

FOREVER = Fraction(10**6)
"""Days that nobody lives: what never happened is longer ago than any limit, which stays below."""
NEVER = Interval.of(FOREVER, None)
"""Days since what never happened."""
IN_LIFE = Interval.of(0, FOREVER, low_open=True, high_open=True)
"""Days that a limit may be."""


@dataclass(frozen=True, slots=True)
class Vote:
    """
    One comparison that is counted: ``rbc above trait-rbc``.

    Attributes:
        measure: Its name in the vocabulary.

        word: One of the four words of a comparison.

        threshold: Its name in the rule set.
    """

    measure: str
    word: str
    threshold: str

    @property
    def text(self) -> str:
        """The vote as it was written."""
        return f"{self.measure} {self.word} {self.threshold}"


@dataclass(frozen=True, slots=True)
class CountOf:
    """
    ``count of``: how many of several comparisons are true.

    Attributes:
        votes: The comparisons. One that is unknown widens the count.
    """

    votes: tuple[Vote, ...]

    @property
    def text(self) -> str:
        """How it is computed, in one line."""
        return f"count of: {', '.join(vote.text for vote in self.votes)}"


@dataclass(frozen=True, slots=True)
class DaysSince:
    """
    ``days since``: the time from an event to the instant of the question.

    Attributes:
        event: Its name in the vocabulary.
    """

    event: str

    @property
    def text(self) -> str:
        """How it is computed, in one line."""
        return f"days since: {self.event}"


@dataclass(frozen=True, slots=True)
class Change:
    """
    ``change of`` and ``days from previous``: the newest result beside an earlier one.

    Attributes:
        of: The measure, which laboratories report.

        since: The event at or before which the earlier result was taken; empty for the previous result.

        within_days: How far the earlier result may lie before the event, or before the newest result;
            None for any time.

        window: The same as it was written, ``3 mo``; or empty.

        in_days: Whether it is the time between the two, and not their difference.
    """

    of: str
    since: str = ""
    within_days: Fraction | None = None
    window: str = ""
    in_days: bool = False

    @property
    def text(self) -> str:
        """How it is computed, in one line."""
        start = f"days from previous: {self.of}" if self.in_days else f"change of: {self.of}"
        since = f", since: {self.since}" if self.since else "" if self.in_days else ", from: previous"
        return start + since + (f", within: {self.window}" if self.window else "")


Derivation = CountOf | DaysSince | Change
