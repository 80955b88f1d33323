"""
Each guard in its smallest form.

The service has its own; these say what a guard must do at the least to cure the defect beside it.
Imported by child processes only.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal

from session import Refused, Session, fact, rule

# The numbers that reach the engine. Every one of them is written without an exponent.
SMALLEST = 1e-4
LARGEST = 1e14

# Each is below what the engine can take: 4,096, 511, 255, 64 and 16.
MOST_RULES = 4000
MOST_FIRST_TERMS = 480
MOST_USES = 250
MOST_TESTS = 60
MOST_PATTERNS = 16

COMPARISONS = {"$lt", "$lte", "$gt", "$gte"}
# Ids that the engine itself gives to facts.
TAKEN_IDS = {"sid-0", "$pulse"}

LOCK = threading.Lock()


def number(value: object) -> float:
    """
    Pass finite numbers of a size that the engine reads correctly.
    """
    if type(value) not in (int, float):
        raise Refused(f"{value!r} is not a number")
    if value and not SMALLEST <= abs(value) <= LARGEST:  # NaN is in no range
        raise Refused(f"{value!r} is out of range")
    return float(value)


def margin(value: str, threshold: str) -> float:
    """
    Return by how much *value* exceeds *threshold*: the sign exact, the size brought into range.
    """
    exact = Decimal(value) - Decimal(threshold)
    if not exact:
        return 0.0
    size = min(max(abs(float(exact)), SMALLEST), LARGEST)
    return math.copysign(size, exact)


def own_facts(sent: dict, codes: Iterable[str]) -> list[dict]:
    """
    Write facts of our own about the known *codes*; nothing else of what was sent goes on.
    """
    return [fact(one, number(sent[one])) for one in codes if sent.get(one) is not None]


def hashed(name: str) -> int:
    """
    Return the 32-bit FNV-1a hash by which the engine tells names and ids apart.
    """
    value = 0x811C9DC5
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def check_names(names: Iterable[str]) -> None:
    """
    Refuse names that the engine could take apart or take for one another.
    """
    seen: dict[int, str] = {}
    for name in names:
        if not re.fullmatch(r"\w{1,200}", name, re.ASCII):
            raise Refused(f"{name[:20]!r} is not a plain name")
        other = seen.setdefault(hashed(name), name)
        if other != name:
            raise Refused(f"{name} has the hash of {other}")


def check_ids(facts: Iterable[dict]) -> None:
    """
    Refuse facts whose ids are the engine's own, or the same for the engine.
    """
    seen: dict[int, str] = {hashed(one): one for one in TAKEN_IDS}
    for one in facts:
        if hashed(one["id"]) in seen:
            raise Refused(f"{one['id']} has the hash of {seen[hashed(one['id'])]}")
        seen[hashed(one["id"])] = one["id"]


def check_condition(condition: dict) -> list[dict]:
    """
    Return the terms of a condition that is built from the few constructs that work.
    """
    if len(condition) != 1:
        raise Refused(f"{len(condition)} keys in one condition")
    terms = condition.get("$and", [condition])
    if not terms:
        raise Refused("an empty $and")
    for term in terms:
        ((key, value),) = term.items()
        if key in COMPARISONS:
            ((key, value),) = value.items()
        if not re.fullmatch(r"\w+", key, re.ASCII):
            raise Refused(f"{key} in a condition")
        if not isinstance(value, float | str):
            raise Refused(f"a term that compares with {value!r}")
    return terms


def check_rules(rules: dict) -> dict:
    """
    Refuse rules that the engine would misread, or that are more than it can hold.

    Returns:
        The same rules.
    """
    uses: Counter[str] = Counter()
    behind: dict[str, set[str]] = defaultdict(set)
    for one in rules.values():
        if len(one["all"]) > MOST_PATTERNS:
            raise Refused(f"{len(one['all'])} patterns in one rule")
        if len(one["all"]) > 1 and one.get("dist") != 0:
            raise Refused("several patterns without dist 0")
        for pattern in one["all"]:
            ((alias, condition),) = pattern.items()
            if not re.fullmatch(r"\w+", alias, re.ASCII):
                raise Refused(f"{alias} as an alias")
            first, *others = map(json.dumps, check_condition(condition))
            uses[json.dumps(condition)] += 1
            behind[first].update(others)
    counts = (
        (len(rules), MOST_RULES, "rules"),
        (len(behind), MOST_FIRST_TERMS, "distinct first terms"),
        (max(uses.values()), MOST_USES, "uses of one condition"),
        (max(map(len, behind.values())), MOST_TESTS, "tests behind one first term"),
    )
    for count, most, of_what in counts:
        if count > most:
            raise Refused(f"{count} {of_what}")
    return rules


def loads(rules: dict) -> bool:
    """
    Try in a child process whether the engine loads *rules* at all.
    """
    script = (
        "import json, resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\n"
        "import durable_rules_engine\n"
        "durable_rules_engine.create_ruleset('trial', sys.stdin.read())\n"
    )
    tried = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(rules),
        text=True,
        timeout=20,
        check=False,
    )
    return tried.returncode == 0


def warmed(rules: dict) -> Session:
    """
    Open a session whose one slot has already fired a rule.
    """
    session = Session({**rules, "warm_up": rule({"kind": "warm-up"})})
    assert session.tell({"id": "w", "kind": "warm-up"}).fire() == ["warm_up"]
    session.forget()
    return session


def evaluate(session: Session, facts: list[dict]) -> list[str]:
    """
    Evaluate one patient: alone with the engine, never without facts, and forgotten at the end.
    """
    facts = [one for one in facts if one]
    if not facts:
        return []
    with LOCK:
        session.codes.clear()
        try:
            fired = session.tell_batch(facts).fire()
        finally:
            session.forget()
        if 2 in session.codes:
            raise Refused("the engine takes two facts for one")
        return fired


def refusal(guard: Callable[..., object], *given: object) -> str:
    """
    Return the sentence with which *guard* refuses what it is given.
    """
    try:
        guard(*given)
    except Refused as refused:
        return str(refused)
    raise AssertionError(f"{guard.__name__} refused nothing")
