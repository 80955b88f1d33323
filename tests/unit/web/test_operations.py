from __future__ import annotations

from service.domain.errors import EngineUnavailableError, RecordError, ReleaseTamperedError
from service.web import operations
from tests.fakes_record import InMemoryRecord


class NoRecord(InMemoryRecord):
    def check(self) -> None:
        raise RecordError("The database of the record is locked.")


class TestOperations:
    def test_health(self, client):
        """
        The process lives.
        """
        assert client.get("/healthz").json == {"status": "ok"}

    def test_ready(self, client):
        """
        With a release, its engine and a record it is ready.
        """
        assert client.get("/readyz").json == {"status": "ready"}

    def test_no_record(self, serve, engine):
        """
        Without a record it lives and is not ready, and says why.
        """
        client = serve(engine, record=NoRecord()).test_client()

        response = client.get("/readyz")

        (error,) = response.get_json(force=True)["errors"]
        assert response.status_code == 503
        assert error["check"] == "record"
        assert "locked" in error["detail"]
        assert client.get("/healthz").status_code == 200

    def test_no_release(self, serve, engine, releases, monkeypatch):
        """
        Without a release it is not ready.
        """
        monkeypatch.setattr(releases, "rulesets", lambda: ())

        response = serve(engine).test_client().get("/readyz")

        assert response.status_code == 503
        assert response.get_json(force=True)["errors"][0]["check"] == "releases"

    def test_tampered(self, serve, engine, releases, monkeypatch):
        """
        When releases are not as published any more it is not ready, and says which file; it looks each time.
        """
        client = serve(engine).test_client()
        asked = []

        def check(used):
            asked.append(used)
            if len(asked) == 2:
                raise ReleaseTamperedError("versions/ledger.jsonl", "it was cut.")

        monkeypatch.setattr(releases, "check", check)

        codes = [client.get("/readyz") for _ in range(3)]

        assert [response.status_code for response in codes] == [200, 503, 200]
        assert "versions/ledger.jsonl is not as published" in codes[1].text
        assert asked == [(), (("microcytic-anemia", "0.1.0"),), (("microcytic-anemia", "0.1.0"),)]

    def test_no_engine(self, serve, engine, releases, monkeypatch):
        """
        Without an engine it is not ready, and the remedy is told.
        """

        def load(*_):
            raise EngineUnavailableError("Install the engine with `make`.")

        monkeypatch.setattr(releases, "load", load)

        response = serve(engine).test_client().get("/readyz")

        assert "Install the engine" in response.text

    def test_version(self, client):
        """
        Program, language, engine and newest releases are told.
        """
        answer = client.get("/version").json

        assert operations.VersionOfProgram().validate(answer) == {}
        assert answer["engine"] == "durable-rules 2.0.28"
        assert answer["releases"][0]["version"] == "0.1.0"

    def test_problems(self, client):
        """
        Kinds of problems are listed; one that is not a kind is not found.
        """
        listed = client.get("/problems").json

        assert operations.KindsAnswer().validate(listed) == {}
        assert client.get("/problems/nothing").status_code == 404
