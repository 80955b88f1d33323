import json
import subprocess
import sys

from service.adapters.knowledge.folder import KnowledgeFolder
from tests.benchmarks.authoring import looks
from tests.benchmarks.many import write_many
from tests.benchmarks.panels import examples, questions, varied
from tests.benchmarks.parts import PARTS
from tests.running import ROOT


def last_line(*arguments):
    """Return the JSON that a benchmark ends with."""
    command = [sys.executable, "-m", "tests.benchmarks", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    return json.loads(ended.stdout.splitlines()[-1])


class TestBenchmarks:
    def test_speed(self):
        """
        `make bench` measures every part, the engine beside the documented Host, and HTTP, and ends with
        one line of JSON. That it works is tested; how fast it was is not.
        """
        told = last_line("--quick")

        figures = told["figures"]
        assert set(PARTS) <= figures.keys()
        assert "Host: assert_fact, one by one" in told["remarks"]
        assert figures["HTTP, 8 clients: panels/s"]["median"] > 0
        assert told["remarks"]["HTTP, 8 clients: panels/s"] == "0 of 20 failed"

    def test_memory(self):
        """
        The memory benchmark samples every 5 % and tells the growth after warm-up, which is small already
        over two thousand panels: what is remembered of one patient serves every other in the same rows.
        """
        told = last_line("memory", "--panels", "2000")

        assert told["panels"] == 2000
        assert len(told["rss"]) == 20

    def test_trace(self):
        """
        What a trace costs is measured in time and bytes; the bytes are what they should be.
        """
        told = last_line("trace", "--quick")

        assert told["microseconds"].keys() == {"inference", "trace", "document", "verifier"}
        assert told["varied"]["full trace, bytes"]["max"] < 60_000
        assert told["varied"]["document as stored, bytes"]["median"] < 4_000

    def test_explaining(self):
        """
        What an explanation takes on top of its decision is told for each question, by median.
        """
        told = last_line("explaining", "--quick")

        assert {name.partition(",")[0] for name in told["figures"]} == {"why", "why-not"}
        assert all(of["median"] > 0 for of in told["figures"].values())

    def test_authoring(self, tmp_path):
        """
        What an author waits for is measured on a rule set that is the knowledge several times over.
        """
        root = write_many(tmp_path, 60)
        of, cases = KnowledgeFolder(root).release("microcytic-anemia", "draft", "")
        seen = looks(root, {"FERRULE_KNOWLEDGE": str(root), "HOME": str(root)}, 1)

        assert len(of.rules) >= 60
        assert {case.rule for case in cases} == of.rules.keys()
        assert [len(seconds) for seconds in seen] == [2, 2]

    def test_panels(self):
        """
        The panels that are measured are requests as callers send them, and the varied ones differ.
        """
        drawn = list(varied(200))

        assert len(set(drawn)) == 200
        assert len(questions([*examples(), *drawn])) == 200 + len(examples())
