"""
Looking after releases at the start and while they are in use.
"""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from service import bootstrap
from service.adapters.knowledge.disk import locked
from service.adapters.knowledge.releases import OFTEN, ReleaseFolder
from service.application.catalog import Catalog
from service.application.services import Services
from service.cli import main
from service.config import Settings
from service.domain.errors import ReleaseTamperedError
from service.web.app import create_app
from tests.fakes_record import InMemoryRecord

LEDGER = "versions/ledger.jsonl"
SECOND = "versions/greenhouse/0.2.0"
RULE = "knowledge/greenhouse/rules/soil/soi-010-dry-soil.yaml"


@pytest.fixture
def folder(three, versions, monkeypatch) -> Path:
    """Three releases in the folder that the environment names."""
    monkeypatch.setenv("FERRULE_VERSIONS", str(versions))
    monkeypatch.setenv("FERRULE_HOME", str(versions.parent / "home"))
    return versions


class Clock:
    now = 5.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watched(folder, clock) -> ReleaseFolder:
    """Releases that were compared a moment ago, of which the newest is in use."""
    watched = ReleaseFolder(folder, clock)
    watched.check(())
    return watched


USED = (("greenhouse", "0.3.0"),)


def cut(folder: Path, lines: int) -> None:
    ledger = folder / "ledger.jsonl"
    ledger.write_bytes(b"".join(ledger.read_bytes().splitlines(keepends=True)[:lines]))


def copy(folder: Path, to: str) -> None:
    shutil.copytree(folder / "greenhouse/0.1.0", folder / to)


def link(folder: Path, to: str) -> None:
    (folder / to).symlink_to("0.1.0")


