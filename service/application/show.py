"""
Show a rule in words, its numbers filled in: what it says, what it needs, what it feeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.connections import given_by, readers, reads
from service.application.in_words import condition_words, effect_words, limit_words, step_words, title_of
from service.application.read_rulesets import safety_document
from service.domain.errors import NameNotFoundError
from service.domain.rules import PLACEHOLDER, Comparison, Group, Verb, placeholder

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from service.application.ports import Document
    from service.domain.release import Profile, Release
    from service.domain.rules import Condition, Rule
    from service.domain.thresholds import Choice, Row, Threshold, Word


def show(release: Release, rule_id: str, profile: str | None = None) -> Document:
    """
    Show one rule.

    Args:
        release: Of the rule.

        rule_id: Its id; the case of its letters does not matter.

        profile: The profile to fill in the numbers of; every one that the rule is for by default.

    Returns:
        Condition and effect in words, the limits in each profile, what the rule
        needs and feeds, the safety properties it is held to, and why it stands.

    Raises:
        NameNotFoundError: If there is no such rule, or no such profile.
    """
    rule = release.rules.get(rule_id.upper())
    if rule is None:
        raise NameNotFoundError("rule", rule_id.upper(), tuple(release.rules))
    if profile is not None and profile not in release.profiles:
        raise NameNotFoundError("profile", profile, tuple(release.profiles))
    profiles = _profiles(release, rule, profile)
    return {
        "rule": rule.id,
        "title": rule.title,
        "file": rule.file,
        "status": rule.status,
        "profiles": [one.id for one in profiles],
        "when": group_words(release, rule.when, profiles),
        "then": effect_words(release, rule.then),
        "within": _steps(release, rule, profiles),
        "any_scope": rule.then.any_scope,
        "because": _blank(release, rule.then.because),
        "needs": _needs(release, rule, profiles),
        "feeds": _feeds(release, rule),
        "safety": [safety_document(one) for one in release.ruleset.safety if rule.then.name in one.form.names],
        "rationale": rule.rationale,
        "evidence": [
            {
                "source": item.source,
                "title": release.sources[item.source].fields["title"],
                "where": item.where,
                "says": item.says,
                "supports": item.supports,
                "read": item.read,
            }
            for item in rule.evidence
        ],
        "limits": list(rule.limits),
        "review": {"owner": rule.review.owner, "reviewed": rule.review.reviewed, "next": rule.review.next},
    }


def _blank(release: Release, because: str) -> str:
    """Return a rule's reason with its placeholders as blanks that tell what is filled in."""

    def blank(match: re.Match[str]) -> str:
        word, name = placeholder(match[1])
        if name in release.numbers.thresholds:
            return f"{word.value} [limit]" if word else "[limit]"
        return "[value]" if name in release.vocabulary.measures else f"[{title_of(release, name)}]"

    return PLACEHOLDER.sub(blank, because)


def _profiles(release: Release, rule: Rule, profile: str | None) -> tuple[Profile, ...]:
    if profile is not None:
        return (release.profiles[profile],)
    return tuple(one for one in release.profiles.values() if not rule.profiles or one.id in rule.profiles)


# -- when ------------------------------------------------------------------


def group_words(release: Release, group: Group, profiles: Iterable[Profile]) -> Document:
    """
    Return a group of conditions in words.

    Args:
        release: For titles and limits.

        group: The group.

        profiles: Those whose limits are filled in.

    Returns:
        The words that begin it, and its members: conditions, or such groups again.
    """
    one = len(group.members) == 1
    words = {
        "all": "this holds" if one else "all of these hold",
        "any": "this holds" if one else "at least one of these holds",
    }
    return {
        "words": words.get(group.word, f"at least {group.needed} of these hold"),
        "members": [
            group_words(release, member, profiles)
            if isinstance(member, Group)
            else _condition(release, member, profiles)
            for member in group.members
        ],
    }


