from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time

import pytest

from service.adapters.knowledge.folder import read_files
from service.adapters.knowledge.releases import ReleaseFolder
from service.bootstrap import failing_cases
from service.domain.errors import (
    KnowledgeError,
    ReleaseError,
    ReleaseExistsError,
    ReleaseNotFoundError,
    ReleaseTamperedError,
)
from service.domain.publication import Act
from tests import tiny

ACT = Act("2026-11-22T10:00:00Z", "A. Gardener", "The book came out.")


def tiny_files():
    return {
        path.relative_to(tiny.KNOWLEDGE).as_posix(): path.read_bytes()
        for pattern in ("*.yaml", "greenhouse/**/*.yaml", "greenhouse/**/*.json")
        for path in tiny.KNOWLEDGE.glob(pattern)
    }


def sha256(raw):
    return hashlib.sha256(raw).hexdigest()


class TestPublish:
    def test_files(self, publish, versions, knowledge):
        """
        A release holds a manifest, what is served, a note, and every authored file byte for byte,
        drafts, cases, examples and schemas too.
        """
        (knowledge / "schemas").mkdir()
        (knowledge / "schemas/rule.json").write_text("{}")

        publish()

        folder = versions / "greenhouse/0.1.0"
        assert sorted(path.name for path in folder.iterdir()) == [
            "NOTES.md",
            "knowledge",
            "manifest.json",
            "release.json",
        ]
        for path in (*knowledge.rglob("*.yaml"), *knowledge.rglob("*.json")):
            copy = folder / "knowledge" / path.relative_to(knowledge)
            assert copy.read_bytes() == path.read_bytes()

    def test_manifest(self, publish, versions):
        """
        The manifest names the SHA-256 of every other file, and its own is the release's digest.
        """
        entry = publish()

        folder = versions / "greenhouse/0.1.0"
        raw = (folder / "manifest.json").read_bytes()
        manifest = json.loads(raw)
        files = {
            path.relative_to(folder).as_posix(): sha256(path.read_bytes())
            for path in folder.rglob("*")
            if path.is_file() and path.name != "manifest.json"
        }
        assert entry.digest == f"sha256:{sha256(raw)}"
        assert manifest == {
            "format": 1,
            "ruleset": "greenhouse",
            "version": "0.1.0",
            "on": "2026-11-22T10:00:00Z",
            "by": "A. Gardener",
            "because": "The book came out.",
            "previous": "",
            "files": files,
        }

    def test_ledger(self, three, versions):
        """
        The ledger has a line for each release, and each line the SHA-256 of the line before.
        """
        lines = (versions / "ledger.jsonl").read_bytes().splitlines(keepends=True)

        documents = [json.loads(line) for line in lines]
        assert documents[2] == {
            "event": "published",
            "ruleset": "greenhouse",
            "version": "0.3.0",
            "digest": three[2].digest,
            "on": "2026-11-24T10:00:00Z",
            "by": "A. Gardener",
            "because": "The book came out.",
            "previous": sha256(lines[1]),
        }
        assert [document["previous"] for document in documents] == [
            "",
            sha256(lines[0]),
            sha256(lines[1]),
        ]

    def test_served(self, publish, versions):
        """
        What is served is the authored trees without places, rules in use only, each under its path.
        """
        publish()

        raw = (versions / "greenhouse/0.1.0/release.json").read_text(encoding="utf-8")
        served = json.loads(raw)
        assert list(served) == [
            "format",
            "ruleset",
            "version",
            "vocabulary",
            "sources",
            "ruleset_file",
            "thresholds",
            "profiles",
            "rules",
        ]
        assert list(served["rules"]) == [
            "knowledge/greenhouse/rules/care/car-010-water.yaml",
            "knowledge/greenhouse/rules/soil/soi-010-dry-soil.yaml",
            "knowledge/greenhouse/rules/thirst/thi-010-thirst.yaml",
            "knowledge/greenhouse/rules/thirst/thi-020-no-thirst.yaml",
        ]
        soil = served["rules"]["knowledge/greenhouse/rules/soil/soi-010-dry-soil.yaml"]
        assert soil["when"] == {"all": [{"soil-water": "below dry-soil-water"}]}
        assert '": ' not in raw
        assert "\n" not in raw

    def test_leaves_nothing_else(self, three, versions):
        """
        Beside releases and ledger, publishing leaves no file behind.
        """
        left = sorted(path.relative_to(versions).as_posix() for path in versions.glob("*"))

        assert left == ["greenhouse", "ledger.jsonl"]
        assert sorted(path.name for path in (versions / "greenhouse").iterdir()) == ["0.1.0", "0.2.0", "0.3.0"]

    def test_twice(self, publish):
        """
        The same content is not published twice, and the message names the release that has it.
        """
        publish()

        with pytest.raises(ReleaseExistsError, match=r"Nothing has changed since greenhouse 0\.1\.0"):
            publish()

    def test_older_version(self, three, releases):
        """
        A version that is not after the newest one is refused, as when two people publish at once.
        """
        frozen = releases.freeze("greenhouse", "0.3.0", tiny_files())

        with pytest.raises(ReleaseExistsError, match=r"greenhouse 0\.3\.0 is too late"):
            releases.publish(frozen, "note", ACT)

    def test_while_another_publishes(self, releases, versions):
        """
        Only one process publishes at a time; the other is told to try again.
        """
        frozen = releases.freeze("greenhouse", "0.1.0", tiny_files())
        versions.mkdir()
        other = os.open(versions, os.O_RDONLY)
        fcntl.flock(other, fcntl.LOCK_EX)
        try:
            with pytest.raises(ReleaseError, match="Somebody else is publishing"):
                releases.publish(frozen, "note", ACT)
        finally:
            os.close(other)

        assert releases.publish(frozen, "note", ACT).version == "0.1.0"

    def test_where_nothing_can_be_written(self, releases, versions):
        """
        A folder that cannot be written is an error for the operator, with what the system said.
        """
        frozen = releases.freeze("greenhouse", "0.1.0", tiny_files())
        versions.write_text("not a folder")

        with pytest.raises(ReleaseError, match="versions cannot be written: File exists"):
            releases.publish(frozen, "note", ACT)

    def test_on_tampered_ledger(self, three, publish, revise, versions):
        """
        Nothing is published after a ledger that is not as it was written.
        """
        ledger = versions / "ledger.jsonl"
        ledger.write_bytes(ledger.read_bytes().replace(b"Gardener", b"Farmer", 1))
        revise()

        with pytest.raises(ReleaseTamperedError):
            publish()


