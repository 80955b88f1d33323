"""
``ferrule show --safety``: what must be true of every answer, and what holds the rules to it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from service import bootstrap
from service.application.show_safety import show_safety
from service.cli.conditions import tell_group
from service.cli.told import STEP, Teller

if TYPE_CHECKING:
    from service.application.ports import Document
    from service.config import Settings


def tell_safety(settings: Settings, profile: str | None, *, as_json: bool) -> int:
    """
    Tell the safety properties of every rule set of the working copy.

    Args:
        settings: Of the installation.

        profile: The profile to fill in the numbers of; every one where it is None.

        as_json: Whether to print one JSON object.

    Returns:
        The exit code.
    """
    folder = bootstrap.working_copy(settings)
    shown = [show_safety(folder.release(ruleset, "draft", "")[0], profile) for ruleset in folder.rulesets()]
    if as_json:
        print(json.dumps({"rulesets": shown}, indent=2, ensure_ascii=False))
        return 0
    teller = Teller()
    for one in shown:
        count = len(one["safety"])
        promises = f"{count} safety propert{'y' if count == 1 else 'ies'}" if count else "no safety property"
        teller.say(f"{one['ruleset']}  {one['title']}: {promises}", "bold")
        for promise in one["safety"]:
            _promise(teller, promise)
    return 0


def _promise(teller: Teller, promise: Document) -> None:
    teller.heading(promise["words"])
    if promise["asks"]:
        tell_group(teller, promise["asks"], STEP)
    by = f"{promise['title']}, {promise['where']} ({promise['read']})" if promise["title"] else "the rule set's owner"
    teller.say(f"Why: {promise['because']} So says {by}.", step=STEP)
    teller.say(f"Held by {promise['held_by']}.", step=STEP)
    teller.say("It bears on these rules:" if promise["bears_on"] else "No rule in use could break it.", step=STEP)
    teller.points([f"{one['rule']}  {one['title']}" for one in promise["bears_on"]])
