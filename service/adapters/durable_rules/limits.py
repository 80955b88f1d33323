"""
The engine's limits, measured, and the definition that stays inside them.

Each number is below the point where durable-rules 2.0.28 refuses, hangs, answers
wrongly or ends the process; ``tests/contract/engine`` shows each.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from service.domain.errors import EngineLimitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from service.adapters.durable_rules.patterns import Pattern

MAX_RULES = 4000  # 4,097 rules: error 106
MAX_PATTERNS = 16  # 17 facts in a rule: error 304, at run time only
MAX_FIRST_CONDITIONS = 480  # 513 distinct first conditions: create_ruleset never returns
MAX_USES = 240  # 256 rules sharing one identical condition: SIGSEGV
MAX_TESTS_ON_A_FACT = 60  # over 64 true tests behind one first term: error 303, nothing fires
MAX_BRANCHES = 20
SMALLEST, LARGEST = 1e-4, 1e12
"""Range of numbers written to the engine: its reader knows no exponents without a decimal point."""

_ALPHABET = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_NAMES_OF_ITS_OWN = (
    "0",
    "sid-0",
    "id",
    "sid",
    "code",
    "is",
    "lo",
    "hi",
    "warmup",
    "w",
    "$s",
    "$forward",
)


def definition(
    rules: Mapping[str, tuple[Pattern, ...]],
    named: Mapping[str, str] | None = None,
    authored: Mapping[str, str] | None = None,
) -> str:
    """
    Write the ruleset definition, or refuse it.

    Args:
        rules: Engine rules by name, with their patterns.

        named: What facts are called where an author reads it.

        authored: For each engine rule, the rule that it was compiled from.

    Returns:
        JSON for ``create_ruleset``. The rule ``warmup`` comes first: a state
        in which no rule ever fired frees uninitialized memory when deleted.

    Raises:
        EngineLimitError: With the limit and the rule or fact that is over it.
    """
    written: dict[str, object] = {"warmup": {"all": [{"w": {"is": "warmup"}}]}}
    uses: Counter[Pattern] = Counter()
    called, of = named or {}, authored or {}
    tests: defaultdict[str, set[str]] = defaultdict(set)
    firsts: set[str] = set()
    if len(rules) >= MAX_RULES:
        last = list(rules)[MAX_RULES - 1]
        raise EngineLimitError("engine rules", MAX_RULES, len(rules) + 1, of.get(last, last))
    for name, patterns in rules.items():
        rule = of.get(name, name)
        if not 0 < len(patterns) <= MAX_PATTERNS:
            raise EngineLimitError("conditions of an engine rule", MAX_PATTERNS, len(patterns), rule)
        for pattern in patterns:
            what = f"{called.get(pattern.fact, pattern.fact)} in {rule}"
            uses[pattern] += 1
            tests[pattern.fact].add(pattern.end)
            firsts.add(pattern.fact)
            _hold("distinct facts", MAX_FIRST_CONDITIONS, len(firsts) + 1, what)
            _hold("uses of one condition", MAX_USES, uses[pattern], what)
            _hold("tests on one fact", MAX_TESTS_ON_A_FACT, len(tests[pattern.fact]), what)
        # dist 0: one fact may satisfy two patterns of a rule.
        written[name] = {"all": [{f"p{i}": _pattern(p)} for i, p in enumerate(patterns)], "dist": 0}
    check_names([*firsts, *rules, *_NAMES_OF_ITS_OWN])
    return json.dumps(written)


def _pattern(pattern: Pattern) -> dict[str, object]:
    # One key in each condition: a second key would be ignored without a word.
    if not pattern.end:
        return {"is": pattern.fact}
    test = {"$gt": {"lo": 0.0}} if pattern.end == "lo" else {"$lt": {"hi": 0.0}}
    return {"$and": [{"code": pattern.fact}, test]}


def _hold(limit: str, allowed: int, found: int, where: str) -> None:
    if found > allowed:
        raise EngineLimitError(limit, allowed, found, where)


def check_names(names: Iterable[str]) -> None:
    """
    Refuse names that the engine would confuse.

    It compares names by their 32-bit FNV-1a hash alone, and reads ``.`` as nesting.

    Args:
        names: Every name, id and field that reaches the engine.

    Raises:
        EngineLimitError: Naming the two that collide, or the one that is not safe.
    """
    seen: dict[int, str] = {}
    for name in sorted(names):
        if not name or (set(name) - _ALPHABET and name not in _NAMES_OF_ITS_OWN):
            raise EngineLimitError("characters other than letters, digits and _", 0, 1, name)
        hashed = fnv1a(name)
        if hashed in seen:
            raise EngineLimitError("names with one hash", 1, 2, f"{seen[hashed]} and {name}")
        seen[hashed] = name


def fnv1a(name: str) -> int:
    """Return the 32-bit FNV-1a hash by which the engine compares names."""
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


def number(distance: Fraction, tie: int) -> str:
    """
    Write one margin end for the engine: its sign is exact, its size is bounded.

    Args:
        distance: Value minus limit, exact.

        tie: The side that an exact zero lies on.

    Returns:
        A decimal without exponent, never zero.
    """
    if not distance:
        return repr(tie * SMALLEST)
    try:
        size = min(max(abs(float(distance)), SMALLEST), LARGEST)
    except OverflowError:
        size = LARGEST
    text = repr(size if distance.numerator > 0 else -size)
    if "e" in text or "n" in text:
        raise EngineLimitError("exponents in a number", 0, 1, text)
    return text
