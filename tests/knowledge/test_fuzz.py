"""
Whatever authors' files hold, reading them ends soon, with a rule set or with faults that name file and line.
"""

import json
import re
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.adapters.knowledge import strict_yaml
from service.adapters.knowledge.generated_files import read_generated
from service.adapters.knowledge.parsing import parsed
from service.adapters.knowledge.plain_yaml import read_plainly
from service.application.generated import generate
from service.domain.errors import KnowledgeError
from service.domain.language import fields
from service.domain.nodes import plain
from tests import small, tiny

SAMPLE = b'{"name": "A man", "about": "He is 40.", "request": {"patient": {"age": "40 a"}, "results": []}}\n'
FILES = {**small.files(), "small/examples/man.json": SAMPLE}
PATHS = sorted(FILES)
YAML_PATHS = [path for path in PATHS if path.endswith(".yaml")]
SECONDS = 20
"""In which one file is read, whatever it holds: far more than it takes."""
GROWTH = 2_000_000
"""Bytes that a thousand reads may leave behind."""
SOON = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

BOMBS = {
    "brackets": b"[" * 100_000,
    "brackets in reach": b"a: " + b"[" * 60_000,
    "closed brackets": b"[" * 30_000 + b"]" * 30_000,
    "braces": b"{a: " * 15_000 + b"x" + b"}" * 15_000,
    "dashes": b"- " * 30_000 + b"x\n",
    "question marks": b"? " * 30_000 + b"x\n",
    "laughs": b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 10)),
    "an alias of itself": b"a: &a [*a]\n",
    "a huge text": b"title: " + b"x" * 10_000_000,
    "a long text": b"title: " + b"x" * 60_000 + b"\n",
    "a million keys": b"".join(b"k%d: v\n" % n for n in range(1_000_000)),
    "many keys": b"".join(b"k%d: v\n" % n for n in range(6_000)),
    "many keys in braces": b"{" + b"".join(b"k%d: v," % n for n in range(6_000)) + b"}\n",
    "a long key": b"k" * 60_000 + b": v\n",
    "a key of quotes": b'"' + b"k" * 60_000 + b'": v\n',
    "NULs": b"\0" * 100,
    "a NUL in a text": b"title: a\0b\n",
    "two marks of order": b"\xef\xbb\xbf\xef\xbb\xbfid: a\n",
    "UTF-16": "id: a\n".encode("utf-16"),
    "lines of Windows": b"id: a\r\ntitle: b\r\n",
    "lines of old": b"id: a\rtitle: b\r",
    "half of a character": b"title: \xed\xa0\x80\n",
    "half of a character, escaped": b'title: "\\ud800"\n',
    "tabs": b"id:\ta\n\ttitle: b\n",
    "a version that is none": b"%YAML 99999999999999999999.1\n---\nid: a\n",
    "quotes that never end": b'title: "' + b"x\n" * 20_000,
    "quotes in quotes": b"'" * 60_000,
    "escapes": b'title: "' + b"\\x41" * 10_000 + b'"\n',
    "a folded text of empty lines": b"title: >\n" + b"\n" * 60_000,
    "a comment of all": b"#" * 60_000,
    "colons": b": " * 30_000,
    "nothing": b"",
    "spaces": b" " * 60_000,
    "line marks": "a: b\u2028c\u0085d\n".encode(),
    "a number of many figures": b"small: {below: " + b"9" * 5_000 + b"}\n",
}
PIECES = (
    "a: ", "b:", "c: d", "- ", "-", "  ", "    ", "\n", "\n", "\n  ", "\n    ", ">-\n", ">\n", "|\n", "[a, b]",
    "{a: b}", "[{a: [b]}, c]", "# e", " # f", "'g'", '"h i"', "j k", ",", "12 %", "<5 ng/mL", "\n\n",
    "é", "...", "---", "- a: b",
)  # fmt: skip
WORDS = sorted({
    *re.findall(r"[A-Za-z][\w-]*", b" ".join(FILES.values()).decode()),
    *fields.EXPECT, *fields.CASE, *fields.RULE, *fields.THRESHOLDS, *fields.PROFILE,
    "below", "at least", "above", "at most", "is not male", "from 6 mo to 24 mo", "no limit", "9.8 g/dL", "<5 ng/mL",
    "", "-", "1e400", "1e999999999", "9" * 400, "-0", "0.1 to", "5 to 1", "{ferritin}", "{", "}", "2026-13-45", "1/0",
    "a / b", "hemoglobin / hematocrit", "abs(", "((((", "- - -", "at least 99999999999999999999 of", "at least -1 of",
    "\ud83d\ude00", "e\u0301", "\u202e", "x" * 3_000,
})  # fmt: skip


