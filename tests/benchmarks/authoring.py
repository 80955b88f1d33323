"""
How long an author waits: a check, a look after a save, the start of the service, on two hundred rules.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from service import bootstrap
from service.config import Settings
from tests.benchmarks.many import write_many
from tests.running import BIN, environment, running

GOALS = {
    "ferrule check": 2.0,
    "ferrule check, with generated cases": 2.0,
    "ferrule watch, a look after a rule was saved": 1.0,
    "ferrule watch, a look after a limit was saved": 1.0,
    "the service's start": 3.0,
}
"""Seconds that each may take."""


def measure(runs: int, rules: int) -> int:
    """
    Measure each of `GOALS`, the runs taking turns, and print medians.

    Args:
        runs: How often.

        rules: How many rules there are to be.

    Returns:
        1 if a median is over its goal.
    """
    samples: dict[str, list[float]] = {name: [] for name in GOALS}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        root = write_many(home, rules)
        env = environment(home, home / "versions", FERRULE_KNOWLEDGE=str(root))
        _run(env, "schemas")
        _run(env, "publish", next(root.glob("*/ruleset.yaml")).parent.name, "--by", "tests", "--because", "Speed.")
        first, second, *others = GOALS
        for _ in range(runs):
            samples[first].append(_run(env, "check"))
        _run(env, "cases")
        for _ in range(runs):
            samples[second].append(_run(env, "check"))
        for name, seconds in zip(others, looks(root, env, runs), strict=False):
            samples[name] += seconds
        for number in range(runs):
            with running(home / f"service-{number}", home / "versions") as service:
                samples[others[-1]].append(service.seconds)
        generated = len(list(root.glob("*/generated/*.yaml")))
    return _tell(samples, {"benchmark": "authoring", "rules": rules, "runs": runs, "generated_files": generated})


def _run(env: dict[str, str], *words: str) -> float:
    started = time.perf_counter()
    subprocess.run([str(BIN / "ferrule"), *words], env=env, check=True, capture_output=True)
    return time.perf_counter() - started


def looks(root: Path, env: dict[str, str], runs: int) -> tuple[list[float], list[float]]:
    """Return the seconds of looks after a rule, and after a limit, was edited and edited back."""
    watch = bootstrap.watch(Settings.from_env(env))
    watch.look()
    edits = (
        (next(root.glob("*/rules/anemia/ane-040-severe-anemia.yaml")), "title: ", "title: Still "),
        (next(root.glob("*/thresholds.yaml")), "above: 45", "above: 46"),
    )
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for seconds, (path, before, after) in zip(found, edits, strict=True):
            text = path.read_text(encoding="utf-8")
            for now in (text.replace(before, after, 1), text):
                path.write_text(now, encoding="utf-8")
                started = time.perf_counter()
                (look,) = watch.look()
                seconds.append(time.perf_counter() - started)
                assert not look.faults
    return found


def _tell(samples: dict[str, list[float]], told: dict[str, object]) -> int:
    table = Table(title=f"Seconds on {told['rules']} rules, median of {told['runs']} runs", title_justify="left")
    for heading in ("what", "median", "min", "max", "goal"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for name, of in samples.items():
        figures = (statistics.median(of), min(of), max(of), GOALS[name])
        table.add_row(name, *(f"{value:.2f}" for value in figures))
    Console(width=110).print(table)
    medians = {name: round(statistics.median(of), 3) for name, of in samples.items()}
    print(json.dumps(told | {"seconds": medians}))
    return int(any(medians[name] > goal for name, goal in GOALS.items()))
