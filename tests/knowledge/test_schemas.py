import json
import re
from functools import lru_cache
from pathlib import Path

import pytest

from service.adapters.knowledge.folder import KnowledgeFolder
from service.adapters.knowledge.house_form import FOR_EDITORS
from service.application.schemas import KINDS, schemas
from service.domain.language.fields import SCHEMAS, kind_of, schema_of
from service.domain.language.reader import Reader
from tests import small, tiny
from tests.knowledge.editors import properties, seen, underlined
from tests.knowledge.test_bad import MISTAKES, files_with

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
FILES = {
    path.relative_to(KNOWLEDGE).as_posix(): path
    for path in sorted(KNOWLEDGE.rglob("*.yaml"))
    if kind_of(path.relative_to(KNOWLEDGE).as_posix())
}
# What the readers call each part, and where it is in the schemas.
PARTS = {
    "the vocabulary": ("vocabulary", ""),
    "the attribute .*": ("vocabulary", "attributes *"),
    "the measure .*": ("vocabulary", "measures *"),
    "the event .*": ("vocabulary", "events *"),
    "the finding .*": ("vocabulary", "findings *"),
    "the group .*": ("vocabulary", "groups *"),
    "the conclusion .*": ("vocabulary", "conclusions *"),
    "the advice .*": ("vocabulary", "advice *"),
    "a code": ("vocabulary", "conclusions * codes"),
    "a text for patients": ("vocabulary", "conclusions * for_patients"),
    "the source .*": ("sources", "*"),
    "thresholds.yaml": ("thresholds", ""),
    "the threshold .*": ("thresholds", "thresholds *"),
    "the table .*": ("thresholds", "tables *"),
    "a step": ("thresholds", "tables * choices * steps"),
    "the constant .*": ("thresholds", "constants *"),
    "the profile": ("profile", ""),
    "the rule": ("rule", ""),
    "then": ("rule", "then"),
    "an evidence item": ("rule", "evidence"),
    "review": ("rule", "review"),
    "a safety property": ("ruleset", "safety"),
    "only these rules may exclude": ("ruleset", "safety only_these_rules_may_exclude"),
    "the case file": ("cases", ""),
    "the generated file": ("generated", ""),
    "a case": ("cases", "cases"),
    "basis": ("cases", "cases basis"),
    "a result": ("cases", "cases given hemoglobin"),
    "expect": ("cases", "cases expect"),
}
# Of the mistakes in `bad`, those that an editor must underline while they are typed.
UNDERLINED = (
    "a key that is unknown", "a key that is missing", "a text that is empty", "a name with a capital",
    "a source of an unknown kind", "a source that nobody can find", "a threshold of an unknown measure",
    "a row with an unknown key", "a row with a value that is unknown", "a row without a limit", "a row with two limits",
    "a limit with a unit", "a profile that chooses what is not there", "a profile that assumes a result",
    "a rule of a status that is none", "evidence of a source that is not listed", "conditions without a group",
    "a count of more than there are", "a condition of two lines", "three levels",
    "a name that is not in the vocabulary", "a number in a condition", "a threshold of another measure",
    "the word of the other side", "a missing result, outside of advice", "a conclusion, outside of advice",
    "an attribute with an unknown value", "two effects", "an observed finding established",
    "a conclusion without a certainty", "a finding with a certainty", "a scope that is none", "a case without a basis",
    "a laboratory limit of the other side", "a flag that is none", "a result with an unknown key",
    "a vote that is none", "days since an unknown event", "a change of what is not reported",
    "a change from what is none", "an event without a title", "a time that no table gives", "an event at no time",
    "a case with an unknown word", "a case beside a rule that was generated",
    "a case that expects an unknown state", "a case that waits for an unknown input",
)  # fmt: skip


@lru_cache(maxsize=4)
def made(root: Path) -> dict[str, dict]:
    """
    Return the schemas of a knowledge folder.
    """
    return {name: json.loads(raw) for name, raw in schemas(KnowledgeFolder(root).names()).items()}


class TestFolder:
    def test_current(self):
        """
        The schemas in the knowledge know every name of it; if this fails, `ferrule schemas` writes them anew.
        """
        written = {path.name: path.read_bytes() for path in (KNOWLEDGE / SCHEMAS).iterdir()}

        assert written == schemas(KnowledgeFolder(KNOWLEDGE).names())

    @pytest.mark.parametrize("path", FILES)
    def test_first_line(self, path):
        """
        The first line of an authored file tells editors its schema; if this fails, `ferrule fmt` writes it.
        """
        first = FILES[path].read_text(encoding="utf-8").partition("\n")[0]

        assert first == f"{FOR_EDITORS}{schema_of(path)}"
        assert (FILES[path].parent / first.removeprefix(FOR_EDITORS)).is_file()

    def test_published(self):
        """
        The schemas are published with each release.
        """
        (ruleset,) = KnowledgeFolder(KNOWLEDGE).rulesets()
        published = KnowledgeFolder(KNOWLEDGE).files(ruleset)

        assert {path for path in published if path.startswith(f"{SCHEMAS}/")} == {
            f"{SCHEMAS}/{kind}.json" for kind in KINDS
        }


class TestGoodFiles:
    @pytest.mark.parametrize("root", [KNOWLEDGE, small.KNOWLEDGE, tiny.KNOWLEDGE], ids=lambda root: root.name)
    def test_nothing_underlined(self, root):
        """
        Editors find nothing wrong with files that the readers accept.
        """
        folder = KnowledgeFolder(root)
        (ruleset,) = folder.rulesets()

        assert list(underlined(made(root), folder.files(ruleset))) == []


class TestBadFiles:
    @pytest.mark.parametrize("name", UNDERLINED)
    def test_underlined(self, name):
        """
        Editors underline what is wrong in one place.
        """
        (mistake,) = [one for one in MISTAKES if one["mistake"] == name]
        bad = {mistake["file"]: files_with(mistake)[mistake["file"]]}

        assert list(underlined(made(small.KNOWLEDGE), bad)) != []


class TestWords:
    def test_are_those_of_the_readers(self, monkeypatch):
        """
        The schemas know every key that the readers know, and no other.
        """
        known: dict[str, set[str]] = {}
        original = Reader.mapping

        def noted(reader, node, what, required=(), optional=(), *, wanted=(), **ordered):
            if required or optional or wanted:
                known.setdefault(what, set()).update(str(word) for word in (*required, *wanted, *optional))
            return original(reader, node, what, required, optional, wanted=wanted, **ordered)

        monkeypatch.setattr(Reader, "mapping", noted)
        small.read(small.files())
        found = made(small.KNOWLEDGE)

        for what, keys in known.items():
            if what.startswith("the choice "):
                # One word for the choices of thresholds, tables and constants.
                ways = [f"{section} * choices *" for section in ("thresholds", "tables", "constants")]
                assert keys <= set().union(*(properties(found["thresholds.json"], way) for way in ways)), what
                continue
            (part,) = [part for pattern, part in PARTS.items() if re.fullmatch(pattern, what)]
            assert properties(found[f"{part[0]}.json"], part[1]) == keys, what

    def test_seen_by_editors(self):
        """
        An editor takes dates for texts, and what looks like a number for one.
        """
        assert seen(b"a: 2028-11-22\nb: 15\nc: no\n") == {"a": "2028-11-22", "b": 15, "c": "no"}
