import json
import shlex

import pytest

from service.cli import main
from service.cli.asking import ask, one_of
from service.cli.help import WIDTH


class TestNew:
    LIMIT = ("--when", "crp: above inflammation-crp")
    OPTIONS = (
        "--family", "blood", "--title", "Fever is inflammation", "--effect", "establish", "--name", "inflammation",
        "--when", "fever: present", "--rationale", "The book says so.", "--source", "book", "--where", "Page 9",
        "--says", "So it is.", "--strength", "made up", "--read", "own", "--basis-source", "study",
        "--basis-where", "Table 2", "--limits", "It is made up.",
    )  # fmt: skip

    def test_options(self, folder, capsys):
        """
        Where every answer is an option nothing is asked; the rule is written, checked, and what to do next is told.
        """
        main(["schemas"])
        capsys.readouterr()

        assert main(["new", "rule", *self.OPTIONS, "--id", "INF-030"]) == 0
        said = capsys.readouterr().out
        assert said.startswith("knowledge/small/rules/blood/inf-030-fever-is-inflammation.yaml: written.\n")
        assert "schemas/cases.json: written." in said
        assert "5 cases run, 0 of all fail" in said
        assert "ferrule show INF-030" in said

    def test_asked(self, folder, monkeypatch, capsys):
        """
        At a terminal each answer is asked for; one that cannot be used is asked for again, with the nearest name.
        """
        answers = iter(
            [
                "", "bloods here", "blood", "INF-010", "INF-030", "Fever is inflammation", "establish",
                "inflamation", "?", "inflammation", "", "", "fevr: present", "fever present", "fever: present", "",
                "The book says so.", "book", "Page 9", "So it is.", "made up", "own", "It is made up.", "", "study",
                "Table 2",
            ]
        )  # fmt: skip
        asked = []
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or next(answers))

        assert main(["new", "rule"]) == 0
        lines = capsys.readouterr().out.splitlines()
        said = " ".join(line.strip() for line in lines)
        for words in (
            "A family is lower case",
            "INF-010 is taken; ids are never used twice.",
            "'inflamation' is not known. Did you mean 'inflammation'?",
            "A new one is written in vocabulary.yaml first.",
            "A rule has one condition at least.",
            "'fevr' is not in the vocabulary. Did you mean 'fever'?",
            "Write 'fever: present' or 'fever: absent'.",
            "inf-030-fever-is-inflammation.yaml: written.",
        ):
            assert words in said
        assert asked[0] == "Rule set [small]: "
        assert "What it does (establish, rule out, conclude, advise, set aside, reads high, reads low): " in asked
        assert next(answers, None) is None

    @pytest.mark.parametrize(
        ("answer", "code", "basis"),
        [
            pytest.param("yes", 0, "basis: {source: study, where: Table 2}", id="yes"),
            pytest.param("no", 1, "basis: generated, unconfirmed", id="no"),
            pytest.param("", 1, "basis: generated, unconfirmed", id="a limit of another source"),
        ],
    )
    def test_confirmed(self, folder, monkeypatch, capsys, answer, code, basis):
        """
        What the two cases turn on is shown with its source, and whether the one named says so is asked.
        """
        asked = []
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)
        options = ["--ruleset", "small", "--id", "INF-030", "--group", "all", *self.OPTIONS, "--effect", "reads high"]

        assert main(["new", "rule", *options, "--name", "ferritin", *self.LIMIT]) == code

        said = capsys.readouterr().out
        assert "  inflammation-crp, everyone: above 5 mg/L, by book\n" in said
        assert asked == ["Does study, Table 2, say so (yes, no) [no]: "]
        cases = next((folder / "small/rules/blood").glob("inf-030-*.cases.yaml"))
        assert cases.read_text().count(basis) == 2

    @pytest.mark.parametrize("how", [EOFError, KeyboardInterrupt])
    def test_left(self, folder, monkeypatch, capsys, how):
        """
        Whoever leaves, by the end of input or by Ctrl-C, has written nothing.
        """

        def leave(question):
            raise how

        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", leave)

        assert main(["new", "rule"]) == 2
        assert "nothing is written" in capsys.readouterr().err

    @pytest.mark.parametrize("last", ["", "Does study"], ids=["leaves", "leaves when asked whose limits they are"])
    def test_goes_on(self, folder, monkeypatch, capsys, last):
        """
        Whoever leaves half-way gets a line with every answer so far, which goes on where it was left.
        """
        typed = ["small", "blood", "INF-030", "It's inflammation", "reads high", "ferritin", "all", self.LIMIT[1], ""]
        if last:
            typed += ["The book says so.", "book", "Page 9", "So.", "none", "own", "It may.", "study", "Table 2"]
        answers = iter(typed)

        def answer(question):
            try:
                return next(answers)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", answer)

        assert main(["new", "rule"]) == 2

        line = capsys.readouterr().err.splitlines()[-1]
        assert line.startswith("  ferrule new rule --ruleset small --family blood --id INF-030 --title ")
        monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
        options = self.OPTIONS[self.OPTIONS.index("--rationale") :]
        assert main([*shlex.split(line)[1:], *options]) in {0, 1}
        assert "title: It's inflammation\n" in (folder / "small/rules/blood/inf-030-it-s-inflammation.yaml").read_text()

    def test_faults_lose_nothing(self, folder, monkeypatch, capsys):
        """
        Where what was typed cannot be written, the faults are told, and the line with every answer.
        """
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda _: "one word " * 30)
        options = list(self.OPTIONS)
        del options[options.index("--says") : options.index("--says") + 2]

        assert main(["new", "rule", "--ruleset", "small", "--id", "INF-030", "--group", "all", *options]) == 1

        said = capsys.readouterr().err
        assert "60 words" in said
        assert f"--says '{('one word ' * 30).strip()}'" in said
        assert not list(folder.glob("**/inf-030*"))

    @pytest.mark.parametrize(
        ("without", "said"),
        [
            ("--basis-where", "no terminal to ask at; --basis-where is missing."),
            ("--when", "--when is missing. 'ferrule new --help' explains each. Nothing is written."),
        ],
    )
    def test_missing(self, folder, capsys, without, said):
        """
        Without a terminal a missing answer is named; nobody confirms what cases rest on but the author.
        """
        at = self.OPTIONS.index(without)

        code = main(["new", "rule", *self.OPTIONS[:at], *self.OPTIONS[at + 2 :], "--id", "INF-030"])

        assert code == 2
        assert said in capsys.readouterr().err
        assert not list(folder.glob("**/inf-030*"))

    def test_listed(self, folder, monkeypatch, capsys):
        """
        A question mark lists what may be answered, each name on one line; then it is asked again.
        """
        known = [f"a-name-of-many-words-{number}" for number in range(20)]
        answers = iter(["?", "a-name", known[7]])
        asked = []
        monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or next(answers))

        assert ask("Which", one_of(known, "A new one is made elsewhere."), known=known) == known[7]

        said = capsys.readouterr().out.splitlines()
        assert asked == ["Which (? lists them): "] * 3
        complaint = next(place for place, line in enumerate(said) if "is not known" in line)
        assert [name for line in said[:complaint] for name in line.replace(",", "").split()] == known
        assert said[complaint].startswith("  'a-name' is not known. There is: a-name-of-many-words-0, ")
        assert " ".join(line.strip() for line in said[complaint:]).endswith(" A new one is made elsewhere.")
        assert max(map(len, said)) <= WIDTH

    @pytest.mark.parametrize("known", [["one", "two"], []], ids=["of some words", "of none"])
    def test_nothing_answered(self, known):
        """
        An empty answer is not looked for among the words: something must be written.
        """
        assert one_of(known)("") == "Something must be written here."

    def test_nothing_given(self, folder, capsys):
        """
        Every missing answer is named at once.
        """
        assert main(["new", "rule"]) == 2
        assert "--family, --title, --effect, --name, --rationale" in capsys.readouterr().err

    def test_json(self, folder, capsys):
        """
        For programs what was written and what was found is one JSON object.
        """
        assert main(["new", "rule", *self.OPTIONS, "--id", "INF-030", "--json"]) == 0

        said = json.loads(capsys.readouterr().out)
        assert said["written"][0] == "knowledge/small/rules/blood/inf-030-fever-is-inflammation.yaml"
        assert said["looks"][0]["failing"] == []

    def test_wrong(self, folder, capsys):
        """
        An option that cannot be used is named with what is wrong.
        """
        assert main(["new", "rule", *self.OPTIONS, "--id", "INF-010"]) == 2
        assert "--id: INF-010 is taken; ids are never used twice. Nothing is written." in capsys.readouterr().err
        assert main(["new", "rule", *self.OPTIONS, "--id", "INF-030", "--when", "fevr: present"]) == 2
        assert "Did you mean 'fever'?" in capsys.readouterr().err
