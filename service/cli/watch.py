"""
``ferrule watch``: on each save, the faults, the cases that fail, and the answers that changed.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.watch import on_each_change
from service.cli.faults import listed, show
from service.cli.help import command
from service.cli.told import counted, failing

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from service.application.ports import Document
    from service.application.watch import Change, Look
    from service.config import Settings

MOMENT = 0.1
"""Seconds between two looks at the times of files."""
MOST = 40
"""Changed answers that are told one by one."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "watch",
        "On each save tell the faults, the cases that fail, and which answers changed in which case. Ctrl-C ends it.",
        "ferrule watch",
        "ferrule watch --once",
    )
    parser.add_argument("--once", action="store_true", help="look once, and end")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each look")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Watch until interrupted; with --once, return 1 if something is wrong."""
    folder, watch = bootstrap.working_copy(settings), bootstrap.watch(settings)
    wrong = False
    if sys.stderr.isatty() and not arguments.json:
        print("The first look runs every case, and takes some seconds.", file=sys.stderr)
    try:
        for _ in on_each_change(folder.state, wait):
            started = time.perf_counter()
            try:
                looks = watch.look()
            except FileNotFoundError:
                # Between two steps of a save; the next one is near.
                continue
            wrong = any(look.wrong for look in looks)
            seconds = time.perf_counter() - started
            if arguments.json:
                told = {"looks": [as_json(look) for look in looks], "seconds": round(seconds, 3)}
                print(json.dumps(told, ensure_ascii=False), flush=True)
            else:
                tell(looks)
                print(f"{time.strftime('%H:%M:%S')}, {seconds:.1f} s.", flush=True)
            if arguments.once:
                break
    except KeyboardInterrupt:
        print()
        return 0
    return 1 if wrong else 0


def wait() -> None:
    """Wait a moment."""
    time.sleep(MOMENT)


def tell(looks: Iterable[Look]) -> None:
    """Print what was found."""
    for look in looks:
        show("text", look.faults)
        if look.said:
            print(look.said)
        for result in look.failing:
            failing(look.names[result.case.rule, result.case.name], result)
        if not look.faults:
            changed = counted(len(look.changes), "answer")
            print(f"{counted(look.ran, 'case')} run, {len(look.failing)} of all fail; {changed} changed.")
        for line in _changed(look.changes):
            print(line)
        if look.generated:
            print(f"{counted(len(look.generated), 'answer')} changed in generated cases beside the rules that changed.")
        for line in _changed(look.generated):
            print(line)


def as_json(look: Look) -> Document:
    """Return what was found in a rule set, for programs."""
    return {
        "ruleset": look.ruleset,
        "faults": listed(look.faults),
        "said": look.said,
        "ran": look.ran,
        "failing": [
            {
                "case": look.names[result.case.rule, result.case.name],
                "name": result.case.name,
                "file": result.case.file,
                "line": result.case.line,
                "failures": list(result.failures),
            }
            for result in look.failing
        ],
        "changes": [_listed(change, look) for change in look.changes],
        "generated": [_listed(change, look) for change in look.generated],
    }


def _listed(change: Change, look: Look) -> Document:
    return {
        "case": look.names.get((change.case.rule, change.case.name)),
        "name": change.case.name,
        "about": change.about,
        "before": change.before,
        "after": change.after,
    }


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
