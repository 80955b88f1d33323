"""
Values of measures as terms: constants that are intervals, and exact quotients of what is free.

A comparison of a quotient with a limit is multiplied out, so that most of them are linear. What is of another form
is left free, and settled where a witness needs it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service.adapters.smt.text import FALSE, both, either, number
from service.domain.formulas import Name, Number
from service.domain.intervals import Interval
from service.domain.logarithms import log10
from service.domain.margins import margin_end

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from service.domain.formulas import Expression

LINEAR = 1
TWO_ENDS = 2


@dataclass(frozen=True, slots=True)
class Constant:
    """What does not depend on anything free."""

    interval: Interval


@dataclass(frozen=True, slots=True)
class Free:
    """
    What depends on something free, and is exact.

    Attributes:
        over, under: Texts of the dividend and of the divisor; an empty divisor is one.

        degree: Greatest degree of either.

        plus: A constant that is added and need not be exact.

        times: A constant that multiplies it and need not be exact; both its ends are bounded, and of one sign.

        size: Whether its size without the sign is meant.
    """

    over: str
    under: str = ""
    degree: int = LINEAR
    plus: Interval | None = None
    times: Interval | None = None
    size: bool = False

    @property
    def is_linear(self) -> bool:
        """Whether comparisons of it are linear."""
        return self.degree <= LINEAR


@dataclass(frozen=True, slots=True)
class Opaque:
    """What is of another form: any side of any limit, until it is looked at."""


Term = Constant | Free | Opaque
Truths = tuple[str, str]
"""What holds where something is true, or a value surely under a limit; and where it is false, or surely over it."""


def term_of(  # noqa: PLR0911 - one return a form
    node: Expression, value_of: Callable[[str], Term | None], logarithm_of: Callable[[Free], Term]
) -> Term | None:
    """
    Return a formula as a term; None where an operand is missing.

    Args:
        node: The formula.

        value_of: The term of each name.

        logarithm_of: The decimal logarithm of what is free.

    Returns:
        The term.
    """
    if isinstance(node, Name):
        return value_of(node.name)
    if isinstance(node, Number):
        return Constant(Interval.exactly(node.value))
    sides = [term_of(one, value_of, logarithm_of) for one in node.operands]
    left, right = sides[0], sides[-1]
    if left is None or right is None:
        return None
    if isinstance(left, Constant) and isinstance(right, Constant):
        return _constant(node.operator, left.interval, right.interval)
    if node.operator == "(":
        return left
    if node.operator == "abs":
        return replace(left, size=True) if isinstance(left, Free) and _is_plain(left) else Opaque()
    if node.operator == "log10" and isinstance(left, Free) and _is_plain(left) and not left.under:
        return logarithm_of(left)
    if node.operator == "log10" or isinstance(left, Opaque) or isinstance(right, Opaque):
        return Opaque()
    return _joined(node.operator, left, right)


def _constant(operator: str, left: Interval, right: Interval) -> Term | None:  # noqa: PLR0911 - one return an operator
    match operator:
        case "+":
            return Constant(left + right)
        case "-":
            return Constant(left - right)
        case "*":
            return Constant(left * right)
        case "/":
            inverse = right.reciprocal()
            return None if inverse is None else Constant(left * inverse)
        case "abs":
            return Constant(left.absolute())
        case "(":
            return Constant(left)
        case _:
            logarithm = log10(left)
            return None if logarithm is None else Constant(logarithm)


def _joined(operator: str, left: Constant | Free, right: Constant | Free) -> Term:  # noqa: PLR0911 - one return a form
    if any(isinstance(one, Free) and (one.size or one.times) for one in (left, right)):
        return Opaque()
    if isinstance(left, Free) and isinstance(right, Constant):
        found = _with_constant(operator, left, right.interval)
        if found is not None:
            return found
    if operator == "+" and isinstance(right, Free) and isinstance(left, Constant):
        return _joined("+", right, left)
    one, other = _exact(left), _exact(right)
    if one is None or other is None:
        return Opaque()
    degree = (one.degree if isinstance(left, Free) else 0) + (other.degree if isinstance(right, Free) else 0)
    if operator == "*":
        return Free(_times(one.over, other.over), _times(one.under, other.under), degree)
    if operator == "/":
        # Of a quotient of two free numbers each side is compared by itself, so it stays linear.
        plain = not one.under and not other.under
        degree = max(one.degree, other.degree) if plain else degree
        return Free(_times(one.over, other.under), _times(one.under, other.over), degree)
    sign = "+" if operator == "+" else "-"
    if one.under == other.under:
        return Free(f"({sign} {one.over} {other.over})", one.under, max(one.degree, other.degree))
    over = f"({sign} {_times(one.over, other.under)} {_times(other.over, one.under)})"
    return Free(over, _times(one.under, other.under), degree + 1)


def _with_constant(operator: str, left: Free, right: Interval) -> Term | None:
    """Return what is free with a constant added, or multiplied by it; None where there is no short form of it."""
    if operator in {"+", "-"}:
        added = right if operator == "+" else -right
        return replace(left, plus=added if left.plus is None else left.plus + added)
    factor = right if operator == "*" else right.reciprocal()
    if factor is None or not _is_plain(left):
        return None
    if factor.is_exact:
        one = factor.low.value
        return None if one is None else replace(left, over=_times(number(one), left.over))
    return replace(left, times=factor) if len(factor.bounds) == TWO_ENDS else Opaque()


def _is_plain(term: Free) -> bool:
    return term.plus is None and term.times is None and not term.size


def _exact(term: Constant | Free) -> Free | None:
    """Return a term as a quotient; None where it is not exact."""
    if isinstance(term, Constant):
        value = term.interval.low.value
        return Free(number(value), degree=0) if term.interval.is_exact and value is not None else None
    if term.plus is None:
        return term
    value = term.plus.low.value
    if not term.plus.is_exact or value is None:
        return None
    shifted = f"(+ {term.over} {_times(number(value), term.under)})"
    return Free(shifted, term.under, term.degree)


def _times(one: str, other: str) -> str:
    if not one or not other:
        return one or other
    return f"(* {one} {other})"


def known(term: Term) -> str:
    """Return what holds where a term has a value."""
    if isinstance(term, Free) and term.under:
        return f"(not (= {term.under} 0.0))"
    return "true"


def sides(term: Constant | Free, limit: Fraction, equal: int) -> tuple[str, str]:
    """
    Return what holds where a value is surely under a limit, and where it is surely over it.

    Args:
        term: The value.

        limit: What it is compared with.

        equal: The side on which a value lies that equals the limit.
    """
    if isinstance(term, Constant):
        is_under = margin_end(term.interval.high, limit, equal, lower=False).sign < 0
        is_over = margin_end(term.interval.low, limit, equal, lower=True).sign > 0
        return str(is_under).lower(), str(is_over).lower()
    if term.size:
        plain = replace(term, size=False)
        # The size is under a limit where the number lies between the limit and its opposite.
        under, over = sides(plain, limit, equal)
        mirrored_under, mirrored_over = sides(plain, -limit, -equal)
        return both(under, mirrored_over), either(over, mirrored_under)
    if term.times is not None:
        # Where both corners lie, all between them does.
        corners = [replace(term, over=f"(* {number(end)} {term.over})", times=None) for end in term.times.bounds]
        found_of = [sides(one, limit, equal) for one in corners]
        return both(*(under for under, _ in found_of)), both(*(over for _, over in found_of))
    plus = term.plus or Interval.exactly(0)
    found = []
    for end, sign in ((plus.high, "<"), (plus.low, ">")):
        if end.value is None:
            found.append(FALSE)
            continue
        counts = end.open or (equal < 0) == (sign == "<")
        found.append(_compared(term, sign, limit - end.value, counts=counts))
    return found[0], found[1]


def _compared(term: Free, sign: str, limit: Fraction, *, counts: bool) -> str:
    or_equal = "=" if counts else ""
    if not term.under:
        return f"({sign}{or_equal} {term.over} {number(limit)})"
    other = ">" if sign == "<" else "<"
    scaled = f"(* {number(limit)} {term.under})"
    return either(
        both(f"(> {term.under} 0.0)", f"({sign}{or_equal} {term.over} {scaled})"),
        both(f"(< {term.under} 0.0)", f"({other}{or_equal} {term.over} {scaled})"),
    )
