"""
``ferrule publish``: freeze authored knowledge into an immutable release.
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
    parser = commands.add_parser("publish", help="freeze authored knowledge into an immutable release")
    parser.add_argument("ruleset", help="folder in knowledge/")
    parser.add_argument("--by", required=True, help="who publishes, as it stands in the ledger")
    parser.add_argument("--because", required=True, help="why, in one sentence")
    parser.add_argument("--note", type=Path, help="Markdown to add to the release note for clinicians")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Publish a rule set as the next version."""
    note = arguments.note.read_text(encoding="utf-8") if arguments.note else ""
    published = bootstrap.publish(settings, arguments.ruleset, by=arguments.by, because=arguments.because, note=note)
    print(f"Published {arguments.ruleset} {published.version}, {published.digest}.")
    return 0
