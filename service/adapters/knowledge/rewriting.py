"""
Rewriting authored files in the house form.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from service.adapters.knowledge.house_form import in_house_form
from service.domain.errors import KnowledgeError
from service.domain.language.fields import SCHEMAS, fields_of, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from service.domain.errors import Problem


def rewrite(root: Path, paths: Iterable[Path], *, keep: bool = False) -> tuple[str, ...]:
    """
    Rewrite files in the house form; a file that has it already is not touched.

    Args:
        root: The folder ``knowledge/``; the place of a file in it says what the file holds.

        paths: The files.

        keep: Whether to look only, and write nothing.

    Returns:
        The names of the files that did not have the form.

    Raises:
        KnowledgeError: With every file that is not strict YAML; the others are rewritten all the same.

        OSError: If a file cannot be read or written.
    """
    problems: list[Problem] = []
    changed = []
    has_schemas = (root / SCHEMAS).is_dir()
    for path in paths:
        inside = path.resolve().is_relative_to(root.resolve())
        place = path.resolve().relative_to(root.resolve()).as_posix() if inside else path.name
        name = f"{root.name}/{place}" if inside else str(path)
        raw = path.read_bytes()
        try:
            written = in_house_form(raw, name, fields_of(place), schema_of(place) if has_schemas else "")
        except KnowledgeError as error:
            problems.extend(error.problems)
            continue
        if written != raw:
            changed.append(name)
            if not keep:
                _replace(path, written)
    if problems:
        raise KnowledgeError(problems)
    return tuple(changed)


def _replace(path: Path, raw: bytes) -> None:
    """Replace a file by one with other bytes, never by a part of it; a link stays a link."""
    path = path.resolve()
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_bytes(raw)
        shutil.copymode(path, new)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
