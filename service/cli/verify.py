"""
``ferrule verify``: check releases against their digests, files and ledger.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from service import bootstrap
from service.domain.errors import FerruleError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from service.config import Settings


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("verify", help="check published releases against their digests, files and ledger")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace, settings: Settings) -> int:
    """Verify every release, and that there is nothing else; say of each fault where it is."""
    releases = bootstrap.some_releases(settings)

    def verify(ruleset: str, version: str) -> None:
        print(f"{ruleset} {version}: {releases.verify(ruleset, version)}")

    sound = [
        _try(verify, ruleset, version) for ruleset in releases.rulesets() for version in releases.versions(ruleset)
    ]
    sound.append(_try(releases.refuse_strangers))
    return 0 if all(sound) else 1


def _try(check: Callable[..., None], *arguments: str) -> bool:
    try:
        check(*arguments)
    except FerruleError as error:
        print(f"ferrule: {error}", file=sys.stderr)
        return False
    return True
