from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

import pytest

from service.adapters.knowledge.folder import read_files
from service.application.ports_releases import Frozen
from service.application.publish import Publish
from service.domain.errors import KnowledgeError, Problem, ReleaseError, ReleaseExistsError
from service.domain.publication import Act, Manifest, Published, content_digest, digest_of
from service.domain.release import Release
from tests import tiny

SOIL = "greenhouse/rules/soil/soi-010-dry-soil.yaml"
CARE = "greenhouse/rules/care/car-010-water.yaml"
NUMBERS = "greenhouse/thresholds.yaml"


@dataclass
class FakeKnowledge:
    """
    A working copy in memory.
    """

    kept: dict[str, bytes] = field(
        default_factory=lambda: {
            path.relative_to(tiny.KNOWLEDGE).as_posix(): path.read_bytes()
            for pattern in ("*.yaml", "greenhouse/**/*.yaml")
            for path in tiny.KNOWLEDGE.glob(pattern)
        }
    )

    def rulesets(self) -> tuple[str, ...]:
        return ("greenhouse",)

    def files(self, ruleset: str) -> Mapping[str, bytes]:
        return dict(self.kept)

    def edit(self, path: str, old: str, new: str) -> None:
        assert old.encode() in self.kept[path]
        self.kept[path] = self.kept[path].replace(old.encode(), new.encode())


@dataclass
class FakeReleases:
    """
    Releases in memory.
    """

    kept: list[tuple[Published, Frozen, str]] = field(default_factory=list)

    def newest(self, ruleset: str) -> Published | None:
        return self.kept[-1][0] if self.kept else None

    def manifest(self, ruleset: str, version: str) -> Manifest:
        entry, frozen, _ = self.find(version)
        digests = {f"knowledge/{path}": digest_of(raw) for path, raw in frozen.files.items()}
        return Manifest(ruleset, version, entry.act, entry.previous, digests)

    def load(self, ruleset: str, version: str) -> Release:
        return self.find(version)[1].release

    def freeze(self, ruleset: str, version: str, files: Mapping[str, bytes]) -> Frozen:
        content = content_digest({path: digest_of(raw) for path, raw in files.items()})
        release, cases = read_files(files, ruleset, version, content, "knowledge/")
        return Frozen(ruleset, version, files, b"", release, cases)

    def publish(self, frozen: Frozen, note: str, act: Act) -> Published:
        entry = Published(frozen.ruleset, frozen.version, frozen.release.digest, act, "")
        self.kept.append((entry, frozen, note))
        return entry

    def find(self, version: str) -> tuple[Published, Frozen, str]:
        return next(one for one in self.kept if one[0].version == version)


@pytest.fixture
def knowledge() -> FakeKnowledge:
    return FakeKnowledge()


@pytest.fixture
def releases() -> FakeReleases:
    return FakeReleases()


def publishing(knowledge, releases, run_cases=lambda *_: [], now=tiny.NOW):
    return Publish(knowledge, releases, run_cases, lambda: now)


def publish(knowledge, releases, run_cases=lambda *_: [], now=tiny.NOW):
    use_case = publishing(knowledge, releases, run_cases, now)
    return use_case("greenhouse", by="A. Gardener", because="The book came out.")


def problems(knowledge, releases, **named):
    """
    Return what publishing is refused for, after seeing that nothing was published.
    """
    with pytest.raises(KnowledgeError) as caught:
        publish(knowledge, releases, **named)
    assert releases.kept == []
    return [str(problem) for problem in caught.value.problems]


class TestVersion:
    def test_first(self, knowledge, releases):
        """
        The first release is 0.1.0.
        """
        assert publish(knowledge, releases).version == "0.1.0"

    def test_next(self, knowledge, releases):
        """
        Nobody types a version: each release is one minor version after the newest, past 0.9.0 too.
        """
        versions = []
        for limit in range(31, 42):
            knowledge.edit(NUMBERS, f"fern, below: {limit - 1}", f"fern, below: {limit}")
            versions.append(publish(knowledge, releases).version)

        assert versions == [f"0.{minor}.0" for minor in range(1, 12)]


