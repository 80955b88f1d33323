"""
Reading ``versions/``: nothing is believed before its digest was compared.

The ledger names the digest of each manifest, the manifest that of each file.
What is returned are the bytes that were compared, never a file to be opened
again. What the ledger said once it must go on to say: lines are added to it, and
none is changed or cut while a process looks at it.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.adapters.knowledge.disk import empty_folders, is_being_written, plain_files
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

LOST = "lost+found"
"""What a file system keeps at the root of a volume; like hidden folders there, it is nobody's release."""


def place_for_writing(place: Path) -> Path:
    """Return where a release is written before it is whole; the next publishing removes what is left there."""
    return place.with_name(f".{place.name}.new")


def _is_for_writing(place: Path) -> bool:
    version = place.name.removeprefix(".").removesuffix(".new")
    return Version.is_one(version) and place == place_for_writing(place.with_name(version)) and not place.is_symlink()


class Shelf:
    """
    The folder ``versions/``, read and compared.

    Args:
        root: Its path; it need not exist before the first release.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._read = read_ledger(b"", LEDGER)

    @property
    def ledger_name(self) -> str:
        """What to call the ledger in messages."""
        return f"{self.root.name}/{LEDGER}"

    def folder(self, entry: Published) -> Path:
        """Return where a release stands."""
        return self.root / entry.ruleset / entry.version

    def name(self, entry: Published, path: str) -> str:
        """Return what to call a file of a release in messages."""
        return f"{self.root.name}/{entry.ruleset}/{entry.version}/{path}"

    def ledger(self) -> Ledger:
        """
        Return the ledger.

        Raises:
            ReleaseTamperedError: If its chain is broken, or if it does not begin with all that was
                read of it before.
        """
        path = self.root / LEDGER
        # One at a time: whoever read the shorter ledger must not compare it with the longer one.
        with self._lock:
            with self.reading():
                raw = path.read_bytes() if path.exists() else b""
            if raw != self._read.raw:
                ledger = read_ledger(raw, self.ledger_name)
                if not raw.startswith(self._read.raw):
                    detail = (
                        f"it had {len(self._read.entries)} lines when this process read it before, and does not "
                        f"begin with them any more; lines were edited or cut."
                    )
                    raise ReleaseTamperedError(self.ledger_name, detail)
                self._read = ledger
            return self._read

    def strangers(self) -> tuple[str, ...]:
        """
        Find what stands where releases do, and has no line in the ledger: folders, links, and files.

        Returns:
            Their names, for messages. What is being published at this moment is none of them, and
            neither is what a stopped publishing left half-written.
        """
        with self.reading():
            # Whoever published between the two looks has written the line by the second.
            return self._strangers() and (() if is_being_written(self.root) else self._strangers())

    def _strangers(self) -> tuple[str, ...]:
        # The folders first: a line may be written meanwhile, and never is one taken away.
        places = [place for folder in self._rulesets() for place in folder.iterdir()]
        known = {self.folder(entry) for entry in self.ledger().entries}
        strangers = [place for place in places if place not in known and not _is_for_writing(place)]
        return tuple(sorted(f"{self.root.name}/{place.parent.name}/{place.name}" for place in strangers))

    def _rulesets(self) -> list[Path]:
        if not self.root.exists():
            return []
        places = [place for place in self.root.iterdir() if not place.name.startswith(".") and place.name != LOST]
        return [place for place in places if place.is_dir()]

    def refuse_strangers(self) -> None:
        """Raise `ReleaseTamperedError` if there are strangers; they and the ledger are named."""
        strangers = self.strangers()
        if not strangers:
            return
        lacks = "it has no line for" if self.ledger().entries else "it is missing or empty, and has no line for"
        detail = (
            f"{lacks} {', '.join(strangers)}: either publishing was interrupted, or the ledger was cut, "
            f"or somebody else put that there. If the repository does not know it, remove it and publish again."
        )
        raise ReleaseTamperedError(self.ledger_name, detail)

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
                f"{self.root.name}/{ruleset}/{version} is there, but {self.ledger_name} "
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
        self._refuse_link(entry)
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
            raise ReleaseTamperedError(self.ledger_name, detail)
        return manifest

    def _refuse_link(self, entry: Published) -> None:
        place = self.folder(entry)
        for folder in (place.parent, place):
            if folder.is_symlink():
                name = f"{self.root.name}/{folder.relative_to(self.root).as_posix()}"
                raise ReleaseTamperedError(name, "it is a link; what it leads to may change.")

    def files(self, entry: Published) -> dict[str, bytes]:
        """
        Read every file of a release, and look for what does not belong to it.

        Args:
            entry: The ledger's entry.

        Returns:
            Bytes by path, the manifest left out.

        Raises:
            ReleaseTamperedError: If a file was changed, added or removed, or an empty folder was added; it is named.
        """
        manifest = self.manifest(entry)
        with self.reading():
            plain, others = plain_files(self.folder(entry))
            empty = empty_folders(self.folder(entry))
        for paths, detail in (
            (manifest.files.keys() - plain - others, "it is missing."),
            (others, "it is a link, or not a file."),
            (plain - manifest.files.keys() - {MANIFEST}, "it was added."),
            (empty, "it is an empty folder, which was added."),
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
        file = self.folder(entry) / path
        with self.reading():
            # Nobody is to wait for a pipe.
            if file.exists() and not file.is_file():
                raise ReleaseTamperedError(self.name(entry, path), "it is not a file.")
            try:
                return file.read_bytes()
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
