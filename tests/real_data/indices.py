"""
Published red cell indices, computed plainly: formulas and limits written out, nothing of the service imported.

Each tells thalassemia trait from iron deficiency, by a number on one side of a limit; a number that equals the
limit favors neither. Formulas and limits are those that the literature prints, and `read` says where they were
read: the formula and the limit in a published table (``table``), the formula there and the limit in public code
(``formula``), or both in public code only (``code``). Left out are CRUISE, whose limit points the wrong way on worked
examples of both diseases, those of Kandhro, which are known from memory only, and the ratios of microcytic to
hypochromic cells, which need a count that no file has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

Count = Mapping[str, Fraction]
"""A blood count: ``rbc`` 10^12/L, ``hb`` g/dL, ``hct`` %, ``mcv`` fL, ``mch`` pg, ``mchc`` g/dL, ``rdw`` CV in %."""

HUMAN = {
    "rbc": (Fraction("0.3"), 12),
    "hb": (1, 27),
    "hct": (3, 80),
    "mcv": (25, 160),
    "mch": (8, 55),
    "mchc": (18, 48),
    "rdw": (8, 60),
}
"""What a blood count of somebody alive may be, as widely as that can be said; beyond it is a slip of the pen."""


@dataclass(frozen=True)
class Index:
    """
    One published index.

    Attributes:
        name: Its authors, or what it is.

        needs: Names in a blood count.

        formula: Its number.

        favors: ``<`` or ``>``: the side of the limit that favors the trait.

        limit: The published limit.

        read: Where formula and limit were read.
    """

    name: str
    needs: tuple[str, ...]
    formula: Callable[[Count], Fraction]
    favors: str
    limit: Fraction
    read: str

    def says_trait(self, count: Count) -> bool | None:
        """Return whether the trait is favored; None where a number is missing or the limit is met exactly."""
        if not all(name in count for name in self.needs):
            return None
        number = self.formula(count)
        if number == self.limit:
            return None
        return (number < self.limit) is (self.favors == "<")


def _index(name: str, needs: str, formula: Callable[[Count], Fraction], side: str, read: str) -> Index:
    favors, limit = side.split()
    return Index(name, tuple(needs.split()), formula, favors, Fraction(limit), read)


def _part(text: str) -> Fraction:
    return Fraction(text)


INDICES = (
    _index("Red cell count, Klee 1976", "rbc", lambda c: c["rbc"], "> 5", "code"),
    _index("Mentzer 1973", "mcv rbc", lambda c: c["mcv"] / c["rbc"], "< 13", "table"),
    _index(
        "England and Fraser 1973",
        "mcv rbc hb",
        lambda c: c["mcv"] - c["rbc"] - 5 * c["hb"] - _part("3.4"),
        "< 0",
        "table",
    ),
    _index("Srivastava 1973", "mch rbc", lambda c: c["mch"] / c["rbc"], "< 3.8", "table"),
    _index("Shine and Lal 1977", "mcv mch", lambda c: c["mcv"] ** 2 * c["mch"] / 100, "< 1530", "table"),
    _index("RDW, Bessman 1979", "rdw", lambda c: c["rdw"], "< 14", "table"),
    _index("RDW, later tables", "rdw", lambda c: c["rdw"], "< 15", "code"),
    _index("Ricerca 1987", "rdw rbc", lambda c: c["rdw"] / c["rbc"], "< 4.4", "table"),
    _index("Green and King 1989", "mcv rdw hb", lambda c: c["mcv"] ** 2 * c["rdw"] / (100 * c["hb"]), "< 65", "table"),
    _index("RDW index, Jayabose 1999", "mcv rdw rbc", lambda c: c["mcv"] * c["rdw"] / c["rbc"], "< 220", "table"),
    _index("MCHD, Telmissani 1999", "mch mcv", lambda c: c["mch"] / c["mcv"], "< 0.34", "code"),
    _index("MDHL, Telmissani 1999", "mch rbc mcv", lambda c: c["mch"] * c["rbc"] / c["mcv"], "> 1.75", "formula"),
    _index(
        "Huber and Herklotz 2004",
        "mch rdw rbc",
        lambda c: c["mch"] * c["rdw"] / (10 * c["rbc"]) + c["rdw"],
        "< 20",
        "code",
    ),
    _index("Sirdah 2008", "mcv rbc hb", lambda c: c["mcv"] - c["rbc"] - 3 * c["hb"], "< 27", "formula"),
    _index("Ehsani 2009", "mcv rbc", lambda c: c["mcv"] - 10 * c["rbc"], "< 15", "formula"),
    _index("Kerman I", "mcv mch rbc", lambda c: c["mcv"] * c["mch"] / c["rbc"], "< 300", "code"),
    _index(
        "Kerman II",
        "mcv mch rbc mchc",
        lambda c: c["mcv"] * c["mch"] * 10 / (c["rbc"] * c["mchc"]),
        "< 85",
        "code",
    ),
    _index(
        "Keikhaei 2010",
        "hb rdw rbc mchc",
        lambda c: c["hb"] * c["rdw"] * 100 / (c["rbc"] ** 2 * c["mchc"]),
        "< 21",
        "code",
    ),
    _index(
        "Nishad 2012",
        "mcv mch rdw",
        lambda c: _part("0.615") * c["mcv"] + _part("0.518") * c["mch"] + _part("0.446") * c["rdw"],
        "< 59",
        "code",
    ),
    _index(
        "Wongprachum 2012",
        "mcv rdw rbc hb",
        lambda c: c["mcv"] * c["rdw"] / c["rbc"] - 10 * c["hb"],
        "< 104",
        "code",
    ),
    _index(
        "Das Gupta 1994",
        "rbc rdw",
        lambda c: _part("1.89") * c["rbc"] - _part("0.33") * c["rdw"] - _part("3.28"),
        "> 0",
        "code",
    ),
    _index("Sirachainan 2014", "hb mcv", lambda c: _part("1.5") * c["hb"] - _part("0.05") * c["mcv"], "> 14", "code"),
    _index("Sehgal 2015", "mcv rbc", lambda c: c["mcv"] ** 2 / c["rbc"], "< 972", "code"),
    _index("MCHC, Pornprasert 2014", "mchc", lambda c: c["mchc"], "< 31", "code"),
    _index("Bordbar 2015", "mcv mch", lambda c: abs(80 - c["mcv"]) * abs(27 - c["mch"]), "> 44.76", "code"),
    _index(
        "Matos and Carvalho 2013",
        "rbc mchc",
        lambda c: _part("1.91") * c["rbc"] + _part("0.44") * c["mchc"],
        "> 23.85",
        "code",
    ),
)
"""Every published index that has a limit and a formula that could be checked."""

ELEVEN = (
    "Red cell count, Klee 1976",
    "Mentzer 1973",
    "Shine and Lal 1977",
    "England and Fraser 1973",
    "Srivastava 1973",
    "Green and King 1989",
    "RDW, later tables",
    "RDW index, Jayabose 1999",
    "Ricerca 1987",
    "MDHL, Telmissani 1999",
    "MCHD, Telmissani 1999",
)


def janel(count: Count) -> bool | None:
    """Return whether at least 8 of the 11 indices of Janel 2011 favor the trait, a limit known from memory."""
    votes = [one.says_trait(count) for one in INDICES if one.name in ELEVEN]
    sure, open_ = votes.count(True), votes.count(None)
    return True if sure >= 8 else None if sure + open_ >= 8 else False
