"""
``python -m tests.benchmarks searching``: how long it takes to tell what would settle and change a conclusion.

Each conclusion that is told of the published cases is asked about, with the solver warm, as a service would keep it.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from service import bootstrap
from service.application.change import Change
from service.application.decide import decide
from service.application.settle import Settle
from service.domain.explanation.cone import cone_of
from tests.searching import shared_cases
from tests.strategies import knowledge

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.application.change import Changing
    from service.application.settle import Settling
    from service.domain.decision import Decision
    from service.domain.given import GivenPanel

    Asked = Callable[[Decision, GivenPanel, str], Settling | Changing]


def measure(runs: int, most: int) -> int:
    """Measure both, print a table, and end with a line of JSON; *most* conclusions are asked about in each run."""
    release = knowledge()
    profile, engine, search = release.profiles["default"], bootstrap.engine(release), bootstrap.search()
    kinds: dict[str, Asked] = {"settle": Settle(search, engine), "change": Change(search, engine)}
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    undecided = dict.fromkeys(kinds, 0)
    try:
        decided = [(decide(release, profile, engine, case.panel)[0], case.panel) for case in shared_cases()]
        asked = [(one, given, name) for one, given in decided for name, _ in one.conclusions][:most]
        for conclusion in release.vocabulary.conclusions:
            cone_of(release, conclusion)
        search.warm()
        for ask in kinds.values():
            ask(*asked[0])
        for _ in range(runs):
            for kind, ask in kinds.items():
                for one in asked:
                    started = time.perf_counter()
                    told = ask(*one)
                    taken[kind].append((time.perf_counter() - started) * 1e3)
                    undecided[kind] += getattr(told, "undecided", "") != "" or not getattr(told, "complete", True)
    finally:
        search.close()
        engine.close()
    figures = {kind: _figures(of) | {"undecided": undecided[kind]} for kind, of in taken.items()}
    _show(figures, len(asked), len(release.rules))
    told_of = {"benchmark": "searching", "runs": runs, "conclusions": len(asked), "rules": len(release.rules)}
    print(json.dumps(told_of | {"python": platform.python_version(), "cpus": os.cpu_count(), "figures": figures}))
    return 0


def _figures(of: list[float]) -> dict[str, float]:
    places = statistics.quantiles(of, n=20)
    return {"p50": round(statistics.median(of), 1), "p95": round(places[-1], 1), "max": round(max(of), 1)}


def _show(figures: dict[str, dict[str, float]], asked: int, rules: int) -> None:
    table = Table(title=f"Milliseconds for one conclusion ({asked} of published cases, {rules} rules)")
    for heading in ("what", "median", "95 % within", "max", "not known within the limits"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for kind, of in figures.items():
        table.add_row(kind, *(f"{of[name]:.0f}" for name in ("p50", "p95", "max", "undecided")))
    Console(width=110).print(table)


__all__ = ["measure"]
