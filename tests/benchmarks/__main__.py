"""
``python -m tests.benchmarks``: panels per second, and where the time goes; ``... memory``: whether it stays flat;
``... authoring``: how long an author waits; ``... trace``: what a trace costs in time and bytes;
``... explaining``: what an explanation takes on top of its decision.

Timings say something about this machine in this minute only, so nothing in the suite asserts one. Every figure
is the median of runs that take turns, with the least and the greatest beside it; compare figures of one table,
not of two. The working copy is published into a temporary folder and measured from there.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from service import bootstrap
from service.config import Settings
from tests.benchmarks import authoring, explaining, memory, traces
from tests.benchmarks.host import WAYS
from tests.benchmarks.http_load import load
from tests.benchmarks.panels import RULESET, examples, varied
from tests.benchmarks.parts import PARTS, Clock, Road
from tests.contract.engine.child import memory_is_zeroed
from tests.running import ROOT, environment, publish, running

if TYPE_CHECKING:
    from collections.abc import Sequence

HOST_SECONDS = 120


class Figures:
    """Samples by name, and their medians."""

    def __init__(self) -> None:
        self.samples: defaultdict[str, list[float]] = defaultdict(list)
        self.remarks: dict[str, str] = {}

    def add(self, name: str, value: float) -> None:
        """Add the sample of one run."""
        self.samples[name].append(value)

    def median(self, name: str) -> float:
        """Return the median of a figure."""
        return statistics.median(self.samples[name])

    def as_json(self) -> dict[str, dict[str, float]]:
        """Return every figure with median, least and greatest."""
        return {
            name: {"median": round(statistics.median(of), 1), "min": round(min(of), 1), "max": round(max(of), 1)}
            for name, of in self.samples.items()
        }


def measure_parts(road: Road, requests: list[bytes], figures: Figures) -> None:
    """Take requests along the road once; microseconds per panel for each part."""
    clock = Clock()
    for request in requests:
        road.evaluate(request, clock)
    each = {part: clock.nanoseconds[part] / 1000 / len(requests) for part in PARTS}
    for part, microseconds in each.items():
        figures.add(part, microseconds)
    unrecorded = sum(each.values()) - each["record"]
    figures.add("all but the record", unrecorded)
    figures.add("all", sum(each.values()))


def measure_host(way: str, panels: int, versions: Path, figures: Figures) -> None:
    """Run the documented Host in a child process; microseconds per panel, or how it ended."""
    name = f"Host: {WAYS[way]}"
    env = environment(versions.parent, versions)
    command = [sys.executable, "-m", "tests.benchmarks.host", way, str(panels)]
    try:
        ended = subprocess.run(
            command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=HOST_SECONDS, check=False
        )
        said, code = ended.stdout, ended.returncode
    except subprocess.TimeoutExpired as error:
        said, code = (error.stdout or b"").decode(), None
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    done = lines[-1] if lines else {"panels": 0, "seconds": 0.0, "wrong": 0}
    remark = f"{done['wrong']} of {done['panels']} answers wrong"
    if code is None:
        remark += f"; did not end within {HOST_SECONDS} s"
    elif code < 0:
        remark += f"; CRASHED after {done['panels']} panels: {signal.Signals(-code).name}"
    elif code > 0:
        remark += f"; failed: {ended.stderr.strip().splitlines()[-1:]}"
    figures.remarks[name] = remark
    if done["panels"]:
        figures.add(name, done["seconds"] / done["panels"] * 1e6)


def measure_http(address: str, requests: list[bytes], count: int, clients: int, figures: Figures) -> None:
    """Post requests to a running service."""
    seen = load(address, requests, count, clients)
    who = f"HTTP, {clients} client{'s' if clients > 1 else ''}"
    figures.add(f"{who}: panels/s", count / seen.seconds)
    figures.add(f"{who}: median ms", seen.quantile(0.5) * 1e3)
    figures.add(f"{who}: 95 % within ms", seen.quantile(0.95) * 1e3)
    figures.remarks[f"{who}: panels/s"] = f"{seen.failures} of {count} failed"


def speed(runs: int, panels: int, clients: int) -> dict[str, Any]:
    """Measure everything, the runs taking turns, and print the tables."""
    figures = Figures()
    requests = list(islice(cycle([*examples(), *varied(panels)]), panels))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        versions = home / "versions"
        publish(versions)
        found = bootstrap.releases(Settings.from_env(environment(home, versions)))
        release = found.load(RULESET, found.versions(RULESET)[-1])
        road = Road(release, home)
        workers = os.cpu_count() or 1
        measure_parts(road, requests[: min(50, panels)], Figures())
        with running(home / "service", versions, workers) as service:
            load(service.address, requests, 8 * clients, clients)
            for _ in range(runs):
                measure_parts(road, requests, figures)
                for way in WAYS:
                    measure_host(way, panels, versions, figures)
                for many in sorted({1, clients}):
                    measure_http(service.address, requests, panels, many, figures)
        road.close()
    told = {"runs": runs, "panels": panels, "workers": workers, "rules": len(release.rules), "digest": release.digest}
    show(figures, told)
    return (
        told
        | {"benchmark": "speed", "python": platform.python_version(), "cpus": os.cpu_count()}
        | {
            "figures": figures.as_json(),
            "remarks": figures.remarks,
        }
    )


def show(figures: Figures, told: dict[str, Any]) -> None:
    """Print the tables."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    title = f"{told['rules']} rules, {told['panels']} panels, median of {told['runs']} runs that take turns"
    table = Table(title=f"One process: microseconds per panel ({title})", title_justify="left")
    for heading in ("part", "median", "min", "max", "share"):
        table.add_column(heading, justify="left" if heading == "part" else "right")
    whole = figures.median("all")
    for name in (*PARTS, "all but the record", "all"):
        of = figures.samples[name]
        table.add_row(
            name, *(f"{value:.0f}" for value in (statistics.median(of), min(of), max(of))),
            f"{statistics.median(of) / whole:.0%}", end_section=name == "record",
        )  # fmt: skip
    console.print(table)
    console.print(
        f"Panels per second in one process: {1e6 / figures.median('all but the record'):.0f} without the record, "
        f"{1e6 / whole:.0f} with it (SQLite, synchronous=FULL)."
    )
    others = Table(title="The engine alone, beside the documented Host in the same run", title_justify="left")
    for heading in ("what", "us per panel", "min", "max", "slower by", "answers"):
        others.add_column(heading, justify="left" if heading in {"what", "answers"} else "right")
    engine = figures.median("engine")
    for name, remark in {"engine": "0 wrong", **figures.remarks}.items():
        if name == "engine" or name.startswith("Host"):
            of = figures.samples[name] or [0.0]
            ratio = f"{statistics.median(of) / engine:.1f} x" if figures.samples[name] else "-"
            label = "the guarded engine of the service" if name == "engine" else name
            others.add_row(
                label, *(f"{value:.0f}" for value in (statistics.median(of), min(of), max(of))), ratio, remark
            )
    console.print(others)
    zeroed = "zeroed memory, which hides its crashes" if memory_is_zeroed() else "memory as the allocator leaves it"
    console.print(f"Both run on one build of the C module, with {zeroed}.")
    web = Table(title=f"HTTP through gunicorn, {told['workers']} workers, recorded", title_justify="left")
    for heading in ("what", "median", "min", "max", ""):
        web.add_column(heading)
    for name, of in figures.samples.items():
        if name.startswith("HTTP"):
            values = (f"{value:.1f}" for value in (statistics.median(of), min(of), max(of)))
            web.add_row(name, *values, figures.remarks.get(name, ""))
    console.print(web)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a benchmark; the last line printed is JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    what = ("speed", "memory", "authoring", "trace", "explaining")
    parser.add_argument("what", nargs="?", choices=what, default="speed")
    parser.add_argument("--runs", type=int, default=5, help="how often; the median is told")
    parser.add_argument("--panels", type=int, help="panels a run (500), or in all for memory (100000)")
    parser.add_argument("--clients", type=int, default=8, help="callers at once")
    parser.add_argument("--quick", action="store_true", help="once and small, to see that it works")
    given = parser.parse_args(arguments)
    if given.what == "memory":
        return memory.measure(given.panels or (200 if given.quick else 100_000))
    if given.what == "authoring":
        return authoring.measure(*((1, 60) if given.quick else (given.runs, 200)))
    if given.what == "trace":
        return traces.measure(*((1, 20) if given.quick else (given.runs, given.panels or 200)))
    if given.what == "explaining":
        return explaining.measure(*((1, 20) if given.quick else (given.runs, given.panels or 100)))
    runs, panels = (1, 20) if given.quick else (given.runs, given.panels or 500)
    print(json.dumps(speed(runs, panels, given.clients)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
