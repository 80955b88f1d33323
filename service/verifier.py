"""
Verify one decision: from its full trace and the rule file of its release, and from nothing else.

``python service/verifier.py DECISION.json RELEASE_FOLDER``; ``-`` reads the decision from standard input. It prints
the place of each difference, and ends with 0 where there is none. It needs Python alone, so copy it if you like.

What is derived again, in exact fractions: which rows of a threshold the patient allows, value minus limit, the truth of
every condition, the outcome of every rule, the state of every finding, the certainty of every conclusion, every
advice, the scope and the status. What is taken as it stands: how a value was read from what was sent, and computed
(`inputs`, `patient`, `derived`), and what is told in sentences or of what was not sent (`because`, `missing`).
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import sys
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Interval = tuple[Fraction | float, int, Fraction | float, int]
"""Lowest value, 1 where it is itself left out (else 0), highest value, -1 where it is left out (else 0)."""

Margin = tuple[tuple[Fraction | float, int], tuple[Fraction | float, int]]
"""Value minus limit, lowest and highest; beside a zero the side on which it lies, -1 under the limit, 1 over it."""

EARLIEST = "0001-01-01T00:00:00+00:00"
END = float("inf")
DAYS = {"h": Fraction(1, 24), "d": Fraction(1), "wk": Fraction(7), "mo": Fraction("30.4375"), "a": Fraction("365.25")}
DECIDE = ("establish", "rule out")
VERBS = {*DECIDE, "conclude", "advise"}
CERTAINTIES = ("confirmed", "likely", "possible", "unlikely", "excluded")
FOR, FORCE = CERTAINTIES[:3], dict(zip(CERTAINTIES, (3, 2, 1, 2, 3), strict=True))
KINDS = ("cause", "mimic", "frame", "state")
URGENCIES = ("emergency", "same-day", "urgent", "soon", "routine")
TRUTHS = {True: "true", False: "false", None: "unknown"}
OUTCOMES = {True: "fired", None: "undecided", False: "not-fired"}
ELSEWHERE = "not-in-this-profile"
LIMITS = ("no limit", "below", "at most", "above", "at least")
ROW = ("name", "row", "source", "where", "read", "no_limit", "laboratory", "equal_is_abnormal")
COMPUTED = {"formula", "when not reported", "count of", "days since", "change of"}
IN_BRIEF = {"value", "by", "margin", "given"}
FLAGS = {  # Value minus the laboratory's limit on a side, as far as a flag of the result tells.
    ("low", "L"): (-END, 0, 0, -1), ("low", "N"): (0, 0, END, 0), ("low", "H"): (0, 1, END, 0),
    ("high", "L"): (-END, 0, 0, -1), ("high", "N"): (-END, 0, 0, 0), ("high", "H"): (0, 1, END, 0),
}  # fmt: skip


# -- intervals -------------------------------------------------------------------------------------


def interval(told: dict[str, Any]) -> Interval:
    """Return an interval of a trace; an end that is not told is unbounded."""
    low = Fraction(told["low"]) if "low" in told else -END
    high = Fraction(told["high"]) if "high" in told else END
    return low, int(told.get("low_open", False)), high, -int(told.get("high_open", False))


def hull(one: Interval, other: Interval) -> Interval:
    """Return the smallest interval that holds both."""
    return (*min(one[:2], other[:2]), *max(one[2:], other[2:]))


def overlap(one: Interval, other: Interval) -> Interval | None:
    """Return what is in both, or None."""
    both = (*max(one[:2], other[:2]), *min(one[2:], other[2:]))
    return None if both[0] > both[2] or (both[0] == both[2] and (both[1] or both[3])) else both


def band(text: str, unit: str) -> Interval:
    """Return a band such as ``from 6 mo to 24 mo``, its end not included, in a unit."""
    ends: dict[str, Fraction] = {}
    for word, number, given in re.findall(r"(from|to) (\S+) (\S+)", text):
        ends[word] = Fraction(number) * (1 if given == unit else DAYS[given] / DAYS[unit])
    return ends.get("from", -END), 0, ends.get("to", END), -1 if "to" in ends else 0


# -- the release -----------------------------------------------------------------------------------


class Release:
    """The rule file, with what it says once all that extends something is filled in."""

    def __init__(self, file: dict[str, Any], profile: str) -> None:
        self.vocabulary, self.profile = file["vocabulary"], profile
        self.rules = {rule["id"]: rule for _, rule in sorted(file["rules"].items(), key=lambda item: item[1]["id"])}
        self.scope, self.question = file["ruleset_file"]["scope"], file["ruleset_file"]["question"]
        self.thresholds = file["thresholds"]["thresholds"]
        self.levels: dict[str, int] = {}
        self.giving: dict[tuple[str, str], list[str]] = {}
        for rule, one in self.rules.items():
            for verb in VERBS & one["then"].keys():
                self.giving.setdefault((verb, one["then"][verb]), []).append(rule)
        profiles = {one["id"]: one for one in file["profiles"].values()}
        self.chosen: dict[str, str] = {}
        at: str | None = profile
        while at is not None:
            self.chosen = profiles[at].get("choose", {}) | self.chosen
            at = profiles[at].get("extends")

    def given_by(self, verb: str, name: str) -> list[str]:
        """Return the rules that establish, rule out, conclude or advise something."""
        return self.giving.get((verb, name), [])

    def about_results(self, rule: str) -> bool:
        """Return whether a rule doubts results; such rules see the panel before any doubt."""
        return not VERBS & self.rules[rule]["then"].keys()

    def choice(self, threshold: str, name: str) -> dict[str, Any]:
        """Return one way to fill a threshold: what it extends, without its holes, and its own rows."""
        own: dict[str, Any] = self.thresholds[threshold]["choices"][name]
        base = self.choice(threshold, own["extends"]) if "extends" in own else {}
        cites = {key: own.get(key, base.get(key)) for key in ("source", "where", "read")}
        rows = [row for row in base.get("rows", ()) if "no limit" not in row] + [
            cites | row for row in own.get("rows", ())
        ]
        return base | own | {"rows": rows}

    def possible(self, rows: list[dict[str, Any]], known: Facts) -> list[dict[str, Any]]:
        """Return the rows that speak of some patient who is still possible."""
        attributes = self.vocabulary.get("attributes", {})
        stated = {n for n, one in attributes.items() if one.get("otherwise") not in {None, *known.attributes[n]}}
        keys = {name for row in rows for name in row if name in attributes} | stated
        keys |= {other for name in keys for other in attributes[name].get("applies to", {}) if other in attributes}
        names = sorted(keys)
        found = []
        for values in itertools.product(*(sorted(known.attributes[name]) for name in names)):
            world = dict(zip(names, values, strict=True))
            ages: Interval | None = known.values.get("age", (-END, 0, END, 0))
            # Who has what applies to some patients only is one of those.
            for name in names:
                if world[name] != attributes[name].get("otherwise", world[name]):
                    for other, words in attributes[name].get("applies to", {}).items():
                        if other == "age":
                            ages = overlap(ages, band(words, "mo")) if ages else None
                        elif world[other] not in self.meaning(other, words):
                            ages = None
            found += [row for row in rows if ages and self.speaks_of(row, world, known.values | {"age": ages})]
        return [row for row in rows if any(row is one for one in found)]

    def speaks_of(self, row: dict[str, Any], world: dict[str, str], values: dict[str, Interval]) -> bool:
        """Return whether a row speaks of a patient of such attributes and quantities."""
        for name, words in row.items():
            if name in world and world[name] not in self.meaning(name, words):
                return False
            unit = self.vocabulary["measures"].get(name, {}).get("unit")
            if unit and name in values and not overlap(values[name], band(words, unit)):
                return False
        return True

    def meaning(self, attribute: str, words: str) -> set[str]:
        """Return the values of an attribute that words stand for."""
        groups = self.vocabulary["attributes"][attribute].get("groups", {})
        return {value for word in words.split(" or ") for value in groups.get(word, [word])}

    def row_told(self, threshold: str, row: dict[str, Any], told: dict[str, Any] | None) -> dict[str, Any]:
        """Return a row as a trace tells it, its limit as a number; *told* are the laboratory's own."""
        word, text = limit(row)
        plain = {"age", *self.vocabulary.get("attributes", {})}
        keys = [key for key in row if key not in {word, "source", "where", "read"}]
        whom = ", ".join(row[key] if key in plain else f"{key} {row[key]}" for key in keys) or "everyone"
        said = {"name": threshold, "row": whom} | {key: row[key] for key in ("source", "where", "read")}
        if word == "no limit":
            return said | {"no_limit": text, "limit": None}
        if text.startswith("laboratory"):
            said["laboratory"] = text.removeprefix("laboratory ")
            text = (told or {}).get(self.thresholds[threshold]["side"], "")
        equal = word in {"at most", "at least"}
        return said | {"equal_is_abnormal": equal, "limit": Fraction(text) if text else None}

    def level(self, rule: str) -> int:
        """Return how deep a rule rests on findings; claims come after all findings, advice after all claims."""
        then = self.rules[rule]["then"]
        if "conclude" in then or "advise" in then:
            return len(self.rules) + 1 + ("advise" in then)
        if rule not in self.levels:
            read: set[str] = set()
            for text in conditions(self.rules[rule]["when"]):
                name, words = text.split(": ")
                choices = self.thresholds.get(words.rpartition(" ")[2], {}).get("choices", {}).values()
                read |= {name} | {key for choice in choices for row in choice.get("rows", ()) for key in row}
            below = [self.level(one) for name in read for verb in DECIDE for one in self.given_by(verb, name)]
            self.levels[rule] = 0 if self.about_results(rule) else 1 + max(below, default=0)
        return self.levels[rule]


