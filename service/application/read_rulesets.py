"""
Read what is published: rule sets, their versions, and the words they accept.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from service.domain.figures import interval_text
from service.domain.measures import Assumable, MeasureKind
from service.domain.publication import standing

if TYPE_CHECKING:
    from service.application.catalog import Catalog
    from service.application.ports import Document
    from service.domain.coding import Code, PatientText, When
    from service.domain.measures import Measure
    from service.domain.safety import SafetyProperty
    from service.domain.vocabulary import Attribute, Vocabulary


def rulesets(catalog: Catalog) -> Document:
    """Return every rule set that has a release."""
    return {"rulesets": [ruleset(catalog, name) for name in catalog.releases.rulesets()]}


def ruleset(catalog: Catalog, name: str) -> Document:
    """
    Return a rule set as its newest version describes it.

    Args:
        catalog: Releases.

        name: Its id.

    Returns:
        Title, versions, and everything its authors say of it.

    Raises:
        ReleaseNotFoundError: If there is none such.
    """
    release = catalog.choose(name, None).release
    return {
        "id": release.ruleset.id,
        "title": release.ruleset.title,
        "newest": release.version,
        "versions": list(catalog.releases.versions(name)),
        "about": dict(release.ruleset.fields),
    }


def versions(catalog: Catalog, name: str) -> Document:
    """Return the versions of a rule set, oldest first, each as the ledger tells it."""
    published = catalog.releases.versions(name)
    lines = {str(line.get("version")): dict(line) for line in catalog.releases.ledger(name)}
    return {
        "ruleset": name,
        "versions": [{"version": one} | lines.get(one, {}) for one in published],
    }


def version(catalog: Catalog, name: str, number: str) -> Document:
    """
    Return one version.

    Args:
        catalog: Releases.

        name: Rule set.

        number: Version.

    Returns:
        Digest, standing, scope, profiles, counts and source attributes.

    Raises:
        ReleaseNotFoundError: If there is none such.
    """
    release = catalog.choose(name, number).release
    words = release.vocabulary
    return {
        "ruleset": release.ruleset.id,
        "title": release.ruleset.title,
        "version": release.version,
        "digest": release.digest,
        "published": release.published,
        "standing": standing(release),
        "question": release.ruleset.question,
        "scope": [condition.text for condition in release.ruleset.scope.conditions()],
        "safety": [safety_document(one) for one in release.ruleset.safety],
        "profiles": [
            {
                "id": profile.id,
                "title": profile.title,
                "because": profile.because,
                "assume": dict(profile.assume),
            }
            for profile in release.profiles.values()
        ],
        "counts": {
            "rules": len(release.rules),
            "rules_by_effect": dict(Counter(rule.then.verb.value for rule in release.rules.values())),
            "measures": len(words.measures),
            "findings": len(words.findings),
            "conclusions": len(words.conclusions),
            "advice": len(words.advice),
            "thresholds": len(release.numbers.thresholds),
            "sources": len(release.sources),
        },
        "about": dict(release.ruleset.fields),
    }


def safety_document(one: SafetyProperty) -> Document:
    """Return a safety property: what is promised, why it matters, and who says so."""
    return {
        "property": one.form.text,
        "because": one.because,
        "source": one.cites.source,
        "where": one.cites.where,
        "read": one.cites.read,
    }


def vocabulary(catalog: Catalog, name: str, number: str) -> Document:
    """
    Return what a panel may say to one version, and in which words it answers.

    Args:
        catalog: Releases.

        name: Rule set.

        number: Version.

    Returns:
        Measures with units and LOINC codes, attributes, findings, conclusions, advice, events.

    Raises:
        ReleaseNotFoundError: If there is none such.
    """
    release = catalog.choose(name, number).release
    words: Vocabulary = release.vocabulary
    return {
        "ruleset": release.ruleset.id,
        "version": release.version,
        "measures": [_measure(measure) for measure in words.measures.values()],
        "attributes": [_attribute(attribute) for attribute in words.attributes.values()],
        "findings": [
            {
                "finding": finding.name,
                "title": finding.title,
                "group": finding.group,
                "accepted_in": "/findings" if finding.observed else None,
                "codes": _codes(finding.codes),
                "for_patients": _texts(finding.for_patients),
            }
            for finding in words.findings.values()
        ],
        "conclusions": [
            {
                "conclusion": conclusion.name,
                "title": conclusion.title,
                "kind": conclusion.kind,
                "codes": _codes(conclusion.codes),
                "for_patients": _texts(conclusion.for_patients),
            }
            for conclusion in words.conclusions.values()
        ],
        "advice": [
            {"advice": advice.name, "title": advice.title, "kind": advice.kind} for advice in words.advice.values()
        ],
        "events": [
            {"event": event.name, "title": event.title, "accepted_in": "/events", "loinc": list(event.loinc)}
            for event in words.events.values()
        ],
    }


def _codes(rows: tuple[Code, ...]) -> list[Document]:
    return [
        {"system": row.system, "code": row.code, "read": row.read, "verified": row.verified} | _when(row.when)
        for row in rows
    ]


def _texts(rows: tuple[PatientText, ...]) -> list[Document]:
    return [{"text": row.text} | _when(row.when) for row in rows]


def _when(when: When) -> Document:
    return {"when": dict(when.words), "beside": when.beside}


def _measure(measure: Measure) -> Document:
    accepted = {
        MeasureKind.LABORATORY: "/results",
        MeasureKind.PATIENT: _field(measure.name),
        MeasureKind.COMPUTED: None,
    }
    return {
        "measure": measure.name,
        "title": measure.title,
        "kind": measure.kind.value,
        "accepted_in": accepted[measure.kind],
        "unit": measure.unit,
        "accepted_units": list(measure.accepted_units),
        "loinc": list(measure.loinc),
        "possible": interval_text(measure.possible, measure.unit) if measure.possible else None,
        "usual": interval_text(measure.usual, measure.unit) if measure.usual else None,
        "computed_as": list(measure.computed_as),
        "may_be_assumed": measure.assumable is not Assumable.NEVER,
    }


def _attribute(attribute: Attribute) -> Document:
    return {
        "attribute": attribute.name,
        "title": attribute.title,
        "accepted_in": _field(attribute.name),
        "values": list(attribute.values),
        "groups": {name: list(values) for name, values in attribute.groups.items()},
        "may_be_assumed": attribute.assumable is not Assumable.NEVER,
    }


def _field(name: str) -> str:
    return f"/patient/{name.replace('-', '_')}"
