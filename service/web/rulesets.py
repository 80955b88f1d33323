"""
Read what is published: rule sets, versions, rules with their numbers, and the words accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_smorest import Blueprint

from service.application import read_rules, read_rulesets
from service.web.documentation import operation
from service.web.parameters import unknown_parameters
from service.web.published import (
    RuleAnswer,
    RulesAnswer,
    RulesetAnswer,
    RulesetsAnswer,
    VersionAnswer,
    VersionsAnswer,
    VocabularyAnswer,
)
from service.web.refusals import RequestError
from service.web.responses import CHANGING, IMMUTABLE, json_response, services

if TYPE_CHECKING:
    from flask import Response

PROBLEMS = (400, "release-not-found", 406, 500, 503)

blueprint = Blueprint(
    "rule sets",
    "rulesets",
    url_prefix="/v1/rulesets",
    description="Published rule sets: versions, rules, and the words of requests and answers.",
)


@blueprint.before_request  # type: ignore[untyped-decorator] # flask-smorest ships no types
def refuse_parameters() -> None:
    """Refuse what would be passed over: a caller who wrote a parameter relies on it."""
    refused = unknown_parameters()
    if refused:
        raise RequestError(refused)


@operation(
    blueprint,
    "",
    RulesetsAnswer,
    described="Rule sets that have a release.",
    problems=(400, 406, 500, 503),
    operationId="listRulesets",
)
def list_rulesets() -> Response:
    """List rule sets."""
    return json_response(read_rulesets.rulesets(services().catalog), CHANGING)


@operation(
    blueprint,
    "/<ruleset>",
    RulesetAnswer,
    described="As its newest version describes it.",
    problems=PROBLEMS,
    operationId="readRuleset",
)
def read_ruleset(ruleset: str) -> Response:
    """Read a rule set."""
    return json_response(read_rulesets.ruleset(services().catalog, ruleset), CHANGING)


@operation(
    blueprint,
    "/<ruleset>/versions",
    VersionsAnswer,
    described="Published versions, oldest first, as the ledger tells them.",
    problems=PROBLEMS,
    operationId="listVersions",
)
def list_versions(ruleset: str) -> Response:
    """List the versions of a rule set."""
    return json_response(read_rulesets.versions(services().catalog, ruleset), CHANGING)


@operation(
    blueprint,
    "/<ruleset>/versions/<version>",
    VersionAnswer,
    described="Digest, standing, scope, profiles, counts, source attributes.",
    problems=PROBLEMS,
    operationId="readVersion",
)
def read_version(ruleset: str, version: str) -> Response:
    """Read a version."""
    return json_response(read_rulesets.version(services().catalog, ruleset, version), IMMUTABLE)


@operation(
    blueprint,
    "/<ruleset>/versions/<version>/vocabulary",
    VocabularyAnswer,
    described="Measures with units and LOINC codes, attributes, findings, conclusions, advice.",
    problems=PROBLEMS,
    operationId="readVocabulary",
)
def read_vocabulary(ruleset: str, version: str) -> Response:
    """Read what a panel may say, and in which words it is answered."""
    return json_response(read_rulesets.vocabulary(services().catalog, ruleset, version), IMMUTABLE)


@operation(
    blueprint,
    "/<ruleset>/versions/<version>/rules",
    RulesAnswer,
    described="In the order of a trace.",
    problems=PROBLEMS,
    operationId="listRules",
)
def list_rules(ruleset: str, version: str) -> Response:
    """List the rules of a version."""
    return json_response(read_rules.rules(services().catalog, ruleset, version), IMMUTABLE)


@operation(
    blueprint,
    "/<ruleset>/versions/<version>/rules/<rule>",
    RuleAnswer,
    described="With the limits it compares with in each profile, and the text as authored.",
    problems=(*PROBLEMS, "rule-not-found"),
    operationId="readRule",
)
def read_rule(ruleset: str, version: str, rule: str) -> Response:
    """Read a rule with its numbers filled in."""
    return json_response(read_rules.rule(services().catalog, ruleset, version, rule), IMMUTABLE)
