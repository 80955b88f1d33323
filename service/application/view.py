"""
How much of the trace an answer shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.semantics import Outcome

if TYPE_CHECKING:
    from service.application.ports import Document

VIEWS = ("chain", "full", "none")
"""How much of the trace an answer shows; the record always holds all of it."""


def view(full: Document, shown: str) -> Document:
    """
    Return a document with as much of its trace as was asked for.

    Args:
        full: The document with its full trace.

        shown: ``full``, ``chain`` (the rules that made the answer), or ``none``.

    Returns:
        A new document; parts are left out, nothing is changed.
    """
    if shown == "full":
        return full
    if shown == "none":
        return {key: value for key, value in full.items() if key != "trace"}
    trace = {key: value for key, value in full["trace"].items() if key != "others"}
    rules = trace["rules"]
    if "others" not in full["trace"]:
        # Traces of older programs list every rule, and tell the others in this view by their outcome alone.
        needed = {link for part in ("conclusions", "advice") for item in full[part] for link in item["chain"]}
        needed |= {rule for finding in full["findings"] for rule in finding["by"]}
        rules = [
            rule
            if rule["outcome"] == Outcome.FIRED or rule["rule"] in needed
            else {key: rule[key] for key in ("rule", "outcome")}
            for rule in rules
        ]
    referred = {reference for rule in rules for reference in rule.get("conditions", ())}
    # Traces of older programs do not tell of the scope.
    referred |= {*trace.get("scope", {}).get("conditions", ())}
    conditions = [condition for condition in trace["conditions"] if condition["id"] in referred]
    return full | {"trace": trace | {"rules": rules, "conditions": conditions}}
