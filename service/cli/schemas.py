"""
``ferrule schemas``: JSON Schemas of authored files, for editors.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from service import bootstrap
from service.cli.help import command
from service.domain.language.fields import SCHEMAS

if TYPE_CHECKING:
    import argparse

    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "schemas",
        "Write the JSON Schemas with which editors complete names and underline mistakes. Run it after a new name.",
        "ferrule schemas",
    )
    parser.add_argument("--out", type=Path, help=f"folder to write to; {SCHEMAS}/ of the knowledge folder by default")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Write the schemas that are not as they should be; name them."""
    written = write(settings, arguments.out or settings.knowledge / SCHEMAS)
    if arguments.json:
        print(json.dumps({"written": written}, indent=2))
    for name in () if arguments.json else written:
        print(f"{name}: written.")
    if not written and not arguments.json:
        print("Every schema knows every name.")
    return 0


def write(settings: Settings, out: Path) -> list[str]:
    """Write the schemas that are not as they should be; return their names."""
    made = bootstrap.schemas(settings)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, raw in made.items():
        path = out / name
        if not path.is_file() or path.read_bytes() != raw:
            path.write_bytes(raw)
            written.append(str(path))
    return written


def outdated(settings: Settings) -> list[str]:
    """Return a remark for each schema of the knowledge folder that is not what the names say; none without schemas."""
    folder = settings.knowledge / SCHEMAS
    if not folder.is_dir():
        return []
    return [
        f"{folder.parent.name}/{SCHEMAS}/{name} does not know every name; run 'ferrule schemas'."
        for name, raw in bootstrap.schemas(settings).items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != raw
    ]
