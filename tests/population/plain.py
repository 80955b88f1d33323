"""
NHANES rows counted plainly: limits written out, no program of ours, so that a count can be checked by hand.

Nothing here is imported from the service. A state is ``present``, ``absent`` or ``unknown``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

Row = Mapping[str, str]


def number(row: Row, column: str) -> Decimal | None:
    """Return the number in a cell, or None where it is blank."""
    text = row[column].strip()
    return Decimal(text) if text else None


def months(row: Row) -> Decimal:
    """Return the age in months: printed so to 24 months, in completed years otherwise."""
    printed = number(row, "age_months_if_le24")
    return printed if printed is not None else number(row, "age_years") * 12


def pregnancies(row: Row) -> set[str]:
    """Return what a person may be: ``no`` or a trimester; blank means not known, for women of 10 to 55 years."""
    told = row["RIDEXPRG_1preg_2not_3unknown"].strip()
    if row["sex_1m_2f"] == "1" or not 120 <= months(row) < 672:
        return {"no"}
    return {"1": {"first", "second", "third"}, "2": {"no"}}.get(told, {"no", "first", "second", "third"})


def hemoglobin_limits(row: Row) -> set[int]:
    """Return the limits, g/L, of WHO 2024 (2011 above 65 years) that may hold for a person."""
    age = months(row)
    if age < 24:
        return {105}
    if age < 60:
        return {110}
    not_pregnant = 115 if age < 144 else 120 if age < 180 or row["sex_1m_2f"] == "2" else 130
    by_pregnancy = {"no": not_pregnant, "first": 110, "second": 105, "third": 110}
    return {by_pregnancy[one] for one in pregnancies(row)}


def size_limit(row: Row) -> int:
    """Return the limit of MCV, fL: Dallman 1977 for children, 80 for adults."""
    age = months(row)
    return 70 if age < 24 else 75 if age < 72 else 77 if age < 144 else 78 if age < 216 else 80


def color_limit(row: Row) -> int:
    """Return the limit of MCH, pg."""
    age = months(row)
    return 23 if age < 24 else 24 if age < 72 else 25 if age < 216 else 27


def below(value: Decimal | None, limits: Iterable[int]) -> str:
    """Return whether a value is below a limit that may be any of *limits*."""
    answers = {value < limit for limit in limits} if value is not None else {True, False}
    return "unknown" if len(answers) > 1 else "present" if answers == {True} else "absent"


def anemia(row: Row) -> str:
    """Return the state of anemia."""
    value = number(row, "hgb_g_dL")
    return masked(row, below(None if value is None else value * 10, hemoglobin_limits(row)))


def microcytosis(row: Row) -> str:
    """Return the state of microcytosis."""
    return masked(row, below(number(row, "mcv_fL"), {size_limit(row)}))


def masked(row: Row, state: str) -> str:
    """Return a state when more than 50 white cells may have lifted hemoglobin and MCV: what is low is low indeed."""
    white = number(row, "wbc_10e9_L")
    return "unknown" if state == "absent" and white is not None and white > 50 else state


def hypochromia(row: Row) -> str:
    """Return the state of hypochromia."""
    return below(number(row, "mch_pg"), {color_limit(row)})


def inflammation(row: Row) -> str:
    """Return the state of inflammation: CRP above 5 mg/L; a flagged value is below the detection limit."""
    value = number(row, "hscrp_mg_L")
    return "unknown" if value is None else "present" if value > 5 else "absent"


def iron_deficiency(row: Row) -> str:
    """Return the state of iron deficiency, from ferritin, ug/L, beside inflammation; the file has no TIBC."""
    value, inflamed = number(row, "ferritin_ng_mL"), inflammation(row)
    if value is None:
        return "unknown"
    child, adult = months(row) < 60, months(row) >= 216
    limits: set[int] = set()
    for state in {"present", "absent"} if inflamed == "unknown" else {inflamed}:
        for one in pregnancies(row):
            if child:
                limits.add(30 if state == "present" else 12)
            elif one == "no":
                limits.add(70 if state == "present" else 15)
            elif one == "first":
                limits.add(30 if state == "present" else 15)
            else:
                limits.add(30)
    if below(value, limits) == "present":
        return "present"
    replete = value > 150 or (value >= 100 and inflamed == "absent")
    return "absent" if adult and replete else "unknown"


FINDINGS = {
    "anemia": anemia,
    "microcytosis": microcytosis,
    "hypochromia": hypochromia,
    "inflammation": inflammation,
    "iron-deficiency": iron_deficiency,
}


def states(row: Row) -> dict[str, str]:
    """Return the state of each finding for one row."""
    return {name: state(row) for name, state in FINDINGS.items()}


def conclusions(row: Row) -> dict[str, str]:
    """Return the conclusions with their certainty for one row; transferrin saturation is in the file."""
    found = states(row)
    anemic, small, iron = found["anemia"], found["microcytosis"], found["iron-deficiency"]
    told: dict[str, str] = {}
    if anemic == small == "present":
        told["microcytic-anemia"] = "likely"
    if "absent" in {anemic, small}:
        told["microcytic-anemia"] = "excluded"
    if anemic == "absent":
        told["iron-deficiency-anemia"] = "excluded"
    elif iron == "absent":
        told["iron-deficiency-anemia"] = "unlikely"
    elif anemic == iron == "present":
        told["iron-deficiency-anemia"] = "likely"
    if iron == "present" and anemic == "absent":
        told["iron-deficiency-without-anemia"] = "likely"
    inflammatory = of_inflammation(row, found) if anemic == "present" else ""
    if inflammatory:
        told["anemia-of-inflammation"] = inflammatory
    told.update(of_size(found))
    told.update(of_mixture(row, found))
    if iron == "absent" and votes_for_trait(row) >= VOTES:
        told["beta-thalassemia-trait"] = "possible"
    return told


def of_size(found: Mapping[str, str]) -> dict[str, str]:
    """Return what is said of small cells without anemia, and of anemia without small cells."""
    told: dict[str, str] = {}
    if found["microcytosis"] == "present" and found["anemia"] == "absent":
        told["microcytosis-without-anemia"] = "likely"
    if found["microcytosis"] == "absent" and found["anemia"] == "present":
        told["non-microcytic-anemia"] = "likely"
    return told


def of_mixture(row: Row, found: Mapping[str, str]) -> dict[str, str]:
    """Return what saturation adds in anemia: a mixture, a functional deficiency, a falsely normal ferritin."""
    told: dict[str, str] = {}
    iron, inflamed = found["iron-deficiency"], found["inflammation"]
    if found["anemia"] != "present":
        return told
    if "absent" in {iron, inflamed}:
        told["iron-deficiency-with-inflammation"] = "unlikely"
    saturation, ferritin = (number(row, name) for name in ("tsat_pct", "ferritin_ng_mL"))
    if saturation is None or ferritin is None or months(row) < 216:
        return told
    if inflamed == "present" and saturation < 20 and 30 <= ferritin < 100:
        told["iron-deficiency-with-inflammation"] = "likely" if iron == "present" else "possible"
    if inflamed == "present" and saturation < 20 and iron == "absent":
        told["functional-iron-deficiency"] = "possible"
    if found["microcytosis"] == "present" and saturation < 16 and ferritin < 100 and iron == "unknown":
        told["iron-deficiency-anemia"] = "possible"
    return told


VOTES = 3
"""Of five red cell indices that favor thalassemia trait."""


def votes_for_trait(row: Row) -> int:
    """Return how many of five indices favor thalassemia trait; none in pregnancy, infants and cells of normal size."""
    columns = ("mcv_fL", "mch_pg", "rbc_10e12_L", "rdw_cv_pct", "hgb_g_dL")
    mcv, mch, cells, width, hemoglobin = (number(row, name) for name in columns)
    if microcytosis(row) != "present" or None in {mch, cells, width, hemoglobin}:
        return 0
    if pregnancies(row) != {"no"} or months(row) < 12:
        return 0
    return sum(
        (
            cells > 5,
            mcv / cells < 13,
            mch / cells < Decimal("3.8"),
            mcv * mcv * width / (100 * hemoglobin) < 65,
            mcv * width / cells < 220,
        )
    )


def of_inflammation(row: Row, found: dict[str, str]) -> str:
    """Return how sure an anemia of inflammation is in somebody anemic, or nothing."""
    iron, inflamed, adult = found["iron-deficiency"], found["inflammation"], months(row) >= 216
    saturation, ferritin, mcv = (number(row, name) for name in ("tsat_pct", "ferritin_ng_mL", "mcv_fL"))
    withheld = None not in {saturation, ferritin} and saturation < 20 and ferritin >= 100
    fits = iron == "absent" and mcv is not None and 70 <= mcv <= 100
    speaks_for = inflamed == "present" and adult and (withheld or fits)
    speaks_against = (saturation is not None and saturation > 45) or inflamed == iron == "absent"
    if speaks_for is not speaks_against:
        return "likely" if speaks_for else "unlikely"
    return "possible" if speaks_for or inflamed == "present" else ""


def count(rows: Iterable[Row]) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """Return the counts of findings by state, and of conclusions by certainty."""
    findings: Counter[tuple[str, str]] = Counter()
    told: Counter[tuple[str, str]] = Counter()
    for row in rows:
        findings.update(states(row).items())
        told.update(conclusions(row).items())
    return findings, told
