"""
The small rule set of `tests/knowledge/good`, with changes, and patients to decide with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from service.adapters.durable_rules.engine import DurableRulesEngine
from service.adapters.knowledge.folder import KnowledgeFolder, read_files
from service.domain.cases import Case
from service.domain.decision import Decision
from service.domain.facts import Facts, resolve
from service.domain.given import GivenEvent, GivenFinding, GivenPanel
from service.domain.intake import take_in
from service.domain.language.patients import PatientReader
from service.domain.language.reader import Reader
from service.domain.measures import MeasureKind
from service.domain.nodes import node_of
from service.domain.panel import Panel
from service.domain.quantities import parse_quantity
from service.domain.release import Release
from service.domain.scales import State
from service.domain.semantics import interpret

KNOWLEDGE = Path(__file__).parent / "knowledge" / "good"
RULESET = "small"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)

Change = tuple[str, str, str]
"""A file, a text in it, and the text to put there instead."""


@lru_cache(maxsize=1)
def files() -> Mapping[str, bytes]:
    """
    Return the files of the rule set, by path.
    """
    return KnowledgeFolder(KNOWLEDGE).files(RULESET)


def changed(*changes: Change) -> dict[str, bytes]:
    """
    Return the files with changes; each must find its text exactly once.
    """
    found = dict(files())
    for file, before, after in changes:
        text = found[file].decode()
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in {file}"
        found[file] = text.replace(before, after).encode()
    return found


def read(given: Mapping[str, bytes]) -> tuple[Release, tuple[Case, ...]]:
    """
    Read files as a rule set with its cases.
    """
    return read_files(given, RULESET, "draft", "sha256:0")


@lru_cache(maxsize=64)
def release(*changes: Change) -> Release:
    """
    Return the rule set with changes.
    """
    return read(changed(*changes))[0]


@lru_cache(maxsize=64)
def engine(*changes: Change) -> DurableRulesEngine:
    """
    Return an engine that holds the rule set with changes.
    """
    return DurableRulesEngine(release(*changes), probe=False)


def given(of: Release, /, **said: object) -> GivenPanel:
    """
    Return a panel from words: ``hemoglobin="9.1 g/dL"``; underscores stand for hyphens.

    A list gives several results, a pair of a text and a time one with its time, and a mapping one as
    it stands in a case: ``{"value": "9.1 g/dL", "laboratory": "12 to 16 g/dL", "flag": "L"}``; an event
    is an instant, a day, ``never``, or ``happened`` nobody knows when.
    """
    words = of.vocabulary
    attributes, quantities, results, findings, events = {}, {}, [], [], []
    keep = {key: said.pop(key) for key in ("birth_date", "complete", "assume") if key in said}
    for key, value in said.items():
        name = key.replace("_", "-")
        if name in words.measures and words.measures[name].kind is not MeasureKind.PATIENT:
            for one in value if isinstance(value, list) else [value]:
                told, time = one if isinstance(one, tuple) else (one, None)
                number = len(results)
                reader = Reader()
                result = PatientReader(reader, words).result(node_of(told, ""), name, f"/results/{number}")
                assert reader.problems == []
                results.append(replace(result, id=f"r{number + 1}", time=time))
        elif name in words.measures:
            quantities[name] = (parse_quantity(str(value)), f"/patient/{name}")
        elif name in words.events:
            at = None if value in {"never", "happened"} else value
            events.append(GivenEvent(name, f"/events/{len(events)}", at, value == "happened"))
        elif name in words.findings:
            findings.append(GivenFinding(name, State(value), f"/findings/{len(findings)}"))
        else:
            attributes[name] = (str(value), f"/patient/{name}")
    return GivenPanel(
        NOW,
        attributes,
        quantities,
        keep.get("birth_date"),
        tuple(results),
        tuple(findings),
        tuple((group, f"/complete/{n}") for n, group in enumerate(keep.get("complete", ()))),
        {name: (text, f"/assume/{name}") for name, text in keep.get("assume", {}).items()},
        tuple(events),
    )


def panel(*changes: Change, profile: str = "default", **said: object) -> Panel:
    """
    Take in what is said of a patient.
    """
    of = release(*changes)
    return take_in(of, of.profiles[profile], given(of, **said))


def facts(*changes: Change, profile: str = "default", **said: object) -> Facts:
    """
    Resolve what is said of a patient.
    """
    of = release(*changes)
    return resolve(of, of.profiles[profile], panel(*changes, profile=profile, **said))


def decide(*changes: Change, profile: str = "default", **said: object) -> Decision:
    """
    Decide what is said of a patient, by the engine and the semantics.
    """
    of = release(*changes)
    took = panel(*changes, profile=profile, **said)
    resolved = resolve(of, of.profiles[profile], took)
    inferred = engine(*changes).infer(resolved)
    return Decision(of, of.profiles[profile], took, resolved, inferred, interpret(of, resolved))
