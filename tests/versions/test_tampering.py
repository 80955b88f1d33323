from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from service.domain.errors import ReleaseError, ReleaseNotFoundError, ReleaseTamperedError

RULE = "knowledge/greenhouse/rules/soil/soi-010-dry-soil.yaml"
EVERY_FILE = [
    pytest.param("manifest.json", id="the manifest"),
    pytest.param("release.json", id="what is served"),
    pytest.param("NOTES.md", id="the note"),
    pytest.param(RULE, id="a rule"),
    pytest.param(RULE.replace(".yaml", ".cases.yaml"), id="cases"),
    pytest.param("knowledge/vocabulary.yaml", id="the vocabulary"),
    pytest.param("knowledge/greenhouse/examples/thirsty-fern.json", id="an example"),
]


def refused(releases, version="0.2.0"):
    """
    Return the file that loading complains of; verifying complains of the same.
    """
    with pytest.raises(ReleaseTamperedError) as caught:
        releases.load("greenhouse", version)
    with pytest.raises(ReleaseTamperedError) as again:
        releases.verify("greenhouse", version)
    assert again.value.file == caught.value.file
    assert caught.value.file in str(caught.value)
    return caught.value.file


@pytest.fixture
def folder(three, versions) -> Path:
    return versions / "greenhouse/0.2.0"


@pytest.fixture
def ledger(three, versions) -> Path:
    return versions / "ledger.jsonl"


