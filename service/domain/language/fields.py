"""
The order of fields in a file: identity, logic, why, upkeep.

Each shape names its fields in order, and the shape of what stands under them. A
list has the shape of its members, and ``*`` stands for any name. What a shape
does not name keeps its place behind the field that it follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Union

Fields = Mapping[str, Union["Fields", None]]
"""Fields in their order, each with the shape of its value; None where there is none."""


def _plain(*names: str, **shapes: Fields) -> Fields:
    return {name: shapes.get(name) for name in names}


SCHEMAS = "schemas"
"""The folder inside ``knowledge/`` that holds a schema for each kind of file."""
CASES_END = ".cases.yaml"
CITATION = ("source", "where", "read")
RULE = _plain(
    "id", "title", "status", "profiles", "when", "then", "rationale", "evidence", "limits", "review",
    then=_plain(
        "establish", "rule out", "conclude", "certainty", "advise", "urgency", "within", "scope", "set aside",
        "reads high", "reads low", "because",
    ),
    evidence=_plain("source", "where", "says", "supports", "strength", "read"),
    review=_plain("owner", "reviewed", "next"),
)  # fmt: skip
EXPECT = _plain(
    "status", "findings", "conclusions", "not concluded", "advice", "not advised", "fired", "not fired",
    "undecided", "quality",
    advice={"*": _plain("urgency", "within")},
)  # fmt: skip
CASE = _plain(
    "name", "basis", "profile", "given", "expect",
    basis=_plain("source", "where", "says"),
    expect=EXPECT,
)  # fmt: skip
CASES = _plain("rule", "cases", cases=CASE)
GENERATED = "generated"
"""The folder of a rule set that holds cases which the program wrote."""
GENERATED_CASES = _plain("rule", "cases", "not reached", cases=_plain(*CASE, expect=EXPECT))
THRESHOLDS = _plain(
    "thresholds", "tables", "constants",
    thresholds={"*": _plain(
        "title", "of", "unit", "side", "choices",
        choices={"*": _plain("extends", *CITATION, "compares", "otherwise", "never under", "never over", "rows")},
    )},
    tables={"*": _plain(
        "title", "of", "unit", "gives", "choices",
        choices={"*": _plain(*CITATION, "steps", steps=_plain("from", "to", "is", "no value"))},
    )},
    constants={"*": _plain("title", "unit", "choices", choices={"*": _plain(*CITATION, "is")})},
)  # fmt: skip
PROFILE = _plain("id", "title", "extends", "because", "choose", "assume")
SAFETY = _plain(
    "never together", "never confirmed", "never likely", "only these rules may exclude", "raising", "lowering",
    "always when", "unless", "never weakens", "advise", "because", *CITATION,
    **{"only these rules may exclude": _plain("conclusion", "rules")},
)  # fmt: skip
RULESET: Fields = {"drawn apart": _plain("after", "because", *CITATION), "safety": SAFETY}
"""Of a rule set, whose other fields keep their places."""
FREE: Fields = {}
"""Of files whose fields may stand in any order."""


def kind_of(path: str) -> str:
    """
    Return what a file holds, which its place says.

    Args:
        path: Inside ``knowledge/``, with slashes.

    Returns:
        ``vocabulary``, ``sources``, ``ruleset``, ``thresholds``, ``profile``, ``rule``, ``cases`` or
        ``generated``; empty for a file of no such kind.
    """
    *folders, name = path.split("/")
    if name in {"vocabulary.yaml", "sources.yaml"} and not folders:
        return name.removesuffix(".yaml")
    if name in {"ruleset.yaml", "thresholds.yaml"} and len(folders) == 1:
        return name.removesuffix(".yaml")
    if folders[1:2] == ["profiles"]:
        return "profile"
    if folders[1:2] == ["rules"]:
        return "cases" if name.endswith(CASES_END) else "rule"
    if folders[1:] == [GENERATED] and name.endswith(CASES_END):
        return GENERATED
    return ""


def fields_of(path: str) -> Fields:
    """Return the order of the fields of a file, by its path inside ``knowledge/``; none where any will do."""
    orders = {
        "rule": RULE, "cases": CASES, GENERATED: GENERATED_CASES, "ruleset": RULESET, "thresholds": THRESHOLDS,
        "profile": PROFILE,
    }  # fmt: skip
    return orders.get(kind_of(path), FREE)


def schema_of(path: str) -> str:
    """Return where the schema of a file stands, seen from the file, by its path inside ``knowledge/``; or empty."""
    kind = kind_of(path)
    return f"{'../' * path.count('/')}{SCHEMAS}/{kind}.json" if kind else ""


def in_order(given: list[str], fields: Fields) -> list[int]:
    """
    Sort names as a shape has them.

    Args:
        given: Names as they stand.

        fields: The shape.

    Returns:
        Positions in *given*, in the order in which they should stand.
    """
    order = {name: position for position, name in enumerate(fields)}
    ranks = []
    rank = -1
    for name in given:
        rank = order.get(name, rank)
        ranks.append(rank)
    return sorted(range(len(given)), key=ranks.__getitem__)
