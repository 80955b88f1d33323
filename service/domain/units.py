"""
Units as UCUM writes them, as exact scales over base dimensions.

Two units convert when their dimensions are equal; the factor is a `Fraction`.
A molar mass bridges mass and amount. Source: The Unified Code for Units of
Measure, version 2.2, tables 1 to 4 for the atoms used by laboratories.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

Dimension = tuple[tuple[str, int], ...]

_PREFIXES = {
    "k": Fraction(1000),
    "d": Fraction(1, 10),
    "c": Fraction(1, 100),
    "m": Fraction(1, 1000),
    "u": Fraction(1, 10**6),
    "n": Fraction(1, 10**9),
    "p": Fraction(1, 10**12),
    "f": Fraction(1, 10**15),
}
_DAY = Fraction(86400)
_YEAR = _DAY * Fraction("365.25")
# atom: (scale to base, dimension, takes a prefix)
_ATOMS: dict[str, tuple[Fraction, dict[str, int], bool]] = {
    "g": (Fraction(1), {"mass": 1}, True),
    "m": (Fraction(1), {"length": 1}, True),
    "s": (Fraction(1), {"time": 1}, True),
    "mol": (Fraction(1), {"amount": 1}, True),
    "L": (Fraction(1, 1000), {"length": 3}, True),
    "l": (Fraction(1, 1000), {"length": 3}, True),
    "%": (Fraction(1, 100), {}, False),
    "[ppth]": (Fraction(1, 1000), {}, False),
    "min": (Fraction(60), {"time": 1}, False),
    "h": (Fraction(3600), {"time": 1}, False),
    "d": (_DAY, {"time": 1}, False),
    "wk": (7 * _DAY, {"time": 1}, False),
    "mo": (_YEAR / 12, {"time": 1}, False),
    "a": (_YEAR, {"time": 1}, False),
    "[ft_i]": (Fraction("0.3048"), {"length": 1}, False),
    "[ft_us]": (Fraction(1200, 3937), {"length": 1}, False),
    "kat": (Fraction(1), {"amount": 1, "time": -1}, True),
    "U": (Fraction(1, 60 * 10**6), {"amount": 1, "time": -1}, True),
    # International and arbitrary units measure what their assay says: each is a dimension of its own.
    "[IU]": (Fraction(1), {"international unit": 1}, True),
    "[iU]": (Fraction(1), {"international unit": 1}, True),
    "[arb'U]": (Fraction(1), {"arbitrary unit": 1}, True),
}
_PART = re.compile(
    r"(?P<operator>[./]?)"
    r"(?:(?P<atom>10[*^][+-]?\d+|[A-Za-z]*\[[^\[\]]*\]|[A-Za-z%]+)(?P<power>[+-]?\d)?|(?P<number>[1-9]\d*))?"
    r"(?P<note>\{[^{}]*\})?",
    re.ASCII,
)
LONGEST_CODE = 40
LARGEST_POWER_OF_TEN = 30


class UnitError(ValueError):
    """A unit text that is not UCUM as laboratories use it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """
    A unit of measurement.

    Attributes:
        code: UCUM code, for example ``g/L``.

        scale: What one of it is in base units (gram, meter, second, mole).

        dimension: Exponents of the base dimensions, sorted by name.
    """

    code: str
    scale: Fraction
    dimension: Dimension

    def factor_to(self, other: Unit) -> Fraction | None:
        """Return what to multiply by to get *other*, or None across dimensions."""
        return self.scale / other.scale if self.dimension == other.dimension else None


@lru_cache(maxsize=1024)
def parse_unit(code: str) -> Unit:
    """
    Read a UCUM code.

    Args:
        code: For example ``10*12/L``, ``mL/min/{1.73_m2}``, ``1``.

    Returns:
        The unit.

    Raises:
        UnitError: If the text is not a UCUM code made of known atoms.
    """
    if not code or len(code) > LONGEST_CODE:
        raise UnitError(code)
    scale, dimension, position = Fraction(1), dict[str, int](), 0
    while position < len(code):
        part = _PART.match(code, position)
        if (
            part is None
            or not (part["atom"] or part["number"] or part["note"])
            or bool(part["operator"]) < bool(position)
        ):
            raise UnitError(code)
        if position == 0 and part["operator"] == ".":
            raise UnitError(code)
        term = part["atom"] or part["number"]
        if term:
            power = int(part["power"] or 1) * (-1 if part["operator"] == "/" else 1)
            term_scale, term_dimension = _term(term, code)
            scale *= term_scale**power
            for name, exponent in term_dimension.items():
                dimension[name] = dimension.get(name, 0) + power * exponent
        position = part.end()
    return Unit(code, scale, tuple(sorted((n, p) for n, p in dimension.items() if p)))


def _term(token: str, code: str) -> tuple[Fraction, dict[str, int]]:
    if token.startswith(("10*", "10^")):
        power = int(token[3:])
        if abs(power) > LARGEST_POWER_OF_TEN:
            raise UnitError(code)
        return Fraction(10) ** power, {}
    if token.isdigit():
        return Fraction(int(token)), {}
    if token in _ATOMS:
        scale, dimension, _ = _ATOMS[token]
        return scale, dimension
    atom = _ATOMS.get(token[1:])
    if token[:1] in _PREFIXES and atom is not None and atom[2]:
        return atom[0] * _PREFIXES[token[0]], atom[1]
    raise UnitError(code)


def conversion(given: str, canonical: str, molar_mass: Fraction | None) -> Fraction | None:
    """
    Return the exact factor from one unit to another.

    Args:
        given: UCUM code.

        canonical: UCUM code.

        molar_mass: Grams in a mole of what is measured, where mass and amount convert.

    Returns:
        What to multiply by, or None where the dimensions differ.

    Raises:
        UnitError: If *given* is not a UCUM code.
    """
    source, target = parse_unit(given), parse_unit(canonical)
    factor = source.factor_to(target)
    if factor is None and molar_mass is not None:
        mass = Unit("g/mol", molar_mass, (("amount", -1), ("mass", 1)))
        for bridge, sign in ((mass, 1), (mass, -1)):
            scale, dimension = _times(source, bridge, sign)
            if dimension == target.dimension:
                return scale / target.scale
    return factor


def _times(unit: Unit, bridge: Unit, sign: int) -> tuple[Fraction, tuple[tuple[str, int], ...]]:
    dimension = dict(unit.dimension)
    for name, power in bridge.dimension:
        dimension[name] = dimension.get(name, 0) + sign * power
    return unit.scale * bridge.scale**sign, tuple(sorted((n, p) for n, p in dimension.items() if p))