class TestAct:
    def test_kept(self, knowledge, releases):
        """
        Who published, when and why is kept with the release.
        """
        entry = publish(knowledge, releases)

        assert entry.act == Act("2026-11-22T10:00:00Z", "A. Gardener", "The book came out.")

    def test_zone(self, knowledge, releases):
        """
        The time is kept in UTC, whatever zone the clock has.
        """
        here = timezone(timedelta(hours=2))

        entry = publish(knowledge, releases, now=datetime(2026, 11, 22, 1, 30, tzinfo=here))
        assert entry.act.on == "2026-11-21T23:30:00Z"

    def test_clock_without_zone(self, knowledge, releases):
        """
        A clock that does not say its zone is a defect, and nothing is published by it.
        """
        with pytest.raises(ValueError, match="without an offset"):
            publish(knowledge, releases, now=datetime(2026, 11, 22))  # noqa: DTZ001 - the defect

    @pytest.mark.parametrize(("by", "because"), [("", "A reason."), ("A. Gardener", " ")])
    def test_nameless(self, knowledge, releases, by, because):
        """
        Nothing is published by nobody, or for no reason.
        """
        with pytest.raises(ReleaseError, match="who does it and why"):
            publishing(knowledge, releases)("greenhouse", by=by, because=because)

        assert releases.kept == []


class TestRefusals:
    def test_unchanged(self, knowledge, releases):
        """
        Content that the newest release has already is not published again.
        """
        publish(knowledge, releases)

        with pytest.raises(ReleaseExistsError, match=r"Nothing has changed since greenhouse 0\.1\.0"):
            publish(knowledge, releases)

    def test_older_content(self, knowledge, releases):
        """
        Going back to an older content is a new release, because the newest says something else.
        """
        publish(knowledge, releases)
        knowledge.edit(NUMBERS, "fern, below: 30", "fern, below: 31")
        publish(knowledge, releases)
        knowledge.edit(NUMBERS, "fern, below: 31", "fern, below: 30")

        assert publish(knowledge, releases).version == "0.3.0"

    def test_unknown_ruleset(self, knowledge, releases):
        """
        A rule set that does not exist is refused with the names of those that do.
        """
        with pytest.raises(KnowledgeError, match="'orchard' is not a rule set; there is: greenhouse"):
            publishing(knowledge, releases)("orchard", by="A. Gardener", because="A reason.")

    def test_faults(self, knowledge, releases):
        """
        Knowledge with faults is refused with the place of each.
        """
        knowledge.edit(SOIL, "below dry-soil-water", "below dry-sand-water")
        knowledge.edit(CARE, "thirst: at least likely", "thirst: at least probable")

        found = problems(knowledge, releases)
        assert [problem.split(": ")[0] for problem in found] == [
            f"knowledge/{CARE}:7:15",
            f"knowledge/{SOIL}:7:19",
        ]

    def test_no_cases(self, knowledge, releases):
        """
        A rule in use without cases is refused; the message says where to write them. A draft needs
        none.
        """
        del knowledge.kept[CARE.replace(".yaml", ".cases.yaml")]

        beside = "knowledge/greenhouse/rules/care/car-010-water.cases.yaml"
        assert problems(knowledge, releases) == [
            f"knowledge/{CARE}: CAR-010 is in use and has no cases; write some in {beside}."
        ]

    def test_never_fired(self, knowledge, releases):
        """
        A rule in use for which no case says that it must hold is refused: whatever it said, nothing would fail.
        """
        knowledge.edit(CARE.replace(".yaml", ".cases.yaml"), "      fired: [CAR-010]\n", "")

        assert problems(knowledge, releases) == [
            f"knowledge/{CARE}: CAR-010 is in use and no case has it under 'fired'; write one for whom it holds."
        ]

    def test_failing_cases(self, knowledge, releases):
        """
        Every case that fails is told, and nothing is published.
        """
        beside = "knowledge/greenhouse/rules/soil/soi-010-dry.cases.yaml"
        failing = [Problem(beside, line, 1, "'A fern' fails: wet.") for line in (3, 9)]

        found = problems(knowledge, releases, run_cases=lambda *_: failing)

        assert found == [f"{beside}:3:1: 'A fern' fails: wet.", f"{beside}:9:1: 'A fern' fails: wet."]

    def test_overdue_review(self, knowledge, releases):
        """
        A rule whose next review lies in the past is refused.
        """
        knowledge.edit(SOIL, "next: 2028-11-22", "next: 2026-11-21")

        assert problems(knowledge, releases) == [
            f"knowledge/{SOIL}: SOI-010 was due for review on 2026-11-21; review it, or retire it."
        ]

    def test_review_due_today(self, knowledge, releases):
        """
        On the day of its review a rule may still be published.
        """
        knowledge.edit(SOIL, "next: 2028-11-22", "next: 2026-11-22")

        assert publish(knowledge, releases).version == "0.1.0"

    def test_impossible_date(self, knowledge, releases):
        """
        A day that no calendar has is no date for a review.
        """
        knowledge.edit(SOIL, "next: 2028-11-22", "next: 2028-11-31")

        assert problems(knowledge, releases) == [
            f"knowledge/{SOIL}:22:50: '2028-11-31' is not a date; write one such as 2028-11-22."
        ]

    def test_file_names(self, knowledge, releases):
        """
        A file name that common tools would stumble over is refused.
        """
        knowledge.kept["greenhouse/examples/a fern.json"] = (
            b'{"name": "A fern", "about": "It is dry.", "request": {"patient": {}}}'
        )

        message = "a file name has letters, digits, dots, hyphens and underscores only."
        assert problems(knowledge, releases) == [f"knowledge/greenhouse/examples/a fern.json: {message}"]

    def test_other_id(self, knowledge, releases):
        """
        A rule set has the id of its folder, which is the one that callers use.
        """
        knowledge.edit("greenhouse/ruleset.yaml", "id: greenhouse", "id: hothouse")

        assert problems(knowledge, releases) == [
            (
                "knowledge/greenhouse/ruleset.yaml:1:5: hothouse stands in the folder greenhouse; "
                "a rule set has the name of its folder."
            )
        ]

    def test_all_at_once(self, knowledge, releases):
        """
        What stands in the way is told in one go.
        """
        del knowledge.kept[CARE.replace(".yaml", ".cases.yaml")]
        knowledge.edit(SOIL, "next: 2028-11-22", "next: 2026-11-21")

        assert (
            len(problems(knowledge, releases, run_cases=lambda *_: [Problem("knowledge/a.cases.yaml", 3, 1, "wet.")]))
            == 3
        )