def append(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


STRANGERS = [
    pytest.param(lambda folder: cut(folder, 2), "greenhouse/0.3.0", id="whose line was cut"),
    pytest.param(lambda folder: copy(folder, "greenhouse/0.4.0"), "greenhouse/0.4.0", id="a copy"),
    pytest.param(lambda folder: copy(folder, "other/0.1.0"), "other/0.1.0", id="of another rule set"),
    pytest.param(lambda folder: copy(folder, "greenhouse/0.1.0.bak"), "greenhouse/0.1.0.bak", id="of no version"),
    pytest.param(lambda folder: copy(folder, "greenhouse/.hidden"), "greenhouse/.hidden", id="that is hidden"),
    pytest.param(
        lambda folder: (folder / "greenhouse/notes.txt").write_text("mine"), "greenhouse/notes.txt", id="a file"
    ),
    pytest.param(lambda folder: link(folder, "greenhouse/0.4.0"), "greenhouse/0.4.0", id="a link"),
    pytest.param(lambda folder: link(folder, "greenhouse/.0.4.0.new"), "greenhouse/.0.4.0.new", id="a hidden link"),
    pytest.param(
        lambda folder: (folder / "other").symlink_to("greenhouse"), "other/0.1.0", id="in a link to a rule set"
    ),
]


class TestStrangers:
    @pytest.mark.parametrize(("add", "name"), STRANGERS)
    def test_refused(self, folder, releases, capsys, add, name):
        """
        A folder without a line is refused, with its name and that of the ledger: by whoever watches, by
        `ferrule verify`, which verifies the rest and then fails, and by `ferrule serve`, which does not start.
        """
        add(folder)

        with pytest.raises(ReleaseTamperedError, match=f"versions/{name}") as caught:
            releases.check(())
        assert caught.value.file == LEDGER
        assert main(["verify"]) == 1
        printed = capsys.readouterr()
        assert "greenhouse 0.1.0: sha256:" in printed.out
        assert f"ferrule: {LEDGER} is not as published" in printed.err
        assert f"versions/{name}" in printed.err
        with pytest.raises(ReleaseTamperedError, match=f"versions/{name}"):
            bootstrap.serve(Settings.from_env())

    def test_each_is_named(self, folder, releases):
        """
        Every one of them is named.
        """
        cut(folder, 1)

        with pytest.raises(ReleaseTamperedError, match=f"{SECOND}, versions/greenhouse/0.3.0: "):
            releases.refuse_strangers()

    @pytest.mark.parametrize("left", [None, b""])
    def test_no_ledger(self, folder, capsys, left):
        """
        Without a ledger, or with an empty one, nothing is verified and nothing served; the message names it.
        """
        ledger = folder / "ledger.jsonl"
        ledger.unlink()
        if left is not None:
            ledger.write_bytes(left)

        assert main(["verify"]) == 1
        assert main(["serve"]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        for line in printed.err.splitlines():
            assert f"{LEDGER} is not as published: it is missing or empty" in line
            assert "versions/greenhouse/0.1.0, versions/greenhouse/0.2.0, versions/greenhouse/0.3.0" in line

    @pytest.mark.parametrize("command", ["verify", "serve"])
    def test_nothing(self, tmp_path, monkeypatch, capsys, command):
        """
        Where there is nothing at all, that is said, with the setting that names the folder.
        """
        monkeypatch.setenv("FERRULE_VERSIONS", str(tmp_path / "nowhere"))
        monkeypatch.setenv("FERRULE_HOME", str(tmp_path))

        assert main([command]) == 2
        assert "nowhere holds no release, and no ledger" in capsys.readouterr().err

    def test_interrupted(self, folder, releases):
        """
        A folder that a stopped publishing left has the remedy that publishing names for it.
        """
        copy(folder, "greenhouse/0.4.0")

        with pytest.raises(ReleaseTamperedError, match=r"publishing was interrupted.*remove it and publish again"):
            releases.compare()

    def test_others(self, folder, releases):
        """
        What publishing left half-written, and what a volume or a repository keeps, is nobody's release.
        """
        for name in ("greenhouse/.0.4.0.new/knowledge", ".git/objects", "lost+found/more", "empty"):
            (folder / name).mkdir(parents=True)
        (folder / ".ledger.jsonl.new").write_text("half")

        releases.compare()

    def test_while_publishing(self, folder, releases):
        """
        While somebody publishes, a folder may be there before its line.
        """
        copy(folder, "greenhouse/0.4.0")

        with locked(folder):
            releases.refuse_strangers()
        with pytest.raises(ReleaseTamperedError):
            releases.refuse_strangers()


class TestLedger:
    @pytest.mark.parametrize("lines", [0, 1, 2])
    def test_cut(self, folder, watched, lines):
        """
        A ledger that lost lines is refused by every look at it, even if their folders are gone, until it is
        restored; nothing is decided with an older release meanwhile.
        """
        raw = (folder / "ledger.jsonl").read_bytes()
        catalog = Catalog(watched, lambda _: None)
        catalog.choose(None, None)
        cut(folder, lines)
        shutil.move(folder / "greenhouse/0.3.0", folder.parent / "aside")

        for look in (lambda: watched.check(USED), watched.rulesets, lambda: catalog.choose(None, None)):
            with pytest.raises(ReleaseTamperedError, match="it had 3 lines when this process read it before") as caught:
                look()
            assert caught.value.file == LEDGER
        shutil.move(folder.parent / "aside", folder / "greenhouse/0.3.0")
        (folder / "ledger.jsonl").write_bytes(raw)
        watched.check(USED)
        assert catalog.choose(None, None).release.version == "0.3.0"

    def test_rewritten(self, folder, watched):
        """
        A last line that is edited does not break the chain, and is found all the same.
        """
        ledger = folder / "ledger.jsonl"
        ledger.write_bytes(ledger.read_bytes().replace(b"2026-11-24", b"2026-11-25"))

        with pytest.raises(ReleaseTamperedError, match="lines were edited or cut"):
            watched.check(USED)

    def test_longer(self, watched, publish, revise):
        """
        A ledger to which a line was added is the ledger from then on.
        """
        revise()
        publish()

        watched.check(USED)
        assert watched.newest("greenhouse").version == "0.4.0"

    @pytest.mark.parametrize("line", [0, 1, 2])
    def test_listed(self, folder, line):
        """
        Lines are compared with the manifests before they are shown, by a process that never saw them before, too.
        """
        ledger = folder / "ledger.jsonl"
        lines = ledger.read_bytes().splitlines(keepends=True)
        lines[line] = lines[line].replace(b"A. Gardener", b"B. Farmer")
        ledger.write_bytes(b"".join(lines))

        with pytest.raises(ReleaseTamperedError) as caught:
            ReleaseFolder(folder).ledger("greenhouse")
        assert caught.value.file == LEDGER


class TestFiles:
    @pytest.mark.parametrize("file", ["manifest.json", "release.json", "NOTES.md", RULE])
    @pytest.mark.parametrize("version", ["0.1.0", "0.2.0", "0.3.0"])
    def test_start(self, folder, version, file):
        """
        The service does not start when any file of any release differs, the older ones included.
        """
        append(folder / "greenhouse" / version / file)

        with pytest.raises(ReleaseTamperedError, match=f"versions/greenhouse/{version}/{file} is not as published"):
            bootstrap.serve(Settings.from_env())

    def test_manifest(self, folder, watched):
        """
        The manifest of a release in use is compared each time.
        """
        append(folder / "greenhouse/0.3.0/manifest.json")

        with pytest.raises(ReleaseTamperedError, match=r"0\.3\.0/manifest\.json"):
            watched.check(USED)

    @pytest.mark.parametrize("file", ["0.1.0/manifest.json", "0.1.0/release.json", f"0.3.0/{RULE}"])
    def test_each_minute(self, folder, watched, clock, file):
        """
        Every file of every release is compared once a minute; once something was found, each time until it is mended.
        """
        file = folder / "greenhouse" / file
        raw = file.read_bytes()
        append(file)

        clock.now += OFTEN - 1
        watched.check(USED)
        clock.now += 1
        for _ in range(2):
            with pytest.raises(ReleaseTamperedError, match=file.name):
                watched.check(USED)
        file.write_bytes(raw)
        watched.check(USED)

    def test_not_each_time(self, folder, watched, monkeypatch):
        """
        Between two comparisons of everything few files are opened: the ledger, and the manifests of releases in use.
        """
        read = []
        whole = Path.read_bytes

        def read_bytes(path: Path) -> bytes:
            read.append(path.relative_to(folder).as_posix())
            return whole(path)

        monkeypatch.setattr(Path, "read_bytes", read_bytes)

        watched.check(USED)
        assert set(read) == {"ledger.jsonl", "greenhouse/0.3.0/manifest.json"}


class TestVerify:
    def test_goes_on(self, folder, capsys):
        """
        A release that is not as published does not hide what the others are.
        """
        append(folder / "greenhouse/0.2.0/NOTES.md")

        assert main(["verify"]) == 1
        printed = capsys.readouterr()
        assert [line.split(":")[0] for line in printed.out.splitlines()] == ["greenhouse 0.1.0", "greenhouse 0.3.0"]
        assert f"{SECOND}/NOTES.md is not as published" in printed.err

    def test_sound(self, folder, capsys):
        """
        Of releases as they were published every digest is printed, and nothing else.
        """
        assert main(["verify"]) == 0
        printed = capsys.readouterr()
        assert printed.out.count(": sha256:") == 3
        assert printed.err == ""

    def test_broken_ledger(self, folder, capsys):
        """
        With a ledger that does not hold together nothing can be verified, which is a fault like others.
        """
        append(folder / "ledger.jsonl")

        assert main(["verify"]) == 1
        assert LEDGER in capsys.readouterr().err
        assert main(["verify", "--json"]) == 1
        told = json.loads(capsys.readouterr().out)
        assert told["releases"] == []
        assert [LEDGER in fault for fault in told["faults"]] == [True]


class TestReadiness:
    @pytest.fixture
    def client(self, watched):
        catalog = Catalog(watched, lambda _: None)
        services = Services(None, catalog, InMemoryRecord(), lambda: None, None)
        client = create_app(services, LOG_STREAM=io.StringIO()).test_client()
        assert client.get("/readyz").status_code == 200
        return client

    @pytest.mark.parametrize(
        ("tamper", "named"),
        [
            pytest.param(lambda folder: cut(folder, 2), "ledger.jsonl", id="the ledger, cut"),
            pytest.param(lambda folder: (folder / "ledger.jsonl").unlink(), "ledger.jsonl", id="the ledger, deleted"),
            pytest.param(lambda folder: copy(folder, "other/0.1.0"), "other/0.1.0", id="a folder too many"),
            pytest.param(
                lambda folder: append(folder / "greenhouse/0.3.0/manifest.json"), "manifest.json", id="the manifest"
            ),
        ],
    )
    def test_at_once(self, client, folder, tamper, named):
        """
        The running service is not ready any more, and names what was changed.
        """
        tamper(folder)

        response = client.get("/readyz")

        (error,) = response.get_json(force=True)["errors"]
        assert response.status_code == 503
        assert error["check"] == "releases"
        assert named in error["detail"]

    @pytest.mark.parametrize("file", ["0.1.0/release.json", f"0.3.0/{RULE}"])
    def test_within_a_minute(self, client, folder, clock, file):
        """
        Any other file is noticed within a minute.
        """
        append(folder / "greenhouse" / file)

        clock.now += OFTEN

        response = client.get("/readyz")
        assert response.status_code == 503
        assert file in response.get_json(force=True)["errors"][0]["detail"]

    def test_versions(self, client, folder):
        """
        An edited ledger is not answered.
        """
        ledger = folder / "ledger.jsonl"
        ledger.write_bytes(ledger.read_bytes().replace(b"2026-11-24", b"2026-11-25"))

        response = client.get("/v1/rulesets/greenhouse/versions")

        assert response.status_code == 503
        assert response.get_json(force=True)["type"].endswith("release-tampered")
