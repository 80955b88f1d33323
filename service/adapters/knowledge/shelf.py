"""
Reading ``versions/``: nothing is believed before its digest was compared.

The ledger names the digest of each manifest, the manifest that of each file.
What is returned are the bytes that were compared, never a file to be opened
again.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.adapters.knowledge.disk import plain_files
from service.adapters.knowledge.ledger import LEDGER, Ledger, read_ledger
from service.adapters.knowledge.release_json import read_manifest
from service.domain.errors import ReleaseError, ReleaseNotFoundError, ReleaseTamperedError
from service.domain.language.reader import NAME
from service.domain.publication import Manifest, Published, Version, digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANIFEST = "manifest.json"
SERVED = "release.json"
NOTE = "NOTES.md"


class Shelf:
    """
    The folder ``versions/``, read and compared.

    Args:
        root: Its path; it need not exist before the first release.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, entry: Published) -> Path:
        """Return where a release stands."""
        return self.root / entry.ruleset / entry.version

    def name(self, entry: Published, path: str) -> str:
        """Return what to call a file of a release in messages."""
        return f"{self.root.name}/{entry.ruleset}/{entry.version}/{path}"

    def ledger(self) -> Ledger:
        """Return the ledger, or raise `ReleaseTamperedError` if its chain is broken."""
        path = self.root / LEDGER
        with self.reading():
            raw = path.read_bytes() if path.exists() else b""
        return read_ledger(raw, f"{self.root.name}/{LEDGER}")

    def entries(self, ruleset: str) -> tuple[Published, ...]:
        """Return the ledger's entries for a rule set, in the order of versions."""
        of = [entry for entry in self.ledger().entries if entry.ruleset == ruleset]
        return tuple(sorted(of, key=lambda entry: entry.number))

    def entry(self, ruleset: str, version: str) -> Published:
        """
        Return the ledger's entry of a release.

        Args:
            ruleset: The rule set; any text.

            version: Its version; any text.

        Returns:
            The entry.

        Raises:
            ReleaseNotFoundError: If there is none.

            ReleaseError: If there is none, but a folder of that name.
        """
        entries = self.entries(ruleset)
        for entry in entries:
            if entry.version == version:
                return entry
        self.refuse_unfinished(ruleset, version)
        known = [entry.version for entry in entries]
        known = known or sorted({entry.ruleset for entry in self.ledger().entries})
        raise ReleaseNotFoundError(ruleset, version, known)

    def refuse_unfinished(self, ruleset: str, version: str) -> None:
        """Raise `ReleaseError` if there is a folder for a release that the ledger does not know."""
        # Only names that could be a release are looked for on the disk.
        if not NAME.match(ruleset) or not Version.is_one(version):
            return
        if (self.root / ruleset / version).exists():
            message = (
                f"{self.root.name}/{ruleset}/{version} is there, but {self.root.name}/{LEDGER} "
                f"does not know it: either its publishing was interrupted, or the ledger was cut. "
                f"If the repository knows the folder, restore the ledger from it; if not, remove "
                f"the folder and publish again."
            )
            raise ReleaseError(message)

    def manifest(self, entry: Published) -> Manifest:
        """
        Read the manifest of a release, and compare it with the ledger.

        Args:
            entry: The ledger's entry.

        Returns:
            The manifest.

        Raises:
            ReleaseTamperedError: If one of them was changed; it is named.
        """
        name = self.name(entry, MANIFEST)
        raw = self._bytes(entry, MANIFEST)
        found = f"sha256:{digest_of(raw)}"
        if found != entry.digest:
            detail = f"its digest is {found}, the ledger says {entry.digest}."
            raise ReleaseTamperedError(name, detail)
        manifest = read_manifest(raw, name)
        says = (manifest.ruleset, manifest.version, manifest.act, manifest.previous)
        if says != (entry.ruleset, entry.version, entry.act, entry.previous):
            detail = f"its line on {entry.ruleset} {entry.version} is not what the manifest says."
            raise ReleaseTamperedError(f"{self.root.name}/{LEDGER}", detail)
        return manifest

    def files(self, entry: Published) -> dict[str, bytes]:
        """
        Read every file of a release, and look for files that do not belong to it.

        Args:
            entry: The ledger's entry.

        Returns:
            Bytes by path, the manifest left out.

        Raises:
            ReleaseTamperedError: If a file was changed, added or removed; it is named.
        """
        manifest = self.manifest(entry)
        with self.reading():
            plain, others = plain_files(self.folder(entry))
        for paths, detail in (
            (manifest.files.keys() - plain - others, "it is missing."),
            (others, "it is a link, or not a file."),
            (plain - manifest.files.keys() - {MANIFEST}, "it was added."),
        ):
            for path in sorted(paths):
                raise ReleaseTamperedError(self.name(entry, path), detail)
        return {path: self._compared(entry, manifest, path) for path in manifest.files}

    def file(self, entry: Published, path: str) -> bytes:
        """Read one file of a release, compared as all of them are."""
        return self._compared(entry, self.manifest(entry), path)

    def _compared(self, entry: Published, manifest: Manifest, path: str) -> bytes:
        raw = self._bytes(entry, path)
        found = digest_of(raw)
        if found != manifest.files[path]:
            detail = f"its SHA-256 is {found}, the manifest says {manifest.files[path]}."
            raise ReleaseTamperedError(self.name(entry, path), detail)
        return raw

    def _bytes(self, entry: Published, path: str) -> bytes:
        with self.reading():
            try:
                return (self.folder(entry) / path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                raise ReleaseTamperedError(self.name(entry, path), "it is missing.") from None

    @contextmanager
    def reading(self, verb: str = "read") -> Iterator[None]:
        """Say of an error of the file system what could not be done."""
        try:
            yield
        except OSError as error:
            message = f"{self.root.name} cannot be {verb}: {error.strerror}: {error.filename}."
            raise ReleaseError(message) from error
