"""
What a trace costs: time beside the inference, bytes as answered and as stored, time to derive it again.
"""

from __future__ import annotations

import json
import statistics
import time
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from service.adapters.sql_record.packing import packed, prepared
from service.application.answer import document
from service.application.canonical import canonical_json
from service.application.decide import decide
from service.application.evaluate import DEFAULT_PROFILE
from service.application.ports import Evaluation
from service.application.trace import trace
from service.application.view import view
from service.domain.measures import MeasureKind
from tests import verifying
from tests.benchmarks.panels import examples, questions, varied

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.domain.release import Release


def largest(release: Release) -> bytes:
    """Return the request in which every measure is reported, a quarter up its usual range, and every sign is absent."""
    results = []
    for measure in release.vocabulary.measures.values():
        usual = measure.usual or measure.possible
        if measure.kind is MeasureKind.LABORATORY and usual is not None:
            low, high = usual.bounds
            results.append(
                {"measure": measure.name, "value": round(float(low + (high - low) / 4), 2), "unit": measure.unit}
            )
    signs = [one.name for one in release.vocabulary.findings.values() if one.observed]
    patient = {"age": {"value": 34, "unit": "a"}, "sex": "female", "pregnancy": "not-pregnant"}
    findings = [{"finding": name, "state": "absent"} for name in signs]
    return json.dumps({"patient": patient, "results": results, "findings": findings}).encode()


def measure(runs: int, panels: int) -> int:
    """Measure, print a table, and end with one line of JSON."""
    release, engine, file = verifying.knowledge(), verifying.engine(), verifying.rule_file()
    profile = release.profiles[DEFAULT_PROFILE]
    kinds = {
        "examples": questions(examples()),
        "varied": questions(list(varied(panels))),
        "every measure": questions([largest(release)]),
    }
    decided = {kind: [decide(release, profile, engine, one.panel)[0] for one in of] for kind, of in kinds.items()}
    common = b"".join(canonical_json(document(one)) for one in decided["examples"])
    by = prepared("", common)
    told: dict[str, Any] = {"benchmark": "trace", "rules": len(release.rules)}
    for kind, decisions in decided.items():
        fulls = [document(one) for one in decisions]
        chains = [view(full, "chain") for full in fulls]
        stored = [
            _stored(canonical_json(full), canonical_json(chain), by) for full, chain in zip(fulls, chains, strict=True)
        ]
        sizes = {
            "full trace, bytes": [len(canonical_json(full["trace"])) for full in fulls],
            "chain, bytes": [len(canonical_json(chain["trace"])) for chain in chains],
            "document as stored, bytes": [one["document"] for one in stored],
            "answer as stored, bytes": [one["answer"] for one in stored],
        }
        told[kind] = {name: {"median": statistics.median(of), "max": max(of)} for name, of in sizes.items()}
    some = list(islice(cycle(kinds["varied"]), panels))
    times: dict[str, list[float]] = {"inference": [], "trace": [], "document": [], "verifier": []}
    for _ in range(runs):
        # Decided anew each time: a decision remembers what was asked of it.
        fresh = _timed(
            times["inference"], [(release, profile, engine, one.panel) for one in some], lambda of: decide(*of)[0]
        )
        _timed(times["trace"], fresh, trace)
        again = [decide(release, profile, engine, one.panel)[0] for one in some]
        _timed(times["document"], again, document)
        read = [verifying.answered(one) for one in again[:20]]
        _timed(times["verifier"], read, lambda one: verifying.verified(one, file))
    told["microseconds"] = {name: round(statistics.median(of)) for name, of in times.items()}
    told["trace beside inference"] = round(statistics.median(times["trace"]) / statistics.median(times["inference"]), 2)
    _show(told)
    print(json.dumps(told))
    return 0


def _timed(into: list[float], what: list[Any], work: Callable[[Any], object]) -> list[Any]:
    """Do something to each, keep the microseconds of the processor that it took, and return what came of it."""
    began = time.process_time_ns()
    done = [work(one) for one in what]
    into.append((time.process_time_ns() - began) / 1000 / len(what))
    return done


def _stored(full: bytes, answer: bytes, by: Any) -> dict[str, int]:
    """Return how many bytes of an evaluation are stored."""
    one = Evaluation(*[""] * 10, full, answer)
    request = Evaluation(*[getattr(one, name) for name in one.__slots__[:9]], b"", full, answer)
    return {name: len(blob) for name, blob in packed(request, by).items()}


def _show(told: dict[str, Any]) -> None:
    console = Console(width=110)
    table = Table(title=f"{told['rules']} rules", title_justify="left")
    for heading in ("panels", "what", "median", "max"):
        table.add_column(heading)
    for kind in ("examples", "varied", "every measure"):
        for name, of in told[kind].items():
            table.add_row(kind, name, f"{of['median']:.0f}", str(of["max"]))
    console.print(table)
    console.print(f"Microseconds: {told['microseconds']}; trace beside inference: {told['trace beside inference']:.0%}")
