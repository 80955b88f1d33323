"""
Random rule sets, as an author could have written them.

What differs between them is drawn: thresholds with their rows and holes, rules, the scope, which
findings close by themselves, what the second profile chooses. The rest is the same in all, and
stands at the top. The reader accepts each of them; a few are more than the engine can hold.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from service.domain.language.release import Tree, read_release
from service.domain.measures import AGE
from service.domain.nodes import node_of
from service.domain.release import Release

Plain = Any
"""A tree of texts, lists and mappings, as the YAML reader would give it."""

CITED = {"source": "book", "where": "Table 1", "read": "own"}
VOCABULARY = {
    "attributes": {
        "sex": {"title": "Sex", "values": ["female", "male"]},
        "pregnancy": {
            "title": "Pregnancy",
            "values": ["not-pregnant", "early", "late"],
            "groups": {"pregnant": ["early", "late"]},
            "applies to": {"sex": "female", "age": "from 10 a to 56 a"},
            "otherwise": "not-pregnant",
            "may be assumed": "request",
            "decided by": "trimester",
        },
        "nursing": {
            "title": "Nursing",
            "values": ["not-nursing", "nursing"],
            "applies to": {"sex": "female", "age": "from 12 a to 60 a"},
            "otherwise": "not-nursing",
        },
        "assay": {
            "title": "Assay",
            "values": ["one", "two", "three"],
            "may be assumed": "profile",
        },
    },
    "measures": {
        "age": {
            "title": "Age",
            "kind": "patient",
            "unit": "mo",
            "units": ["a", "d"],
            "possible": "0 to 1560",
        },
        "weeks": {
            "title": "Weeks of pregnancy",
            "kind": "patient",
            "unit": "wk",
            "units": ["d"],
            "possible": "0 to 45",
        },
        "altitude": {
            "title": "Altitude",
            "kind": "patient",
            "unit": "m",
            "units": ["[ft_i]"],
            "possible": "-430 to 6000",
            "may be assumed": "profile",
        },
        "alpha": {
            "title": "Alpha",
            "kind": "laboratory",
            "unit": "g/L",
            "units": ["g/dL", "mg/dL", "mmol/L"],
            "molar mass": "16114.5 g/mol",
            "loinc": ["718-7"],
            "possible": "-100000 to 100000",
        },
        "beta": {
            "title": "Beta",
            "kind": "laboratory",
            "unit": "g/L",
            "units": ["g/dL"],
            "loinc": ["2276-4"],
            "when not reported": ["alpha * share"],
        },
        "gamma": {
            "title": "Gamma",
            "kind": "laboratory",
            "unit": "%",
            "units": ["1"],
            "usual": "-50 to 150",
            "when not reported": ["alpha / beta * 100", "delta / alpha * 100"],
        },
        "delta": {"title": "Delta", "kind": "laboratory", "unit": "g/L", "together": "24 h"},
        "spare": {"title": "Spare", "kind": "laboratory", "unit": "mg/L"},
        "adjusted-alpha": {
            "title": "Alpha at sea level",
            "kind": "computed",
            "unit": "g/L",
            "formula": "alpha - altitude-adjustment",
        },
        "difference": {
            "title": "Alpha less delta",
            "kind": "computed",
            "unit": "g/L",
            "formula": "alpha - delta",
        },
        "gap": {
            "title": "How far alpha and beta lie apart",
            "kind": "computed",
            "unit": "g/L",
            "formula": "abs(alpha - beta)",
        },
        "quotient": {
            "title": "Delta over the difference",
            "kind": "computed",
            "unit": "1",
            "formula": "delta / difference",
        },
        "index": {
            "title": "Published for bare numbers",
            "kind": "computed",
            "unit": "1",
            "formula": "gamma / log10(alpha) - offset",
            "numbers in": {"gamma": "1", "alpha": "g/dL"},
        },
        "days-since-spell": {
            "title": "Days since a spell",
            "kind": "computed",
            "unit": "d",
            "days since": "spell",
        },
        "rise": {
            "title": "Rise of alpha",
            "kind": "computed",
            "unit": "g/L",
            "change of": "alpha",
            "from": "previous",
            "within": "40 d",
        },
        "rise-on-it": {
            "title": "Rise of delta since the start",
            "kind": "computed",
            "unit": "g/L",
            "change of": "delta",
            "since": "start",
        },
        "days-between": {
            "title": "Days between two deltas",
            "kind": "computed",
            "unit": "d",
            "days from previous": "delta",
            "within": "90 d",
        },
    },
    "events": {"spell": {"title": "Spell"}, "start": {"title": "Start"}},
    "findings": {
        "rings": {"title": "Rings", "group": "film", "kind": "observed"},
        "spots": {"title": "Spots", "group": "film", "kind": "observed"},
        "cough": {"title": "Cough", "group": "history", "kind": "observed"},
    },
    "conclusions": {
        "answer": {"title": "Answer", "kind": "frame"},
        "cause": {"title": "Cause", "kind": "cause"},
    },
    "advice": {
        "look": {"title": "Look", "kind": "test", "step": "1"},
        "wait": {"title": "Wait", "kind": "follow-up", "step": "2"},
    },
}
DERIVED = ("first", "second", "third", "fourth")
OBSERVED = ("rings", "spots", "cough")
# One unit, so that each may be compared instead of another.
OFTEN = ("alpha", "beta", "delta", "adjusted-alpha", "difference", "gap")
SAME_UNIT = (*OFTEN, "rise", "rise-on-it")
# Changes are seldom known, so that what often is stands twice.
COMPARED = (*OFTEN, *SAME_UNIT, "gamma", "quotient", "age", "index", "days-since-spell", "days-between")
REPORTED = ("alpha", "beta", "gamma", "delta")
VOTES = "votes"
"""The measure that counts; what it counts is drawn."""
WORDS = {"low": ("below", "at least"), "high": ("above", "at most")}
LIMIT_WORDS = ("below", "at most", "above", "at least")
LIMITS = ("-5", "0", "0.5", "1", "5", "10", "10.5", "120")
AGE_CUTS = (6, 24, 120, 144, 180, 672, 720)
CUTS = {"age": (AGE_CUTS, "mo"), "altitude": ((-100, 0, 500, 1000, 3000), "m"), "weeks": ((13, 20, 28), "wk")}
"""
Where rows are cut that are keyed by a patient quantity, and in which unit.
"""
TABLES = {
    "altitude-adjustment": {
        "title": "To subtract for altitude",
        "of": "altitude",
        "unit": "g/L",
        "choices": {
            "usual": {
                **CITED,
                "steps": [
                    {"from": "-430 m", "to": "500 m", "is": "0"},
                    {"from": "500 m", "to": "3000 m", "is": "4"},
                    {"from": "3000 m", "to": "5000 m", "is": "2.5"},
                    {"from": "5000 m", "no value": "The table ends."},
                ],
            },
            "other": {**CITED, "steps": [{"from": "-430 m", "is": "1"}]},
        },
    },
    "trimester": {
        "title": "Part of pregnancy by week",
        "of": "weeks",
        "gives": "pregnancy",
        "choices": {
            "usual": {
                **CITED,
                "steps": [
                    {"from": "0 wk", "to": "20 wk", "is": "early"},
                    {"from": "20 wk", "to": "42 wk", "is": "late"},
                    {"from": "42 wk", "no value": "Nobody knows."},
                ],
            }
        },
    },
    "waiting": {
        "title": "How soon to look again",
        "of": "days-since-spell",
        "unit": "wk",
        "choices": {
            "usual": {
                **CITED,
                "steps": [
                    {"from": "0 d", "to": "10 d", "is": "1"},
                    {"from": "10 d", "to": "120 d", "is": "0.5"},
                    {"from": "120 d", "no value": "Never mind."},
                ],
            }
        },
    },
}
CONSTANTS = {
    "offset": {
        "title": "What the index lies too high",
        "unit": "1",
        "choices": {"usual": {**CITED, "is": "0.5"}},
    },
    "share": {
        "title": "Share of alpha",
        "unit": "1",
        "choices": {"usual": {**CITED, "is": "0.25 to 0.5"}, "other": {**CITED, "is": "0.4"}},
    },
}
PROFILES = ("plain", "local")
CERTAINTIES = ("confirmed", "likely", "possible", "unlikely", "excluded")
CONTRARY = {
    "establish": "rule out",
    "rule out": "establish",
    "confirmed": "excluded",
    "likely": "unlikely",
    "possible": "unlikely",
    "unlikely": "likely",
    "excluded": "confirmed",
}


@st.composite
def rule_sets(draw) -> dict[str, Plain]:
    """
    Draw a rule set that the reader accepts, without what is the same in all of them.
    """
    thresholds = {}
    keys: dict[str, frozenset[str]] = {}
    for index in range(draw(st.integers(2, 7))):
        name = f"limit-{index}"
        # The first is open to every finding and to the scope.
        may_key = () if index == 0 else (*OBSERVED, *DERIVED)
        thresholds[name], keys[name] = draw(_thresholds(may_key, AGE if index == 0 else None))
    votes = draw(_votes(thresholds, keys))
    if votes:
        # Rules compare what is counted; votes do not.
        thresholds["limit-votes"], keys["limit-votes"] = draw(_thresholds((), VOTES))
    rules = draw(_rules(thresholds, keys))
    # A finding closes where every profile has a rule that establishes it.
    may_close = {rule["then"]["establish"] for rule in rules if "establish" in rule["then"] and "profiles" not in rule}
    return {
        "scope": draw(_scopes(thresholds, keys)),
        "closing": [name for name in sorted(may_close) if draw(st.booleans())],
        "thresholds": thresholds,
        "votes": votes,
        "profiles": draw(_profiles(thresholds)),
        "rules": rules,
    }


@st.composite
def _votes(draw, thresholds: dict[str, Plain], keys: dict[str, frozenset[str]]) -> list[str]:
    """
    Draw comparisons that are counted, or none.
    """
    plain = [name for name in thresholds if not keys[name]]
    return [
        f"{thresholds[name]['of']} {draw(st.sampled_from(WORDS[thresholds[name]['side']]))} {name}"
        for name in plain
        if draw(st.booleans())
    ]


def written(drawn: dict[str, Plain]) -> Tree:
    """
    Return what `rule_sets` drew as the files of a rule set.
    """
    derived = {
        name: {
            "title": name,
            "group": "derived",
            "kind": "derived",
            **({"otherwise": "absent"} if name in drawn["closing"] else {}),
        }
        for name in DERIVED
    }
    ruleset = {
        "id": "random",
        "title": "Random",
        "owner": "nobody",
        "question": "answer",
        "scope": drawn["scope"],
        "source attributes": {"developer": "nobody"},
    }
    base = {
        name: next(iter(thing["choices"])) for name, thing in {**drawn["thresholds"], **TABLES, **CONSTANTS}.items()
    }
    profiles = [
        {"id": PROFILES[0], "title": "Plain", "because": "Because.", "choose": base},
        {
            "id": PROFILES[1],
            "title": "Local",
            "extends": PROFILES[0],
            "because": "Because.",
            **drawn["profiles"],
        },
    ]
    votes = {
        VOTES: {
            "title": "Votes",
            "kind": "computed",
            "unit": "1",
            "together": "24 h",
            "count of": drawn.get("votes", []),
        }
    }
    measures = {**VOCABULARY["measures"], **(votes if drawn.get("votes") else {})}
    findings = {**VOCABULARY["findings"], **derived}
    return Tree(
        node_of({**VOCABULARY, "measures": measures, "findings": findings}, "vocabulary.yaml"),
        node_of({"book": {"title": "A book", "by": "Somebody", "kind": "own"}}, "sources.yaml"),
        node_of(ruleset, "ruleset.yaml"),
        node_of(
            {"thresholds": drawn["thresholds"], "tables": TABLES, "constants": CONSTANTS},
            "thresholds.yaml",
        ),
        tuple(node_of(one, f"profiles/{one['id']}.yaml") for one in profiles),
        tuple(node_of(_rule(one), f"rules/{one['id']}.yaml") for one in drawn["rules"]),
    )


def _rule(drawn: dict[str, Plain]) -> dict[str, Plain]:
    start = {"id": drawn["id"], "title": "A rule", "status": "in-use"}
    return {
        **start,
        **{key: value for key, value in drawn.items() if key == "profiles"},
        "when": drawn["when"],
        "then": {**drawn["then"], "because": "Because."},
        "rationale": "None.",
        "evidence": [
            {
                "source": "book",
                "where": "Page 1",
                "says": "So.",
                "supports": "true",
                "strength": "none",
                "read": "own",
            }
        ],
        "limits": ["None."],
        "review": {"owner": "nobody", "reviewed": "none", "next": "2028-11-22"},
    }


def read(drawn: dict[str, Plain]) -> Release:
    """
    Read what `rule_sets` drew as a release: nobody wrote it, so that it may say things twice.
    """
    return read_release(written(drawn), "draft", "sha256:0", authoring=False)


@st.composite
def _profiles(draw, thresholds: dict[str, Plain]) -> dict[str, Plain]:
    """
    Draw what the second profile chooses and assumes.
    """
    things = {**thresholds, **TABLES, **CONSTANTS}
    choose = {
        name: draw(st.sampled_from(sorted(thing["choices"])))
        for name, thing in things.items()
        if len(thing["choices"]) > 1
    }
    assume = {"altitude": "600 m", "assay": "two"}
    return {"choose": choose, **({"assume": assume} if draw(st.booleans()) else {})}


@st.composite
def _thresholds(draw, may_key: tuple[str, ...], of: str | None = None) -> tuple[Plain, frozenset[str]]:
    """
    Draw a threshold, with the findings that its rows are keyed by.
    """
    of = of or draw(st.sampled_from(COMPARED))
    side = draw(st.sampled_from(("low", "high")))
    keys = set()
    choices = {}
    for name in ("usual", "other")[: draw(st.integers(1, 2))]:
        key = draw(st.sampled_from((None, None, None, None, *may_key)))
        rows = draw(_rows({}, side, of, key))
        choices[name] = {**CITED}
        compares = of
        if of in SAME_UNIT and draw(st.booleans()):
            choices[name]["compares"] = compares = draw(st.sampled_from(SAME_UNIT))
        if compares in REPORTED and draw(st.integers(0, 2 if name == "usual" else 1)) == 0:
            rows = draw(_own_limits(rows, side))
            stands_in = name == "other" and "laboratory" not in str(choices["usual"])
            if stands_in and "laboratory" in str(rows) and not any(key in row for row in rows):
                choices[name]["otherwise"] = "usual"
        if any(key in row for row in rows):
            keys.add(key)
        choices[name]["rows"] = rows
    unit = "1" if of == VOTES else VOCABULARY["measures"][of]["unit"]
    threshold = {"title": "Limit", "of": of, "unit": unit, "side": side, "choices": choices}
    return threshold, frozenset(keys)


@st.composite
def _own_limits(draw, rows: list[Plain], side: str) -> list[Plain]:
    """
    Draw which rows take the laboratory's own limit.
    """
    word = f"laboratory {'lower' if side == 'low' else 'upper'} limit"
    every = draw(st.booleans())
    return [
        {one: word if one in LIMIT_WORDS and (every or draw(st.booleans())) else text for one, text in row.items()}
        for row in rows
    ]


@st.composite
def _rows(draw, cell: dict[str, Plain], side: str, of: str, key: str | None) -> list[Plain]:
    """
    Draw rows that fill a cell: one, or those of the cells that it is cut into.
    """
    cuts = ["age", "age", *CUTS, "sex", "pregnancy", "nursing", "assay", *([key] * 2 if key else [])]
    cut = draw(st.sampled_from((None, None, *cuts))) if len(cell) < 3 else None
    if cut is None or (cut in cell and cut not in CUTS):
        return [draw(_row(cell, side, of))]
    rows = []
    for part in draw(_parts(cut, cell)):
        rows += draw(_rows({**cell, cut: part}, side, of, key))
    return rows


@st.composite
def _parts(draw, cut: str, cell: dict[str, Plain]) -> list[Plain]:
    if cut in CUTS:
        low, high = cell.get(cut, (None, None))
        inside = [one for one in CUTS[cut][0] if (low is None or one > low) and (high is None or one < high)]
        if not inside:
            return [(low, high)]
        middle = draw(st.sampled_from(inside))
        return [(low, middle), (middle, high)]
    return {
        "sex": ["female", "male"],
        "pregnancy": draw(st.sampled_from((["not-pregnant", "pregnant"], ["not-pregnant or early", "late"]))),
        "nursing": ["not-nursing", "nursing"],
        "assay": draw(st.sampled_from((["one", "two or three"], ["one", "two", "three"]))),
    }.get(cut, ["present", "absent"])


@st.composite
def _row(draw, cell: dict[str, Plain], side: str, of: str) -> Plain:
    row: Plain = {}
    for name, part in cell.items():
        if name not in CUTS:
            row[name] = part
        elif part != (None, None):
            ends = zip(("from", "to"), part, strict=True)
            row[name] = " ".join(f"{word} {end} {CUTS[name][1]}" for word, end in ends if end is not None)
    if draw(st.integers(0, 7)) == 0:
        return {**row, "no limit": "Nobody knows."}
    words = {"low": ("below", "at most"), "high": ("above", "at least")}[side]
    limits = {AGE: tuple(map(str, AGE_CUTS)), VOTES: ("1", "2")}.get(of, LIMITS)
    if of == "days-since-spell":
        limits = tuple(limit for limit in LIMITS if float(limit) > 0)
    return {**row, draw(st.sampled_from(words)): draw(st.sampled_from(limits))}


@st.composite
def _scopes(draw, thresholds: dict[str, Plain], keys: dict[str, frozenset[str]]) -> Plain:
    plain = [name for name in thresholds if not keys[name]]
    return draw(_groups(thresholds, plain, (), "scope"))


@st.composite
def _rules(draw, thresholds: dict[str, Plain], keys: dict[str, frozenset[str]]) -> list[Plain]:
    rules: list[Plain] = []

    def add(family: str, when: Plain, then: Plain) -> None:
        rule: Plain = {"id": f"{family}-{len(rules):03}"}
        if draw(st.integers(0, 5)) == 0:
            rule["profiles"] = [draw(st.sampled_from(PROFILES))]
        rules.append({**rule, "when": when, "then": then})

    for when, then in draw(_doubts(thresholds, keys)):
        add("DBT", when, then)
    doubts = tuple(rule["id"] for rule in rules)
    known: tuple[str, ...] = OBSERVED
    for finding in DERIVED:
        usable = [name for name in thresholds if keys[name] <= set(known)]
        for _ in range(draw(st.integers(0, 3))):
            verb = draw(st.sampled_from(("establish", "establish", "rule out")))
            when = draw(_groups(thresholds, usable, known, "finding"))
            add("FND", when, {verb: finding})
            if draw(st.integers(0, 3)) == 0:
                add("FND", when, {CONTRARY[verb]: finding})
        known = (*known, finding)
    every = sorted(thresholds)
    # In turn, so that no certainty is left to luck.
    first = draw(st.integers(0, len(CERTAINTIES) - 1))
    for number in range(first, first + draw(st.integers(1, len(CERTAINTIES)))):
        when = draw(_groups(thresholds, every, known, "conclusion"))
        then = {
            "conclude": draw(st.sampled_from(("answer", "answer", "cause"))),
            "certainty": CERTAINTIES[number % len(CERTAINTIES)],
        }
        add("CON", when, then)
        if draw(st.booleans()):
            add("CON", when, {**then, "certainty": CONTRARY[then["certainty"]]})
    for when, then in draw(_advice(thresholds, keys, (*known, *doubts))):
        add("ADV", when, then)
    return rules


@st.composite
def _advice(
    draw, thresholds: dict[str, Plain], keys: dict[str, frozenset[str]], known: tuple[str, ...]
) -> list[tuple[Plain, Plain]]:
    """
    Draw rules that advise; *known* are the findings, and the rules about results, that they may read.
    """
    found = []
    for _ in range(draw(st.integers(0, 3))):
        when = draw(_groups(thresholds, sorted(thresholds), known, "advice"))
        then = {"advise": draw(st.sampled_from(("look", "wait"))), "urgency": "soon"}
        compared_with = [text.split()[-1] for one in _lines(when) for text in one.values() if "limit-" in text]
        then |= draw(_due(when))
        if all(_has_no_finding(keys, name) for name in compared_with) and draw(st.booleans()):
            then["scope"] = "any"
        found.append((when, then))
    return found


@st.composite
def _doubts(draw, thresholds: dict[str, Plain], keys: dict[str, frozenset[str]]) -> list[tuple[Plain, Plain]]:
    """
    Draw rules about results, which see the panel as received.
    """
    received = [name for name in thresholds if keys[name] <= set(OBSERVED)]
    effects = st.sampled_from(("set aside", "reads high", "reads low"))
    measures = st.lists(st.sampled_from(REPORTED), min_size=1, max_size=2, unique=True)
    return [
        (draw(_groups(thresholds, received, OBSERVED, "doubt")), {draw(effects): draw(measures)})
        for _ in range(draw(st.integers(0, 2)))
    ]


@st.composite
def _due(draw, when: Plain) -> Plain:
    """
    Draw within which time an advice is due, where what is looked up is known whenever it is given.
    """
    known = {name for one in when.get("all", ()) for name in one}
    return {"within": "waiting"} if "days-since-spell" in known and draw(st.booleans()) else {}


def _has_no_finding(keys: dict[str, frozenset[str]], threshold: str) -> bool:
    return not keys[threshold]


def _lines(when: Plain) -> list[dict[str, str]]:
    """
    Return the conditions of a group, those of its inner groups included.
    """
    ((_, members),) = when.items()
    found = []
    for member in members:
        ((_, value),) = member.items()
        found += _lines(member) if isinstance(value, list) else [member]
    return found


@st.composite
def _groups(
    draw,
    thresholds: dict[str, Plain],
    usable: list[str],
    findings: tuple[str, ...],
    where: str,
    inside: str | None = None,
) -> Plain:
    """
    Draw ``all``, ``any`` or ``at least N of``, with at most one group inside.
    """
    kinds = [kind for kind in ("all", "any", "at least") if kind != inside]
    kind = draw(st.sampled_from(kinds))
    count = draw(st.integers(2 if kind == "at least" else 1, 3 if inside is None else 2))
    members = [draw(_conditions(thresholds, usable, findings, where)) for _ in range(count)]
    if inside is None and draw(st.integers(0, 2)) == 0:
        members.append(draw(_groups(thresholds, usable, findings, where, kind)))
    if kind == "at least":
        kind = f"at least {draw(st.integers(2, len(members)))} of"
    return {kind: members}


@st.composite
def _conditions(
    draw,
    thresholds: dict[str, Plain],
    usable: list[str],
    findings: tuple[str, ...],
    where: str,
) -> Plain:
    """
    Draw one line that may stand where it is drawn for.
    """
    kinds = ["measure"] * 3 if usable else []
    kinds += ["attribute", *(["finding"] * 2 if findings else [])]
    if where == "advice":
        kinds += ["finding", "known", "certainty"]
    kind = draw(st.sampled_from(kinds))
    if kind == "measure":
        name = draw(st.sampled_from(usable))
        side = thresholds[name]["side"]
        return {thresholds[name]["of"]: f"{draw(st.sampled_from(WORDS[side]))} {name}"}
    if kind == "attribute":
        name = draw(st.sampled_from(sorted(VOCABULARY["attributes"])))
        attribute = VOCABULARY["attributes"][name]
        words = (*attribute["values"], *attribute.get("groups", ()))
        word = " or ".join(draw(st.lists(st.sampled_from(words), min_size=1, max_size=2)))
        return {name: f"{draw(st.sampled_from(('is', 'is not')))} {word}"}
    if kind == "finding":
        states = ("present", "absent", *(("unknown",) if where == "advice" else ()))
        name = draw(st.sampled_from(findings))
        return {name: "fired" if name.startswith("DBT") else draw(st.sampled_from(states))}
    if kind == "known":
        name = draw(st.sampled_from(("alpha", "beta", "gamma", "quotient", "age", "spare")))
        return {name: draw(st.sampled_from(("known", "missing")))}
    word = draw(st.sampled_from(("possible", "likely", "confirmed")))
    return {draw(st.sampled_from(("answer", "cause"))): f"at least {word}"}
