"""
A rule set of any size: the knowledge several times over, under other ids and names.

Each copy has rules, findings and conclusions of its own; limits, measures and sources are shared, as they would be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from service.adapters.knowledge.folder import KnowledgeFolder
from tests.running import ROOT

if TYPE_CHECKING:
    from pathlib import Path

KNOWLEDGE = ROOT / "knowledge"
FAMILIES = "QVXYZJKB"
"""What the ids of each copy begin with, instead of the first letter of their family."""


def write_many(folder: Path, rules: int) -> Path:
    """
    Write a knowledge folder with at least so many rules.

    Args:
        folder: Where to.

        rules: How many there are to be, eight times those of the knowledge more at most.

    Returns:
        The folder ``knowledge`` in it.
    """
    source = KnowledgeFolder(KNOWLEDGE)
    (ruleset,) = source.rulesets()
    files = {path: raw for path, raw in source.files(ruleset).items() if "/examples/" not in path}
    of_rules = {path: raw.decode() for path, raw in files.items() if "/rules/" in path}
    vocabulary = YAML(typ="safe", pure=True).load(files["vocabulary.yaml"].decode())
    derived = {name: one for name, one in vocabulary["findings"].items() if one["kind"] == "derived"}
    names = (*derived, *vocabulary["conclusions"])
    limits = YAML(typ="safe", pure=True).load(files[f"{ruleset}/thresholds.yaml"].decode())["thresholds"]
    keyed = {
        name: {key for one in limit["choices"].values() for row in one["rows"] for key in row if key in derived}
        for name, limit in limits.items()
    }
    # A rule that names nothing of these, such as a doubt about a result, would stand twice.
    logic = {path: raw[raw.find("\nwhen:") : raw.find("\n  because:")] for path, raw in of_rules.items()}
    alike = {path for path, raw in logic.items() if ".cases." not in path and _renamed(raw, names, 1) == raw}
    alike |= {path.replace(".yaml", ".cases.yaml") for path in alike}
    of_rules = {path: raw for path, raw in of_rules.items() if path not in alike}
    each = sum(not path.endswith(".cases.yaml") for path in of_rules)
    ids = frozenset(match[1] for raw in of_rules.values() for match in re.finditer(r"(?m)^id: (\S+)", raw))
    copies = -(-rules // each)
    if copies > len(FAMILIES) + 1:
        message = f"{rules} rules are more than {len(FAMILIES)} copies of {each}."
        raise ValueError(message)
    text = files["vocabulary.yaml"].decode()
    for number in range(1, copies):
        for path, raw in of_rules.items():
            # Limits stand once; a rule that reads one by a finding reads the same finding besides.
            kept = {finding for name, findings in keyed.items() if f" {name}\n" in raw for finding in findings}
            others = tuple(name for name in names if name not in kept)
            files[_renumbered(path, number, ids)] = _renamed(_renumbered(raw, number, ids), others, number).encode()
        for section in ("findings", "conclusions"):
            wanted = derived if section == "findings" else vocabulary[section]
            text = text.replace(f"\n{section}:\n", f"\n{section}:\n{_entries(wanted, number)}")
    files["vocabulary.yaml"] = text.encode()
    files[f"{ruleset}/ruleset.yaml"] = re.sub(rb"(?m)^example: .*\n", b"", files[f"{ruleset}/ruleset.yaml"])
    root = folder / "knowledge"
    for path, raw in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(raw)
    return root


def _renumbered(text: str, number: int, ids: frozenset[str]) -> str:
    """Return a text with other ids for the rules that are copied; those that stand once keep theirs."""
    first = FAMILIES[number - 1]

    def of_family(match: re.Match[str]) -> str:
        return (
            f"{first if match[0].isupper() else first.lower()}{match[0][1:]}" if match[0].upper() in ids else match[0]
        )

    return re.sub(r"\b(?:[A-Z]{3}-\d{3}(?!\d)|[a-z]{3}-\d{3}(?=-))", of_family, text)


def _renamed(text: str, names: tuple[str, ...], number: int) -> str:
    listed = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.sub(rf"(?<![\w/-])({listed})(?![\w-])", rf"\g<1>-{number}", text)


def _entries(wanted: dict[str, dict[str, str]], number: int) -> str:
    lines = []
    for name, one in wanted.items():
        shape = {"title": f"{one['title']} {number}", "kind": one["kind"]}
        shape |= {key: one[key] for key in ("group", "otherwise") if key in one}
        lines.append(f"  {name}-{number}: {{{', '.join(f'{key}: {value}' for key, value in shape.items())}}}\n")
    return "".join(lines)
