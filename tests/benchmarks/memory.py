"""
Whether memory stays flat over many panels in one process.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from service import bootstrap
from service.application.answer import document
from service.application.canonical import canonical_json
from service.config import Settings
from tests.benchmarks.panels import varied

SAMPLES = 20
WARM_UP = 0.2
"""The share of the panels in which caches fill."""

ALLOWED = 0.02


def resident() -> int:
    """Return the resident memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def measure(panels: int) -> int:
    """
    Decide panels and sample the memory every 5 %.

    Args:
        panels: How many.

    Returns:
        1 if it grew by 2 % or more after warm-up.
    """
    evaluate = bootstrap.evaluation(Settings.from_env(), draft=True)
    every = max(1, panels // SAMPLES)
    samples: list[int] = []
    started = time.perf_counter()
    for number, request in enumerate(varied(panels), 1):
        decision = evaluate.decision(bootstrap.question(request))
        canonical_json(document(decision))
        if number % every == 0:
            samples.append(resident())
            seconds = time.perf_counter() - started
            print(f"{number:>8} panels {samples[-1] / 1e6:8.1f} MB {number / seconds:6.0f} panels/s", flush=True)
    warm = max(1, round(len(samples) * WARM_UP))
    before, after = samples[warm - 1], max(samples[warm:] or samples)
    growth = after / before - 1
    verdict = "flat" if growth < ALLOWED else "NOT flat"
    print(f"Largest after warm-up ({warm * every} panels): {growth:+.2%} of {before / 1e6:.1f} MB; {verdict}.")
    print(json.dumps({"benchmark": "memory", "panels": panels, "rss": samples, "growth": round(growth, 4)}), flush=True)
    return 0 if growth < ALLOWED else 1
