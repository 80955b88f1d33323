"""
Where a computed measure meets a limit, as values of one of its operands while all others stay as they are.

A formula is taken as a quotient of two polynomials of that operand. Roots of the first degree are exact; others,
and logarithms, are bracketed between two neighboring multiples of a step.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import TYPE_CHECKING

from service.domain.derivations import Change
from service.domain.effective import in_stated_unit, look_up
from service.domain.formulas import Name, Number
from service.domain.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.domain.formulas import Expression
    from service.domain.measures import Measure
    from service.domain.panel import Value
    from service.domain.release import Profile, Release

Polynomial = tuple[Fraction, ...]
"""Coefficients, the constant first."""

ONE: Polynomial = (Fraction(1),)
MOST_FORMS = 16
"""Most quotients that one measure is taken for: one for each end of each inexact operand."""


@dataclass(frozen=True, slots=True)
class Quotient:
    """One polynomial by another."""

    over: Polynomial
    under: Polynomial = ONE


class NoQuotientError(ValueError):
    """A formula that is no quotient of polynomials of the operand."""


class Crossings:
    """
    Finds where measures meet limits.

    Args:
        release: For formulas, tables and constants.

        profile: For their choices.

        values: Effective values of the other operands.

        name: The operand that varies, reported or said of the patient.
    """

    def __init__(self, release: Release, profile: Profile, values: Mapping[str, Value], name: str) -> None:
        self.release, self.profile, self.values, self.name = release, profile, values, name

    def at(self, measure: str, limit: Fraction, step: Fraction) -> Iterator[Fraction]:
        """
        Yield the values of the operand at which a measure equals a limit.

        Args:
            measure: The operand itself, or what is computed from it.

            limit: In the unit of the measure.

            step: Roots that are no fractions are told as the multiples of it on either side.

        Yields:
            The values.

        Raises:
            NoQuotientError: If the formula is of another form.
        """
        for form in self._of(measure):
            scaled = tuple(limit * one for one in form.under)
            yield from _roots(_plus(form.over, _times(scaled, (Fraction(-1),))), step)
            # At a pole the measure is not computed, and on its sides it may lie on either side of the limit.
            yield from _roots(form.under, step)

    def _of(self, measure: str) -> tuple[Quotient, ...]:
        if measure == self.name:
            return (Quotient((Fraction(0), Fraction(1))),)
        told = self.release.vocabulary.measures[measure]
        value = self.values.get(measure)
        depends = self.name in self.release.grounds.get(measure, ())
        if not depends or (value is not None and not told.is_computed and not value.formula):
            return _ends(value.interval) if value is not None else ()
        if isinstance(told.derivation, Change):
            return self._of_change(told.derivation, value)
        forms = [one for formula in told.formulas for one in self._expression(told, formula.root)]
        return tuple(dict.fromkeys(forms))[:MOST_FORMS]

    def _of_change(self, how: Change, value: Value | None) -> tuple[Quotient, ...]:
        now = self.values.get(how.of)
        if how.in_days or how.of != self.name or value is None or now is None:
            return ()
        before = now.interval - value.interval
        return tuple(Quotient((-end, Fraction(1))) for end in before.bounds)

    def _expression(self, measure: Measure, node: Expression) -> tuple[Quotient, ...]:
        if isinstance(node, Number):
            return (Quotient((node.value,)),)
        if isinstance(node, Name):
            return self._name(measure, node.name)
        sides = [self._expression(measure, one) for one in node.operands]
        match node.operator:
            case "log10":
                raise NoQuotientError
            case "abs":
                return (*sides[0], *(Quotient(_times(one.over, (Fraction(-1),)), one.under) for one in sides[0]))
            case operator if len(sides) > 1:
                return tuple(_joined(operator, left, right) for left in sides[0] for right in sides[1])[:MOST_FORMS]
            case _:
                return sides[0]

    def _name(self, measure: Measure, name: str) -> tuple[Quotient, ...]:
        release = self.release
        if name in release.numbers.constants:
            return _ends(release.constant(self.profile, name).value)
        if name in release.numbers.tables:
            # Its steps are cuts of what it looks up, which `cells_of` knows; between them it is a number.
            value = self.values.get(release.numbers.tables[name].of)
            number = None if value is None else look_up(release, self.profile, name, value.interval)
            return () if number is None else _ends(number)
        factor = in_stated_unit(release, measure, name, Interval.exactly(1)).low.value or Fraction(1)
        return tuple(Quotient(tuple(factor * one for one in form.over), form.under) for form in self._of(name))


def _ends(interval: Interval) -> tuple[Quotient, ...]:
    return tuple(Quotient((end,)) for end in dict.fromkeys(interval.bounds))


def _joined(operator: str, left: Quotient, right: Quotient) -> Quotient:
    if operator == "*":
        return Quotient(_times(left.over, right.over), _times(left.under, right.under))
    if operator == "/":
        return Quotient(_times(left.over, right.under), _times(left.under, right.over))
    sign = Fraction(1 if operator == "+" else -1)
    over = _plus(_times(left.over, right.under), _times((sign,), _times(right.over, left.under)))
    return Quotient(over, _times(left.under, right.under))


def _plus(one: Polynomial, other: Polynomial) -> Polynomial:
    longest = max(len(one), len(other))
    zeros = (Fraction(0),) * longest
    added = [a + b for a, b in zip((*one, *zeros)[:longest], (*other, *zeros)[:longest], strict=True)]
    while added and not added[-1]:
        added.pop()
    return tuple(added)


def _times(one: Polynomial, other: Polynomial) -> Polynomial:
    found = [Fraction(0)] * max(len(one) + len(other) - 1, 0)
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            found[i + j] += a * b
    return tuple(found)


QUADRATIC = 3
"""Coefficients of a polynomial of the second degree."""


def _roots(polynomial: Polynomial, step: Fraction) -> Iterator[Fraction]:
    if len(polynomial) == QUADRATIC - 1:
        yield -polynomial[0] / polynomial[1]
    elif len(polynomial) == QUADRATIC:
        c, b, a = polynomial
        inside = b * b - 4 * a * c
        if inside >= 0:
            for sign in (1, -1):
                # The root of the discriminant, between two numbers that are closer than any step can tell.
                scale = 10**12
                floor = Fraction(isqrt(int(inside * scale * scale)), scale)
                near = (-b + sign * floor) / (2 * a)
                exact = floor * floor == inside
                yield from (near,) if exact else around(near, step)
    elif len(polynomial) > QUADRATIC:
        raise NoQuotientError


def around(value: Fraction, step: Fraction) -> tuple[Fraction, Fraction]:
    """Return the multiples of a step on either side of a number; of a multiple, its neighbors."""
    whole = value / step
    below = whole.numerator // whole.denominator
    return ((below - (whole == below)) * step, (below + 1) * step)


def between(values: list[Fraction]) -> Iterator[Fraction]:
    """Yield the middles between numbers that follow each other."""
    yield from ((one + other) / 2 for one, other in pairwise(sorted(values)))


__all__ = ["Crossings", "NoQuotientError", "around", "between"]
