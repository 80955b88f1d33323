"""
Formulas as SMT-LIB text, constants folded while they are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

TRUE, FALSE = "true", "false"


def symbol(*parts: str) -> str:
    """Return a name that is quoted, so that any text may stand in it."""
    return f"|{' '.join(parts)}|"


def number(value: Fraction) -> str:
    """Return an exact number."""
    whole = f"{abs(value.numerator)}.0"
    text = whole if value.denominator == 1 else f"(/ {whole} {value.denominator}.0)"
    return f"(- {text})" if value < 0 else text


def both(*parts: str) -> str:
    """Return what holds where all parts do."""
    return _joined("and", parts, TRUE, FALSE)


def either(*parts: str) -> str:
    """Return what holds where some part does."""
    return _joined("or", parts, FALSE, TRUE)


def _joined(word: str, parts: Iterable[str], neutral: str, final: str) -> str:
    kept = list(dict.fromkeys(part for part in parts if part != neutral))
    if final in kept:
        return final
    if not kept:
        return neutral
    return kept[0] if len(kept) == 1 else f"({word} {' '.join(kept)})"


def no(part: str) -> str:
    """Return what holds where a part does not."""
    if part in {TRUE, FALSE}:
        return FALSE if part == TRUE else TRUE
    return part[5:-1] if part.startswith("(not ") else f"(not {part})"


def at_least(needed: int, parts: Iterable[str]) -> str:
    """Return what holds where so many of the parts do."""
    listed = list(parts)
    needed -= listed.count(TRUE)
    kept = [part for part in listed if part not in {TRUE, FALSE}]
    if needed <= 0:
        return TRUE
    if needed > len(kept):
        return FALSE
    if needed == 1:
        return either(*kept)
    return both(*kept) if needed == len(kept) else f"((_ at-least {needed}) {' '.join(kept)})"


def same(one: str, other: str) -> str:
    """Return what holds where two truths are the same."""
    if other in {TRUE, FALSE}:
        return one if other == TRUE else no(one)
    return f"(= {one} {other})"
