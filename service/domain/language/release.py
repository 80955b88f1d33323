"""
Reading a whole rule set: files that fit together, or every reason why not.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from service.domain.errors import KnowledgeError
from service.domain.language.checks import check_release
from service.domain.language.citations import check_citations
from service.domain.language.drawn_apart import WORD as DRAWN_APART
from service.domain.language.drawn_apart import read_drawn_apart
from service.domain.language.editions import check_editions
from service.domain.language.numbers import read_numbers
from service.domain.language.profiles import read_profiles
from service.domain.language.reader import Reader
from service.domain.language.rules import RuleReader
from service.domain.language.safety import SafetyReader
from service.domain.language.tree import Tree
from service.domain.language.vocabulary import read_vocabulary
from service.domain.nodes import Mapping, Place, plain
from service.domain.release import Release, RuleSet
from service.domain.rules import Source

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingOf

    from service.domain.nodes import Node
    from service.domain.vocabulary import Vocabulary

SOURCE_KINDS = ("guideline", "review", "study", "textbook", "web", "own")
IDENTIFIERS = ("doi", "isbn", "pmid", "url")
OURS = ("id", "title", "owner", "question", "example", "scope", "drawn apart", "safety", "source attributes")
"""Words of ``ruleset.yaml`` that are read; it may say anything besides."""
NEARLY = 0.8
"""How like one of them a word is that was probably meant to be it."""
NOT_STATED = "not stated"
"""The year of a source that does not say it."""
_DOI = re.compile(r"10\.\d{4,9}(\.\d+)*/\S+\Z")
_YEAR = re.compile(r"[12]\d{3}\Z")


def read_release(tree: Tree, version: str, digest: str, published: str = "", *, authoring: bool = True) -> Release:
    """
    Read a rule set.

    Args:
        tree: Its files.

        version: Its version, or ``draft``.

        digest: Its digest.

        published: When it was published, ISO date, or empty.

        authoring:
            Whether authors are there to mend what only they must; see `Reader`. False for a release
            that is published, which is refused only for what makes it unsafe to run.

    Returns:
        The release, with the rules in use.

    Raises:
        KnowledgeError: With every fault of every file.
    """
    reader = Reader(authoring=authoring)
    vocabulary = read_vocabulary(reader, tree.vocabulary)
    sources = _sources(reader, tree.sources)
    numbers = read_numbers(reader, tree.thresholds, vocabulary)
    rule_reader = RuleReader(reader, vocabulary, numbers, sources)
    ruleset = _ruleset(reader, tree.ruleset, vocabulary, rule_reader)
    check_citations(reader, numbers, sources, tree.thresholds)
    profiles = read_profiles(reader, tree.profiles, numbers)
    ids: dict[str, Place] = {}
    rules = {}
    for node in tree.rules:
        rule = rule_reader.rule(node)
        given_id = node.get("id") if isinstance(node, Mapping) else None
        if rule is None or given_id is None:
            continue
        if rule.id in ids:
            first = ids[rule.id]
            reader.fault(
                given_id.place,
                f"{rule.id} is already the id of {first.file}:{first.line}; ids are never used "
                "twice, so give this one another.",
            )
        ids[rule.id] = given_id.place
        if rule.status == "in-use":
            rules[rule.id] = rule
    if reader.problems:
        raise KnowledgeError(reader.problems)
    release = Release(
        version,
        digest,
        vocabulary,
        sources,
        ruleset,
        numbers,
        profiles,
        dict(sorted(rules.items())),
        published,
    )
    check_release(reader, release, tree)
    if reader.problems:
        raise KnowledgeError(reader.problems)
    return release


def _sources(reader: Reader, node: Node) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for key, value in reader.entries(node, "sources.yaml"):
        optional = (
            *IDENTIFIERS,
            "supersedes",
            "superseded by",
            "note",
            "edition",
            "pages",
            "volume",
            "journal",
            "accessed",
        )
        what = f"the source {key.text}"
        fields = reader.mapping(value, what, ("title",), ("year", *optional), wanted=("by", "kind"))
        if fields is None:
            continue
        texts = {name.text: ", ".join(reader.texts(item, name.text)) for name, item in fields}
        reader.one_of(fields.get("kind"), "kind of source", SOURCE_KINDS)
        if texts.get("kind") != "own" and not texts.keys() & set(IDENTIFIERS):
            reader.fault(
                key.place,
                f"{what} has none of: {', '.join(IDENTIFIERS)}; add one, so that it can be found.",
                authors=True,
            )
        _identified(reader, fields, texts)
        sources[key.text] = Source(key.text, texts)
    check_editions(reader, node, sources)
    return sources


def _identified(reader: Reader, fields: Mapping, texts: MappingOf[str, str]) -> None:
    """Refuse a DOI that is none, and a year that is none: nobody would find the source by them."""
    doi, year = texts.get("doi", ""), texts.get("year", "")
    if doi and not _DOI.match(doi):
        message = f"{doi!r} is not a DOI; it begins with 10. and has a slash, as 10.1000/182. A link goes under url."
        reader.fault(fields.index["doi"].place, message, authors=True)
    if year and year != NOT_STATED and not _YEAR.match(year):
        reader.fault(fields.index["year"].place, f"{year!r} is not a year; write 2024, or {NOT_STATED}.", authors=True)


def _ruleset(reader: Reader, node: Node, vocabulary: Vocabulary, rules: RuleReader) -> RuleSet:
    fields = reader.mapping(node, "ruleset.yaml")
    for name in ("id", "title", "owner", "question", "scope", "source attributes"):
        if fields is not None and fields.get(name) is None:
            message = f"ruleset.yaml has no {name!r}; add it."
            reader.fault(fields.place, message, authors=name in {"owner", "source attributes"})
    for key, _ in fields or ():
        # Everything else is the authors' own; but a slip in one of our words would pass unread.
        near = get_close_matches(key.text, OURS, 1, NEARLY) if key.text not in OURS else ()
        if near:
            message = f"{key.text!r} is none of our words. Did you mean {near[0]!r}? Give your own another name."
            reader.fault(key.place, message, authors=True)
    question = reader.known(fields.get("question") if fields else None, "conclusion", vocabulary.conclusions)
    scope = rules.conditions.group(fields.get("scope"), in_advice=False) if fields and fields.get("scope") else None
    own = {"id", "title", "question", "scope", "safety"}
    rest = {key.text: plain(value) for key, value in fields or () if key.text not in own}
    safety = SafetyReader(rules.conditions, rules.sources)
    return RuleSet(
        reader.text(fields.get("id") if fields else None, "id"),
        reader.text(fields.get("title") if fields else None, "title"),
        question,
        scope,  # type: ignore[arg-type] # a missing scope is a fault, and faults end the reading
        rest,
        safety.properties(fields.get("safety") if fields else None),
        read_drawn_apart(reader, safety, fields.get(DRAWN_APART) if fields else None),
    )