def conditions(when: dict[str, Any]) -> list[str]:
    """Return every condition of a rule as it is written, such as ``name: below limit``, in order."""
    (members,) = when.values()
    found: list[str] = []
    for member in members:
        ((name, words),) = member.items()
        found += conditions(member) if isinstance(words, list) else [f"{name}: {words}"]
    return found


# -- what follows ----------------------------------------------------------------------------------


class Facts:
    """What a trace says was known: attributes, observed findings, laboratory limits, values after and before doubts."""

    def __init__(self, trace: dict[str, Any]) -> None:
        self.attributes = {one["name"]: set(one["possible"]) for one in trace["patient"] if "possible" in one}
        self.observed = {one["finding"]: one["state"] for one in trace["observed"]}
        self.laboratory = {one["measure"]: one for one in trace.get("laboratory", ())}
        self.received = {one["name"]: interval(one["value"]) for one in trace["patient"] if "value" in one}
        computed = {one["measure"]: interval(one["value"]) for one in trace["derived"] if "measure" in one}
        self.values = self.received | computed
        results = [one for one in trace["inputs"] if "used" in one or "received" in one]
        times = [datetime.fromisoformat(one["given"].get("time", EARLIEST)) for one in results]
        for one, time in zip(results, times, strict=True):
            name = one["measure"]
            # An earlier result tells how a later one changed, and is not the value.
            latest = max(other for other, result in zip(times, results, strict=True) if result["measure"] == name)
            if "time" not in one["given"] or time == latest:
                for values, told in (
                    (self.values, one.get("used")),
                    (self.received, one.get("received", one.get("used"))),
                ):
                    if told:
                        values[name] = hull(interval(told), values.get(name, interval(told)))


