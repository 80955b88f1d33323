"""
The share of decisions that a process of its own derives again.
"""

import hashlib
import io
import json
import threading
import time
from datetime import UTC, datetime

import pytest

from service.adapters import verifying as verifying_adapter
from service.adapters.verifying import WAITING, SampledVerifier
from service.application.ports import Evaluation
from tests import small, verifying
from tests.fakes_record import InMemoryRecord

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
REPORT = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def versions(tmp_path):
    """
    Releases, of which there is one.
    """
    folder = tmp_path / "microcytic-anemia" / "draft"
    folder.mkdir(parents=True)
    raw = json.dumps(verifying.rule_file()).encode()
    (folder / "release.json").write_bytes(raw)
    manifest = {"files": {"release.json": hashlib.sha256(raw).hexdigest()}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


@pytest.fixture
def record():
    return InMemoryRecord()


@pytest.fixture
def log():
    return io.StringIO()


@pytest.fixture
def verifier(versions, record, log):
    """
    A verifier of every decision.
    """
    return SampledVerifier(1, versions, record, lambda: NOW, lambda: REPORT, stream=log)


@pytest.fixture
def decision(versions):
    """
    A decision of that release.
    """
    of = small.given(verifying.knowledge(), age="34 a", sex="female", pregnancy="not-pregnant", hemoglobin="91 g/L")
    manifest = (versions / "microcytic-anemia" / "draft" / "manifest.json").read_bytes()
    made = verifying.decided(of)
    made["ruleset"]["digest"] = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
    return made


def evaluation(decision: object, version: str = "draft") -> Evaluation:
    """
    Return a decision as it is recorded.
    """
    return Evaluation(
        "e-1", NOW, None, "microcytic-anemia", version, "sha256:1", "default", "ferrule", "concluded", b'{"secret": 1}',
        json.dumps(decision).encode(), b"{}",
    )  # fmt: skip


class TestSampledVerifier:
    def test_follows(self, verifier, record, log, decision):
        """
        Of a decision that follows from the rules nothing is said.
        """
        verifier.offer(evaluation(decision))
        verifier.settle()

        assert (log.getvalue(), record.reports) == ("", {})

    def test_difference(self, verifier, record, log, decision):
        """
        A difference is an alarm by the id of the evaluation and a stored report; the log has nothing of the patient.
        """
        verifier.offer(evaluation(decision | {"status": "not-applicable"}))
        verifier.settle()

        line = json.loads(log.getvalue())
        assert line.pop("timestamp")
        assert line == {
            "event": "verification", "level": "error", "evaluation": "e-1", "report": REPORT, "differences": 1,
        }  # fmt: skip
        (report,) = record.reports.values()
        assert (report.id, report.request, report.profile) == (REPORT, b'{"secret": 1}', "default")
        assert json.loads(report.report) == {
            "evaluation": "e-1",
            "differences": ["the verifier finds otherwise: status"],
        }

    def test_cannot_compare(self, verifier, record, log, decision):
        """
        A release that is not there is told, and nothing is stored of it.
        """
        verifier.offer(evaluation(decision, version="9.9.9"))
        verifier.settle()

        assert json.loads(log.getvalue())["reason"] == "could not compare: exit code 2"
        assert record.reports == {}

    def test_too_slow(self, verifier, log, decision, monkeypatch):
        """
        A child that does not end in time is ended, and told.
        """
        monkeypatch.setattr(verifying_adapter, "SECONDS", 0.001)

        verifier.offer(evaluation(decision))
        verifier.settle()

        assert json.loads(log.getvalue())["reason"] == "did not end in 0.001 seconds"

    def test_share(self, versions, record, log, decision):
        """
        None is verified where the share is none.
        """
        none = SampledVerifier(0, versions, record, lambda: NOW, lambda: REPORT, stream=log)

        none.offer(evaluation(decision | {"status": "not-applicable"}))
        none.settle()

        assert record.reports == {}

    def test_never_waits(self, verifier, decision, monkeypatch):
        """
        What does not fit into the queue is left, one is verified at a time, and whoever offers never waits.
        """
        go, seen = threading.Event(), []

        def held(self, one):
            seen.append(one)
            go.wait(10)

        monkeypatch.setattr(SampledVerifier, "_verify", held)
        one = evaluation(decision)
        began = time.monotonic()
        for _ in range(3 * WAITING):
            verifier.offer(one)
        offered = time.monotonic() - began
        go.set()
        verifier.settle()

        assert offered < 5
        assert WAITING <= len(seen) <= WAITING + 1
