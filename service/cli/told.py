"""
Telling on a terminal: headings, hanging lines and small tables, plain when it is no terminal.
"""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from service.application.cases import CaseResult

STEP = 2
"""Spaces that a part stands inside its heading."""

WIDEST = 100
"""Longest line of prose; longer ones are hard to read."""


def counted(number: int, what: str) -> str:
    """Return a number with its noun: ``1 case``, ``2 cases``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def failing(name: str, result: CaseResult) -> None:
    """
    Print a case that fails, and what was expected of it, to standard error; nothing of one that holds.

    Args:
        name: The rule of the case, and its number.

        result: What came of it.
    """
    if result.failures:
        print(f"{result.case.file}:{result.case.line}: {name}: {result.case.name}", file=sys.stderr)
    for failure in result.failures:
        print(f"    {failure}", file=sys.stderr)
    for detail in result.not_used if result.failures else ():
        print(f"    It was not used: {detail}", file=sys.stderr)


class Teller:
    """Prints prose that hangs under its headings."""

    def __init__(self) -> None:
        self._screen = Console(highlight=False)
        self._width = max(40, min(WIDEST, self._screen.width - 1))

    def say(self, words: str, style: str = "", step: int = 0) -> None:
        """Print a paragraph."""
        for line in textwrap.wrap(words, self._width - step, break_on_hyphens=False, break_long_words=False):
            self._print(" " * step + line, style)

    def heading(self, words: str) -> None:
        """Print a heading after an empty line."""
        self._print("", "")
        self.say(words, "bold")

    def points(self, lines: Iterable[str], step: int = STEP, mark: str = "\u2022") -> None:
        """Print each line behind a mark, its continuation below its first word."""
        for line in lines:
            indent = " " * (step + len(mark) + 1)
            self._print(
                textwrap.fill(
                    line,
                    self._width,
                    initial_indent=f"{' ' * step}{mark} ",
                    subsequent_indent=indent,
                    break_on_hyphens=False,
                    break_long_words=False,
                ),
                "",
            )

    def columns(self, rows: Sequence[Sequence[str]], step: int) -> None:
        """Print rows with their columns under each other; the last one is not padded."""
        widths = [max(len(row[number]) for row in rows) for number in range(len(rows[0]) - 1)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
            self._print((" " * step + "  ".join([*cells, row[-1]])).rstrip(), "")

    def _print(self, line: str, style: str) -> None:
        self._screen.print(Text(line, style), soft_wrap=True)
