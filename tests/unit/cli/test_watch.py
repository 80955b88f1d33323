import json

from service.cli import main
from tests.unit.cli.authored import ANE, CASES, change


class TestWatch:
    def test_once(self, folder, capsys):
        """
        One look tells what was read and run.
        """
        assert main(["watch", "--once"]) == 0
        said = capsys.readouterr().out
        assert said.startswith("small: 15 rules in use")
        assert "3 cases run, 0 of all fail; 0 answers changed.\n" in said

    def test_first_look(self, folder, monkeypatch, capsys):
        """
        On a terminal it is told why the first look takes longer; what programs read stays as it is.
        """
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)

        main(["watch", "--once", "--json"])
        assert capsys.readouterr().err == ""
        main(["watch", "--once"])
        assert capsys.readouterr().err == "The first look runs every case, and takes some seconds.\n"

    def test_wrong(self, folder, capsys):
        """
        A fault is something wrong.
        """
        change(folder, (ANE, "status: in-use", "status: active"))

        assert main(["watch", "--once"]) == 1
        assert f"knowledge/{ANE}:3:9: 'active' is not a status." in capsys.readouterr().err

    def test_saves(self, folder, monkeypatch, capsys):
        """
        After a save what changed is told, until Ctrl-C.
        """
        moments = []

        def wait():
            moments.append(1)
            if len(moments) == 1:
                change(folder, (ANE, "hemoglobin: below", "hemoglobin: at least"))
            elif len(moments) == 3:
                raise KeyboardInterrupt

        monkeypatch.setattr("service.cli.watch.wait", wait)

        assert main(["watch"]) == 0
        said = capsys.readouterr()
        assert "\n    ANE-010: fired -> not fired\n" in said.out
        assert "\n    anemia: present -> absent\n" in said.out
        assert "ANE-010 is not fired, expected fired" in said.err

    def test_json(self, folder, capsys):
        """
        For programs each look is one JSON object on one line.
        """
        change(folder, (CASES, "findings: {anemia: absent}", "findings: {anemia: present}"))

        assert main(["watch", "--once", "--json"]) == 1
        (look,) = json.loads(capsys.readouterr().out)["looks"]
        assert look["ran"] == 3
        assert look["failing"][0]["case"] == "ANE-010:1"
        assert look["failing"][0]["failures"] == ["anemia is absent, expected present"]
