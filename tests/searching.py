"""
Questions about other panels, asked in tests of two searches and of brute force.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from service.adapters.system import utc_now
from service.domain.explanation.inputs import given_inputs, open_inputs
from service.domain.explanation.questions import EVERY_ANSWER, Question
from service.domain.explanation.trying import Trying
from tests.published.cases import HERE, read_cases

if TYPE_CHECKING:
    from service.domain.given import GivenPanel
    from service.domain.release import Profile, Release
    from tests.published.cases import PublishedCase

SHIPPED = HERE / "cases-medqa.jsonl"


@cache
def shared_cases() -> tuple[PublishedCase, ...]:
    """
    Return the published cases: those that are shipped, and those that ``FERRULE_CASES`` names.
    """
    named = os.environ.get("FERRULE_CASES")
    files = [SHIPPED, *([Path(named)] if named else [])]
    return tuple({case.id: case for file in files for case in read_cases(file, utc_now())}.values())


def settling(release: Release, profile: Profile, given: GivenPanel, conclusion: str, most: int) -> Question:
    """
    Return the question which missing inputs could change what is told.
    """
    trying = Trying(Question(release, profile, given, conclusion, frozenset(), (), 0))
    free = open_inputs(trying.cone, profile, trying.now.panel, trying.now.facts)
    wanted = frozenset(one for one in EVERY_ANSWER if one != trying.answer)
    return Question(release, profile, given, conclusion, wanted, free, most)


def changing(release: Release, profile: Profile, given: GivenPanel, conclusion: str, most: int) -> Question:
    """
    Return the question which other results would change what is told.
    """
    trying = Trying(Question(release, profile, given, conclusion, frozenset(), (), 0))
    free = given_inputs(trying.cone, trying.now.panel)
    wanted = frozenset(one for one in EVERY_ANSWER if one != trying.answer)
    return Question(release, profile, given, conclusion, wanted, free, min(most, len(free)), steps=True)
