"""
How a value that was compared came about, where it is not simply what was measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.effective import look_up
from service.domain.figures import interval_text
from service.domain.formulas import Name, Operation
from service.domain.panel import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.decision import Decision
    from service.domain.formulas import Expression
    from service.domain.panel import Value

_SIGNS = {"+": "plus", "-": "minus"}


def came_about(decision: Decision, measure: str, compared: str) -> str:
    """
    Say how the value that a rule compared came about.

    Args:
        decision: As the rule saw it.

        measure: The measure that the rule names.

        compared: The measure that was compared in its stead, or the same.

    Returns:
        For example ``measured 150 g/L; minus 21 g/L for altitude, 3400 m``; nothing where the value is
        what was measured.
    """
    values = decision.facts.values
    own, used = values.get(measure), values.get(compared)
    parts = [_of_itself(decision, measure, own)] if own is not None else []
    if own is not None and used is not None and used.interval != own.interval:
        unit = decision.release.vocabulary.measures[measure].unit
        measured = [] if any(parts) else [f"measured {interval_text(own.interval, unit)}"]
        parts += [*measured, *_added(decision, compared)]
    return "; ".join(part for part in parts if part)


def _of_itself(decision: Decision, measure: str, value: Value) -> str:
    """Say from what a measure was computed that a laboratory could have reported, and what is doubted."""
    words = decision.release.vocabulary.measures
    if value.origin is Origin.DOUBTED and decision.received is not None:
        before = decision.received.values[measure].interval
        return f"reported as {interval_text(before, words[measure].unit)}, which is in doubt"
    if value.origin is not Origin.COMPUTED or words[measure].is_computed:
        return ""
    operands = [
        f"{_small(words[name].title)} {interval_text(decision.facts.values[name].interval, words[name].unit)}"
        for name in value.operands
        if name in words
    ]
    return f"computed from {' and '.join(operands)}"


def _added(decision: Decision, compared: str) -> Iterator[str]:
    """Yield what tables added to a measure, or subtracted; nothing for what they left as it is."""
    formula = decision.release.vocabulary.measures[compared].formula
    tables = decision.release.numbers.tables
    for sign, name in _terms(formula.root) if formula else ():
        if name not in tables:
            continue
        of = tables[name].of
        looked_up = decision.facts.values[of].interval
        number = look_up(decision.release, decision.profile, name, looked_up)
        if number is not None and number.low.value == number.high.value == 0:
            continue
        told = interval_text(number, tables[name].unit) if number is not None else "something"
        words = decision.release.vocabulary.measures[of]
        # "12 /d" is 12 of what the title counts.
        unit = "" if words.unit.startswith("/") else words.unit
        yield f"{_SIGNS[sign]} {told} for {_small(words.title)}, {interval_text(looked_up, unit)}"


def _terms(node: Expression, sign: str = "+") -> Iterator[tuple[str, str]]:
    """Yield the names of a sum with their signs; nothing of what is no plain sum."""
    if isinstance(node, Name):
        yield sign, node.name
    elif isinstance(node, Operation) and node.operator in _SIGNS and sign == "+":
        left, right = node.operands
        yield from _terms(left)
        yield from _terms(right, node.operator) if isinstance(right, Name) else ()


def _small(title: str) -> str:
    """Return a title as it stands inside a sentence; abbreviations keep their capitals."""
    return title if title[1:2].isupper() or title[1:2].isdigit() else title[:1].lower() + title[1:]
