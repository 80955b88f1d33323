"""
Show the safety properties of a rule set in words, with the rules they bear on and what holds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.application.in_words import effect_words, title_of
from service.application.read_rulesets import safety_document
from service.application.show import group_words
from service.domain.errors import NameNotFoundError
from service.domain.safety import AlwaysAdvise, NeverTogether, NeverUnless, NeverWeakens, OnlyTheseExclude
from service.domain.scales import Certainty

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.application.ports import Document
    from service.domain.release import Profile, Release
    from service.domain.rules import Rule
    from service.domain.safety import Form, SafetyProperty

ON_READING = "ferrule check, which refuses a rule that excludes and may not"
ON_CASES = "ferrule test, which fails each case whose answer breaks it"
ON_RANDOM_PATIENTS = "random patients: it takes two answers to break it, so that no single case can"


def show_safety(release: Release, profile: str | None = None) -> Document:
    """
    Show what a rule set promises of every answer.

    Args:
        release: The rule set.

        profile: The profile to fill in the numbers of; every one by default.

    Returns:
        Each property in words and as it was written, why it matters, who says so,
        the rules it bears on, and what holds them to it.

    Raises:
        NameNotFoundError: If there is no such profile.
    """
    if profile is not None and profile not in release.profiles:
        raise NameNotFoundError("profile", profile, tuple(release.profiles))
    profiles = [one for one in release.profiles.values() if profile in {None, one.id}]
    return {
        "ruleset": release.ruleset.id,
        "title": release.ruleset.title,
        "safety": [_property(release, one, profiles) for one in release.ruleset.safety],
    }


def _property(release: Release, one: SafetyProperty, profiles: list[Profile]) -> Document:
    form = one.form
    source = release.sources.get(one.cites.source)
    asks = group_words(release, form.asks, profiles) if isinstance(form, NeverUnless | AlwaysAdvise) else None
    return {
        "words": safety_words(release, form) + (f" it is certain that {asks['words']}:" if asks else ""),
        "asks": asks,
        **safety_document(one),
        "title": source.fields["title"] if source is not None else None,
        "bears_on": [
            {"rule": rule.id, "title": rule.title, "gives": effect_words(release, rule.then)}
            for name in form.names
            for rule in release.giving.get(name, ())
            if _bears_on(form)(rule)
        ],
        "held_by": _held_by(form),
    }


def safety_words(release: Release, form: Form) -> str:
    """
    Return a safety property as a sentence, or as the beginning of one that a condition completes.

    Args:
        release: For titles.

        form: What is promised.

    Returns:
        A sentence with its full stop; one that a condition belongs to ends in ``unless`` or ``when``.
    """
    if isinstance(form, NeverTogether):
        one, other = (_told(release, name) for name in form.names)
        return f"Nobody is told both of these: {one}, and {other}."
    if isinstance(form, NeverUnless):
        least = "confirmed" if form.certainty is Certainty.CONFIRMED else "likely, let alone confirmed"
        return f"{title_of(release, form.conclusion)} is never {least}, unless"
    if isinstance(form, OnlyTheseExclude):
        who = f"Only {' and '.join(form.rules)}" if form.rules else "No rule"
        return f"{who} may say that {title_of(release, form.conclusion)} is excluded."
    if isinstance(form, NeverWeakens):
        more = "higher" if form.raising else "lower"
        measure, conclusion = title_of(release, form.measure), title_of(release, form.conclusion)
        return f"A {more} {measure}, all else the same, never makes {conclusion} less certain."
    return f"{title_of(release, form.advice)} is always advised, in the scope and outside of it, when"


def _told(release: Release, name: str) -> str:
    is_conclusion = name in release.vocabulary.conclusions
    return f"{title_of(release, name)}{' (likely or confirmed)' if is_conclusion else ''}"


def _bears_on(form: Form) -> Callable[[Rule], bool]:
    """Return which of the rules that give what a property is about could break it, or keep it."""
    if isinstance(form, NeverUnless):
        return lambda rule: _claims(rule) >= form.certainty.force
    if isinstance(form, NeverTogether):
        return lambda rule: rule.then.certainty is None or _claims(rule) >= Certainty.LIKELY.force
    if isinstance(form, OnlyTheseExclude):
        return lambda rule: rule.then.certainty is Certainty.EXCLUDED
    return lambda _: True


def _claims(rule: Rule) -> int:
    """Return with which force a rule speaks for its conclusion; 0 where it speaks against it."""
    certainty = rule.then.certainty
    return certainty.force if certainty is not None and certainty.is_for else 0


def _held_by(form: Form) -> str:
    if isinstance(form, OnlyTheseExclude):
        return ON_READING
    return ON_RANDOM_PATIENTS if isinstance(form, NeverWeakens) else ON_CASES
