"""
What authors do with the working copy, up to the moment when it is published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.bootstrap.parts import engine, working_copy
from service.config import SettingError
from service.domain.errors import EngineDisagreementError, NameNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from service.application.new_rule import Wanted
    from service.application.patients import Pair
    from service.application.watch import Watch
    from service.config import Settings
    from service.domain.cases import Case
    from service.domain.decision import Decision
    from service.domain.nodes import Plain
    from service.domain.release import Release


def draft_with(settings: Settings, rule: str = "", name: str = "", ruleset: str = "") -> Release:
    """
    Return the rule set of the working copy that is meant.

    Args:
        settings: Of the installation.

        rule: Id of a rule that it has.

        name: A conclusion, finding or advice that its rules give.

        ruleset: Its own name; needed where none of these is given and there are several.

    Returns:
        The rule set, read as a draft.

    Raises:
        KnowledgeError: With every fault of the knowledge.

        NameNotFoundError: If there is none.
    """
    folder = working_copy(settings)
    rulesets = folder.rulesets()
    if ruleset and ruleset not in rulesets:
        raise NameNotFoundError("rule set", ruleset, rulesets)
    drafts = [folder.release(one, "draft", "")[0] for one in rulesets if ruleset in {"", one}]
    for draft in drafts:
        if rule.upper() in draft.rules or name in draft.giving or (len(drafts) == 1 and not rule and not name):
            return draft
    if rule:
        raise NameNotFoundError("rule", rule.upper(), [one for draft in drafts for one in draft.rules])
    if name:
        raise NameNotFoundError("name that a rule gives", name, [one for draft in drafts for one in draft.giving])
    message = f"There are several rule sets; name one of them with --ruleset: {', '.join(rulesets)}."
    raise SettingError(message)


def decided_case(settings: Settings, words: str) -> tuple[str, Case, Decision]:
    """
    Decide the patient of a case of the working copy, through the engine and the semantics.

    Args:
        settings: Of the installation.

        words: ``RULE:number``, ``FILE:line``, or words of the case's name; a generated case, where no other is meant.

    Returns:
        The case's short name, the case, and the decision.

    Raises:
        KnowledgeError: With every fault of the knowledge, or of the generated cases where these are needed.

        NameNotFoundError: If no one case is meant.

        EngineDisagreementError: If the two readers differ.
    """
    from service.application.decide import decide
    from service.application.find_case import find_case

    folder = working_copy(settings)
    drafts = [folder.release(name, "draft", "") for name in folder.rulesets()]
    written = [case for _, cases in drafts for case in cases]
    release_of = {id(case): draft for draft, cases in drafts for case in cases}

    def generated() -> Iterator[Case]:
        for draft, _ in drafts:
            for case in folder.generated(draft):
                release_of[id(case)] = draft
                yield case

    name, case = find_case(written, words, generated)
    release = release_of[id(case)]
    running = engine(release)
    try:
        decision, found = decide(release, release.profiles[case.profile], running, case.given)
    finally:
        running.close()
    if found:
        raise EngineDisagreementError(found)
    return name, case, decision


def rewrite(settings: Settings, paths: Sequence[Path] = (), *, keep: bool = False) -> tuple[str, ...]:
    """Rewrite authored files, all by default, in the house form; see `service.adapters.knowledge.rewriting`."""
    from service.adapters.knowledge.rewriting import rewrite as rewritten

    return rewritten(settings.knowledge, paths or working_copy(settings).authored(), keep=keep)


def watch(settings: Settings) -> Watch:
    """Return who looks at the working copy and remembers what was seen."""
    from service.application.watch import Watch

    return Watch(working_copy(settings), engine)


def generate(settings: Settings, *, keep: bool = False) -> Iterator[tuple[str, dict[str, Plain], dict[str, bool]]]:
    """
    Generate the cases of each rule set.

    Args:
        settings: Of the installation.

        keep: Whether to look only, and write nothing.

    Yields:
        Each rule set, what its files hold by rule, and the names of the files that were not as they should be, with
        whether they are wanted at all.
    """
    from service.adapters.knowledge.generated_files import GeneratedFiles
    from service.application.generated import generate as made

    folder, files = working_copy(settings), GeneratedFiles(settings.knowledge)
    for ruleset in folder.rulesets():
        wanted = made(folder.release(ruleset, "draft", "")[0])
        outdated = files.outdated(ruleset, wanted)
        if not keep:
            files.write(outdated)
        yield ruleset, wanted, {f"{settings.knowledge.name}/{path}": raw is not None for path, raw in outdated.items()}


def new_rule(settings: Settings, wanted: Wanted, confirmed: Callable[[Wanted, Pair], bool]) -> tuple[str, ...]:
    """Write a rule and its cases; see `service.application.new_rule`."""
    from service.adapters.knowledge.workshop import WorkshopFolder
    from service.application.new_rule import new_rule as written

    return written(WorkshopFolder(settings.knowledge), wanted, confirmed)


def schemas(settings: Settings) -> dict[str, bytes]:
    """Return the JSON Schema of each kind of authored file, by file name."""
    from service.application.schemas import schemas as made

    return made(working_copy(settings).names())