def _condition(release: Release, condition: Condition, profiles: Iterable[Profile]) -> Document:
    if not isinstance(condition, Comparison):
        return {"text": condition_words(release, condition), "condition": condition.text}
    threshold = release.numbers.thresholds[condition.threshold]
    readings: dict[str, list[str]] = {}
    for profile in profiles:
        readings.setdefault(profile.choices[condition.threshold], []).append(profile.id)
    limits: list[Document] = []
    for name, names in readings.items():
        choice = threshold.choices[name]
        limits.append({"profiles": names, "without_range": False} | _limits(release, threshold, choice, condition.word))
        if choice.otherwise:
            other = threshold.choices[choice.otherwise]
            limits.append(
                {"profiles": names, "without_range": True} | _limits(release, threshold, other, condition.word)
            )
    only = limits[0]["rows"][0]["limit"] if [len(one["rows"]) for one in limits] == [1] else ""
    return {"text": condition_words(release, condition, only), "condition": condition.text, "limits": limits}


def _limits(release: Release, threshold: Threshold, choice: Choice, word: Word) -> Document:
    return {
        "compares": title_of(release, choice.compares),
        "rows": [_row(threshold, row, word) for row in choice.rows],
    }


def _row(threshold: Threshold, row: Row, word: Word) -> Document:
    return {
        "for": row.text,
        "limit": limit_words(threshold, row, word),
        "source": row.cites.source,
        "where": row.cites.where,
        "read": row.cites.read,
    }


# -- how soon --------------------------------------------------------------


def _steps(release: Release, rule: Rule, profiles: Iterable[Profile]) -> list[Document]:
    """Return the table that says how soon advice is due, as each profile fills it."""
    if not rule.then.within:
        return []
    table = release.numbers.tables[rule.then.within]
    readings: dict[str, list[str]] = {}
    for profile in profiles:
        readings.setdefault(profile.choices[table.name], []).append(profile.id)
    return [
        {
            "profiles": names,
            "looks_up": title_of(release, table.of),
            "steps": [step_words(release, table, step) for step in table.choices[name].steps],
            "source": table.choices[name].cites.source,
            "where": table.choices[name].cites.where,
            "read": table.choices[name].cites.read,
        }
        for name, names in readings.items()
    ]


# -- what it needs and feeds -------------------------------------------------


def _needs(release: Release, rule: Rule, profiles: Iterable[Profile]) -> Document:
    names, words = reads(release, rule, profiles), release.vocabulary
    measures = []
    for name in names.measures:
        measure = words.measures[name]
        measures.append(
            {
                "measure": name,
                "title": measure.title,
                "unit": measure.unit,
                "reported": not measure.is_computed,
                "computed_as": list(measure.computed_as),
            }
        )
    return {
        "measures": measures,
        "attributes": [{"attribute": name, "title": title_of(release, name)} for name in names.attributes],
        "findings": [_source_of(release, name, "finding") for name in names.findings],
        "conclusions": [_source_of(release, name, "conclusion") for name in names.conclusions],
    }


def _source_of(release: Release, name: str, kind: str) -> Document:
    """Return a finding or conclusion with the rules that give it, or that it is observed."""
    finding = release.vocabulary.findings.get(name)
    return {
        kind: name,
        "title": title_of(release, name),
        "observed": finding is not None and finding.observed,
        "by": [
            {"rule": rule.id, "title": rule.title, "gives": effect_words(release, rule.then)}
            for rule in release.giving.get(name, ())
        ],
        "otherwise_absent": finding is not None and finding.closes,
    }


def _feeds(release: Release, rule: Rule) -> list[Document]:
    """Return the rules that read what a rule gives; none reads advice."""
    if rule.then.verb is Verb.ADVISE:
        return []
    found = {reader.id: reader for name in given_by(rule) for reader in readers(release, name)}
    return [
        {"rule": reader.id, "title": reader.title, "gives": effect_words(release, reader.then)}
        for reader in found.values()
    ]
