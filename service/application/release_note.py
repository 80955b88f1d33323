"""
The note beside a release, for clinicians: what is in it, what changed, what is not verified.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain.publication import standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.domain.publication import Act
    from service.domain.release import Profile, Release
    from service.domain.rules import Rule
    from service.domain.thresholds import Citation

UNVERIFIED = "memory"
READ_IN_WORDS = {
    "primary": "read where they were published",
    "secondary": "read where others quote them",
    "memory": "from memory, not verified",
    "computed": "computed",
    "own": "a decision of this project",
}
"""What each level of reading means, for those who read a release or an answer."""


def release_note(
    release: Release, act: Act, cases: int, before: Release | None, note: str = "", sources: str = ""
) -> str:
    """
    Write the note of a release.

    Args:
        release: The release.

        act: Who publishes it, when and why.

        cases: How many cases stand beside its rules.

        before: The release before it, or None for the first.

        note: What its author wants to say besides, Markdown.

        sources: A sentence on what its cases rest on.

    Returns:
        Markdown.
    """
    parts = [
        f"# {release.ruleset.title}, version {release.version}",
        f"Published on {act.on[:10]} by {act.by}: {act.because}",
        f"**Standing: {standing(release)}.**",
    ]
    if note.strip():
        parts.append(note.strip())
    parts += ["## What is in it", *_contents(release, cases, sources)]
    if before is not None:
        parts += [f"## What changed since {before.version}", _list(_changes(before, release))]
    parts += ["## What is not verified", *_unverified(release)]
    return "\n\n".join(parts) + "\n"


def _contents(release: Release, cases: int, sources: str) -> Iterator[str]:
    families: dict[str, list[Rule]] = {}
    for rule in release.rules.values():
        families.setdefault(rule.file.split("/")[-2], []).append(rule)
    yield (
        f"{_count(len(release.rules), 'rule')} in {_count(len(families), 'family', 'families')}, "
        f"with {_count(cases, 'case')} that each gave the expected answer. {sources}".rstrip()
    )
    rows = [f"| {family} | {len(rules)} |" for family, rules in sorted(families.items())]
    yield "\n".join(["| Family | Rules |", "| --- | ---: |", *rows])
    for family, rules in sorted(families.items()):
        yield f"### {family}"
        yield _list([f"{rule.id}: {rule.title}" for rule in rules])
    yield "### Profiles"
    yield _list(
        [
            f"`{profile.id}`: {profile.title}. {profile.because}{_assumed(profile)}".rstrip()
            for profile in sorted(release.profiles.values(), key=lambda profile: profile.id)
        ]
    )


def _assumed(profile: Profile) -> str:
    if not profile.assume:
        return ""
    assumed = ", ".join(f"{name} {value}" for name, value in sorted(profile.assume.items()))
    return f" Unless told otherwise, it assumes {assumed}."


def _changes(before: Release, release: Release) -> list[str]:
    said = [
        sentence
        for what, old, new in (
            ("Rules", _rules(before), _rules(release)),
            ("Thresholds", before.numbers.thresholds, release.numbers.thresholds),
            ("Tables", before.numbers.tables, release.numbers.tables),
            ("Constants", before.numbers.constants, release.numbers.constants),
            ("Profiles", before.profiles, release.profiles),
            ("Conclusions", before.vocabulary.conclusions, release.vocabulary.conclusions),
            ("Measures", before.vocabulary.measures, release.vocabulary.measures),
        )
        for sentence in _difference(what, old, new)
    ]
    return said or ["Nothing in rules, numbers and profiles; only other files."]


def _rules(release: Release) -> Mapping[str, Rule]:
    """Return the rules as they are compared: moving a file changes no rule."""
    return {name: replace(rule, file="") for name, rule in release.rules.items()}


def _difference(what: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    for word, names in (
        ("new", new.keys() - old.keys()),
        ("changed", {name for name in new.keys() & old.keys() if new[name] != old[name]}),
        ("no longer there", old.keys() - new.keys()),
    ):
        if names:
            yield f"{what} {word}: {', '.join(sorted(names))}."


def _unverified(release: Release) -> Iterator[str]:
    reviewed = sum(1 for rule in release.rules.values() if rule.review.reviewed)
    yield f"Of {_count(len(release.rules), 'rule')}, {reviewed} reviewed by a named person."
    read = Counter(item.read for rule in release.rules.values() for item in rule.evidence)
    levels = [f"{words}: {read[level]}" for level, words in READ_IN_WORDS.items() if read[level]]
    yield f"Of {_count(read.total(), 'passage')} that rules rest on, {'; '.join(levels)}."
    found = [*_remembered_passages(release), *_remembered_numbers(release)]
    if found:
        yield "These rest on memory and must be checked before anybody relies on them:"
        yield _list(found)
    else:
        yield "Nothing in it rests on memory alone."


def _remembered_passages(release: Release) -> Iterator[str]:
    for rule in release.rules.values():
        for item in rule.evidence:
            if item.read == UNVERIFIED:
                yield f"rule {rule.id}: {item.source}, {item.where}"


def _remembered_numbers(release: Release) -> Iterator[str]:
    for name, cites in dict.fromkeys(_citations(release)):
        if cites.read == UNVERIFIED:
            yield f"{name}: {cites.source}, {cites.where}"


def _citations(release: Release) -> Iterator[tuple[str, Citation]]:
    numbers = release.numbers
    for threshold in numbers.thresholds.values():
        for choice in threshold.choices.values():
            for cites in (choice.cites, *(row.cites for row in choice.rows)):
                yield f"threshold {threshold.name}, {choice.name}", cites
    for what, things in (("table", numbers.tables), ("constant", numbers.constants)):
        for thing in things.values():
            for filled in thing.choices.values():
                yield f"{what} {thing.name}, {filled.name}", filled.cites


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _list(items: list[str]) -> str:
    return "\n".join(f"- {item}" for item in items)
