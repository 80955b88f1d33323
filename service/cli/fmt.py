"""
``ferrule fmt``: rewrite authored files in the house form.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from service import bootstrap
from service.cli.help import command

if TYPE_CHECKING:
    import argparse

    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "fmt",
        "Rewrite authored files in the house form: order of fields, indents, widths, quotes. Comments stay.",
        "ferrule fmt",
        "ferrule fmt --check",
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files to rewrite; all by default")
    parser.add_argument("--check", action="store_true", help="name the files that would change, and write nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Rewrite files; with --check, return 1 if one would change."""
    strange = next((path for path in arguments.files if path.is_dir() or path.suffix != ".yaml"), None)
    if strange is not None:
        print(f"ferrule: {strange} is no .yaml file; name some, or none to rewrite all.", file=sys.stderr)
        return 2
    changed = bootstrap.rewrite(settings, arguments.files, keep=arguments.check)
    if arguments.json:
        print(json.dumps({"files": changed, "written": not arguments.check}, indent=2))
    for name in () if arguments.json else changed:
        print(f"{name}: {'would be rewritten; run ferrule fmt' if arguments.check else 'rewritten'}.")
    if not changed and not arguments.json:
        print("Every file has the house form.")
    return 1 if arguments.check and changed else 0