def limit(row: dict[str, Any]) -> tuple[str, str]:
    """Return the word of a row and its limit, or why there is none."""
    return next((word, row[word]) for word in LIMITS if word in row)


def ends(side: str, rows: list[dict[str, Any]], value: Interval | None, told: dict[str, Any] | None) -> Margin | None:
    """Return value minus limit, lowest and highest over all rows, a zero with the side it lies on; or None."""
    lows, highs = [], []
    for row in rows:
        word, text = limit(row)
        if value is None or word == "no limit" or (text.startswith("laboratory") and not told):
            return None
        number, compared = Fraction(0), value
        if not text.startswith("laboratory"):
            number = Fraction(text)
        elif told and side in told:
            number, compared = Fraction(told[side]), flagged(value, told)
        elif told:
            compared = spanned([FLAGS[side, flag] for flag in told["flags"]])
        # A value that equals the limit lies over it, unless equality counts as low or does not count as high.
        equal = 1 if word in {"below", "at least"} else -1
        lows.append(distance(compared[0], number, compared[1] or equal))
        highs.append(distance(compared[2], number, compared[3] or equal))
    return (min(lows), max(highs)) if rows else None


def distance(end: Fraction | float, limit: Fraction, tie: int) -> tuple[Fraction | float, int]:
    """Return one end of value minus limit; at zero with the side it lies on."""
    left = end if end in {END, -END} else end - limit
    return left, 0 if left else tie


