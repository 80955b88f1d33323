"""
Help: commands by who uses them, and examples below each command.
"""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WIDTH = 88
INDENT = 16


def told(groups: Mapping[str, Iterable[tuple[str, str]]]) -> str:
    """
    Return the list of commands.

    Args:
        groups: By heading, the name of each command and what it does.

    Returns:
        What the help says of them.
    """
    parts = ["Versioned clinical rules: write them, test them, publish them, decide by them."]
    for heading, commands in groups.items():
        parts.append(f"\n{heading}:")
        for name, does in commands:
            first = does.partition(". ")[0].removesuffix(".")
            text = textwrap.fill(
                f"{first}.", WIDTH, initial_indent=f"  {name:<{INDENT - 3}} ", subsequent_indent=" " * INDENT
            )
            parts.append(text)
    parts.append("\n'ferrule COMMAND --help' tells a command's options, with examples.")
    return "\n".join(parts)


def command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str, *examples: str
) -> argparse.ArgumentParser:
    """
    Add a command.

    Args:
        commands: Where it is added.

        name: What it is called.

        does: What it does; the first sentence stands in the list of commands.

        examples: Command lines as somebody would type them.

    Returns:
        Its parser.
    """
    shown = "\n".join(f"  {example}" for example in examples)
    return commands.add_parser(
        name,
        description=does,
        epilog=f"examples:\n{shown}" if shown else None,
        formatter_class=_Form,
    )


class _Form(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of examples, and breaks those of the description."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith("examples:"):
            return super()._fill_text(text, width, indent)
        return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent)