class TestFrozen:
    def test_cases_of_release(self, knowledge, releases):
        """
        Cases are tried on the very release that is kept, with every case of every rule.
        """
        seen = []

        def run_cases(release, cases):
            seen.append((release, len(cases)))
            return []

        publish(knowledge, releases, run_cases)
        assert seen == [(releases.kept[0][1].release, 8)]

    def test_read_once(self, knowledge, releases):
        """
        What an author changes while cases run is not published: it was not tried.
        """

        def run_cases(release, cases):
            knowledge.edit(NUMBERS, "fern, below: 30", "fern, below: 99")
            return []

        publish(knowledge, releases, run_cases)
        assert b"fern, below: 30" in releases.kept[0][1].files[NUMBERS]

    def test_in_use(self, knowledge, releases):
        """
        Only rules in use are in a release; the files of drafts are kept with the others.
        """
        publish(knowledge, releases)

        frozen = releases.kept[0][1]
        assert sorted(frozen.release.rules) == ["CAR-010", "SOI-010", "THI-010", "THI-020"]
        assert "greenhouse/rules/care/car-020-more-water.yaml" in frozen.files

    def test_note(self, knowledge, releases):
        """
        What the one who publishes wants to say stands in the note.
        """
        use_case = publishing(knowledge, releases)
        use_case("greenhouse", by="A. Gardener", because="The book came out.", note="Mind the cactus.")

        assert "\n\nMind the cactus.\n\n" in releases.kept[0][2]

    def test_note_compares(self, knowledge, releases):
        """
        From the second release on, the note says what changed.
        """
        publish(knowledge, releases)
        knowledge.edit(NUMBERS, "fern, below: 30", "fern, below: 31")
        publish(knowledge, releases, now=datetime(2026, 12, 1, tzinfo=UTC))

        assert "## What changed since" not in releases.kept[0][2]
        assert "## What changed since 0.1.0\n\n- Thresholds changed: dry-soil-water.\n" in releases.kept[1][2]