def refused(files):
    """
    Read files; each fault must name its file, and where the file could be parsed its line.
    """
    began = time.monotonic()
    problems = ()
    try:
        small.read(files)
    except KnowledgeError as error:
        problems = error.problems
        assert problems
    assert time.monotonic() - began < SECONDS
    for problem in problems:
        assert problem.file
        assert problem.message.strip()
        assert problem.line > 0 or is_about_the_file(problem.message)
        assert len(str(problem)) < 20_000
    return problems


def is_about_the_file(message):
    """
    Return whether a fault is about a file as a whole.
    """
    return any(
        words in message
        for words in (f"at most {strict_yaml.MAX_BYTES} are read", "is empty", "not YAML", "is missing")
    )


@st.composite
def damaged(draw, raw):
    """
    Draw a file with some bytes, slices or lines of it changed.
    """
    for _ in range(draw(st.integers(1, 3))):
        way = draw(st.integers(0, 6))
        first, last = sorted(draw(st.tuples(*[st.integers(0, len(raw))] * 2)))
        if way == 0:
            raw = raw[:first] + draw(st.binary(max_size=8)) + raw[first:]
        elif way == 1:
            raw = raw[:first] + raw[last:]
        elif way == 2:
            raw = raw[:last] + raw[first:last] + raw[last:]
        elif way == 3:
            lines = raw.split(b"\n")
            place = draw(st.integers(0, len(lines) - 1))
            raw = b"\n".join([*lines[: place + 1], lines[place], *lines[place + 1 :]])
        elif way == 4:
            marks = (
                b" ",
                b"\t",
                b"\r",
                b":",
                b": ",
                b"- ",
                b"#",
                b'"',
                b"'",
                b"[",
                b"}",
                b"&a ",
                b"*a",
                b"!!x ",
                b">",
                b"|",
            )
            raw = raw[:first] + draw(st.sampled_from(marks)) + raw[first:]
        elif way == 5:
            raw = raw[:first] + draw(st.text(max_size=4)).encode(errors="surrogatepass") + raw[last:]
        else:
            lines = raw.split(b"\n")
            place = draw(st.integers(0, len(lines) - 1))
            raw = b"\n".join(
                [*lines[:place], b" " * draw(st.integers(0, 5)) + lines[place].lstrip(), *lines[place + 1 :]]
            )
    return raw


texts = st.sampled_from(WORDS) | st.text(max_size=12)
trees = st.recursive(
    texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | texts, inner, max_size=4),
    max_leaves=8,
)


@st.composite
def replaced(draw, value, depth=0):
    """
    Draw a tree with one place of it taken by another tree, or turned into a list or a mapping.
    """
    if isinstance(value, str) or not value or (depth and draw(st.integers(0, 3)) == 0):
        way = draw(st.integers(0, 4))
        return [draw(trees), [value], {"a": value}, [value, value], draw(texts)][way]
    keys = list(value) if isinstance(value, dict) else range(len(value))
    chosen = draw(st.sampled_from(list(keys)))
    inner = draw(replaced(value[chosen], depth + 1))
    if isinstance(value, list):
        return [*value[:chosen], inner, *value[chosen + 1 :]]
    if draw(st.integers(0, 9)) == 0:
        return {draw(texts) if key == chosen else key: one for key, one in value.items()}
    return {**value, chosen: inner}


def as_yaml(value):
    """
    Return a tree as a file: JSON is YAML.
    """
    return json.dumps(value, ensure_ascii=True, indent=1).encode()