def flagged(value: Interval, told: dict[str, Any]) -> Interval:
    """Return the values that the flags of a result allow, against the laboratory's limits."""
    low, high = (Fraction(told[side]) if side in told else None for side in ("low", "high"))
    below, above = (low if low is not None else high), (high if high is not None else low)
    of_flag = {
        "L": (-END, 0, below, -1),
        "N": (-END if low is None else low, 0, END if high is None else high, 0),
        "H": (above, 1, END, 0),
    }
    return overlap(value, spanned([of_flag[flag] for flag in told.get("flags", "LNH")])) or value


def spanned(intervals: list[Any]) -> Interval:
    """Return the smallest interval that holds all."""
    whole: Interval = intervals[0]
    for one in intervals[1:]:
        whole = hull(whole, one)
    return whole


def bounds(margin: Margin) -> dict[str, Any]:
    """Return value minus limit as a trace tells it: a zero by the side it lies on, no end that is unbounded."""
    ends_ = {
        name: ("+0" if tie > 0 else "-0") if left == 0 else left
        for name, (left, tie) in zip(("low", "high"), margin, strict=True)
    }
    return {name: one for name, one in ends_.items() if one not in {END, -END}}


def decides(word: str, margin: Margin | None) -> bool | None:
    """Return whether value minus limit makes a word true, false, or neither."""
    low, high = margin or ((-END, 0), (END, 0))
    under = True if high < (0, 0) else False if low > (0, 0) else None
    return under if under is None or word in {"below", "at most"} else not under


