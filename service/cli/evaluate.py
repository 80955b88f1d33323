"""
``ferrule evaluate``: panels of a file, decided here and not recorded.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import track
from rich.table import Table

from service import bootstrap
from service.application.survey import Counts, survey

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from service.application.evaluate import Question
    from service.config import Settings
    from service.domain.errors import Fault


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("evaluate", help="decide the panel of a JSON file, or every row of a CSV file")
    parser.add_argument("file", type=Path, help="a request as JSON, or a table as CSV")
    parser.add_argument("--mapping", type=Path, help="for CSV: how its columns become panels (YAML)")
    parser.add_argument(
        "--out",
        type=Path,
        help="for CSV: write one JSON object a line here; standard output by default",
    )
    parser.add_argument("--version", dest="release", help="release to use; the newest by default")
    parser.add_argument(
        "--draft",
        action="store_true",
        help="use the working copy in knowledge/ instead of a release",
    )
    parser.add_argument("--profile", default="default", help="profile to use")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Evaluate a file; return 1 if a row could not be, or the two readers disagreed."""
    if not arguments.file.is_file():
        print(f"ferrule: {arguments.file} is not a file.", file=sys.stderr)
        return 2
    if arguments.file.suffix.lower() == ".json":
        return _one(arguments, settings)
    if arguments.mapping is None:
        print(
            "ferrule: a CSV file needs --mapping; knowledge/mappings/ has examples.",
            file=sys.stderr,
        )
        return 2
    return _many(arguments, settings)


def _one(arguments: argparse.Namespace, settings: Settings) -> int:
    evaluate = bootstrap.evaluation(settings, draft=arguments.draft)
    question = bootstrap.question(arguments.file.read_bytes())
    answer = evaluate.decide(question) | {"recorded": False}
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    return 0


def _many(arguments: argparse.Namespace, settings: Settings) -> int:
    table = bootstrap.table(arguments.file, arguments.mapping, arguments.profile, arguments.release)
    evaluate = bootstrap.evaluation(settings, draft=arguments.draft)
    counts = Counts()
    screen = Console(stderr=True)
    with ExitStack() as stack:
        out: TextIO = stack.enter_context(arguments.out.open("w", encoding="utf-8")) if arguments.out else sys.stdout
        started = time.perf_counter()
        out.writelines(
            json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
            for line in survey(evaluate, _tracked(table, screen), counts)
        )
        seconds = time.perf_counter() - started
    _summary(screen, table.title, table.note, counts, seconds)
    return 1 if counts.disagreements or counts.faults else 0


def _tracked(table: bootstrap.PanelTable, screen: Console) -> Iterator[tuple[str, Question | tuple[Fault, ...]]]:
    yield from track(table, total=table.rows, description="Evaluating", console=screen, transient=True)


def _summary(screen: Console, title: str, note: str, counts: Counts, seconds: float) -> None:
    table = Table(title=title, title_justify="left")
    table.add_column("what")
    table.add_column("count", justify="right")
    for (name, word), count in sorted(counts.conclusions.items()):
        table.add_row(f"{name}: {word}", str(count))
    table.add_section()
    for (name, word), count in sorted(counts.findings.items()):
        table.add_row(f"{name}: {word}", str(count))
    table.add_section()
    for word, count in sorted(counts.statuses.items()):
        table.add_row(f"status: {word}", str(count))
    for code, count in sorted(counts.faults.items()):
        table.add_row(f"not evaluated: {code}", str(count))
    screen.print(table)
    screen.print(
        f"{counts.rows} rows in {seconds:.1f} s, {counts.rows / seconds:.0f} rows/s. "
        f"Engine and reference semantics disagreed on {counts.disagreements}."
    )
    if note:
        screen.print(f"What the counts mean: {note}")
