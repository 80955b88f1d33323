"""
The report as sections, written to the terminal and as Markdown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

WIDTH = 150
"""Columns of the tables where the output is no terminal."""


@dataclass(frozen=True)
class Grid:
    """
    One table.

    Attributes:
        title: What it counts.

        headings: Of its columns.

        lines: Its lines; an empty one is a rule.
    """

    title: str
    headings: Sequence[str]
    lines: Sequence[Sequence[str]]


@dataclass
class Section:
    """
    One part of the report.

    Attributes:
        title: Its heading.

        words: Paragraphs above its tables.

        points: Sentences as a list.

        grids: Its tables.
    """

    title: str
    words: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)


def print_all(console: Console, title: str, sections: Iterable[Section]) -> None:
    """Print sections for somebody at a terminal."""
    console.rule(title)
    for section in sections:
        console.print(f"\n[bold]{section.title}[/]\n", highlight=False)
        for text in section.words:
            console.print(text + "\n", markup=False, highlight=False)
        for text in section.points:
            console.print(f"- {text}", markup=False, highlight=False)
        for grid in section.grids:
            console.print(_table(grid))


def _table(grid: Grid) -> Table:
    table = Table(title=grid.title, title_justify="left")
    for place, heading in enumerate(grid.headings):
        table.add_column(heading, justify="left" if place == 0 else "right", overflow="fold")
    for line in grid.lines:
        if line:
            table.add_row(*line)
        else:
            table.add_section()
    return table


def markdown(title: str, sections: Iterable[Section]) -> str:
    """Return sections as one Markdown document."""
    parts = [f"# {title}"]
    for section in sections:
        parts += [f"## {section.title}", *section.words]
        if section.points:
            parts.append("\n".join(f"- {text}" for text in section.points))
        for grid in section.grids:
            parts += [f"### {grid.title}", _markdown_table(grid)]
    return "\n\n".join(parts) + "\n"


def _markdown_table(grid: Grid) -> str:
    def row(texts: Sequence[str]) -> str:
        return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |"

    marks = ["---", *["--:"] * (len(grid.headings) - 1)]
    return "\n".join([row(grid.headings), row(marks), *(row(line) for line in grid.lines if line)])