class Meaning:
    """What a release means for the facts of a trace: outcomes of rules, states of findings, claims."""

    def __init__(self, release: Release, trace: dict[str, Any]) -> None:
        self.release, self.facts = release, Facts(trace)
        self.states, self.outcomes = dict(self.facts.observed), dict[str, str]()
        self.verdicts: dict[str, tuple[str, bool]] = {}
        self.known: dict[str, tuple[bool | None, dict[str, Any]]] = {}
        self.traced = {one["id"]: one for one in trace["conditions"]}
        told = {one["rule"]: one for one in every_rule(trace)}
        for rule in filter(release.about_results, release.rules):
            self.outcomes[rule] = self.about_result(rule, told.get(rule, {}))
        self.scope = self.truth(release.scope)
        for conclusion in release.vocabulary["conclusions"]:
            claims = {release.rules[rule]["then"]["certainty"] for rule in self.firing("conclude", conclusion)}
            strongest = {claim for claim in claims if FORCE[claim] == max(FORCE[one] for one in claims)}
            if strongest:
                contested = len(strongest) > 1
                self.verdicts[conclusion] = ("possible" if contested else min(strongest), contested)
        for rule in release.rules:
            self.outcome(rule)

    # -- rules, findings, claims ---------------------------------------------------------------

    def outcome(self, rule: str) -> str:
        """Return what becomes of a rule."""
        if rule not in self.outcomes:
            one = self.release.rules[rule]
            here = self.release.profile in one.get("profiles", [self.release.profile])
            self.outcomes[rule] = OUTCOMES[self.truth(one["when"])] if here else ELSEWHERE
        return self.outcomes[rule]

    def about_result(self, rule: str, told: dict[str, Any]) -> str:
        """Return what becomes of a rule about results: it fires if it does for any sample."""
        found = [self.of_sample(rule, seen) for seen in told.get("samples", [told])]
        return next(word for word in (*OUTCOMES.values(), ELSEWHERE) if word in found)

    def of_sample(self, rule: str, seen: dict[str, Any]) -> str:
        """Return what becomes of a rule about results, by its conditions as it saw them."""
        one = self.release.rules[rule]
        own = {self.traced[ref]["text"]: self.traced[ref] for ref in seen.get("conditions", ()) if ref in self.traced}
        here = self.release.profile in one.get("profiles", [self.release.profile])
        return OUTCOMES[self.truth(one["when"], own)] if here else ELSEWHERE

    def firing(self, verb: str, name: str) -> list[str]:
        """Return the rules that fired of those that establish, rule out, conclude or advise something."""
        return [rule for rule in self.release.given_by(verb, name) if self.outcome(rule) == "fired"]

    def claims(self, conclusion: str, *, speaking_for: bool) -> list[str]:
        """Return the rules that fired for, or against, a conclusion."""
        fired = self.firing("conclude", conclusion)
        return [rule for rule in fired if (self.release.rules[rule]["then"]["certainty"] in FOR) is speaking_for]

    def state(self, finding: str) -> str:
        """Return the state of a finding, observed or derived."""
        one = self.release.vocabulary["findings"][finding]
        if finding not in self.states and one["kind"] == "derived":
            established, ruled_out = (bool(self.firing(verb, finding)) for verb in DECIDE)
            rules = self.release.given_by("establish", finding)
            closes = one.get("otherwise") == "absent" and rules
            closed = closes and all(self.outcome(rule) in {"not-fired", ELSEWHERE} for rule in rules)
            absent = "absent" if ruled_out or closed else "unknown"
            self.states[finding] = ("conflicting" if ruled_out else "present") if established else absent
        return str(self.states.get(finding, "unknown"))

    def by(self, finding: str) -> list[str]:
        """Return the rules that decided a finding; where none fired and it is absent, those that were refuted."""
        if finding in self.facts.observed:
            return []
        state = self.state(finding)
        verbs = {"present": DECIDE[:1], "absent": DECIDE[1:]}.get(state, DECIDE)
        fired = sorted(rule for verb in verbs for rule in self.firing(verb, finding))
        return fired or (self.release.given_by("establish", finding) if state == "absent" else [])

    # -- conditions ----------------------------------------------------------------------------

    def truth(self, when: dict[str, Any], own: dict[str, Any] | None = None) -> bool | None:
        """Return whether conditions hold, of those joined by ``all``, ``any`` or ``at least N of``."""
        ((word, members),) = when.items()
        values = []
        for member in members:
            ((name, words),) = member.items()
            text = f"{name}: {words}"
            inner = isinstance(words, list)
            values.append(self.truth(member, own) if inner else self.condition(text, (own or {}).get(text))[0])
        needed = {"all": len(members), "any": 1}.get(word) or int(word.split()[2])
        if values.count(True) >= needed:
            return True
        return False if len(values) - values.count(False) < needed else None

    def condition(self, text: str, seen: dict[str, Any] | None = None) -> tuple[bool | None, dict[str, Any]]:
        """Return whether one condition holds, and what follows that a trace tells; *seen* is how a doubt saw it."""
        if seen is not None:
            return self.ask(text, seen)
        if text not in self.known:
            self.known[text] = self.ask(text, None)
        return self.known[text]

    def ask(self, text: str, seen: dict[str, Any] | None) -> tuple[bool | None, dict[str, Any]]:
        """Answer one condition."""
        name, words = text.split(": ")
        vocabulary, facts = self.release.vocabulary, self.facts
        if name in vocabulary.get("attributes", {}):
            possible = facts.attributes[name]
            asked = self.release.meaning(name, words.removeprefix("is ").removeprefix("not "))
            holds = True if possible <= asked else None if possible & asked else False
            negated = words.startswith("is not ")
            return holds if holds is None else holds is not negated, {"value": " or ".join(sorted(possible))}
        if name in vocabulary["findings"]:
            state = self.state(name)
            unsure = state == "conflicting" or (state == "unknown" != words)
            return None if unsure else state == words, {"value": state, "by": self.by(name)}
        if name in vocabulary["conclusions"]:
            certainty, by = self.verdicts.get(name, ("not concluded", False))[0], self.claims(name, speaking_for=True)
            enough = certainty in FOR and FORCE[certainty] >= FORCE[words.removeprefix("at least ")]
            return enough, {"value": certainty, "by": by}
        if name in self.release.rules:
            fired = self.outcomes[name] == "fired"
            return fired, {"value": self.outcomes[name], "by": [name] if fired else []}
        if words in {"known", "missing"}:
            value = "known" if name in facts.values else "missing"
            return value == words, {"value": value}
        return self.compare(words, seen)

    def compare(self, words: str, seen: dict[str, Any] | None) -> tuple[bool | None, dict[str, Any]]:
        """Return whether a value lies as a word says of a threshold, over every row that is still possible."""
        word, _, name = words.rpartition(" ")
        release, threshold, told = self.release, self.release.thresholds[name], dict[str, Any]()
        chosen = release.choice(name, release.chosen[name])
        rows, value, limits = self.compared(threshold, chosen, seen)
        own = all(limit(row)[1].startswith("laboratory") for row in rows)
        if "otherwise" in chosen and value and not limits and own:
            told["instead_of"] = release.chosen[name]
            chosen = release.choice(name, chosen["otherwise"])
            rows, value, limits = self.compared(threshold, chosen, seen)
        key = next((key for row in chosen["rows"] for key in row if key in release.vocabulary["findings"]), "")
        state = self.state(key) if key else ""
        under = {one: [row for row in rows if row.get(key, one) == one] for one in ("present", "absent")}
        still = [state] if state in under else [*under]
        answers = {decides(word, ends(threshold["side"], under[one], value, limits)) for one in still}
        in_force = under.get(state, rows)
        margin = ends(threshold["side"], in_force, value, limits) or ends(threshold["side"], rows, value, limits)
        told |= {
            "value": (value, threshold["unit"]),
            "measure": chosen.get("compares", threshold["of"]),
            "exact": value,
            "margin": margin and {"unit": threshold["unit"], **bounds(margin)},
            "threshold": [release.row_told(name, row, limits) for row in in_force],
        }
        if key:
            told["given"] = {"finding": key, "state": state, "by": self.by(key)}
        return answers.pop() if len(answers) == 1 else None, told

    def compared(
        self, threshold: dict[str, Any], choice: dict[str, Any], seen: dict[str, Any] | None
    ) -> tuple[list[dict[str, Any]], Interval | None, dict[str, Any] | None]:
        """Return the possible rows, the value compared, and the laboratory's limits where they tell of the side."""
        measure = choice.get("compares", threshold["of"])
        value, limits = self.facts.values.get(measure), self.facts.laboratory.get(measure)
        if seen is not None:
            # What was computed before a doubt stands nowhere else than in the condition.
            computed = COMPUTED & self.release.vocabulary["measures"][measure].keys() and "exact" in seen
            value = self.facts.received.get(measure) or (interval(seen["exact"]) if computed else None)
            limits = limits and limits | ({"flags": limits["received"]} if "received" in limits else {})
        tells = limits and value and (threshold["side"] in limits or "flags" in limits)
        return self.release.possible(choice["rows"], self.facts), value, limits if tells else None


