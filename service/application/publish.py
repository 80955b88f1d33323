"""
Publish a rule set: check, try its cases, freeze it, write the ledger. In that order, always.
"""

from __future__ import annotations

import re
from datetime import UTC, date
from typing import TYPE_CHECKING

from service.application.bases import levels, levels_text
from service.application.release_note import release_note
from service.domain.errors import KnowledgeError, Problem, ReleaseError, ReleaseExistsError
from service.domain.publication import KNOWLEDGE, Act, Version, content_digest, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from service.application.ports_releases import Frozen, ReleaseStore, RunCases, WorkingCopy
    from service.domain.publication import Published
    from service.domain.rules import Rule

FIRST = Version(0, 1, 0)

_PORTABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*\Z")


class Publish:
    """
    The use case behind ``ferrule publish``.

    Args:
        knowledge: The working copy.

        releases: Where releases are kept.

        run_cases: Tries the cases.

        clock: The time, with an offset.
    """

    def __init__(
        self,
        knowledge: WorkingCopy,
        releases: ReleaseStore,
        run_cases: RunCases,
        clock: Callable[[], datetime],
    ) -> None:
        self._knowledge, self._releases = knowledge, releases
        self._run_cases, self._clock = run_cases, clock

    def __call__(self, ruleset: str, by: str, because: str, note: str = "") -> Published:
        """
        Publish the working copy of a rule set.

        The files are read once: what was checked and tried is what is kept,
        whatever an author does meanwhile.

        Args:
            ruleset: The rule set.

            by: Who publishes.

            because: Why, in a sentence.

            note: What clinicians should be told besides, Markdown.

        Returns:
            The new line of the ledger.

        Raises:
            KnowledgeError: If authored files have faults, a rule in use has no
                cases, a case fails, or a review is overdue; every reason at once.

            ReleaseExistsError: If nothing has changed since the newest release.

            ReleaseTamperedError: If the newest release is not as it was published.

            ReleaseError: If it is not said who publishes or why, or releases cannot be written.
        """
        act = Act(_instant(self._clock()), by.strip(), because.strip())
        if not act.by or not act.because:
            message = "Publishing needs to know who does it and why; both stand in the ledger."
            raise ReleaseError(message)
        files = self._files(ruleset)
        newest = self._releases.newest(ruleset)
        if newest is not None:
            self._refuse_unchanged(newest, files)
        frozen = self._releases.freeze(ruleset, str(_after(newest)), files)
        problems = [
            *_misnamed(frozen),
            *_upkeep(frozen, date.fromisoformat(act.on[:10])),
            *self._run_cases(frozen.release, frozen.cases),
        ]
        if problems:
            raise KnowledgeError(problems)
        before = self._releases.load(ruleset, newest.version) if newest else None
        sources = levels_text(levels(frozen.release, frozen.cases))
        text = release_note(frozen.release, act, len(frozen.cases), before, note, sources)
        return self._releases.publish(frozen, text, act)

    def _files(self, ruleset: str) -> Mapping[str, bytes]:
        known = self._knowledge.rulesets()
        if ruleset not in known:
            message = f"{ruleset!r} is not a rule set; there is: {', '.join(known) or 'none'}."
            raise KnowledgeError([Problem(KNOWLEDGE.rstrip("/"), 0, 0, message)])
        return self._knowledge.files(ruleset)

    def _refuse_unchanged(self, newest: Published, files: Mapping[str, bytes]) -> None:
        content = content_digest({path: digest_of(raw) for path, raw in files.items()})
        if content == self._releases.manifest(newest.ruleset, newest.version).content:
            message = (
                f"Nothing has changed since {newest.ruleset} {newest.version}; "
                f"its content has the digest {content} too."
            )
            raise ReleaseExistsError(message)


def _instant(time: datetime) -> str:
    if time.tzinfo is None:
        message = "The clock gave a time without an offset."
        raise ValueError(message)
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _after(newest: Published | None) -> Version:
    if newest is None:
        return FIRST
    return Version(newest.number.major, newest.number.minor + 1, 0)


def _misnamed(frozen: Frozen) -> Iterator[Problem]:
    """Find what would make a release hard to copy, or to verify with common tools."""
    for path in frozen.files:
        if not _PORTABLE.match(path):
            message = "a file name has letters, digits, dots, hyphens and underscores only."
            yield Problem(f"{KNOWLEDGE}{path}", 0, 0, message)


def _upkeep(frozen: Frozen, today: date) -> Iterator[Problem]:
    tried = {case.rule for case in frozen.cases}
    shown = {rule for case in frozen.cases for rule in case.expect.fired}
    for rule in frozen.release.rules.values():
        if rule.id not in tried:
            beside = f"{rule.file.removesuffix('.yaml')}.cases.yaml"
            message = f"{rule.id} is in use and has no cases; write some in {beside}."
            yield Problem(rule.file, 0, 0, message)
        elif rule.id not in shown:
            message = f"{rule.id} is in use and no case has it under 'fired'; write one for whom it holds."
            yield Problem(rule.file, 0, 0, message)
        yield from _review(rule, today)


def _review(rule: Rule, today: date) -> Iterator[Problem]:
    try:
        due = date.fromisoformat(rule.review.next)
    except ValueError:
        message = f"{rule.review.next!r}, the next review of {rule.id}, is not a date."
        yield Problem(rule.file, 0, 0, message)
        return
    if due < today:
        message = f"{rule.id} was due for review on {due}; review it, or retire it."
        yield Problem(rule.file, 0, 0, message)
