"""
Reading releases: ``versions/``, where each is kept whole and never changed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from service.adapters.knowledge.example_json import read_example
from service.adapters.knowledge.ledger import document_of
from service.adapters.knowledge.release_json import derive, read_served, rule_file
from service.adapters.knowledge.shelf import NOTE, SERVED, Shelf
from service.domain.errors import KnowledgeError, ReleaseError, ReleaseNotFoundError, ReleaseTamperedError
from service.domain.publication import KNOWLEDGE, Manifest, Published

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from service.domain.release import Release

OFTEN = 60.0
"""Seconds after which `ReleaseFolder.check` compares every file again."""


class ReleaseFolder:
    """
    Published releases in a folder, to read; `PublishingFolder` adds to them.

    Args:
        root: The folder ``versions/``; it need not exist before the first release.

        seconds: A clock that never goes back.
    """

    def __init__(self, root: Path, seconds: Callable[[], float] = time.monotonic) -> None:
        self._shelf = Shelf(root)
        self._seconds = seconds
        self._compared: float | None = None

    # -- what there is ---------------------------------------------------

    def rulesets(self) -> tuple[str, ...]:
        """Return the ids of the rule sets that have a release."""
        return tuple(sorted({entry.ruleset for entry in self._shelf.ledger().entries}))

    def entries(self, ruleset: str) -> tuple[Published, ...]:
        """Return the ledger's entries for a rule set, in the order of versions."""
        return self._shelf.entries(ruleset)

    def versions(self, ruleset: str) -> tuple[str, ...]:
        """
        Return the published versions of a rule set, oldest first.

        Raises:
            ReleaseNotFoundError: If it has none.

            ReleaseTamperedError: If the ledger is not as it was written.
        """
        entries = self.entries(ruleset)
        if not entries:
            raise ReleaseNotFoundError(ruleset, None, self.rulesets())
        return tuple(entry.version for entry in entries)

    def newest(self, ruleset: str) -> Published | None:
        """Return the entry of the newest release of a rule set, or None before the first."""
        return next(reversed(self.entries(ruleset)), None)

    def ledger(self, ruleset: str) -> tuple[dict[str, str], ...]:
        """
        Return the ledger's lines for a rule set, in the order of versions.

        Raises:
            ReleaseTamperedError: If a line is not what the manifest of its release says.
        """
        entries = self.entries(ruleset)
        for entry in entries:
            self._shelf.manifest(entry)
        return tuple(document_of(entry) for entry in entries)

    # -- comparing -------------------------------------------------------

    def refuse_strangers(self) -> None:
        """Raise `ReleaseTamperedError` if there are folders for which the ledger has no line."""
        self._shelf.refuse_strangers()

    def compare(self) -> None:
        """
        Compare every digest of every release, whether anybody uses it or not.

        Raises:
            ReleaseTamperedError: If anything is not as published; it is named.
        """
        self.refuse_strangers()
        for entry in self._shelf.ledger().entries:
            self._shelf.files(entry)

    def check(self, used: tuple[tuple[str, str], ...]) -> None:
        """
        Look whether releases are still as published; so cheap that it may be asked all the time.

        The ledger, the folders and the manifests of releases in use are compared each time; every
        file of every release at first, `OFTEN` seconds after that went well, and so on.

        Args:
            used: Rule set and version of each release in use.

        Raises:
            ReleaseTamperedError: If something is not; it is named.
        """
        now = self._seconds()
        if self._compared is None or now - self._compared >= OFTEN:
            # Until all is well again, everything is compared each time.
            self._compared = None
            self.compare()
            self._compared = now
            return
        self.refuse_strangers()
        for ruleset, version in used:
            self.manifest(ruleset, version)

    # -- reading ---------------------------------------------------------

    def load(self, ruleset: str, version: str) -> Release:
        """
        Load a release, after comparing every digest.

        Args:
            ruleset: The rule set.

            version: Its version.

        Returns:
            The release.

        Raises:
            ReleaseNotFoundError: If it is not known.

            ReleaseTamperedError: If a file was changed, added or removed; it is named.

            ReleaseError: If it was never published whole, or this program cannot read it.
        """
        entry = self._shelf.entry(ruleset, version)
        return self._served(entry, self._shelf.files(entry))

    def verify(self, ruleset: str, version: str) -> str:
        """
        Compare every digest, derive what is served from the authored files again, and read it.

        Args:
            ruleset: The rule set.

            version: Its version.

        Returns:
            The digest that the release is known by.

        Raises:
            ReleaseTamperedError:
                As `load` does, and also if ``release.json`` is not what the YAML files say.
        """
        entry = self._shelf.entry(ruleset, version)
        files = self._shelf.files(entry)
        authored = {path.removeprefix(KNOWLEDGE): raw for path, raw in files.items() if path.startswith(KNOWLEDGE)}
        if derive(authored, ruleset, version) != files[SERVED]:
            detail = "it is not what the YAML files beside it say."
            raise ReleaseTamperedError(self._shelf.name(entry, SERVED), detail)
        return self._served(entry, files).digest

    def manifest(self, ruleset: str, version: str) -> Manifest:
        """Return the manifest of a release, after comparing its digest with the ledger."""
        return self._shelf.manifest(self._shelf.entry(ruleset, version))

    def note(self, ruleset: str, version: str) -> str:
        """Return the note for clinicians, Markdown."""
        return self._shelf.file(self._shelf.entry(ruleset, version), NOTE).decode()

    def rule_text(self, ruleset: str, version: str, rule: str) -> str:
        """
        Return the text of a rule as it was authored, YAML.

        Args:
            ruleset: The rule set.

            version: Its version.

            rule: Id of a rule in use.

        Returns:
            The file in which it stands.

        Raises:
            ReleaseNotFoundError: If the release has no such rule in use.
        """
        entry = self._shelf.entry(ruleset, version)
        path, known = rule_file(self._shelf.file(entry, SERVED), rule)
        if path is None:
            raise ReleaseNotFoundError(ruleset, f"{version}, rule {rule}", known)
        return self._shelf.file(entry, path).decode()

    def examples(self, ruleset: str, version: str) -> dict[str, dict[str, Any]]:
        """
        Return the sample panels of a release.

        Args:
            ruleset: The rule set.

            version: The version.

        Returns:
            By file name without its ending: ``name``, ``about`` and ``request``.

        Raises:
            ReleaseNotFoundError: If there is no such release.

            ReleaseTamperedError: If a file is not as published.

            ReleaseError: If a file is none that this program can read.
        """
        entry = self._shelf.entry(ruleset, version)
        folder = f"{KNOWLEDGE}{ruleset}/examples/"
        paths = [path for path in self._shelf.manifest(entry).files if path.startswith(folder)]
        try:
            return {
                path.removeprefix(folder).removesuffix(".json"): read_example(
                    self._shelf.file(entry, path), self._shelf.name(entry, path)
                )
                for path in sorted(paths)
            }
        except KnowledgeError as error:
            message = f"The examples of {ruleset} {version} cannot be read by this program: {error}"
            raise ReleaseError(message) from None

    def _served(self, entry: Published, files: Mapping[str, bytes]) -> Release:
        release = read_served(files[SERVED], entry.digest, entry.act.on[:10])
        if (release.ruleset.id, release.version) != (entry.ruleset, entry.version):
            detail = f"it speaks of {release.ruleset.id} {release.version}."
            raise ReleaseTamperedError(self._shelf.name(entry, SERVED), detail)
        return release
