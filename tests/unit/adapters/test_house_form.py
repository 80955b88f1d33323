import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.adapters.knowledge.house_form import in_house_form, written_anew
from service.adapters.knowledge.strict_yaml import parse_yaml
from service.domain.errors import KnowledgeError
from service.domain.language.fields import FREE, RULE, THRESHOLDS, fields_of
from service.domain.nodes import plain


def form(text, fields=FREE):
    return in_house_form(text.encode(), "a.yaml", fields).decode()


# -- files that nobody would write -----------------------------------------------------------------

WORDS = st.one_of(
    st.sampled_from(["a", "no", "010", "1.10", "~", "x y", "a: b", "- a", "# a", "a #b", "it's", '"', "\\", "{a}", "%",
                     "", " a", "a ", "a\nb", "a\n\nb\n", "\ta", "?", "|", "é", "a, b", "<<", "---", "..."]),
    st.lists(st.sampled_from(["word", "longer-word", "2", "a:b", "#x", "-"]), min_size=25, max_size=50).map(" ".join),
    st.text(max_size=12),
)  # fmt: skip
TREES = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS.filter(lambda key: len(key) < 60), inner, max_size=4)
    ),
    max_leaves=12,
)


class Scribe:
    """Writes a tree in a way that is drawn, with comments wherever they may stand."""

    def __init__(self, draw):
        self.draw, self.comments = draw, []

    def chance(self):
        return self.draw(st.integers(0, 3)) == 0

    def comment(self):
        self.comments.append(f"# c{len(self.comments)};")
        return self.comments[-1]

    def above(self, indent):
        lines = ["" for _ in range(self.draw(st.integers(0, 2)))] if self.chance() else []
        if self.chance():
            lines.append(" " * self.draw(st.sampled_from([indent, indent, 0, indent + 3])) + self.comment())
        return lines

    def beside(self):
        return " " * self.draw(st.integers(1, 9)) + self.comment() if self.chance() else ""

    def text(self, text):
        escaped = (c if (c.isascii() and c.isalnum()) or c in " -" else f"\\U{ord(c):08x}" for c in text)
        quoted = f'"{"".join(escaped)}"'
        plain_enough = (text.isascii() and text.isalnum()) or text in {"x y", "a:b", "word word"}
        single = "'" + text.replace("'", "''") + "'"
        choices = [quoted]
        if plain_enough:
            choices.append(text)
        if text.isprintable():
            choices.append(single)
        return self.draw(st.sampled_from(choices))

    def flow(self, tree):
        if isinstance(tree, str):
            return self.text(tree)
        if isinstance(tree, list):
            return "[" + ",".join(self.gap() + self.flow(one) + self.gap() for one in tree) + "]"
        parts = (f"{self.gap()}{self.text(key)}: {self.flow(one)}{self.gap()}" for key, one in tree.items())
        return "{" + ",".join(parts) + "}"

    def gap(self):
        return f" {self.comment()}\n        " if self.chance() else " "

    def under(self, tree, indent):
        """Return what follows a key or a dash: the rest of its line, and lines."""
        if isinstance(tree, str):
            words = tree.split(" ")
            if len(words) > 3 and all(word.isalpha() for word in words) and self.chance():
                return f" >-{self.beside()}", [" " * (indent + 2) + tree]
            return f" {self.text(tree)}{self.beside()}", []
        if not tree or self.chance():
            return f" {self.flow(tree)}{self.beside()}", []
        return self.beside(), self.block(tree, indent + self.draw(st.integers(1, 4)))

    def block(self, tree, indent):
        lines = []
        for key, one in tree.items() if isinstance(tree, dict) else ((None, one) for one in tree):
            lines += self.above(indent)
            rest, under = self.under(one, indent)
            head = "-" if key is None else f"{self.text(key)}:"
            lines += [f"{' ' * indent}{head}{rest}", *under]
        return lines

    def file(self, tree):
        lines = self.block(tree, 0) if tree and not isinstance(tree, str) else [self.flow(tree)]
        return "\n".join([*self.above(0), *lines, *self.above(0)]) + "\n"


@st.composite
def files(draw):
    tree = draw(TREES)
    scribe = Scribe(draw)
    text = scribe.file(tree)
    try:
        parse_yaml(text.encode(), "a.yaml")
    except (KnowledgeError, UnicodeEncodeError):
        return None
    return text, scribe.comments


class TestAnyFile:
    @settings(max_examples=300, deadline=None)
    @given(files())
    def test_keeps_all(self, drawn):
        """
        Whatever strict YAML accepts means the same in the house form, has each of its comments
        once, and is changed no further by a second time.
        """
        if drawn is None:
            return
        text, comments = drawn

        written = form(text)

        assert plain(parse_yaml(written.encode(), "a.yaml")) == plain(parse_yaml(text.encode(), "a.yaml"))
        assert {comment: written.count(comment) for comment in comments} == dict.fromkeys(comments, 1)
        assert form(written) == written

    @settings(max_examples=200, deadline=None)
    @given(st.text(alphabet="a1 \n-:#?|>'\"{}[],&!%\t\\", max_size=40))
    def test_any_text(self, text):
        """
        Any text is refused, or rewritten with its meaning; nothing else happens.
        """
        try:
            written = form(text)
        except KnowledgeError:
            return

        assert plain(parse_yaml(written.encode(), "a.yaml")) == plain(parse_yaml(text.encode(), "a.yaml"))
        assert form(written) == written


# -- files that somebody might write ---------------------------------------------------------------

LONG = "a word or two, " * 10 + "and an end"


