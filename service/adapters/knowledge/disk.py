"""
Writing folders so that a power cut leaves either all of them or nothing.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.domain.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def write_file(path: Path, raw: bytes) -> None:
    """Write a new file, and wait until it is on the disk."""
    with path.open("xb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """
    Write a new folder, and wait until it is on the disk.

    Args:
        folder: Its path; its parent exists.

        files: Bytes by path inside it.
    """
    folder.mkdir()
    folders = {folder}
    for name, raw in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, raw)
        folders.update(parent for parent in path.parents if parent.is_relative_to(folder))
    for one in sorted(folders, reverse=True):
        sync_folder(one)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """
    Hold a folder against other processes that write there; nothing is left behind.

    Raises:
        ReleaseError: If another process holds it.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        message = f"Somebody else is publishing to {folder.name}; try again when they are done."
        raise ReleaseError(message) from None
    finally:
        os.close(descriptor)


def is_being_written(folder: Path) -> bool:
    """Return whether a process holds a folder now to write there."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def plain_files(folder: Path) -> tuple[set[str], set[str]]:
    """
    List what a folder holds, at any depth, following no links.

    Args:
        folder: Its path; it need not exist.

    Returns:
        Paths of plain files, and of everything else that is not a folder.
    """
    files: set[str] = set()
    others: set[str] = set()
    for at, folders, names in os.walk(folder, followlinks=False):
        for name in (*folders, *names):
            path = folder.__class__(at, name)
            relative = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                others.add(relative)
            elif path.is_file():
                files.add(relative)
    return files, others


def empty_folders(folder: Path) -> set[str]:
    """Return the paths of the folders inside a folder, at any depth, that hold nothing."""
    walked = os.walk(folder, followlinks=False)
    return {
        folder.__class__(at).relative_to(folder).as_posix() for at, folders, names in walked if not (folders or names)
    }
