"""
The working copy: ``knowledge/`` as authors edit it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.adapters.knowledge.example_json import read_example
from service.adapters.knowledge.generated_files import read_generated
from service.adapters.knowledge.parsing import parsed
from service.domain.errors import KnowledgeError, Problem
from service.domain.language.cases import CaseReader
from service.domain.language.fields import CASES_END, GENERATED, SCHEMAS
from service.domain.language.names import read_names
from service.domain.language.reader import Reader
from service.domain.language.release import read_release
from service.domain.language.tree import Tree
from service.domain.language.words import RULE_ID
from service.domain.nodes import Mapping, Place, Scalar

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping as MappingOf
    from pathlib import Path

    from service.domain.cases import Case
    from service.domain.language.names import Names
    from service.domain.nodes import Node
    from service.domain.release import Release

SHARED = ("vocabulary.yaml", "sources.yaml")
OWN = ("ruleset.yaml", "thresholds.yaml")


class KnowledgeFolder:
    """
    Reads authored knowledge.

    Args:
        root: The folder ``knowledge/``.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def rulesets(self) -> tuple[str, ...]:
        """Return the names of the folders that hold a rule set."""
        return tuple(sorted(path.parent.name for path in self._root.glob("*/ruleset.yaml")))

    def files(self, ruleset: str) -> dict[str, bytes]:
        """
        Return every file that belongs to a rule set, by path inside ``knowledge/``.

        Args:
            ruleset: Folder name.

        Returns:
            Bytes by POSIX path, sorted; what a release freezes.

        Raises:
            KnowledgeError: If a file of the fixed names is missing.
        """
        own = self._root / ruleset
        wanted = [*(self._root / name for name in SHARED), *(own / name for name in OWN)]
        missing = [path for path in wanted if not path.is_file()]
        if missing:
            raise KnowledgeError([Problem(self._name(path), 0, 0, "This file is missing.") for path in missing])
        found = [
            *wanted,
            *own.glob("profiles/*.yaml"),
            *own.glob("rules/*/*.yaml"),
            *own.glob("examples/*.json"),
            *(self._root / SCHEMAS).glob("*.json"),
        ]
        known = {*found, *own.glob(f"{GENERATED}/*{CASES_END}")}
        unread = [path for path in own.rglob("*.y*ml") if path not in known]
        if unread:
            message = "This file is not read here; rules stand in rules/<family>/<id>-<title>.yaml."
            raise KnowledgeError([Problem(self._name(path), 0, 0, message) for path in unread])
        return {path.relative_to(self._root).as_posix(): path.read_bytes() for path in sorted(found)}

    def names(self) -> Names:
        """
        Return the names that the rule sets declare, whatever faults they have.

        Raises:
            KnowledgeError: If a file is missing, or not strict YAML.
        """
        return read_names(trees(self.files(one), one, f"{self._root.name}/")[0] for one in self.rulesets())

    def families(self, ruleset: str) -> dict[str, list[str]]:
        """Return the ids of the rules in each folder of a rule set, as the names of their files begin."""
        found: dict[str, list[str]] = {}
        for path in sorted(self._root.glob(f"{ruleset}/rules/*/*.yaml")):
            if not path.name.endswith(".cases.yaml"):
                rule_id = path.stem[: len("abc-010")].upper()
                found.setdefault(path.parent.name, []).extend([rule_id] if RULE_ID.match(rule_id) else [])
        return found

    def owner(self, ruleset: str) -> str:
        """Return who owns a rule set, as its file says."""
        node = parsed((self._root / ruleset / "ruleset.yaml").read_bytes(), f"{ruleset}/ruleset.yaml")
        owner = node.get("owner") if isinstance(node, Mapping) else None
        return owner.text if isinstance(owner, Scalar) else ""

    def state(self) -> frozenset[tuple[str, int, int]]:
        """Return the files of the folder with their times and sizes, to tell whether something was saved."""
        found = set()
        for path in self._root.rglob("*.yaml"):
            try:
                seen = path.stat()
            except FileNotFoundError:
                # It went away while we looked; so the state is another.
                continue
            found.add((str(path), seen.st_mtime_ns, seen.st_size))
        return frozenset(found)

    def authored(self) -> tuple[Path, ...]:
        """Return every YAML file of the folder, of whatever kind."""
        return tuple(sorted(self._root.rglob("*.yaml")))

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root.parent).as_posix() if path.is_relative_to(self._root.parent) else path.name

    def release(self, ruleset: str, version: str, digest: str) -> tuple[Release, tuple[Case, ...]]:
        """
        Read the working copy as a release.

        Args:
            ruleset: Folder name.

            version: What to call it.

            digest: Its digest.

        Returns:
            The release and the cases beside its rules.

        Raises:
            KnowledgeError: With every fault of every file.
        """
        return read_files(self.files(ruleset), ruleset, version, digest, prefix=f"{self._root.name}/")

    def generated(self, release: Release, rules: Collection[str] | None = None) -> tuple[Case, ...]:
        """Return generated cases; see `service.adapters.knowledge.generated_files.read_generated`."""
        return read_generated(self._root, release, rules)


