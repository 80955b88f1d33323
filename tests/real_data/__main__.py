"""
``python -m tests.real_data FOLDER``: what the answers are worth on measured people, as tables, Markdown and pictures.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from tests.real_data import labeled, nhanes
from tests.real_data.answers import Service
from tests.real_data.data_sets import LABELED, NHANES, WORDS
from tests.real_data.writing import WIDTH, Section, markdown, print_all

TITLE = "What the answers are worth on measured people"
FILE = "real-data.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the report; return 2 if the command cannot be carried out."""
    parser = argparse.ArgumentParser(prog="python -m tests.real_data", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files lie; those that are not there have no section")
    parser.add_argument("--out", type=Path, default=Path("build/real-data"), help="folder to write to")
    parser.add_argument("--draft", action="store_true", help="use knowledge/ instead of the newest release")
    given = parser.parse_args(arguments)
    there = [data for data in LABELED if (given.folder / data.file).is_file()]
    surveyed = (given.folder / NHANES[0]).is_file()
    if not there and not surveyed:
        print(f"{given.folder} has none of the files; tests/real_data/README.md names them.", file=sys.stderr)
        return 2
    screen = Console(stderr=True)
    service = Service(draft=given.draft)
    sections, pictures, compared = [preface(service)], {}, []
    for data in track(there, "Files with a label", console=screen, transient=True):
        told, drawn, of_two = labeled.section(service, data, given.folder)
        told.words += [f"![{data.title}]({name})" for name in drawn]
        sections.append(told)
        pictures |= drawn
        compared += of_two
    if compared:
        sections.insert(1, labeled.in_short(compared))
    if surveyed:

        def followed(profiles: Sequence[str]) -> Iterator[str]:
            yield from track(profiles, "NHANES, by profile", console=screen, transient=True)

        sections.append(nhanes.section(service, given.folder, followed))
    console = Console()
    print_all(console if console.is_terminal else Console(width=WIDTH), TITLE, sections)
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / FILE).write_text(markdown(TITLE, sections), encoding="utf-8")
    for name, text in pictures.items():
        (given.out / name).write_text(text, encoding="utf-8")
    print(f"Written: {given.out / FILE} and {len(pictures)} pictures beside it.")
    return 0


def preface(service: Service) -> Section:
    """Return what the report counts, and what it cannot tell."""
    release = service.release
    named = {"ruleset": release.ruleset.id, "version": release.version, "rules": len(release.rules)}
    return Section(
        "How to read this", [text.format(**named) for text in WORDS["how to read"]], list(WORDS["what counts"])
    )


if __name__ == "__main__":
    sys.exit(main())
