"""
What is published: version numbers, manifests, and the lines of the ledger.

A release is known by the digest of its manifest, and a manifest names the
digest of every file. Who published it, when, why, and after which line of the
ledger stands in the manifest too, so that no line can be altered on its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.release import Release

KNOWLEDGE = "knowledge/"
"""Folder of a release that holds the authored files; their paths begin with it."""

_VERSION = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\Z", re.ASCII)


class Version(NamedTuple):
    """A version number; versions are ordered as numbers, so that 0.10.0 comes after 0.9.0."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @classmethod
    def parse(cls, text: str) -> Version:
        """
        Read a version number.

        Args:
            text: Three numbers without leading zeros: ``0.10.0``.

        Returns:
            The version.

        Raises:
            ValueError: If it is none.
        """
        match = _VERSION.match(text)
        if match is None:
            message = f"{text[:40]!r} is not a version; a version is three numbers, such as 0.1.0"
            raise ValueError(message)
        return cls(int(match[1]), int(match[2]), int(match[3]))

    @staticmethod
    def is_one(text: str) -> bool:
        """Return whether a text is a version number."""
        return _VERSION.match(text) is not None


@dataclass(frozen=True, slots=True)
class Act:
    """
    The act of publishing.

    Attributes:
        on: When, an instant in UTC: ``2026-11-22T10:00:00Z``.

        by: Who, as the one who published said.

        because: Why, in a sentence.
    """

    on: str
    by: str
    because: str


@dataclass(frozen=True, slots=True)
class Published:
    """
    One line of the ledger.

    Attributes:
        ruleset: The rule set.

        version: Its version.

        digest: ``sha256:`` of the bytes of the manifest.

        act: Who published it, when and why.

        previous: SHA-256 of the line before, line end included; empty for the first line.
    """

    ruleset: str
    version: str
    digest: str
    act: Act
    previous: str

    @property
    def number(self) -> Version:
        """The version as numbers, for ordering."""
        return Version.parse(self.version)


@dataclass(frozen=True, slots=True)
class Manifest:
    """
    What a release consists of.

    Attributes:
        ruleset: The rule set.

        version: Its version.

        act: Who published it, when and why; the ledger says the same.

        previous: As in the ledger.

        files: SHA-256 of every other file of the release, hexadecimal, by path.
    """

    ruleset: str
    version: str
    act: Act
    previous: str
    files: Mapping[str, str]

    @property
    def content(self) -> str:
        """Digest of the authored files alone."""
        return content_digest(
            {path.removeprefix(KNOWLEDGE): digest for path, digest in self.files.items() if path.startswith(KNOWLEDGE)}
        )


def digest_of(raw: bytes) -> str:
    """Return the SHA-256 of some bytes, hexadecimal."""
    return sha256(raw).hexdigest()


def content_digest(digests: Mapping[str, str]) -> str:
    """
    Return one digest of many files: that of what ``sha256sum`` prints about them.

    Two releases with equal content say the same, whoever published them and when.

    Args:
        digests: SHA-256 of each file, hexadecimal, by path inside ``knowledge/``.

    Returns:
        ``sha256:`` and the digest.
    """
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items()))
    return f"sha256:{digest_of(lines.encode())}"


def standing(release: Release) -> str:
    """Return what a release may be relied on for."""
    reviewed = all(rule.review.reviewed for rule in release.rules.values())
    return "reviewed" if reviewed else "for evaluation: not reviewed by a clinician"
