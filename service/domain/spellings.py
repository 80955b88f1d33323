"""
Units as feeds spell them, to the codes of UCUM: spelling only, never a conversion.
"""

from __future__ import annotations

import re

_POWER_OF_TEN = re.compile(r"^[xX]?\s?10[*^eE](?=\d{1,2}(?:[/.]|$))", re.ASCII)
"""10^9, 10E9, x10E9: UCUM writes 10*9."""

_LITER = re.compile(r"((?:^|[/.])[dcmunpf]?)l(?=[/.]|$)")
"""UCUM reads l and L as one, with a prefix too; every canonical unit writes L."""

SPELLINGS = {
    # What real feeds send for a UCUM code; each row is a spelling, never a conversion.
    # 10^9, x10E9 and the liter written as l are read by rule.
    "gm/dL": "g/dL", "g%": "g/dL", "G/DL": "g/dL", "gm/dl": "g/dL", "M/uL": "10*6/uL",
    "K/uL": "10*3/uL", "million/mm3": "10*6/uL", "10*6/mm3": "10*6/uL", "/mm3": "/uL", "/cmm": "/uL",
    # Giga and tera of cells: as UCUM codes they mean nothing, and grams are written g.
    "G/L": "10*9/L", "T/L": "10*12/L",
    "um3": "fL", "cu microns": "fL", "um^3": "fL", "uug": "pg",
    "{ratio}": "1", "mcg/L": "ug/L", "mcg/dL": "ug/dL", "mcg/mL": "ug/mL", "ug/100 ml": "ug/dL",
    "mm/hr": "mm/h", "uU/mL": "u[IU]/mL", "years": "a", "year": "a", "y": "a", "yr": "a",
    "months": "mo", "month": "mo", "weeks": "wk", "week": "wk", "days": "d", "day": "d",
    "hours": "h", "hour": "h",
}  # fmt: skip
"""Spellings of units accepted beside UCUM, to the UCUM code."""


def normal_unit(text: str) -> str:
    """Return the UCUM code of a unit as feeds write it: spelling only, never a conversion."""
    unit = text.strip().replace("\u00b5", "u").replace("\u03bc", "u").replace("\u00b3", "3")
    if unit in SPELLINGS:
        return SPELLINGS[unit]
    unit = _LITER.sub(r"\1L", _POWER_OF_TEN.sub("10*", unit))
    return SPELLINGS.get(unit, unit)
