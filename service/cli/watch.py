"""
``ferrule watch``: on each save, the faults, the cases that fail, and the answers that changed.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.watch import on_each_change
from service.cli.faults import show

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from service.application.watch import Change, Look
    from service.config import Settings

MOMENT = 0.1
"""Seconds between two looks at the times of files."""
MOST = 40
"""Changed answers that are told one by one."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("watch", help="check and run cases on each save, and tell what changed")
    parser.add_argument("--once", action="store_true", help="look once, and end")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Watch until interrupted; with --once, return 1 if something is wrong."""
    folder, watch = bootstrap.working_copy(settings), bootstrap.watch(settings)
    wrong = False
    try:
        for _ in on_each_change(folder.state, wait):
            started = time.perf_counter()
            try:
                looks = watch.look()
            except FileNotFoundError:
                # Between two steps of a save; the next one is near.
                continue
            wrong = tell(looks)
            print(f"{time.strftime('%H:%M:%S')}, {time.perf_counter() - started:.1f} s.", flush=True)
            if arguments.once:
                break
    except KeyboardInterrupt:
        print()
        return 0
    return 1 if wrong else 0


def wait() -> None:
    """Wait a moment."""
    time.sleep(MOMENT)


def tell(looks: Iterable[Look]) -> bool:
    """Print what was found; return whether something is wrong."""
    wrong = False
    for look in looks:
        show("text", look.faults)
        if look.said:
            print(look.said)
        for result in look.failing:
            case = result.case
            print(f"{case.file}:{case.line}: {case.rule}: {case.name}", file=sys.stderr)
            for failure in result.failures:
                print(f"    {failure}", file=sys.stderr)
        if not look.faults:
            print(f"{look.ran} cases run, {len(look.failing)} of all fail; {len(look.changes)} answers changed.")
        for line in _changed(look.changes):
            print(line)
        if look.generated:
            print(f"{len(look.generated)} answers changed in generated cases beside the rules that changed.")
        for line in _changed(look.generated):
            print(line)
        wrong |= bool(look.faults or look.failing or not look.ran)
    return wrong


def _changed(changes: tuple[Change, ...]) -> Iterator[str]:
    shown = ""
    for change in changes[:MOST]:
        case = f"{change.case.rule}: {change.case.name}"
        if case != shown:
            yield f"  {case}"
        shown = case
        yield f"    {change.about}: {change.before} -> {change.after}"
    if len(changes) > MOST:
        yield f"  and {len(changes) - MOST} more."
