"""
The one form of condition that reaches the engine.
"""

from __future__ import annotations

from typing import NamedTuple


class Pattern(NamedTuple):
    """
    One condition on one fact.

    Attributes:
        fact: Name of the fact.

        end: ``lo`` (must be above zero), ``hi`` (must be below zero), or empty: the fact must exist.
    """

    fact: str
    end: str
