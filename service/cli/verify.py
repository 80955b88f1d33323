"""
``ferrule verify``: check releases against their digests, files and ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import bootstrap

if TYPE_CHECKING:
    import argparse

    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("verify", help="check published releases against their digests, files and ledger")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace, settings: Settings) -> int:
    """Verify every release; a release that is not as published ends the command with its file."""
    releases = bootstrap.releases(settings)
    for ruleset in releases.rulesets():
        for version in releases.versions(ruleset):
            print(f"{ruleset} {version}: {releases.verify(ruleset, version)}")
    return 0
