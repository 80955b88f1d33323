import json

import pytest

from service import __version__
from service.cli import COMMANDS, main
from tests.unit.cli.authored import ANE, change


class TestMain:
    def test_version(self, capsys):
        """
        The version is told, and the command ends well.
        """
        with pytest.raises(SystemExit) as ended:
            main(["--version"])

        assert ended.value.code == 0
        assert capsys.readouterr().out == f"ferrule {__version__}\n"

    def test_no_command(self, capsys):
        """
        Without a command the usage is told, and the code says that nothing was done.
        """
        with pytest.raises(SystemExit) as ended:
            main([])

        assert ended.value.code == 2
        assert "COMMAND" in capsys.readouterr().err

    def test_misspelt(self, capsys):
        """
        A command that there is not is told with the nearest one.
        """
        assert main(["chek"]) == 2
        assert capsys.readouterr().err == "ferrule: There is no command 'chek'. Did you mean 'ferrule check'?\n"
        assert main(["quux"]) == 2
        assert "'ferrule --help' lists them." in capsys.readouterr().err

    @pytest.mark.parametrize("name", [module.__name__.rpartition(".")[2] for module in COMMANDS])
    def test_help(self, name, capsys):
        """
        The help of each command says what it is for, and shows it in use.
        """
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])

        said = capsys.readouterr().out
        assert ended.value.code == 0
        assert said.startswith(f"usage: ferrule {name} ")
        assert f"examples:\n  ferrule {name}" in said or "FERRULE_BIND" in said

    def test_json_of_faults(self, folder, capsys):
        """
        Where JSON is asked for, faults of the knowledge are JSON too, on standard output.
        """
        change(folder, (ANE, "status: in-use", "status: active"))

        for command in (["test"], ["show", "ANE-010"], ["why", "ANE-010:1"], ["graph"]):
            assert main([*command, "--json"]) == 1
            (fault,) = json.loads(capsys.readouterr().out)["faults"]
            assert (fault["file"], fault["line"]) == (f"knowledge/{ANE}", 3)

    def test_stopped(self, folder, monkeypatch, capsys):
        """
        Ctrl-C ends a command with one line and the code that shells know.
        """

        def stop(settings):
            raise KeyboardInterrupt

        monkeypatch.setattr("service.cli.check.bootstrap.working_copy", stop)

        assert main(["check"]) == 130
        assert capsys.readouterr().err == "\nferrule: stopped.\n"

    def test_help_names_settings(self, capsys):
        """
        The help names every command and every environment variable.
        """
        with pytest.raises(SystemExit):
            main(["--help"])

        said = capsys.readouterr().out
        for word in ("check", "test", "evaluate", "publish", "verify", "serve", "FERRULE_KNOWLEDGE", "FERRULE_HOME"):
            assert word in said

    def test_setting_that_cannot_be(self, folder, monkeypatch, capsys):
        """
        A variable with a value that cannot be used ends the command with what would be.
        """
        monkeypatch.setenv("FERRULE_WORKERS", "many")

        assert main(["check"]) == 2
        assert capsys.readouterr().err == "ferrule: FERRULE_WORKERS is 'many'; it must be a number from 1 to 64.\n"