class TestText:
    @SOON
    @given(st.data())
    def test_damaged(self, data):
        """
        A file with bytes, slices and lines changed is read, or refused at a line.
        """
        path = data.draw(st.sampled_from(PATHS))

        refused({**FILES, path: data.draw(damaged(FILES[path]))})

    @pytest.mark.parametrize("path", ["vocabulary.yaml", "small/rules/blood/ane-010-anemia.cases.yaml", PATHS[-1]])
    @pytest.mark.parametrize("name", BOMBS)
    def test_bomb(self, name, path):
        """
        What was made to stop a reader, or to fill its memory, is refused at once.
        """
        assert refused({**FILES, path: BOMBS[name]})

    @pytest.mark.parametrize("raw", BOMBS.values(), ids=BOMBS)
    def test_bomb_in_a_sample(self, raw):
        """
        A sample panel is refused in the same way.
        """
        assert refused({**FILES, "small/examples/man.json": raw})

    @pytest.mark.parametrize("path", YAML_PATHS[:6])
    def test_every_beginning(self, path):
        """
        A file that was cut anywhere, as by a disk that was full, is read or refused.
        """
        raw = FILES[path]

        for end in range(0, len(raw), max(1, len(raw) // 40)):
            refused({**FILES, path: raw[:end]})


class TestStructure:
    @SOON
    @given(st.data())
    def test_replaced(self, data):
        """
        Where something else stands than what the language knows, that is refused, and nothing else happens.
        """
        path = data.draw(st.sampled_from(YAML_PATHS))
        value = plain(parsed(FILES[path], path))

        refused({**FILES, path: as_yaml(data.draw(replaced(value)))})

    @SOON
    @given(st.data())
    def test_several_at_once(self, data):
        """
        Faults in several files do not lead to another error than faults.
        """
        paths = data.draw(st.lists(st.sampled_from(YAML_PATHS), min_size=2, max_size=4, unique=True))
        values = {path: plain(parsed(FILES[path], path)) for path in paths}

        refused({**FILES, **{path: as_yaml(data.draw(replaced(value))) for path, value in values.items()}})

    @settings(parent=SOON, max_examples=40)
    @given(st.data())
    def test_generated(self, tmp_path_factory, data):
        """
        A generated file is refused in the same way, with the remedy.
        """
        root = tmp_path_factory.mktemp("fuzz")
        (root / "small" / "generated").mkdir(parents=True)
        of = small.release()
        value = data.draw(replaced(GENERATED))
        (root / "small" / "generated" / "inf-010.cases.yaml").write_bytes(as_yaml(value))
        problems = ()
        try:
            read_generated(root, of)
        except KnowledgeError as error:
            problems = error.problems
        assert all("'ferrule cases' writes it anew" in problem.message and problem.line for problem in problems)


GENERATED = generate(small.release())["INF-010"]


class TestMemory:
    def test_flat(self):
        """
        A thousand reads of damaged files leave nothing behind.
        """
        path = "small/rules/blood/ane-010-anemia.yaml"
        raw = FILES[path]

        def read(number):
            at = number * 37 % len(raw)
            parsed.cache_clear()
            files = {**tiny_files(), path: raw[:at] + b"\x01%d" % number + raw[at:]}
            with pytest.raises(KnowledgeError):
                small.read(files)

        for number in range(50):
            read(number)
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            for number in range(1000):
                read(number)
            grown = tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()

        assert grown < GROWTH

    @pytest.mark.parametrize("name", ["a million keys", "a huge text", "laughs", "closed brackets", "many keys"])
    def test_peak(self, name):
        """
        No file takes more memory than some hundred times the bytes that are read at most.
        """
        tracemalloc.start()
        try:
            with pytest.raises(KnowledgeError):
                strict_yaml.parse_yaml(BOMBS[name], "file") and refuse()
            assert tracemalloc.get_traced_memory()[1] < 300 * strict_yaml.MAX_BYTES + len(BOMBS[name])
        finally:
            tracemalloc.stop()


def refuse():
    """
    Say that what was parsed is refused by the readers.
    """
    raise KnowledgeError([])


def tiny_files():
    """
    Return the few files that are needed to come to the one that is read.
    """
    return {path: FILES[path] for path in YAML_PATHS if "/rules/" not in path}


class TestReadPlainly:
    """What is read in one pass is what the full parser reads."""

    @settings(parent=SOON, max_examples=400)
    @given(st.data())
    def test_same_tree(self, data):
        """
        Of a damaged file it makes the same tree with the same places, or none.
        """
        path = data.draw(st.sampled_from(YAML_PATHS))
        raw = data.draw(damaged(FILES[path]) | st.sampled_from(list(BOMBS.values())))
        same(raw)

    @settings(parent=SOON, max_examples=300)
    @given(
        st.text(alphabet="ab-: #\"'[]{},>|\n&*!%.1?", max_size=40)
        | st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
    )
    def test_any_text(self, text):
        """
        The same of texts of signs that mean something.
        """
        same(f"{text}\n".encode())

    @pytest.mark.parametrize("text", ["- -", "a:\n- -", "a: b\n  -", "- a\n  - b", "a: >\n  b\n c", "a: |\n  b\n\n\n"])
    def test_traps(self, text):
        """
        The same of texts that look plain and are not.
        """
        same(f"{text}\n".encode())

    @pytest.mark.parametrize("root", [small.KNOWLEDGE, tiny.KNOWLEDGE, Path(__file__).parents[2] / "knowledge"])
    def test_reads_what_authors_write(self, root):
        """
        It reads nearly all that authors write.
        """
        raws = [path.read_bytes() for path in root.rglob("*.yaml")]

        assert (
            sum(read_plainly(raw.decode(), "file", strict_yaml.MAX_DEPTH) is None for raw in raws) < len(raws) / 10 + 1
        )


def same(raw):
    """
    Compare the two readers; where the one pass reads nothing there is nothing to compare.
    """
    if len(raw) > strict_yaml.MAX_BYTES:
        return
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return
    found = read_plainly(text, "file", strict_yaml.MAX_DEPTH)
    if found is not None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(strict_yaml, "read_plainly", lambda *_: None)
            assert found == strict_yaml.parse_yaml(raw, "file")
