"""
Formulas of computed measures: a closed grammar, checked by unit.

``+ - * /``, parentheses, ``abs()`` and ``log10()`` over names of measures, tables
and constants. Signs stand between spaces, because a hyphen belongs to a name. A
number in a formula is a unit conversion and nothing else: it must be exactly
the power of ten that the units ask for, so a wrong factor is refused where it
is written.

A logarithm has no unit, and only a number has one: ``log10`` is of a name, whose
number in its own unit is taken, or of what has no unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from service.domain.intervals import Interval
from service.domain.logarithms import log10
from service.domain.quantities import parse_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.domain.units import Dimension, Unit

FUNCTIONS = ("abs", "log10")
_TOKENS = re.compile(r"\s*([a-z][a-z0-9]*(?:-[a-z0-9]+)*|\d+(?:\.\d+)?|[()]|(?<=\s)[-+*/](?=\s))")


class FormulaError(ValueError):
    """A formula outside the grammar, or whose units do not fit; the message says which."""


@dataclass(frozen=True, slots=True)
class Name:
    """A measure, a table or a constant."""

    name: str


@dataclass(frozen=True, slots=True)
class Number:
    """A unit conversion."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with its operands; a function has one."""

    operator: str
    operands: tuple[Expression, ...]


Expression = Name | Number | Operation


@dataclass(frozen=True, slots=True)
class Formula:
    """
    A formula as it was written, and read.

    Attributes:
        text: As the author wrote it.

        root: The expression.
    """

    text: str
    root: Expression

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of first use."""
        return tuple(dict.fromkeys(leaf.name for leaf in _leaves(self.root) if isinstance(leaf, Name)))

    @property
    def numbers(self) -> tuple[Fraction, ...]:
        """Numbers that stand in it, in their order."""
        return tuple(leaf.value for leaf in _leaves(self.root) if isinstance(leaf, Number))


def parse_formula(text: str) -> Formula:
    """
    Read a formula.

    Args:
        text: For example ``iron / tibc * 100``.

    Returns:
        The formula.

    Raises:
        FormulaError: If the text is outside the grammar.
    """
    tokens: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKENS.match(text, position)
        if match is None or len(tokens) > 60:  # noqa: PLR2004 - longest published index has 15 tokens
            message = (
                f"cannot be read from {text[position:].strip()[:20]!r} on; a formula is names, + - * / between "
                "spaces, ( ), abs(), log10() and powers of ten"
            )
            raise FormulaError(message)
        tokens.append(match[1])
        position = match.end()
    parser = _Parser(tokens)
    root = parser.sum()
    if parser.tokens:
        message = f"has {parser.tokens[0]!r} where an operator was expected"
        raise FormulaError(message)
    return Formula(text, root)


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def take(self, *wanted: str) -> str | None:
        if self.tokens and (not wanted or self.tokens[0] in wanted):
            return self.tokens.pop(0)
        return None

    def sum(self) -> Expression:
        left = self.product()
        while operator := self.take("+", "-"):
            left = Operation(operator, (left, self.product()))
        return left

    def product(self) -> Expression:
        left = self.atom()
        while operator := self.take("*", "/"):
            left = Operation(operator, (left, self.atom()))
        return left

    def atom(self) -> Expression:
        token = self.take()
        if token is None or token in {")", "+", "-", "*", "/"}:
            message = f"has {token or 'its end'!r} where a name or a number was expected"
            raise FormulaError(message)
        is_function = token in FUNCTIONS and self.tokens[:1] == ["("]
        if token == "(" or is_function:
            if is_function:
                self.take("(")
            inner = self.sum()
            if not self.take(")"):
                message = "has a ( without )"
                raise FormulaError(message)
            return Operation(token, (inner,)) if is_function else inner
        if token[0].isdigit():
            return Number(parse_number(token))
        return Name(token)


def check_units(formula: Formula, unit_of: Callable[[str], Unit], result: Unit) -> None:
    """
    Refuse a formula whose units do not give the declared unit exactly.

    Args:
        formula: The formula.

        unit_of: Unit of each name.

        result: Unit that the computed measure declares.

    Raises:
        FormulaError: If dimensions differ, or a number is not the conversion factor.
    """
    dimension, scale = _unit(formula.root, unit_of)
    if dimension != result.dimension:
        message = (
            f"does not give {result.code}, its units come out otherwise; "
            "look whether these are the measures that are meant"
        )
        raise FormulaError(message)
    if scale != result.scale:
        ratio = scale / result.scale
        message = f"gives {result.code} only after multiplying by {ratio}; correct the number in it"
        raise FormulaError(message)


def _unit(node: Expression, unit_of: Callable[[str], Unit]) -> tuple[Dimension, Fraction]:
    if isinstance(node, Name):
        unit = unit_of(node.name)
        return unit.dimension, unit.scale
    if isinstance(node, Number):
        if not _is_power_of_ten(node.value):
            message = f"has the number {node.value}; a clinical number is a constant in thresholds.yaml"
            raise FormulaError(message)
        # A factor of ten in the number means that its unit is ten times smaller.
        return (), 1 / node.value
    sides = [_unit(operand, unit_of) for operand in node.operands]
    if node.operator in {"+", "-"}:
        if sides[0] != sides[1]:
            message = f"adds or subtracts different units around {node.operator!r}; both sides need one unit"
            raise FormulaError(message)
        return sides[0]
    if node.operator == "abs":
        return sides[0]
    if node.operator == "log10":
        if not isinstance(node.operands[0], Name) and sides[0] != ((), Fraction(1)):
            message = "takes log10 of what has a unit; take it of one name, whose number in its own unit is meant"
            raise FormulaError(message)
        return (), Fraction(1)
    sign = 1 if node.operator == "*" else -1
    exponents = dict(sides[0][0])
    for name, power in sides[1][0]:
        exponents[name] = exponents.get(name, 0) + sign * power
    return tuple(sorted((n, p) for n, p in exponents.items() if p)), sides[0][1] * sides[1][1] ** sign


def _is_power_of_ten(value: Fraction) -> bool:
    larger = value if value >= 1 else 1 / value if value else Fraction(0)
    while larger > 1:
        larger /= 10
    return larger == 1


def evaluate(formula: Formula, value_of: Callable[[str], Interval | None]) -> Interval | None:
    """
    Compute a formula on intervals, exactly.

    Args:
        formula: The formula.

        value_of: Interval of each name, None where it is missing.

    Returns:
        The interval, or None where an operand is missing, a divisor may be
        zero on both sides, a logarithm is of nothing above zero, or neither end
        of the result is bounded.
    """
    value = _value(formula.root, value_of)
    return None if value is None or value.is_unbounded else value


def _value(node: Expression, value_of: Callable[[str], Interval | None]) -> Interval | None:  # noqa: PLR0911 - one return an operator
    if isinstance(node, Name):
        return value_of(node.name)
    if isinstance(node, Number):
        return Interval.exactly(node.value)
    values = [_value(operand, value_of) for operand in node.operands]
    left, right = values[0], values[-1]
    if left is None or right is None:
        return None
    match node.operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            inverse = right.reciprocal()
            return None if inverse is None else left * inverse
        case "log10":
            return log10(left)
        case _:
            return left.absolute()


def _leaves(node: Expression) -> Iterator[Name | Number]:
    if isinstance(node, Operation):
        for operand in node.operands:
            yield from _leaves(operand)
    else:
        yield node
