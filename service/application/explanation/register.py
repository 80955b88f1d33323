"""
What a register says: the port between explanations and the catalogues of texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from service.application.explanation.material import Derived, Hindered
    from service.application.explanation.overview import Overview
    from service.application.explanation.said import Sentence
    from service.domain.explanation.whynot import Obstacle


class Register(Protocol):
    """
    Speaks to one reader.

    Attributes:
        headings: Whether each conclusion stands under its title; else its first sentence names it.
    """

    headings: bool

    def overview(self, overview: Overview) -> Iterable[Sentence]:
        """Yield what holds for the whole decision: whom the rules are for, what conflicts, what was not used."""

    def why(self, derived: Derived) -> Iterable[Sentence]:
        """Yield why a conclusion was drawn, the deciding fact first."""

    def why_not(self, hindered: Hindered) -> Iterable[Sentence]:
        """Yield how a conclusion stands of which is asked why it was not drawn."""

    def obstacle(self, hindered: Hindered, obstacle: Obstacle) -> Iterable[Sentence]:
        """Yield what stands in the way of one rule; nothing of a rule that this reader is not told of."""

    def rest(self, hindered: Hindered) -> Iterable[Sentence]:
        """Yield how many rules this reader was not told of."""

    def chosen(self, several: Sequence[Hindered]) -> Sequence[Hindered]:
        """Return the conclusions that this reader is told of, where nobody asked about a certain one."""

    def left_out(self, overview: Overview) -> Iterable[Sentence]:
        """Yield which conclusions this reader was not told of: those of the overview."""

    def ending(self, overview: Overview) -> Iterable[Sentence]:
        """Yield what every explanation ends with."""