class TestForm:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            pytest.param("a:   1\n", "a: 1\n", id="spaces"),
            pytest.param("a:\n    b: 1\n    c: 2\n", "a:\n  b: 1\n  c: 2\n", id="indent"),
            pytest.param("a:\n- b\n- c: 1\n  d: 2\n", "a:\n  - b\n  - c: 1\n    d: 2\n", id="indent of lists"),
            pytest.param("a: 'word'\nb: \"two words\"\n", "a: word\nb: two words\n", id="quotes that nobody needs"),
            pytest.param("a: '%'\nb: \"1\"\nc: 'no'\n", "a: '%'\nb: \"1\"\nc: 'no'\n", id="quotes that are needed"),
            pytest.param("a: [ b,c ]\nd: { e : f }\n", "a: [b, c]\nd: {e: f}\n", id="brackets"),
            pytest.param("a: [b, # one\n  c]\n", "a:\n  - b  # one\n  - c\n", id="a comment inside brackets"),
            pytest.param("\n\na: 1\n\n\n\nb: 2\n\n", "a: 1\n\nb: 2\n", id="empty lines"),
            pytest.param("a: |\n  x\n\n\n  y\n", "a: |\n  x\n\n\n  y\n", id="empty lines of a text"),
            pytest.param("\ufeff---\r\na: 1   # one\r\n...\r\n", "a: 1   # one\n", id="marks of a document"),
            pytest.param("# a\n\n# b\nc: 1\n# d\n", "# a\n\n# b\nc: 1\n# d\n", id="comments around"),
            pytest.param("a:\n    b: 1\n    # a\n# c\nc: 2\n", "a:\n  b: 1\n  # a\n# c\nc: 2\n", id="a comment below"),
        ],
    )  # fmt: skip
    def test_written(self, before, after):
        """
        Spaces, indents and quotes follow the house; comments and what an author chose stay.
        """
        assert form(before) == after

    def test_long(self):
        """
        What does not fit its line is broken: a text folded, a list one member a line.
        """
        written = form(f"a: {LONG}\nb: [{', '.join(['member'] * 20)}]\nc:\n  - {LONG}\n")

        lines = written.splitlines()
        assert max(len(line) for line in lines) <= 120
        assert lines[0] == "a: >-"
        assert lines[3:5] == ["b:", "  - member"]
        assert lines[-2].startswith("  - a word")
        assert lines[-1].startswith("    ")

    def test_breaks_are_kept(self):
        """
        A text stays broken where its author broke it, as long as its lines fit.
        """
        text = "a: >-\n  One sentence.\n  Another one.\nb:\n  - Here it\n    goes on.\n"

        assert form(text) == text


class TestOrder:
    def test_rule(self):
        """
        The fields of a rule stand in the order of the house, each with its comments; empty lines stay
        where they were.
        """
        text = (
            "title: T   # of the title\n# of the id\nid: ABC-010\n\n"
            "then: {because: b, establish: x}\nwhen: {}\nodd: 1\n\nstatus: draft\n"
        )

        assert form(text, RULE) == (
            "# of the id\nid: ABC-010\ntitle: T   # of the title\n\nstatus: draft\n"
            "when: {}\nodd: 1\n\nthen: {establish: x, because: b}\n"
        )

    def test_names_stay(self):
        """
        Names, and the order of what extends each other, are not sorted.
        """
        text = "thresholds:\n  b:\n    choices:\n      y: {read: own, source: s}\n      x: {extends: y}\n  a: {}\n"

        assert form(text, THRESHOLDS) == text.replace("read: own, source: s", "source: s, read: own")

    @pytest.mark.parametrize(
        ("path", "first"),
        [
            ("x/rules/f/abc-010-a.yaml", "id"),
            ("x/rules/f/abc-010-a.cases.yaml", "rule"),
            ("x/profiles/default.yaml", "id"),
            ("x/thresholds.yaml", "thresholds"),
            ("vocabulary.yaml", ""),
        ],
    )
    def test_kinds(self, path, first):
        """
        The place of a file says what it holds.
        """
        assert next(iter(fields_of(path)), "") == first


class TestSchema:
    @pytest.mark.parametrize("head", ["", "# yaml-language-server: $schema=other.json\n"])
    def test_first_line(self, head):
        """
        The first line names the schema, once, however often a file is rewritten.
        """
        raw = f"{head}# About this file.\n\nb: 1\na: 2\n".encode()

        once = in_house_form(raw, "a.yaml", {"a": None, "b": None}, "../a.json")

        assert once == b"# yaml-language-server: $schema=../a.json\n# About this file.\n\na: 2\nb: 1\n"
        assert in_house_form(once, "a.yaml", {"a": None, "b": None}, "../a.json") == once


class TestRefusal:
    def test_other_meaning(self, monkeypatch):
        """
        A file that would say something else is left as it is, and the sentence says so.
        """
        monkeypatch.setattr("service.adapters.knowledge.house_form.on_one_line", lambda *_, **__: "x")

        with pytest.raises(KnowledgeError, match=r"a\.yaml: The house form would change what this file says"):
            form("a: 1\n")

    def test_no_yaml(self):
        """
        What strict YAML refuses is not rewritten.
        """
        with pytest.raises(KnowledgeError, match="stands twice"):
            form("a: 1\na: 2\n")


class TestWrittenAnew:
    def test_long_member_of_a_list(self):
        """
        A sentence that does not fit on its line is broken where it stands in a list too, and read as it was.
        """
        value = {"limits": [" ".join(["word"] * 40), "short"]}
        lines = written_anew(value)

        assert max(map(len, lines)) <= 120
        assert plain(parse_yaml(("\n".join(lines) + "\n").encode(), "a.yaml")) == value
