"""
How far apart results may have been drawn before an answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from service.domain.thresholds import Citation


@dataclass(frozen=True, slots=True)
class DrawnApart:
    """
    How far apart results may have been drawn before an answer says so.

    Attributes:
        days: The longest time of which nothing is said.

        because: Why.

        cites: Who says so.
    """

    days: Fraction
    because: str
    cites: Citation
