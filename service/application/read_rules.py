"""
Read the rules of a version, with the numbers filled in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.trace import gives
from service.domain.errors import RuleNotFoundError
from service.domain.figures import exact_text
from service.domain.rules import Comparison, Group

if TYPE_CHECKING:
    from service.application.catalog import Catalog
    from service.application.ports import Document
    from service.domain.release import Release
    from service.domain.rules import Evidence, Rule
    from service.domain.thresholds import Choice, Row, Threshold


def rules(catalog: Catalog, name: str, number: str) -> Document:
    """
    Return the rules of a version in the order they are told in a trace.

    Args:
        catalog: Releases.

        name: Rule set.

        number: Version.

    Returns:
        Id, title, effect and sources of each.

    Raises:
        ReleaseNotFoundError: If there is no such version.
    """
    release = catalog.choose(name, number).release
    ordered = sorted(release.rules.values(), key=lambda rule: (release.levels[rule.id], rule.id))
    return {
        "ruleset": release.ruleset.id,
        "version": release.version,
        "rules": [
            {
                "rule": rule.id,
                "title": rule.title,
                "gives": gives(rule.then),
                "sources": list(rule.sources),
                "reviewed": rule.review.reviewed,
            }
            for rule in ordered
        ],
    }


def rule(catalog: Catalog, name: str, number: str, rule_id: str) -> Document:
    """
    Return one rule, complete.

    Args:
        catalog: Releases.

        name: Rule set.

        number: Version.

        rule_id: Id of the rule.

    Returns:
        Condition, effect, the limits it compares with in each profile, reasons,
        evidence, upkeep, and the text as it was authored.

    Raises:
        ReleaseNotFoundError: If there is no such version.

        RuleNotFoundError: If the version has no such rule.
    """
    release = catalog.choose(name, number).release
    if rule_id not in release.rules:
        raise RuleNotFoundError(rule_id, name, release.version, list(release.rules))
    one = release.rules[rule_id]
    return {
        "ruleset": release.ruleset.id,
        "version": release.version,
        "rule": one.id,
        "title": one.title,
        "profiles": list(one.profiles or release.profiles),
        "when": _group(one.when),
        "gives": gives(one.then),
        "because": one.then.because,
        "thresholds": [_threshold(release, threshold) for threshold in _compared(one)],
        "rationale": one.rationale,
        "evidence": [_evidence(release, item) for item in one.evidence],
        "limits": list(one.limits),
        "review": {
            "owner": one.review.owner,
            "reviewed": one.review.reviewed,
            "next": one.review.next,
        },
        "authored": catalog.releases.rule_text(name, number, rule_id),
    }


def _group(group: Group) -> Document:
    return {
        "word": group.word,
        "needed": group.needed,
        "members": [
            _group(member) if isinstance(member, Group) else {"condition": member.text} for member in group.members
        ],
    }


def _compared(rule: Rule) -> list[str]:
    return list(
        dict.fromkeys(condition.threshold for condition in rule.when.conditions() if isinstance(condition, Comparison))
    )


def _threshold(release: Release, name: str) -> Document:
    threshold = release.numbers.thresholds[name]
    readers: dict[str, list[str]] = {}
    for profile in release.profiles.values():
        readers.setdefault(profile.choices[name], []).append(profile.id)
    for choice in [threshold.choices[one] for one in readers]:
        if choice.otherwise:
            readers.setdefault(choice.otherwise, [])
    return {
        "threshold": threshold.name,
        "title": threshold.title,
        "of": threshold.of,
        "unit": threshold.unit,
        "abnormal": threshold.side.value,
        "choices": [_choice(threshold, threshold.choices[choice], profiles) for choice, profiles in readers.items()],
    }


def _choice(threshold: Threshold, choice: Choice, profiles: list[str]) -> Document:
    return {
        "choice": choice.name,
        "profiles": profiles,
        "compares": choice.compares,
        "otherwise": choice.otherwise or None,
        "never_beyond": choice.never_beyond or None,
        "rows": [_row(threshold, row) for row in choice.rows],
    }


def _row(threshold: Threshold, row: Row) -> Document:
    return {
        "row": row.text,
        "limit": None if row.limit is None else exact_text(row.limit),
        "laboratory": threshold.side.of_range if row.laboratory else None,
        "equal_is_abnormal": row.equal_is_abnormal,
        "no_limit": row.no_limit or None,
        "source": row.cites.source,
        "where": row.cites.where,
        "read": row.cites.read,
    }


def _evidence(release: Release, item: Evidence) -> Document:
    source = release.sources[item.source].fields
    return {
        "source": item.source,
        "title": source["title"],
        "where": item.where,
        "says": item.says,
        "supports": item.supports,
        "strength": item.strength,
        "read": item.read,
    } | {name: source[name] for name in ("doi", "pmid", "isbn", "url") if name in source}