class TestFiles:
    @pytest.mark.parametrize("file", EVERY_FILE)
    def test_edited(self, folder, releases, file):
        """
        One byte that differs, in whatever file, is enough to refuse the release; the file is named.
        """
        raw = bytearray((folder / file).read_bytes())
        raw[len(raw) // 2] ^= 1
        (folder / file).write_bytes(raw)

        assert refused(releases) == f"versions/greenhouse/0.2.0/{file}"

    @pytest.mark.parametrize("file", EVERY_FILE)
    def test_missing(self, folder, releases, file):
        """
        A file that is not there is named.
        """
        (folder / file).unlink()

        assert refused(releases) == f"versions/greenhouse/0.2.0/{file}"

    @pytest.mark.parametrize(
        "file",
        [
            pytest.param("knowledge/greenhouse/rules/soil/soi-999-new.yaml", id="another rule"),
            pytest.param("knowledge/.hidden", id="a hidden file"),
            pytest.param("manifest.json.bak", id="a copy of an editor"),
            pytest.param("more/deep/inside", id="a file in a new folder"),
        ],
    )
    def test_added(self, folder, releases, file):
        """
        A file that the manifest does not name is refused, even if nobody would read it.
        """
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text("id: SOI-999\n")

        assert refused(releases) == f"versions/greenhouse/0.2.0/{file}"

    def test_link(self, folder, releases, tmp_path):
        """
        A link in the place of a file is refused, whatever it leads to: what it leads to may change.
        """
        shutil.move(folder / RULE, tmp_path / "rule.yaml")
        (folder / RULE).symlink_to(tmp_path / "rule.yaml")

        assert refused(releases) == f"versions/greenhouse/0.2.0/{RULE}"

    def test_linked_folder(self, folder, releases, tmp_path):
        """
        A link in the place of a folder is refused, too.
        """
        shutil.move(folder / "knowledge/greenhouse", tmp_path / "elsewhere")
        (folder / "knowledge/greenhouse").symlink_to(tmp_path / "elsewhere")

        assert refused(releases).startswith("versions/greenhouse/0.2.0/knowledge/greenhouse")

    def test_pipe(self, folder, releases):
        """
        A pipe in the place of a file is refused before anybody waits for it.
        """
        (folder / RULE).unlink()
        os.mkfifo(folder / RULE)

        assert refused(releases) == f"versions/greenhouse/0.2.0/{RULE}"

    def test_manifest_pipe(self, folder, releases):
        """
        A pipe in the place of the manifest is refused as fast.
        """
        (folder / "manifest.json").unlink()
        os.mkfifo(folder / "manifest.json")

        assert refused(releases) == "versions/greenhouse/0.2.0/manifest.json"

    @pytest.mark.parametrize("linked", ["greenhouse/0.2.0", "greenhouse"])
    def test_linked_release(self, folder, versions, releases, tmp_path, linked):
        """
        A link in the place of the release itself, or of its rule set, is refused, though it leads to every byte.
        """
        shutil.move(versions / linked, tmp_path / "elsewhere")
        (versions / linked).symlink_to(tmp_path / "elsewhere")

        assert refused(releases) == f"versions/{linked}"

    @pytest.mark.parametrize("added", ["more", "knowledge/greenhouse/rules/more", "more/deep/inside"])
    def test_empty_folder(self, folder, releases, added):
        """
        An empty folder does not belong to a release either.
        """
        (folder / added).mkdir(parents=True)

        assert refused(releases) == f"versions/greenhouse/0.2.0/{added}"

    def test_folder_gone(self, folder, releases):
        """
        A release that is in the ledger and not on the disk is refused, not forgotten.
        """
        shutil.rmtree(folder)

        assert refused(releases) == "versions/greenhouse/0.2.0/manifest.json"
        assert releases.versions("greenhouse") == ("0.1.0", "0.2.0", "0.3.0")

    def test_line_ends(self, folder, releases):
        """
        Line ends that a checkout converted are found like any other change.
        """
        path = folder / RULE
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

        assert refused(releases) == f"versions/greenhouse/0.2.0/{RULE}"

    def test_others(self, folder, releases):
        """
        The releases that were not touched are loaded as before.
        """
        (folder / RULE).unlink()

        assert releases.load("greenhouse", "0.1.0").version == "0.1.0"
        assert releases.load("greenhouse", "0.3.0").version == "0.3.0"

    def test_rule_text(self, folder, releases):
        """
        An edited rule is not shown either.
        """
        path = folder / RULE
        path.write_bytes(path.read_bytes().replace(b"Dry soil is dry.", b"Dry soil is wet."))

        with pytest.raises(ReleaseTamperedError, match=RULE):
            releases.rule_text("greenhouse", "0.2.0", "SOI-010")

    def test_note(self, folder, releases):
        """
        An edited note is not shown either.
        """
        path = folder / "NOTES.md"
        path.write_bytes(path.read_bytes().replace(b"not reviewed", b"reviewed"))

        with pytest.raises(ReleaseTamperedError, match=r"NOTES\.md"):
            releases.note("greenhouse", "0.2.0")


class TestSwapped:
    def test_folders(self, folder, releases):
        """
        A release in the folder of another is refused, though each is whole in itself.
        """
        other = folder.with_name("0.1.0")
        folder.rename(folder.with_name("aside"))
        other.rename(folder)
        folder.with_name("aside").rename(other)

        assert refused(releases, "0.1.0") == "versions/greenhouse/0.1.0/manifest.json"
        assert refused(releases, "0.2.0") == "versions/greenhouse/0.2.0/manifest.json"

    def test_file(self, folder, releases):
        """
        A file of another release in the place of this one's is refused.
        """
        file = "knowledge/greenhouse/thresholds.yaml"
        shutil.copy(folder.with_name("0.1.0") / file, folder / file)

        assert refused(releases) == f"versions/greenhouse/0.2.0/{file}"


class TestLedger:
    @pytest.mark.parametrize("line", [0, 1, 2])
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            pytest.param("A. Gardener", "B. Farmer", id="who"),
            pytest.param("2026-11-2", "2027-11-2", id="when"),
            pytest.param("came out", "was lost", id="why"),
            pytest.param("sha256:", "sha256:0", id="the digest"),
            pytest.param('"0.', '"1.', id="the version"),
            pytest.param("greenhouse", "orchard", id="the rule set"),
            pytest.param('"event":', '"event": ', id="a space that changes nothing"),
            pytest.param('"published"', '"withdrawn"', id="an event that is not known"),
        ],
    )
    def test_edited(self, ledger, releases, line, old, new):
        """
        An edited line is found, be it the first, one in between, or the last; the ledger is named,
        or the manifest that does not fit it.
        """
        lines = ledger.read_text().splitlines(keepends=True)
        assert old in lines[line]
        lines[line] = lines[line].replace(old, new)
        ledger.write_text("".join(lines))

        with pytest.raises(ReleaseError) as caught:
            releases.load("greenhouse", f"0.{line + 1}.0")
        if isinstance(caught.value, ReleaseTamperedError):
            assert caught.value.file in {
                "versions/ledger.jsonl",
                f"versions/greenhouse/0.{line + 1}.0/manifest.json",
            }
        else:
            # The last line speaks of another release now, and its folder is left without a line.
            assert line == 2
            assert "versions/greenhouse/0.3.0 is there" in str(caught.value)

    @pytest.mark.parametrize(
        "kept",
        [
            pytest.param([1, 2], id="the first"),
            pytest.param([0, 2], id="one in between"),
            pytest.param([0, 2, 1], id="the last, moved before another"),
            pytest.param([0, 1, 1, 2], id="one that stands twice"),
        ],
    )
    def test_lines(self, ledger, releases, kept):
        """
        A line that is taken out, moved or repeated breaks the chain for every release.
        """
        lines = ledger.read_text().splitlines(keepends=True)
        ledger.write_text("".join(lines[number] for number in kept))

        assert refused(releases, "0.1.0") == "versions/ledger.jsonl"
        with pytest.raises(ReleaseTamperedError):
            releases.newest("greenhouse")

    @pytest.mark.parametrize("left", [1, 40, -1])
    def test_cut_short(self, ledger, releases, left):
        """
        A ledger that ends in the middle of a line is refused, be it the line end alone that lacks.
        """
        lines = ledger.read_text().splitlines(keepends=True)
        ledger.write_text("".join(lines[:2]) + lines[2][:left])

        with pytest.raises(ReleaseTamperedError, match=r"ledger\.jsonl .*line 3 .*cut short"):
            releases.load("greenhouse", "0.1.0")

    def test_truncated(self, ledger, releases):
        """
        Lines cut from the end leave folders that the ledger does not know. They are not loaded, are
        not the newest, and whoever asks for them is told what may have happened.
        """
        lines = ledger.read_text().splitlines(keepends=True)
        ledger.write_text(lines[0])

        assert releases.newest("greenhouse").version == "0.1.0"
        with pytest.raises(ReleaseError, match=r"0\.3\.0 is there.*or the ledger was cut"):
            releases.load("greenhouse", "0.3.0")

    def test_truncated_and_published_again(self, ledger, versions, publish_from, revise):
        """
        Nothing is published over a release whose line was cut.
        """
        publish = publish_from(versions.parent)
        lines = ledger.read_text().splitlines(keepends=True)
        ledger.write_text(lines[0])
        revise()

        with pytest.raises(ReleaseError, match=r"versions/greenhouse/0\.2\.0 is there"):
            publish()

    def test_gone(self, ledger, releases):
        """
        Without the ledger nothing is known.
        """
        ledger.unlink()

        with pytest.raises(ReleaseError, match="or the ledger was cut"):
            releases.load("greenhouse", "0.1.0")
        with pytest.raises(ReleaseNotFoundError):
            releases.versions("greenhouse")

    @pytest.mark.parametrize(
        "line",
        [
            pytest.param("", id="an empty line"),
            pytest.param("[]", id="a list"),
            pytest.param("null", id="nothing"),
            pytest.param('{"event":"published"}', id="an object without the rest"),
            pytest.param("[" * 100_000, id="brackets without end"),
            pytest.param("\udc80", id="a byte that is no text"),
        ],
    )
    def test_nonsense(self, ledger, releases, line):
        """
        Whatever stands in the ledger, the answer is the same error with the number of the line.
        """
        raw = ledger.read_bytes()
        ledger.write_bytes(raw + line.encode(errors="surrogateescape") + b"\n")

        with pytest.raises(ReleaseTamperedError, match="line 4 is not one that publishing writes"):
            releases.load("greenhouse", "0.1.0")