class TestFreeze:
    def test_release(self, releases):
        """
        What a service would load is what the authored files say, rule by rule and file by file.
        """
        frozen = releases.freeze("greenhouse", "0.1.0", tiny_files())

        content = frozen.release.digest
        authored, cases = read_files(tiny_files(), "greenhouse", "0.1.0", content, "knowledge/")
        assert frozen.release == authored
        assert frozen.cases == cases
        assert frozen.release.rules["THI-010"].file == ("knowledge/greenhouse/rules/thirst/thi-010-thirst.yaml")

    def test_faults(self, releases):
        """
        Faults of authored files are told with file, line and column.
        """
        files = tiny_files()
        path = "greenhouse/rules/soil/soi-010-dry-soil.yaml"
        files[path] = files[path].replace(b"soil-water: below", b"soil-watr: below")

        with pytest.raises(KnowledgeError, match=rf"knowledge/{path}:7:7: .*'soil-water'"):
            releases.freeze("greenhouse", "0.1.0", files)

    def test_half_a_character(self, releases):
        """
        A text that no file can hold as UTF-8 is the author's fault, not a crash.
        """
        files = tiny_files()
        files["sources.yaml"] = files["sources.yaml"].replace(
            b"title: A made-up book on gardens", rb'title: "A book \ud800"'
        )

        with pytest.raises(KnowledgeError):
            releases.freeze("greenhouse", "0.1.0", files)


