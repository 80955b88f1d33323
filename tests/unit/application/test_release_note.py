from __future__ import annotations

from dataclasses import replace

import pytest

from service.application.release_note import release_note
from service.domain.publication import Act
from service.domain.release import Release
from service.domain.rules import Review
from tests import tiny

ACT = Act("2026-11-22T10:00:00Z", "A. Gardener", "The book came out.")


@pytest.fixture
def release() -> Release:
    return replace(tiny.read_knowledge()[0], version="0.1.0")


def with_rules(release, **changed):
    """
    Return a release with some rules changed, or left out where they are None.
    """
    rules = {name: rule for name, rule in (release.rules | changed).items() if rule is not None}
    return replace(release, rules=rules)


class TestReleaseNote:
    def test_first(self, release):
        """
        The note of a first release says what it is, what is in it, and what is not verified.
        """
        assert release_note(release, ACT, 8, None, "Mind the cactus.") == FIRST

    def test_reviewed(self, release):
        """
        A release is called reviewed when every rule of it was, and not before.
        """
        signed = Review("gardeners", "B. Botanist", "2028-11-22")
        reviewed = {name: replace(rule, review=signed) for name, rule in release.rules.items()}

        some = release_note(with_rules(release, **{"SOI-010": reviewed["SOI-010"]}), ACT, 8, None)
        every = release_note(with_rules(release, **reviewed), ACT, 8, None)

        assert "**Standing: for evaluation: not reviewed by a clinician.**" in some
        assert "Of 4 rules, 1 reviewed by a named person." in some
        assert "**Standing: reviewed.**" in every

    def test_changes(self, release):
        """
        What is new, changed or gone since the release before is listed by name.
        """
        before = with_rules(
            release,
            **{
                "CAR-010": None,
                "SOI-010": replace(release.rules["SOI-010"], title="Another title"),
                "SOI-020": replace(release.rules["SOI-010"], id="SOI-020"),
            },
        )

        note = release_note(replace(release, version="0.2.0"), ACT, 8, before)

        assert (
            "## What changed since 0.1.0\n\n"
            "- Rules new: CAR-010.\n"
            "- Rules changed: SOI-010.\n"
            "- Rules no longer there: SOI-020.\n"
        ) in note

    def test_moved(self, release):
        """
        A rule in another file is the same rule.
        """
        moved = replace(release.rules["SOI-010"], file="knowledge/greenhouse/rules/sand/soi-010.yaml")

        note = release_note(with_rules(release, **{"SOI-010": moved}), ACT, 8, release)
        assert "- Nothing in rules, numbers and profiles; only other files." in note

    def test_nothing_from_memory(self, release):
        """
        Where nothing rests on memory the note says so.
        """
        rule = release.rules["SOI-010"]
        bare = replace(release, rules={"SOI-010": rule}, numbers=replace(release.numbers, thresholds={}, constants={}))

        note = release_note(bare, ACT, 3, None)

        assert "1 rule in 1 family, with 3 cases" in note
        assert note.endswith("Nothing in it rests on memory alone.\n")


FIRST = """\
# Plants in a greenhouse, version 0.1.0

Published on 2026-11-22 by A. Gardener: The book came out.

**Standing: for evaluation: not reviewed by a clinician.**

Mind the cactus.

## What is in it

4 rules in 3 families, with 8 cases that each gave the expected answer.

| Family | Rules |
| --- | ---: |
| care | 1 |
| soil | 1 |
| thirst | 2 |

### care

- CAR-010: A thirsty plant is watered

### soil

- SOI-010: Little usable water means dry soil

### thirst

- THI-010: Drooping leaves over dry soil mean thirst
- THI-020: Over moist soil there is no thirst

### Profiles

- `default`: The book as printed. There is no other book. Unless told otherwise, it assumes watering-gap 1 d.

## What is not verified

Of 4 rules, 0 reviewed by a named person.

Of 4 passages that rules rest on, read where they were published: 3; from memory, not verified: 1.

These rest on memory and must be checked before anybody relies on them:

- rule THI-010: garden-book, Page 5
- threshold dry-soil-water, book: garden-book, Page 2
- constant bound-water, book: garden-book, Page 4
"""
