"""
Counting right and wrong answers: sensitivity, specificity, Youden index, each with its interval.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054
"""Of the normal distribution, for an interval of 95 %."""


def wilson(part: int, whole: int) -> tuple[float, float]:
    """
    Return the 95 % interval of a proportion (Wilson 1927).

    Args:
        part: How many of them.

        whole: Of how many; at least one.

    Returns:
        Its ends, from 0 to 1.
    """
    share = part / whole
    middle = share + Z * Z / (2 * whole)
    half = Z * sqrt(share * (1 - share) / whole + Z * Z / (4 * whole * whole))
    scale = 1 + Z * Z / whole
    return max((middle - half) / scale, 0.0), min((middle + half) / scale, 1.0)


@dataclass(frozen=True)
class Score:
    """
    How well one line of a table tells two groups apart.

    Attributes:
        name: What says it.

        hits: Of those who have it, how many are said to have it.

        having: How many have it.

        spared: Of those who do not, how many are not said to.

        others: How many do not.

        open: Of all, about how many nothing is said either way.
    """

    name: str
    hits: int
    having: int
    spared: int
    others: int
    open: int = 0

    @classmethod
    def of(cls, name: str, told: Iterable[tuple[bool, bool | None]]) -> Score:
        """Return the score of pairs: whether somebody has it, and whether it is said; None for nothing said."""
        pairs = list(told)
        having = [said for has, said in pairs if has]
        others = [said for has, said in pairs if not has]
        return cls(
            name,
            sum(said is True for said in having),
            len(having),
            sum(said is not True for said in others),
            len(others),
            sum(said is None for _, said in pairs),
        )

    @property
    def youden(self) -> float | None:
        """Sensitivity plus specificity minus one: 0 for whoever guesses, 1 for whoever knows; None for one group."""
        if not self.having or not self.others:
            return None
        return self.hits / self.having + self.spared / self.others - 1

    @property
    def youden_interval(self) -> tuple[float, float]:
        """Its 95 % interval, squared and added from those of the two proportions (Newcombe 1998, method 10)."""
        one, other = self.hits / self.having, self.spared / self.others
        (low, high), (lower, higher) = wilson(self.hits, self.having), wilson(self.spared, self.others)
        middle = one + other - 1
        return (
            middle - sqrt((one - low) ** 2 + (other - lower) ** 2),
            middle + sqrt((high - one) ** 2 + (higher - other) ** 2),
        )


def proportion(part: int, whole: int) -> str:
    """Return a proportion as people read it: percent, interval, counts."""
    if not whole:
        return "none"
    low, high = wilson(part, whole)
    return f"{100 * part / whole:.1f} % ({100 * low:.1f} to {100 * high:.1f}), {part} of {whole}"


def cells(score: Score) -> tuple[str, str, str, str, str]:
    """Return one line of a table: name, sensitivity, specificity, Youden index, how many stay open."""
    youden = score.youden
    text = "" if youden is None else "{:.2f} ({:.2f} to {:.2f})".format(youden, *score.youden_interval)
    return (
        score.name,
        proportion(score.hits, score.having),
        proportion(score.spared, score.others),
        text.replace("-", "\N{MINUS SIGN}"),
        str(score.open) if score.open else "",
    )