class TestLoad:
    def test_release(self, publish, releases):
        """
        A loaded release is what was authored, under its version, digest and date.
        """
        entry = publish()

        release = releases.load("greenhouse", "0.1.0")
        authored, _ = read_files(tiny_files(), "greenhouse", "0.1.0", entry.digest, "knowledge/")
        assert release == authored
        assert release.published == "2026-11-22"

    def test_cases(self, publish, releases):
        """
        A loaded release gives the answers that the cases beside its rules expect, engine and
        semantics alike, though nobody has ever told the program what a plant is.
        """
        publish()

        _, cases = tiny.read_knowledge()
        assert len(cases) == 8
        assert failing_cases(releases.load("greenhouse", "0.1.0"), cases) == []

    def test_no_yaml(self, publish, releases, monkeypatch):
        """
        A service reads no YAML: loading works where the YAML reader does not.
        """
        publish()
        monkeypatch.setattr("service.adapters.knowledge.folder.parsed", None)

        assert releases.load("greenhouse", "0.1.0").version == "0.1.0"

    def test_writes_nothing(self, publish, releases, versions):
        """
        Loading and verifying leave the folder as it was.
        """
        publish()
        before = sorted((path, path.stat().st_mtime_ns) for path in versions.rglob("*"))
        releases.load("greenhouse", "0.1.0")
        releases.verify("greenhouse", "0.1.0")

        after = sorted((path, path.stat().st_mtime_ns) for path in versions.rglob("*"))
        assert after == before

    def test_old_releases(self, three, releases):
        """
        Every published release stays as it was, whatever was published after it.
        """
        limits = [
            releases.load("greenhouse", version).numbers.thresholds["dry-soil-water"].choices["book"].rows[0].limit
            for version in ("0.1.0", "0.2.0", "0.3.0")
        ]

        assert limits == [30, 31, 32]

    @pytest.mark.parametrize(
        ("ruleset", "version"),
        [
            pytest.param("greenhouse", "0.4.0", id="a version that was never published"),
            pytest.param("greenhouse", "0.1", id="no version"),
            pytest.param("greenhouse", "../greenhouse/0.1.0", id="a path instead of a version"),
            pytest.param("orchard", "0.1.0", id="another rule set"),
            pytest.param("../versions/greenhouse", "0.1.0", id="a path instead of a rule set"),
        ],
    )
    def test_unknown(self, three, releases, ruleset, version):
        """
        Only what stands in the ledger is known; the message lists what does.
        """
        with pytest.raises(ReleaseNotFoundError, match="known: "):
            releases.load(ruleset, version)

    def test_nothing_published(self, releases):
        """
        Before the first release there is none, and no folder is needed to say so.
        """
        assert releases.rulesets() == ()
        assert releases.newest("greenhouse") is None
        with pytest.raises(ReleaseNotFoundError, match="known: none"):
            releases.load("greenhouse", "0.1.0")

    def test_newer_format(self, publish, releases, versions):
        """
        A release in a format of the future is refused by saying so, not as tampered.
        """
        entry = publish()
        folder = versions / "greenhouse/0.1.0"
        served = folder / "release.json"
        old = sha256(served.read_bytes())
        served.write_bytes(served.read_bytes().replace(b'"format":1', b'"format":2'))
        forge(versions, entry, {old: sha256(served.read_bytes())})

        with pytest.raises(ReleaseError, match=r"release\.json is written in format 2") as caught:
            releases.load("greenhouse", "0.1.0")
        assert not isinstance(caught.value, ReleaseTamperedError)

    def test_stricter_language(self, publish, releases, versions):
        """
        A release that the language no longer accepts is an error for the operator, not the author.
        """
        entry = publish()
        served = versions / "greenhouse/0.1.0/release.json"
        old = sha256(served.read_bytes())
        served.write_bytes(served.read_bytes().replace(b"same-day", b"next-day"))
        forge(versions, entry, {old: sha256(served.read_bytes())})

        with pytest.raises(ReleaseError, match="cannot be read by this program"):
            releases.load("greenhouse", "0.1.0")

    def test_200_rules(self, releases, versions):
        """
        A release of 200 rules, each with cases, is loaded in well under a second.
        """
        files = tiny_files()
        rule = files["greenhouse/rules/soil/soi-010-dry-soil.yaml"]
        cases = files["greenhouse/rules/soil/soi-010-dry-soil.cases.yaml"]
        for number in range(100, 296):
            stem = f"greenhouse/rules/many/soi-{number}-dry-soil"
            files[f"{stem}.yaml"] = rule.replace(b"SOI-010", b"SOI-%d" % number)
            files[f"{stem}.cases.yaml"] = cases.replace(b"SOI-010", b"SOI-%d" % number)
        releases.publish(releases.freeze("greenhouse", "0.1.0", files), "note", ACT)

        before = time.process_time()
        release = releases.load("greenhouse", "0.1.0")
        seconds = time.process_time() - before

        assert len(release.rules) == 200
        assert seconds < 0.5


