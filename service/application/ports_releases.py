"""
What publishing needs from the outside, as protocols.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.cases import Case
    from service.domain.errors import Problem
    from service.domain.publication import Act, Manifest, Published
    from service.domain.release import Release


class WorkingCopy(Protocol):
    """Knowledge as authors edit it."""

    def rulesets(self) -> tuple[str, ...]:
        """Return the names of the rule sets."""

    def files(self, ruleset: str) -> Mapping[str, bytes]:
        """Return every file of a rule set, by path inside ``knowledge/``."""


class RunCases(Protocol):
    """Tries a release on the cases beside its rules."""

    def __call__(self, release: Release, cases: tuple[Case, ...]) -> list[Problem]:
        """Return each case that fails, with the place where it stands."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """
    Knowledge as a release would hold it, not yet published.

    Attributes:
        ruleset: The rule set.

        version: The version it would have.

        files: The authored files, by path inside ``knowledge/``.

        served: The bytes of ``release.json``, which services load.

        release: What services would load; read from *served*.

        cases: The cases beside the rules.
    """

    ruleset: str
    version: str
    files: Mapping[str, bytes]
    served: bytes
    release: Release
    cases: tuple[Case, ...]


class ReleaseStore(Protocol):
    """Published releases, and the one way to add to them."""

    def newest(self, ruleset: str) -> Published | None:
        """Return the ledger's entry of the newest release, or None before the first."""

    def manifest(self, ruleset: str, version: str) -> Manifest:
        """Return the manifest of a release, or raise `ReleaseTamperedError`."""

    def load(self, ruleset: str, version: str) -> Release:
        """Return a release after verifying every digest, or raise `ReleaseTamperedError`."""

    def freeze(self, ruleset: str, version: str, files: Mapping[str, bytes]) -> Frozen:
        """Read authored files as a release would hold them, or raise `KnowledgeError`."""

    def publish(self, frozen: Frozen, note: str, act: Act) -> Published:
        """Keep a release for good, whole or not at all, or raise `ReleaseExistsError`."""
