"""
``ferrule fmt``: rewrite authored files in the house form.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from service import bootstrap

if TYPE_CHECKING:
    import argparse

    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("fmt", help="rewrite authored files: order of fields, indents, widths, quotes")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files to rewrite; all by default")
    parser.add_argument("--check", action="store_true", help="name the files that would change, and write nothing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Rewrite files; with --check, return 1 if one would change."""
    changed = bootstrap.rewrite(settings, arguments.files, keep=arguments.check)
    for name in changed:
        print(f"{name}: {'would be rewritten' if arguments.check else 'rewritten'}.")
    return 1 if arguments.check and changed else 0
