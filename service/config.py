"""
Settings: every environment variable of the service, named and explained once.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Settings:
    """
    How one installation runs.

    Attributes:
        bind: ``FERRULE_BIND``: address and port of the service.

        home: ``FERRULE_HOME``: folder of the SQLite file; made at first start.

        database_url: ``FERRULE_DATABASE_URL``: SQLAlchemy URL of the record;
            by default the SQLite file in *home*.

        knowledge: ``FERRULE_KNOWLEDGE``: the folder that authors edit.

        versions: ``FERRULE_VERSIONS``: the folder of published releases.

        workers: ``FERRULE_WORKERS``: processes of the service, each with an
            engine of its own; by default one for each processor.

        verify_share: ``FERRULE_VERIFY_SHARE``: share of the decisions that a
            process of its own derives again after they were answered, from 0
            to 1; by default one in a hundred.
    """

    bind: str
    home: Path
    database_url: str
    knowledge: Path
    versions: Path
    workers: int
    verify_share: float = 0.01

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """
        Read the settings.

        Args:
            environ: Variables; those of the process by default.

        Returns:
            The settings, with defaults where a variable is not set or empty.

        Raises:
            SettingError: If a variable has a value that cannot be used.
        """
        env = os.environ if environ is None else environ
        home = Path(env.get("FERRULE_HOME") or "~/.local/share/ferrule").expanduser()
        return cls(
            bind=env.get("FERRULE_BIND") or "127.0.0.1:8000",
            home=home,
            database_url=env.get("FERRULE_DATABASE_URL") or f"sqlite:///{home / 'ferrule.sqlite3'}",
            knowledge=Path(env.get("FERRULE_KNOWLEDGE") or "knowledge"),
            versions=Path(env.get("FERRULE_VERSIONS") or "versions"),
            workers=_count(env, "FERRULE_WORKERS", os.cpu_count() or 1),
            verify_share=_share(env, "FERRULE_VERIFY_SHARE", "0.01"),
        )


class SettingError(ValueError):
    """An environment variable has a value that cannot be used; the message says what would be."""


def _count(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not (text.isdigit() and 1 <= int(text) <= 64):  # noqa: PLR2004 - more processes than any one machine needs
        message = f"{name} is {text!r}; it must be a number from 1 to 64."
        raise SettingError(message)
    return int(text)


def _share(env: Mapping[str, str], name: str, default: str) -> float:
    text = env.get(name) or default
    if not re.fullmatch(r"0|1|0?\.[0-9]+|1\.0+", text):
        message = f"{name} is {text!r}; it must be a number from 0 to 1, such as 0.01."
        raise SettingError(message)
    return float(text)
