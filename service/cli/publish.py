"""
``ferrule publish``: freeze authored knowledge into an immutable release.
"""

from __future__ import annotations

import json
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
        "publish",
        "Freeze the knowledge into an immutable release in versions/. "
        "Faults, failing cases and overdue reviews stop it.",
        'ferrule publish RULESET --by "Ada Example" --because "The guideline has a new edition."',
    )
    parser.add_argument("ruleset", help="folder in knowledge/")
    parser.add_argument("--by", required=True, help="who publishes, as it stands in the ledger")
    parser.add_argument("--because", required=True, help="why, in one sentence")
    parser.add_argument("--note", type=Path, help="Markdown to add to the release note for clinicians")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Publish a rule set as the next version."""
    note = arguments.note.read_text(encoding="utf-8") if arguments.note else ""
    published = bootstrap.publish(settings, arguments.ruleset, by=arguments.by, because=arguments.because, note=note)
    if arguments.json:
        told = {"ruleset": arguments.ruleset, "version": published.version, "digest": published.digest}
        print(json.dumps(told, indent=2))
    else:
        print(f"Published {arguments.ruleset} {published.version}, {published.digest}.")
    return 0
