"""
What the verifier notices: one thing is changed at a time, in a decision or in its release.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.web.requests import parse_question
from tests import verifying

VERIFIER = Path(__file__).parents[2] / "service" / "verifier.py"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)

UNNOTICED = {
    # How a value was read from what was sent, and how it was computed, is not derived again.
    r"trace/inputs/\d+/given/.*": "what was sent; `used` is what rules read",
    r"trace/(inputs/\d+/(used|received)|(patient|derived)/\d+/value)/(text|unit)": "beside the ends",
    r"trace/inputs/\d+/result": "a name that the caller gave",
    r"trace/inputs/\d+/doubted_by/.*": "told beside `received`; the rules say whom they doubt",
    r"trace/(patient|observed)/\d+/origin": "where it was said",
    r"trace/derived/\d+/(formula|operands/.*|from/\d+|attribute)": "how it was computed",
    # What is told for people beside what decides, or of what was not sent.
    r"trace/conditions/\d+/((from|row_by|doubted_by|needs|waits_for)/\d+|origin|reason|exact/unit)": "told",
    r"trace/conditions/\d+/threshold/\d+/(flag|from/\d+)": "told",
    r"trace/conditions/\d+/instead_of/reason": "told",
    r"trace/rules/\d+/samples/\d+/(time|measures/\d+|events/.*)": "when the sample was drawn",
    r"trace/rules/\d+/(gives|sources)/.*": "told beside the outcome; the release says it",
    r"trace/conclusions/\d+/told": "which claims are worth telling is not derived again",
}
"""What may be changed unnoticed, with the reason."""


def decided(**said: Any) -> dict[str, Any]:
    """
    Return the decision about a panel that is said as a request says it.
    """
    panel = parse_question(json.dumps(said).encode(), lambda: NOW).panel
    return verifying.decided(panel, said.get("profile", "default"))


def result(measure: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    """
    Return a result as a request says it.
    """
    return {"measure": measure, "value": value, "unit": unit, **more}


PATIENT = {"age": {"value": 34, "unit": "a"}, "sex": "female", "pregnancy": "not-pregnant"}
DECISIONS = {
    "deficient": {
        "patient": PATIENT,
        "results": [
            result("hemoglobin", 9.1, "g/dL"),
            result("mcv", 71, "fL"),
            result("ferritin", 5, "ng/mL", comparator="<"),
            result("crp", 2, "mg/L"),
        ],
    },
    "laboratory": {
        "profile": "bsg-2021",
        "patient": PATIENT,
        "results": [
            result("hemoglobin", 11.8, "g/dL", reference={"low": 12.0, "high": 16.0}, flag="L"),
            result("mcv", 90, "fL"),
            result("ferritin", 120, "ug/L"),
        ],
    },
    "doubted": {
        "patient": PATIENT,
        "as_of": "2026-11-20T10:00:00Z",
        "results": [
            result("hemoglobin", 118, "g/L", time="2026-11-20T08:00:00Z"),
            result("mcv", 78, "fL", time="2026-11-20T08:00:00Z"),
            result("glucose", 40, "mmol/L", time="2026-11-20T08:00:00Z"),
            result("hemoglobin-a2", 4.2, "%", time="2026-11-20T08:00:00Z"),
        ],
        "events": [{"event": "red-cell-transfusion", "date": "2026-11-19"}],
    },
    "unknown": {"patient": {"age": {"value": 70, "unit": "a"}}, "results": [result("hemoglobin", 125, "g/L")]},
}


@pytest.fixture(scope="module")
def decisions():
    """
    A decision of each kind, all of which follow from the rules.
    """
    made = {name: decided(**said) for name, said in DECISIONS.items()}
    assert {name: verifying.verified(one) for name, one in made.items()} == {name: [] for name in made}
    return made


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """
    Yield the path of every text, number and flag.
    """
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def changed(value: Any, path: tuple[str | int, ...], to: Any = None) -> Any:
    """
    Return a copy in which one thing is another.
    """
    made = copy.deepcopy(value)
    holder = made
    for key in path[:-1]:
        holder = holder[key]
    was = holder[path[-1]]
    holder[path[-1]] = to if to is not None else other(was)
    return made


def other(was: Any) -> Any:
    """
    Return something that is like a value and another.
    """
    if isinstance(was, bool):
        return not was
    if isinstance(was, int):
        return was + 1
    number = re.search(r"\d+", was)
    if number:
        return was[: number.start()] + str(int(number[0]) + 1) + was[number.end() :]
    opposites = {"true": "false", "false": "unknown", "unknown": "true", "present": "absent", "absent": "present"}
    return opposites.get(was, f"{was}-other")


def unnoticed(decision: dict[str, Any], path: tuple[str | int, ...]) -> bool:
    """
    Return whether a change may stay unnoticed, for a reason that is listed.
    """
    place, trace = "/".join(map(str, path)), decision["trace"]
    if any(re.fullmatch(pattern, place) for pattern in UNNOTICED):
        return True
    if not re.fullmatch(r"trace/(inputs|patient|derived|laboratory|observed|conditions)/\d+/.*", place):
        return False
    one = trace[path[1]][path[2]]
    if path[1] == "conditions":
        elapsed = "days-since" in one["text"] and place.endswith(("_open", f"{path[2]}/value"))
        # Of a laboratory's limit `exact` is read, which stands beside it; so it is of an elapsed time, whose ends no
        # limit touches.
        return elapsed or (place.endswith("/value") and "threshold" in path and "exact" in one["threshold"][path[4]])
    name = one.get("measure") or one.get("name") or one.get("finding")
    asked = {said.get("measure", "") for said in trace["conditions"]}
    asked |= {said["text"].partition(":")[0] for said in trace["conditions"]}
    # What no condition asks for decides nothing. Only doubts have seen what is set aside, and what a result was before.
    if path[1] == "inputs" and ("used" not in one or "received" in path):
        return name != "glucose" or path[3] == "measure"
    other_side = path[1] == "laboratory" and path[3] == "high" and one["flags"] == ["L"]
    return name not in asked or other_side or (name.startswith("days-since") and place.endswith("_open"))


class TestTampering:
    @pytest.mark.parametrize("name", DECISIONS)
    def test_trace(self, decisions, name):
        """
        Whatever one text, number or flag of a trace is changed, it is noticed, save for what is listed.
        """
        decision = decisions[name]
        paths = [path for path in leaves({"trace": decision["trace"]}) if not unnoticed(decision, path)]
        kinds: dict[str, list[tuple[str | int, ...]]] = {}
        for path in paths:
            kinds.setdefault(re.sub(r"\d+|[A-Z]{3}-\d+", "*", "/".join(map(str, path))), []).append(path)
        # Of each kind of place some, the first and the last among them.
        tried = [path for of in kinds.values() for path in {*of[:3], *of[:: len(of) // 4 + 1], of[-1]}]

        missed = ["/".join(map(str, path)) for path in tried if not verifying.verified(changed(decision, path))]

        assert len(tried) > 80
        assert missed == []

    @pytest.mark.parametrize("name", DECISIONS)
    @pytest.mark.parametrize("part", ["rules", "conditions", "others", "conclusions"])
    def test_left_out(self, decisions, name, part):
        """
        A rule, a condition or a claim that was taken out of a trace is missed, and one that was put in is noticed.
        """
        decision = decisions[name]
        held = decision["trace"][part]
        keys = [(key,) for key in range(len(held))] if isinstance(held, list) else []
        keys += [(word, rule) for word, rules in held.items() for rule in rules] if isinstance(held, dict) else []
        for key in keys:
            without = copy.deepcopy(decision)
            holder = without["trace"][part]
            for step in key[:-1]:
                holder = holder[step]
            del holder[key[-1]]
            assert verifying.verified(without), key
            if isinstance(held, list):
                twice = copy.deepcopy(decision)
                twice["trace"][part].append(twice["trace"][part][key[0]])
                assert verifying.verified(twice), key

    @pytest.mark.parametrize("name", DECISIONS)
    def test_answer(self, decisions, name):
        """
        A status, a state, a certainty, an urgency or an order that is told otherwise is noticed.
        """
        decision = decisions[name]
        told = [path for path in leaves(decision) if re.fullmatch(
            r"ruleset/(id|version)|scope/state|findings/\d+/(finding|state|by/\d+)|advice/\d+/(advice|urgency)"
            r"|conclusions/\d+/(conclusion|certainty|contested|(for|against)/\d+)", "/".join(map(str, path)),
        )]  # fmt: skip

        assert [path for path in told if not verifying.verified(changed(decision, path))] == []
        for part in ("findings", "advice", "conclusions"):
            if len(decision[part]) > 1:
                turned = decision | {part: decision[part][::-1]}
                assert verifying.verified(turned) == [part]
        swapped = {"concluded": "more-data-needed"}.get(decision["status"], "concluded")
        assert verifying.verified(decision | {"status": swapped}) == ["status"]

    def test_between_open(self, decisions):
        """
        Whether more data could still answer is not derived again: both words for an open question are taken.
        """
        assert verifying.verified(decisions["unknown"] | {"status": "inconclusive"}) == []

    @pytest.mark.parametrize("name", ["deficient", "laboratory", "doubted"])
    def test_release(self, decisions, name):
        """
        A release in which one word of a rule that fired is another is noticed.
        """
        decision, file = decisions[name], verifying.rule_file()
        traced = {rule["rule"] for rule in decision["trace"]["rules"] if rule["outcome"] == "fired"}

        paths: list[tuple[str | int, ...]] = []
        for rule_path, rule in file["rules"].items():
            if rule["id"] in traced:
                paths += [
                    ("rules", rule_path, *path) for path in leaves({"when": rule["when"], "title": rule["title"]})
                ]
                paths += [
                    ("rules", rule_path, "then", key)
                    for key in ("establish", "rule out", "conclude", "certainty")
                    if key in rule["then"]
                ]

        missed = [path for path in paths if not verifying.verified(decision, changed(file, path))]

        assert len(paths) > 5
        assert missed == []

    def test_limit(self, decisions):
        """
        A limit, a row, a source or a locator that is another in the release is noticed.
        """
        file, decision = verifying.rule_file(), decisions["deficient"]
        rows = file["thresholds"]["thresholds"]["iron-deficiency-ferritin"]["choices"]["who-2020"]["rows"]
        place = ("thresholds", "thresholds", "iron-deficiency-ferritin", "choices", "who-2020")
        row = next(
            number
            for number, one in enumerate(rows)
            if one.get("inflammation") == "absent" and "from 5 a" in one["age"]
        )

        assert verifying.verified(decision, changed(file, (*place, "rows", row, "below"), "16"))
        assert verifying.verified(decision, changed(file, (*place, "rows", row, "age"), "from 6 a"))
        assert verifying.verified(decision, changed(file, (*place, "where"), "elsewhere"))
        assert verifying.verified(decision, changed(file, (*place, "source"), "aga-2020"))


class TestProgram:
    @pytest.fixture
    def release(self, tmp_path):
        """
        A folder of a release, and its digest.
        """
        raw = json.dumps(verifying.rule_file()).encode()
        manifest = json.dumps({"files": {"release.json": hashlib.sha256(raw).hexdigest()}}).encode()
        (tmp_path / "release.json").write_bytes(raw)
        (tmp_path / "manifest.json").write_bytes(manifest)
        return tmp_path, f"sha256:{hashlib.sha256(manifest).hexdigest()}"

    @staticmethod
    def run(*arguments: str | Path, said: str = "") -> subprocess.CompletedProcess[str]:
        """
        Run the verifier as an auditor does, alone.
        """
        command = [sys.executable, "-I", str(VERIFIER), *map(str, arguments)]
        return subprocess.run(command, input=said, capture_output=True, text=True, check=False)

    def test_file(self, decisions, release):
        """
        A decision in a file is verified against the folder of its release.
        """
        folder, digest = release
        decision = copy.deepcopy(decisions["deficient"])
        decision["ruleset"]["digest"] = digest
        (folder / "decision.json").write_text(json.dumps(decision))

        done = self.run(folder / "decision.json", folder)

        assert (done.returncode, done.stdout) == (0, "All that is derived again follows from the rules.\n")

    def test_differences(self, decisions, release):
        """
        Each difference is told with its place, and with nothing of the patient; the digests are compared.
        """
        folder, _ = release
        decision = decisions["deficient"] | {"status": "inconclusive"}
        (folder / "release.json").write_text((folder / "release.json").read_text() + " ")

        done = self.run("-", folder, said=json.dumps(decision))

        assert (done.returncode, done.stdout) == (1, "status\nruleset/digest\nrelease.json\n")

    def test_no_trace(self, release):
        """
        What is no decision with a trace follows from nothing.
        """
        folder, digest = release
        decision = {"ruleset": {"profile": "default", "digest": digest}, "trace": {}}

        done = self.run("-", folder, said=json.dumps(decision))

        assert (done.returncode, done.stdout) == (1, "trace: not in the form of a trace (KeyError)\n")

    def test_usage(self):
        """
        Without a decision and a folder it says what it needs.
        """
        done = self.run()

        assert done.returncode == 2
        assert "DECISION.json RELEASE_FOLDER" in done.stderr