class TestVersions:
    def test_order(self, publish, revise, releases):
        """
        Versions are ordered as numbers: 0.10.0 comes after 0.9.0 and is the newest.
        """
        for _ in range(11):
            publish()
            revise()

        assert releases.versions("greenhouse") == tuple(f"0.{n}.0" for n in range(1, 12))
        assert releases.newest("greenhouse").version == "0.11.0"

    def test_rulesets(self, publish, releases):
        """
        The rule sets with a release are listed.
        """
        publish()

        assert releases.rulesets() == ("greenhouse",)

    def test_unknown_ruleset(self, publish, releases):
        """
        The versions of a rule set that has no release are asked for in vain, with what there is.
        """
        publish()

        with pytest.raises(ReleaseNotFoundError, match=r"orchard .* known: greenhouse"):
            releases.versions("orchard")

    def test_ledger(self, three, releases):
        """
        The ledger's lines are told as they stand, oldest version first.
        """
        lines = releases.ledger("greenhouse")

        assert [line["version"] for line in lines] == ["0.1.0", "0.2.0", "0.3.0"]
        assert lines[0]["by"] == "A. Gardener"
        assert releases.ledger("orchard") == ()


class TestRuleText:
    def test_authored(self, publish, releases, knowledge):
        """
        The text of a rule is what its author wrote, comments and line breaks included.
        """
        publish()

        text = releases.rule_text("greenhouse", "0.1.0", "SOI-010")
        authored = knowledge / "greenhouse/rules/soil/soi-010-dry-soil.yaml"
        assert text == authored.read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        "rule",
        [
            pytest.param("SOI-999", id="a rule that does not exist"),
            pytest.param("CAR-020", id="a draft, which is in no release"),
        ],
    )
    def test_unknown(self, publish, releases, rule):
        """
        A rule that is not in the release is not found; the message lists those that are.
        """
        publish()

        with pytest.raises(ReleaseNotFoundError, match=rf"{rule} .*known: CAR-010, SOI-010"):
            releases.rule_text("greenhouse", "0.1.0", rule)


class TestNote:
    def test_text(self, publish, releases):
        """
        The note for clinicians is kept beside the release.
        """
        publish()

        assert releases.note("greenhouse", "0.1.0").startswith("# Plants in a greenhouse, version 0.1.0\n")


class TestVerify:
    def test_whole(self, publish, releases):
        """
        A release that is as it was published verifies, and its digest is told.
        """
        entry = publish()

        assert releases.verify("greenhouse", "0.1.0") == entry.digest

    def test_served_is_not_authored(self, publish, releases, versions):
        """
        A release whose digests all hold, but which serves something else than was authored, is
        found when the YAML files are read again.
        """
        entry = publish()
        served = versions / "greenhouse/0.1.0/release.json"
        old = sha256(served.read_bytes())
        served.write_bytes(served.read_bytes().replace(b'"below":"30"', b'"below":"3"'))
        forge(versions, entry, {old: sha256(served.read_bytes())})
        releases.load("greenhouse", "0.1.0")

        with pytest.raises(ReleaseTamperedError, match=r"0\.1\.0/release\.json is not as published"):
            releases.verify("greenhouse", "0.1.0")


class TestRoot:
    def test_other_name(self, publish, versions, tmp_path):
        """
        The folder may have any name, which is the one that messages use.
        """
        publish()
        moved = versions.rename(tmp_path / "shelf")
        (moved / "greenhouse/0.1.0/NOTES.md").unlink()

        with pytest.raises(ReleaseTamperedError) as caught:
            ReleaseFolder(moved).load("greenhouse", "0.1.0")
        assert caught.value.file == "shelf/greenhouse/0.1.0/NOTES.md"


class TestExamples:
    def test_that_cannot_be_read(self, publish, releases, versions):
        """
        A sample that is published and no sample is an error with a sentence.
        """
        entry = publish()
        sample = versions / "greenhouse/0.1.0/knowledge/greenhouse/examples/thirsty-fern.json"
        old = sha256(sample.read_bytes())
        sample.write_text('{"name": ', encoding="utf-8")
        forge(versions, entry, {old: sha256(sample.read_bytes())})

        with pytest.raises(ReleaseError, match=r"thirsty-fern.json:1:10: This is not JSON: Expecting value"):
            ReleaseFolder(versions).examples("greenhouse", "0.1.0")


def forge(versions, entry, replaced):
    """
    Make manifest and ledger fit files that were changed, as somebody could who may write here.
    """
    manifest = versions / "greenhouse/0.1.0/manifest.json"
    text = manifest.read_text(encoding="utf-8")
    for old, new in replaced.items():
        text = text.replace(old, new)
    manifest.write_text(text, encoding="utf-8")
    ledger = versions / "ledger.jsonl"
    forged = f"sha256:{sha256(manifest.read_bytes())}"
    ledger.write_text(ledger.read_text(encoding="utf-8").replace(entry.digest, forged))
