"""
Releases in use by this process, each with its engine, the latest few kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.errors import ReleaseNotFoundError

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
    Loads each release once.

    Args:
        releases: Published releases.

        engines: Makes an engine for a release.
    """

    def __init__(self, releases: ReleaseSource, engines: EngineFactory) -> None:
        self.releases = releases
        self._engines = engines
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

            ReleaseTamperedError: If a file of it is not as published.
        """
        rulesets = self.releases.rulesets()
        if ruleset is None:
            if len(rulesets) != 1:
                raise ReleaseNotFoundError(None, version, rulesets)
            ruleset = rulesets[0]
        if ruleset not in rulesets:
            raise ReleaseNotFoundError(ruleset, version, rulesets)
        versions = self.releases.versions(ruleset)
        chosen = version or versions[-1]
        if chosen not in versions:
            raise ReleaseNotFoundError(ruleset, version, versions)
        return self._load(ruleset, chosen)

    def _load(self, ruleset: str, version: str) -> Loaded:
        with self._lock:
            key = (ruleset, version)
            if key not in self._loaded:
                release = self.releases.load(ruleset, version)
                self._loaded[key] = Loaded(release, self._engines(release))
                if len(self._loaded) > KEPT:
                    self._loaded.popitem(last=False)[1].engine.close()
            self._loaded.move_to_end(key)
            return self._loaded[key]
