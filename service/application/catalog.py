"""
Releases in use by this process, each with its engine, the latest few kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.errors import ReleaseNotFoundError, ReleaseTamperedError

if TYPE_CHECKING:
    from service.application.ports import Engine, EngineFactory, ReleaseSource
    from service.domain.release import Release

KEPT = 24
"""Compiled releases kept: each holds about half a megabyte in the engine."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A release that was verified, with an engine that has compiled it."""

    release: Release
    engine: Engine


class Catalog:
    """
    Loads each release once, and never goes back to an older one as the newest.

    Args:
        releases: Published releases.

        engines: Makes an engine for a release.
    """

    def __init__(self, releases: ReleaseSource, engines: EngineFactory) -> None:
        self.releases = releases
        self._engines = engines
        self._newest: dict[str, str] = {}
        self._loaded: OrderedDict[tuple[str, str], Loaded] = OrderedDict()
        self._lock = threading.RLock()

    def choose(self, ruleset: str | None, version: str | None) -> Loaded:
        """
        Return the release that a request asks for.

        Args:
            ruleset: Its id, or None when there is only one.

            version: Its version, or None for the newest.

        Returns:
            The release with its engine.

        Raises:
            ReleaseNotFoundError: If there is none such.

            ReleaseTamperedError: If a file of it is not as published, or the newest version is not there any more.
        """
        with self._lock:
            return self._load(*self._find(ruleset, version))

    def in_use(self) -> tuple[tuple[str, str], ...]:
        """Return rule set and version of each release that is loaded."""
        with self._lock:
            return tuple(self._loaded)

    def _find(self, ruleset: str | None, version: str | None) -> tuple[str, str]:
        rulesets = self.releases.rulesets()
        for name in self._newest.keys() - set(rulesets):
            raise self._gone(name)
        if ruleset is None:
            if len(rulesets) != 1:
                raise ReleaseNotFoundError(None, version, rulesets)
            ruleset = rulesets[0]
        if ruleset not in rulesets:
            raise ReleaseNotFoundError(ruleset, version, rulesets)
        versions = self.releases.versions(ruleset)
        if self._newest.get(ruleset, versions[-1]) not in versions:
            raise self._gone(ruleset)
        self._newest[ruleset] = versions[-1]
        chosen = version or versions[-1]
        if chosen not in versions:
            raise ReleaseNotFoundError(ruleset, version, versions)
        return ruleset, chosen

    def _gone(self, ruleset: str) -> ReleaseTamperedError:
        detail = "it was the newest release, and is not published any more; nothing older takes its place."
        return ReleaseTamperedError(f"{ruleset}/{self._newest[ruleset]}", detail)

    def _load(self, ruleset: str, version: str) -> Loaded:
        key = (ruleset, version)
        if key not in self._loaded:
            release = self.releases.load(ruleset, version)
            self._loaded[key] = Loaded(release, self._engines(release))
            if len(self._loaded) > KEPT:
                self._loaded.popitem(last=False)[1].engine.close()
        self._loaded.move_to_end(key)
        return self._loaded[key]