def trees(files: MappingOf[str, bytes], ruleset: str, prefix: str) -> tuple[Tree, tuple[Node, ...]]:
    """
    Parse the YAML files of a rule set.

    Args:
        files: Bytes by path inside ``knowledge/``.

        ruleset: Folder name.

        prefix: Put before paths in messages.

    Returns:
        The tree of the rule set, and the trees of its case files.

    Raises:
        KnowledgeError: With the first fault of every file that is not strict YAML.
    """
    nodes: dict[str, Node] = {}
    problems: list[Problem] = []
    for path, raw in files.items():
        if path.endswith(".yaml"):
            try:
                nodes[path] = parsed(raw, prefix + path)
            except KnowledgeError as error:
                problems.extend(error.problems)
    if problems:
        raise KnowledgeError(problems)
    rules = [path for path in nodes if path.startswith(f"{ruleset}/rules/")]
    profiles = [path for path in nodes if path.startswith(f"{ruleset}/profiles/")]
    tree = Tree(
        nodes["vocabulary.yaml"],
        nodes["sources.yaml"],
        nodes[f"{ruleset}/ruleset.yaml"],
        nodes[f"{ruleset}/thresholds.yaml"],
        tuple(nodes[path] for path in profiles),
        tuple(nodes[path] for path in rules if not path.endswith(".cases.yaml")),
    )  # fmt: skip
    return tree, tuple(nodes[path] for path in rules if path.endswith(".cases.yaml"))


def read_files(
    files: MappingOf[str, bytes], ruleset: str, version: str, digest: str, prefix: str = ""
) -> tuple[Release, tuple[Case, ...]]:
    """
    Read a rule set and its cases from the bytes of its files.

    Args:
        files: Bytes by path inside ``knowledge/``.

        ruleset: Folder name.

        version: What to call it.

        digest: Its digest.

        prefix: Put before paths in messages.

    Returns:
        The release and the cases beside its rules.

    Raises:
        KnowledgeError: With every fault of every file.
    """
    tree, case_nodes = trees(files, ruleset, prefix)
    problems = [
        *_misplaced(tree),
        *_misnamed(tree, ruleset),
        *_without_example(files, ruleset, tree),
        *_faulty_examples(files, prefix),
    ]
    try:
        release = read_release(tree, version, digest)
    except KnowledgeError as error:
        raise KnowledgeError([*error.problems, *problems]) from None
    reader = Reader()
    reader.problems.extend(problems)
    ids = {node.place.file: _text(node, "id") for node in tree.rules}
    unused = {_text(node, "id"): _text(node, "status") for node in tree.rules if _text(node, "status") != "in-use"}
    case_reader = CaseReader(reader, release, ids, unused)
    cases = tuple(case for node in case_nodes for case in case_reader.file(node))
    if reader.problems:
        raise KnowledgeError(reader.problems)
    return release, cases


def _text(node: Node, key: str) -> str:
    value = node.get(key) if isinstance(node, Mapping) else None
    return value.text.strip() if isinstance(value, Scalar) else ""


def _misnamed(tree: Tree, ruleset: str) -> list[Problem]:
    """Find a rule set whose id is not the name of its folder."""
    given = tree.ruleset.get("id") if isinstance(tree.ruleset, Mapping) else None
    if not isinstance(given, Scalar) or given.text == ruleset:
        return []
    message = f"{given.text} stands in the folder {ruleset}; a rule set has the name of its folder."
    return [Problem(given.place.file, given.place.line, given.place.column, message)]


def _misplaced(tree: Tree) -> list[Problem]:
    """Find rules whose file name does not begin with their id, and profiles likewise."""
    problems = []
    for node in (*tree.rules, *tree.profiles):
        given = node.get("id") if isinstance(node, Mapping) else None
        stem = node.place.file.rpartition("/")[2].removesuffix(".yaml")
        if isinstance(given, Scalar) and stem != given.text and not stem.startswith(f"{given.text.lower()}-"):
            place: Place = given.place
            problems.append(
                Problem(
                    place.file,
                    place.line,
                    place.column,
                    f"{given.text} stands in a file whose name does not begin with "
                    f"{given.text.lower()}; rename the file, or correct the id.",
                )
            )
    return problems


def _faulty_examples(files: MappingOf[str, bytes], prefix: str) -> list[Problem]:
    """Find what is wrong with the sample panels."""
    problems: list[Problem] = []
    for path, raw in files.items():
        if path.endswith(".json") and not path.startswith(f"{SCHEMAS}/"):
            try:
                read_example(raw, prefix + path)
            except KnowledgeError as error:
                problems.extend(error.problems)
    return problems


def _without_example(files: MappingOf[str, bytes], ruleset: str, tree: Tree) -> list[Problem]:
    """Find an example that the rule set names and no file holds."""
    named = tree.ruleset.get("example") if isinstance(tree.ruleset, Mapping) else None
    if not isinstance(named, Scalar) or f"{ruleset}/examples/{named.text}.json" in files:
        return []
    place: Place = named.place
    return [Problem(place.file, place.line, place.column, f"examples/{named.text}.json is not there.")]