# -- the comparison --------------------------------------------------------------------------------


def every_rule(trace: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every rule of a trace in one form: those told in full, and those told in brief by their outcome."""
    others = trace["others"].items()
    brief = [
        {"rule": one, "outcome": word, "conditions": refs} for word, rules in others for one, refs in rules.items()
    ]
    return [*trace["rules"], *brief]


def differences(decision: dict[str, Any], file: dict[str, Any]) -> list[str]:
    """
    Derive a decision again and compare.

    Args:
        decision: The answer with its full trace.

        file: ``release.json`` of its release.

    Returns:
        The place of each difference, without what stands there, so that no patient gets into a log.
    """
    try:
        meaning = Meaning(Release(file, decision["ruleset"]["profile"]), decision["trace"])
        named = [decision["ruleset"]["id"], decision["ruleset"]["version"]]
        pairs: list[Pair] = [("ruleset", named, [file["ruleset"], file["version"]])]
        pairs += [*of_rules(decision["trace"], meaning), *of_answer(decision, meaning)]
    except (AttributeError, ArithmeticError, LookupError, StopIteration, TypeError, ValueError) as error:
        # What is not in the form of a trace can be no trace of these rules.
        return [f"trace: not in the form of a trace ({type(error).__name__})"]
    return [place for place, said, follows in pairs if said != follows]


Pair = tuple[str, Any, Any]
"""A place, what is said there, and what follows."""


def of_rules(trace: dict[str, Any], meaning: Meaning) -> Iterator[Pair]:
    """Yield every rule with its outcome, its order and its conditions, and every condition with what made it."""
    release, rules, seen_by = meaning.release, every_rule(trace), dict[str, bool]()
    yield "trace/rules", sorted(one["rule"] for one in rules), sorted(release.rules)
    fired = [rule for rule, outcome in meaning.outcomes.items() if outcome == "fired"]
    fired.sort(key=lambda rule: (release.level(rule), rule))
    texts = {ref: one["text"] for ref, one in meaning.traced.items()}
    in_full = {*trace["scope"]["conditions"], *(ref for one in trace["rules"] for ref in one["conditions"])}
    for one in (one for one in rules if one["rule"] in release.rules):
        rule, place, outcome = one["rule"], f"trace/rules/{one['rule']}", meaning.outcomes[one["rule"]]
        doubts, written = release.about_results(rule), conditions(release.rules[rule]["when"])
        yield f"{place}/outcome", one["outcome"], outcome
        yield f"{place}/order", one.get("order"), fired.index(rule) + 1 if rule in fired else None
        yield (
            f"{place}/title",
            one.get("title", "").split(),
            release.rules[rule]["title"].split() if "title" in one else [],
        )
        wanted = {"fired": (True, False, None), "not-fired": (False,), "undecided": (None,)}.get(outcome, ())
        made = [text for text in written if wanted and (doubts or meaning.condition(text)[0] in wanted)]
        yield f"{place}/conditions", [texts.get(ref) for ref in one["conditions"]], made
        seen_by |= {ref: doubts and seen_by.get(ref, True) for ref in one["conditions"]}
        in_full |= {*one["conditions"]} if doubts else set()
        for seen in one.get("samples", ()):
            yield f"{place}/samples/outcome", seen["outcome"], meaning.of_sample(rule, seen)
            yield f"{place}/samples/conditions", [texts.get(ref) for ref in seen["conditions"]], written
            seen_by |= dict.fromkeys(seen["conditions"], doubts)
            in_full |= {*seen["conditions"]}
    yield "trace/scope", [texts.get(ref) for ref in trace["scope"]["conditions"]], conditions(release.scope)
    seen_by |= dict.fromkeys(trace["scope"]["conditions"], False)
    yield "trace/conditions", sorted(one["id"] for one in trace["conditions"]), sorted(seen_by)
    for ref, doubts in seen_by.items():
        if ref in meaning.traced:
            said = meaning.traced[ref]
            truth, told = meaning.condition(said["text"], said if doubts else None)
            place = f"trace/conditions/{ref}"
            yield f"{place}/result", said["result"], TRUTHS[truth]
            # What is told in brief leaves out what stands in the release.
            for name in told if ref in in_full or doubts else told.keys() & IN_BRIEF:
                if name == "value" and "threshold" in told:
                    yield f"{place}/value", near(said.get(name, ""), *told[name]), True
                else:
                    yield f"{place}/{name}", read(name, said), told[name]


def near(text: str, value: Interval | None, unit: str) -> bool:
    """Return whether the numbers of a text are those of a value, rounded; an age may be told in years."""
    if value is None or "never" in text:
        return text == "" if value is None else value[2] == END
    ends_ = [Fraction(end) for end in (value[0], value[2]) if end not in {END, -END}]
    numbers = [
        Fraction(one)
        for one in re.findall(r"-?\d+(?:\.\d+|/\d+)?", text if unit == "1" else text.removesuffix(f" {unit}"))
    ]
    if unit == "mo":
        told = [ends_[0]] if ends_[0] else ends_
        ends_ = [one for end in told for one in (end, end / 12, Fraction(end // 12))]
        numbers = numbers[:1]
    return bool(numbers) and all(any(abs(one - end) <= abs(end) / 999 for end in ends_) for one in numbers)


def read(name: str, said: dict[str, Any]) -> object:
    """Return one field of a condition, its numbers as numbers."""
    told: Any = said.get(name)
    if name == "by":
        return told or []
    if told is None or name not in {"exact", "margin", "instead_of", "threshold"}:
        return told
    if name == "exact":
        return interval(told)
    if name == "margin":
        return {end: one if one in {"+0", "-0"} or end == "unit" else Fraction(one) for end, one in told.items()}
    if name == "instead_of":
        return told["choice"]
    rows = []
    for row in told:
        number = row.get("exact") if "laboratory" in row else row.get("value", "").split(" ")[0]
        rows.append({key: row[key] for key in ROW if key in row} | {"limit": Fraction(number) if number else None})
    return rows


def of_answer(decision: dict[str, Any], meaning: Meaning) -> Iterator[Pair]:
    """Yield scope, findings, claims, advice and status, as they are told and as they follow."""
    release, trace, vocabulary = meaning.release, decision["trace"], meaning.release.vocabulary
    scope = {True: "in", False: "out", None: "unknown"}[meaning.scope]
    yield "scope", (decision["scope"]["state"], trace["scope"]["state"]), (scope, scope)
    derived = [name for name, one in vocabulary["findings"].items() if one["kind"] == "derived" and scope != "out"]
    said: list[Any] = [(one["finding"], one["state"], one["by"]) for one in decision["findings"]]
    yield "findings", said, [(name, meaning.state(name), meaning.by(name)) for name in derived]
    verdicts, kinds = meaning.verdicts if scope == "in" else {}, vocabulary["conclusions"]
    places = {
        name: (CERTAINTIES.index(certainty), KINDS.index(kinds[name]["kind"]), name)
        for name, (certainty, _) in verdicts.items()
    }
    claims = [
        (name, *verdicts[name], meaning.claims(name, speaking_for=True), meaning.claims(name, speaking_for=False))
        for name in sorted(places, key=places.__getitem__)
    ]
    fields = ("conclusion", "certainty", "contested", "for", "against")
    told = {one["conclusion"] for one in trace["conclusions"] if one["told"]}
    yield "trace/conclusions", [tuple(one[field] for field in fields) for one in trace["conclusions"]], claims
    said = [tuple(one[field] for field in fields) for one in decision["conclusions"]]
    yield "conclusions", said, [claim for claim in claims if claim[0] in told]
    advice = []
    for name, one in vocabulary["advice"].items():
        given = [release.rules[rule]["then"] for rule in meaning.firing("advise", name)]
        urgencies = [URGENCIES.index(one["urgency"]) for one in given if scope == "in" or one.get("scope") == "any"]
        if urgencies:
            advice.append((min(urgencies), int(one["step"]), one["title"], name))
    said = [(one["advice"], one["urgency"]) for one in decision["advice"]]
    yield "advice", said, [(name, URGENCIES[urgency]) for urgency, _, _, name in sorted(advice)]
    sure = {name for name, verdict in verdicts.items() if verdict in {("confirmed", False), ("likely", False)}}
    answered = release.question in sure and any(kinds[name]["kind"] in KINDS[:2] for name in sure)
    concluded = answered or verdicts.get(release.question) == ("excluded", False)
    # Which of the two it is while the question is open depends on what could still be sent.
    still_open = decision["status"] if decision["status"] in {"more-data-needed", "inconclusive"} else "open"
    yield "status", decision["status"], "not-applicable" if scope == "out" else "concluded" if concluded else still_open


def main(arguments: list[str]) -> int:
    """
    Verify one decision, and print each difference.

    Args:
        arguments: The decision's file, or ``-``, and the folder of the release.

    Returns:
        0 where there is no difference, 1 where there is one, 2 where nothing could be compared.
    """
    if len(arguments) != len(("decision", "release")):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        decision = json.loads(
            sys.stdin.read() if arguments[0] == "-" else Path(arguments[0]).read_text(encoding="utf-8")
        )
        raw, manifest = (Path(arguments[1], name).read_bytes() for name in ("release.json", "manifest.json"))
    except (OSError, ValueError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    found = differences(decision, json.loads(raw))
    if decision["ruleset"]["digest"] != f"sha256:{hashlib.sha256(manifest).hexdigest()}":
        found.append("ruleset/digest")
    if json.loads(manifest)["files"]["release.json"] != hashlib.sha256(raw).hexdigest():
        found.append("release.json")
    print("\n".join(found) if found else "All that is derived again follows from the rules.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
