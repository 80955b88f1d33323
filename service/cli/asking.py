"""
Asking at the terminal, until an answer can be used.
"""

from __future__ import annotations

import sys
import textwrap
from difflib import get_close_matches
from typing import TYPE_CHECKING

from service.cli.help import WIDTH
from service.domain.language.reader import FEW

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class NothingWrittenError(Exception):
    """Whoever was asked has left, or an answer is missing and there is nobody to ask."""


def ask(question: str, fault: Callable[[str], str], proposed: str = "", known: Sequence[str] = ()) -> str:
    """
    Ask a question.

    Args:
        question: The question.

        fault: Says what is wrong with an answer; empty if nothing is.

        proposed: What an empty answer means.

        known: Words that may be answered. Few stand in the question; ``?`` lists many; the tabulator key completes.

    Returns:
        An answer with which nothing is wrong.

    Raises:
        NothingWrittenError: If there is no answer any more.
    """
    _complete(known)
    words = f" ({', '.join(known)})" if 1 < len(known) <= FEW else ""
    words = " (? lists them)" if len(known) > FEW else words
    while True:
        try:
            answer = input(f"{question}{words}{f' [{proposed}]' if proposed else ''}: ").strip() or proposed
        except (EOFError, KeyboardInterrupt):
            print()
            raise NothingWrittenError("There was no answer; nothing is written.") from None
        if answer == "?" and known:
            _say(", ".join(known))
            continue
        complaint = fault(answer)
        if not complaint:
            return answer
        _say(complaint)


def _say(text: str) -> None:
    """Print a text below the question, in lines that a terminal holds."""
    indent = "  "
    print(textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False))


def one_of(known: Sequence[str], new: str = "") -> Callable[[str], str]:
    """
    Return what is wrong with an answer that is none of the known words, with the nearest one.

    Args:
        known: The words.

        new: A sentence on where a new one is written; empty where there can be none.

    Returns:
        What tells it.
    """

    def fault(answer: str) -> str:
        if answer in known:
            return ""
        if not answer:
            return something(answer)
        near = get_close_matches(answer, known, 1, 0.6 if len(known) > FEW else 0.85)
        told = f"Did you mean {near[0]!r}?" if near else f"There is: {', '.join(known)}."
        return f"{answer!r} is not known. {told}{new and f' {new}'}"

    return fault


def something(answer: str) -> str:
    """Return what is wrong with an empty answer."""
    return "" if answer else "Something must be written here."


def _complete(known: Sequence[str]) -> None:
    """Let the tabulator key complete words, where the terminal can."""
    if not sys.stdin.isatty():
        return
    try:
        import readline
    except ImportError:
        return

    def completer(text: str, state: int) -> str | None:
        return next(iter([word for word in known if word.startswith(text)][state : state + 1]), None)

    readline.set_completer(completer)
    readline.set_completer_delims(" ")
    readline.parse_and_bind("tab: complete")
