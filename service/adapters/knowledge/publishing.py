"""
Adding to ``versions/``: what is published is written whole or not at all.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from service.adapters.knowledge.disk import locked, sync_folder, write_file, write_folder
from service.adapters.knowledge.folder import read_files
from service.adapters.knowledge.ledger import LEDGER
from service.adapters.knowledge.release_json import derive, manifest_bytes, read_served
from service.adapters.knowledge.releases import ReleaseFolder
from service.adapters.knowledge.shelf import MANIFEST, NOTE, SERVED, place_for_writing
from service.application.ports_releases import Frozen
from service.domain.errors import ReleaseError, ReleaseExistsError
from service.domain.publication import KNOWLEDGE, Manifest, Published, Version, content_digest, digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.domain.publication import Act


class PublishingFolder(ReleaseFolder):
    """
    Published releases in a folder that may be added to; a service only reads, and is given none.

    Args:
        root: The folder ``versions/``; it need not exist before the first release.

        seconds: A clock that never goes back.
    """

    def freeze(self, ruleset: str, version: str, files: Mapping[str, bytes]) -> Frozen:
        """
        Read authored files as a release would hold them.

        Args:
            ruleset: The rule set.

            version: The version it would have.

            files: Bytes by path inside ``knowledge/``.

        Returns:
            What could be published, with the release that services would then load.

        Raises:
            KnowledgeError: With every fault of every file.

            ReleaseError: If what services would load differs from what was authored.
        """
        content = content_digest({path: digest_of(raw) for path, raw in files.items()})
        authored, cases = read_files(files, ruleset, version, content, KNOWLEDGE)
        served = derive(files, ruleset, version)
        release = read_served(served, content)
        if release != authored:
            message = f"What services would load of {ruleset} is not what its files say."
            raise ReleaseError(message)
        return Frozen(ruleset, version, dict(files), served, release, cases)

    def publish(self, frozen: Frozen, note: str, act: Act) -> Published:
        """
        Keep a release for good, whole or not at all.

        The folder is built beside its place and renamed when it is on the disk;
        then the ledger is replaced by one with a line more. Only the line makes
        the release known.

        Args:
            frozen: What to publish.

            note: For clinicians, Markdown.

            act: Who publishes it, when and why.

        Returns:
            The new line of the ledger.

        Raises:
            ReleaseExistsError: If the version is not after the newest one.

            ReleaseError: If somebody else is publishing, or the folder cannot be written.
        """
        root = self._shelf.root
        with self._shelf.reading("written"):
            root.mkdir(parents=True, exist_ok=True)
            with locked(root):
                self._refuse_taken(frozen)
                return self._publish(frozen, note, act)

    def _refuse_taken(self, frozen: Frozen) -> None:
        newest = self.newest(frozen.ruleset)
        if newest is not None and Version.parse(frozen.version) <= newest.number:
            message = f"{frozen.ruleset} {frozen.version} is too late: {newest.version} is published."
            raise ReleaseExistsError(message)
        self._shelf.refuse_unfinished(frozen.ruleset, frozen.version)

    def _publish(self, frozen: Frozen, note: str, act: Act) -> Published:
        ledger = self._shelf.ledger()
        files = {f"{KNOWLEDGE}{path}": raw for path, raw in frozen.files.items()}
        files |= {SERVED: frozen.served, NOTE: note.encode()}
        digests = {path: digest_of(raw) for path, raw in files.items()}
        manifest = manifest_bytes(Manifest(frozen.ruleset, frozen.version, act, ledger.head, digests))
        digest = f"sha256:{digest_of(manifest)}"
        entry = Published(frozen.ruleset, frozen.version, digest, act, ledger.head)
        root, place = self._shelf.root, self._shelf.folder(entry)
        new_place, new_ledger = place_for_writing(place), root / f".{LEDGER}.new"

        def clear() -> None:
            shutil.rmtree(new_place, ignore_errors=True)
            new_ledger.unlink(missing_ok=True)

        # What a process left that was stopped; whoever holds the lock knows that nobody needs it.
        clear()
        try:
            place.parent.mkdir(exist_ok=True)
            write_folder(new_place, {**files, MANIFEST: manifest})
            write_file(new_ledger, ledger.with_line(entry))
            new_place.rename(place)
            sync_folder(place.parent)
            new_ledger.replace(root / LEDGER)
            sync_folder(root)
        finally:
            clear()
        return entry
