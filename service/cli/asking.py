"""
Asking at the terminal, until an answer can be used.
"""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

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

        known: Words that the tabulator key completes.

    Returns:
        An answer with which nothing is wrong.

    Raises:
        NothingWrittenError: If there is no answer any more.
    """
    _complete(known)
    while True:
        try:
            answer = input(f"{question}{f' [{proposed}]' if proposed else ''}: ").strip() or proposed
        except EOFError:
            print()
            raise NothingWrittenError("There was no answer; nothing is written.") from None
        complaint = fault(answer)
        if not complaint:
            return answer
        print(f"  {complaint}")


def one_of(known: Sequence[str]) -> Callable[[str], str]:
    """Return what is wrong with an answer that is none of the known words, with the nearest one."""

    def fault(answer: str) -> str:
        if answer in known:
            return ""
        near = get_close_matches(answer, known, 1, 0.6)
        return f"{answer!r} is not known. " + (
            f"Did you mean {near[0]!r}?" if near else f"There is: {', '.join(known)}."
        )

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
