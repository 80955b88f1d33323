"""
The author's workshop: authored files with others that are not there yet, and adding them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.adapters.knowledge.folder import KnowledgeFolder, read_files
from service.adapters.knowledge.house_form import in_house_form, written_anew
from service.domain.errors import KnowledgeError, Problem
from service.domain.language.fields import SCHEMAS, fields_of, kind_of, schema_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from service.domain.cases import Case
    from service.domain.nodes import Plain
    from service.domain.release import Release

# A line is left empty before these, where a reader begins anew.
_PARTS = {"rule": ("when:", "rationale:"), "cases": ("  - name:",)}


class WorkshopFolder:
    """
    The folder ``knowledge/``, to be added to.

    Args:
        root: Its path.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, ruleset: str, more: Mapping[str, Plain]) -> tuple[Release, tuple[Case, ...]]:
        """
        Read a rule set with files that are not there yet.

        Args:
            ruleset: Folder name.

            more: What they would hold, by path.

        Returns:
            The release and the cases.

        Raises:
            KnowledgeError: With every fault, of the new files too.
        """
        files = KnowledgeFolder(self._root).files(ruleset)
        self._refuse_taken(more)
        added = {path: self._bytes(path, value) for path, value in more.items()}
        return read_files({**files, **added}, ruleset, "draft", "", f"{self._root.name}/")

    def add(self, files: Mapping[str, Plain]) -> tuple[str, ...]:
        """
        Write new files; none is ever overwritten.

        Args:
            files: What they hold, by path inside the folder.

        Returns:
            Their names.

        Raises:
            KnowledgeError: If one of them is there already; then none is written.
        """
        self._refuse_taken(files)
        for path, value in files.items():
            place = self._root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as file:
                file.write(self._bytes(path, value))
        return tuple(f"{self._root.name}/{path}" for path in files)

    def _refuse_taken(self, files: Mapping[str, Plain]) -> None:
        taken = [path for path in files if (self._root / path).exists()]
        if taken:
            message = "This file is there already, and is not overwritten."
            raise KnowledgeError([Problem(f"{self._root.name}/{path}", 0, 0, message) for path in taken])

    def _bytes(self, path: str, value: Plain) -> bytes:
        lines: list[str] = []
        for line in written_anew(value):
            begins = line.startswith(_PARTS.get(kind_of(path), ()))
            if begins and lines and not lines[-1].endswith("cases:"):
                lines.append("")
            lines.append(line)
        has_schemas = (self._root / SCHEMAS).is_dir()
        raw = ("\n".join(lines) + "\n").encode()
        return in_house_form(raw, f"{self._root.name}/{path}", fields_of(path), schema_of(path) if has_schemas else "")
