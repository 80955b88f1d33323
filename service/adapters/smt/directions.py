"""
In which direction a computed measure moves with one of its operands, where that is the same everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.formulas import Name, Number

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.domain.formulas import Expression

UP, STILL, DOWN = 1, 0, -1


def direction(  # noqa: PLR0911 - one return an operator
    node: Expression, operand: str, is_positive: Callable[[str], bool]
) -> int | None:
    """
    Return the direction in which a formula moves with an operand.

    Args:
        node: The formula.

        operand: Its name.

        is_positive: Whether what a name stands for is never below zero.

    Returns:
        `UP`, `STILL`, `DOWN`, or None where it may be either.
    """
    if isinstance(node, Number):
        return STILL
    if isinstance(node, Name):
        return UP if node.name == operand else STILL
    moves = [direction(one, operand, is_positive) for one in node.operands]
    if None in moves:
        return None
    left, right = moves[0] or STILL, moves[-1] or STILL
    match node.operator:
        case "(" | "log10":
            return left
        case "abs":
            return STILL if left == STILL else None
        case "+":
            return _together(left, right)
        case "-":
            return _together(left, -right)
    if left == right == STILL:
        return STILL
    if not all(_is_positive(one, is_positive) for one in node.operands):
        return None
    return _together(left, right if node.operator == "*" else -right)


def _together(one: int, other: int) -> int | None:
    if STILL in {one, other} or one == other:
        return one or other
    return None


def _is_positive(node: Expression, is_positive: Callable[[str], bool]) -> bool:
    if isinstance(node, Number):
        return True
    if isinstance(node, Name):
        return is_positive(node.name)
    return node.operator not in {"-", "log10"} and all(_is_positive(one, is_positive) for one in node.operands)
