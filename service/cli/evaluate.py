"""
``ferrule evaluate``: panels of a file, decided here and not recorded.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import track
from rich.table import Table

from service import bootstrap
from service.application.survey import Counts, survey
from service.cli.help import command

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from service.application.evaluate import Question
    from service.config import Settings
    from service.domain.errors import Fault


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "evaluate",
        "Decide the panel of a JSON file, or every row of a CSV file, without recording it. "
        "The answer is JSON; for a CSV file, one JSON object a line.",
        "ferrule evaluate panel.json",
        "ferrule evaluate panel.json --version 0.1.0",
        "ferrule evaluate people.csv --mapping knowledge/mappings/nhanes-2017-2018.yaml --out answers.jsonl",
    )
    parser.add_argument("file", type=Path, help="a request as JSON, or a table as CSV")
    parser.add_argument("--mapping", type=Path, help="for CSV: how its columns become panels (YAML)")
    parser.add_argument(
        "--out",
        type=Path,
        help="write the answer, or for CSV one JSON object a line, here; standard output by default",
    )
    parser.add_argument(
        "--version", dest="release", help="release to use; by default what the request says, or the newest"
    )
    parser.add_argument(
        "--draft",
        action="store_true",
        help="use the working copy in knowledge/ instead of a release",
    )
    parser.add_argument(
        "--profile", help="profile to use, alone; by default what the request says, one or several, or default"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Evaluate a file; return 1 if a row could not be, or the two readers disagreed."""
    is_json = arguments.file.suffix.lower() == ".json"
    refused = [
        (not arguments.file.is_file(), f"{arguments.file} is not a file"),
        (
            arguments.draft and arguments.release,
            "--draft is the working copy and --version a release; give one of the two",
        ),
        (
            is_json and arguments.mapping,
            "--mapping is for a CSV file; a JSON file is a request as the service takes it",
        ),
        (not is_json and not arguments.mapping, "a CSV file needs --mapping; knowledge/mappings/ has examples"),
    ]
    for applies, why in refused:
        if applies:
            print(f"ferrule: {why}.", file=sys.stderr)
            return 2
    return _one(arguments, settings) if is_json else _many(arguments, settings)


def _one(arguments: argparse.Namespace, settings: Settings) -> int:
    question = bootstrap.question(arguments.file.read_bytes(), profile=arguments.profile, version=arguments.release)
    answer = bootstrap.evaluation(settings, draft=arguments.draft).decide(question) | {"recorded": False}
    with _opened(arguments.out) as out:
        print(json.dumps(answer, indent=2, ensure_ascii=False), file=out)
    return 0


def _many(arguments: argparse.Namespace, settings: Settings) -> int:
    table = bootstrap.table(
        settings, arguments.file, arguments.mapping,
        profile=arguments.profile, version=arguments.release, draft=arguments.draft,
    )  # fmt: skip
    counts = Counts()
    screen = Console(stderr=True)
    with _opened(arguments.out) as out:
        started = time.perf_counter()
        out.writelines(
            json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
            for line in survey(table.evaluate, _tracked(table, screen), counts)
        )
        seconds = time.perf_counter() - started
    _summary(screen, table.title, table.note, counts, seconds)
    return 1 if counts.disagreements or counts.faults else 0


def _opened(path: Path | None) -> AbstractContextManager[TextIO]:
    """Return the file to write to, which only its owner may read: it tells of patients."""
    if path is None:
        return nullcontext(sys.stdout)
    if path.is_file():
        path.chmod(0o600)
    return open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600))


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
