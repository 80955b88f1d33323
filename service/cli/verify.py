"""
``ferrule verify``: check releases against their digests, files and ledger.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from service import bootstrap
from service.cli.help import command
from service.domain.errors import FerruleError, ReleaseTamperedError

if TYPE_CHECKING:
    import argparse

    from service.adapters.knowledge.releases import ReleaseFolder
    from service.application.ports import Document
    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = command(
        commands,
        "verify",
        "Check published releases against their digests, files and ledger: that nothing was changed since.",
        "ferrule verify",
        "ferrule verify --json",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Verify every release, and that there is nothing else; say of each fault where it is."""
    verified: list[Document] = []
    faults: list[str] = []
    try:
        _verify(bootstrap.some_releases(settings), verified, faults)
    except ReleaseTamperedError as error:
        # Without the ledger nobody can say which releases there should be.
        faults.append(str(error))
    if arguments.json:
        print(json.dumps({"releases": verified, "faults": faults}, indent=2, ensure_ascii=False))
    else:
        for one in verified:
            print("{ruleset} {version}: {digest}".format(**one))
        for fault in faults:
            print(f"ferrule: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _verify(releases: ReleaseFolder, verified: list[Document], faults: list[str]) -> None:
    for ruleset in releases.rulesets():
        for version in releases.versions(ruleset):
            try:
                digest = releases.verify(ruleset, version)
            except FerruleError as error:
                faults.append(str(error))
            else:
                verified.append({"ruleset": ruleset, "version": version, "digest": digest})
    releases.refuse_strangers()
