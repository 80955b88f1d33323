"""
What an explanation takes on top of its decision: a conclusion of each decision, and all of them at once.

The decision is there already, with its status, as it is after an evaluation was decided again.
"""

from __future__ import annotations

import json
import statistics
import time
from itertools import islice
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from service import bootstrap
from service.adapters.knowledge.folder import KnowledgeFolder
from service.application.decide import decide
from service.application.evaluate import DEFAULT_PROFILE
from service.application.explain import EXPLAINERS
from service.application.explanation.asked import Asked
from service.application.registers import REGISTERS
from service.domain.question import status
from service.domain.told import told
from tests.benchmarks.panels import RULESET, examples, varied
from tests.running import ROOT

if TYPE_CHECKING:
    from service.domain.decision import Decision
    from service.domain.release import Release

REGISTER = "clinician"


def decisions(release: Release, requests: list[bytes]) -> list[Decision]:
    """Decide requests by a release; those in scope, with a conclusion that is told."""
    engine = bootstrap.engine(release)
    found = []
    for request in requests:
        decision, _ = decide(release, release.profiles[DEFAULT_PROFILE], engine, bootstrap.question(request).panel)
        status(decision)
        if told(decision):
            found.append(decision)
    engine.close()
    return found


def explanations(release: Release, requests: list[bytes], runs: int) -> dict[str, dict[str, float]]:
    """
    Time the questions that a decision alone answers.

    Args:
        release: What decides.

        requests: Panels as they are posted.

        runs: How often each panel is decided and explained anew; nothing that one run found out helps the next.

    Returns:
        Milliseconds of this process by question: median, 95 % within, greatest.
    """
    seen: dict[str, list[float]] = {}
    for _ in range(runs):
        for of, explain in EXPLAINERS.items():
            for decision in decisions(release, requests):
                name = told(decision)[0][0]
                seen.setdefault(f"{of}, one conclusion", []).append(_timed(explain, decision, of, name))
            for decision in decisions(release, requests):
                seen.setdefault(f"{of}, all conclusions", []).append(_timed(explain, decision, of, None))
    return {
        name: {
            "median": round(statistics.median(of), 2),
            "p95": round(statistics.quantiles(of, n=20)[-1], 2),
            "max": round(max(of), 2),
        }
        for name, of in seen.items()
    }


def _timed(explain: object, decision: Decision, of: str, conclusion: str | None) -> float:
    started = time.process_time_ns()
    explain(decision, Asked(of, REGISTER, REGISTERS[REGISTER], conclusion))  # type: ignore[operator]
    return (time.process_time_ns() - started) / 1e6


def measure(runs: int, panels: int) -> int:
    """Measure, print the table, and end with one line of JSON."""
    release = KnowledgeFolder(ROOT / "knowledge").release(RULESET, "draft", "")[0]
    requests = [*examples(), *islice(varied(panels), panels)]
    figures = explanations(release, requests, runs)
    title = f"Milliseconds on top of a decision ({len(requests)} panels, {runs} runs)"
    table = Table("question", title=title, title_justify="left")
    for heading in ("median", "p95", "max"):
        table.add_column(heading, justify="right")
    for name, of in figures.items():
        table.add_row(name, *(f"{value:.2f}" for value in of.values()))
    Console(width=100).print(table)
    print(json.dumps({"benchmark": "explaining", "runs": runs, "panels": len(requests), "figures": figures}))
    return 0
