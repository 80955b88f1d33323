"""
The composition root: the only place that chooses adapters.

Entry points ask here for what they need; heavy parts are imported where they are
used, so that a command pays only for its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service import __version__
from service.adapters.durable_rules.door import engine_name
from service.adapters.knowledge.folder import KnowledgeFolder
from service.adapters.knowledge.releases import ReleaseFolder
from service.adapters.system import utc_now, uuid7
from service.application.catalog import Catalog
from service.application.evaluate import DEFAULT_PROFILE, Evaluate, Question
from service.application.ports import Program
from service.application.services import Services
from service.config import SettingError
from service.domain.errors import EngineDisagreementError, NameNotFoundError, Problem, ReleaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from service.application.new_rule import Wanted
    from service.application.patients import Pair
    from service.application.ports import Engine, Record
    from service.application.watch import Watch
    from service.config import Settings
    from service.domain.cases import Case
    from service.domain.decision import Decision
    from service.domain.errors import Fault
    from service.domain.nodes import Plain
    from service.domain.publication import Published
    from service.domain.release import Release


def build_services(settings: Settings) -> Services:
    """
    Put the service together.

    Args:
        settings: Of the installation. The record's schema must be in place
            (`serve` sees to it).

    Returns:
        The use cases with their ports filled.
    """
    kept = record(settings)
    catalog = Catalog(releases(settings), engine)
    return Services(Evaluate(catalog, kept, utc_now, uuid7, program()), catalog, kept, utc_now)


def record(settings: Settings) -> Record:
    """Return the record of decisions; it is opened at first use, and made by `serve`."""
    from service.adapters.sql_record.record import SqlRecord

    return SqlRecord(settings.database_url)


def program() -> Program:
    """Return what decides, as answers and records name it."""
    return Program("ferrule", __version__, engine_name())


def working_copy(settings: Settings) -> KnowledgeFolder:
    """
    Return the folder that authors edit.

    Raises:
        SettingError: If it holds no rule set, or is not there.
    """
    folder = KnowledgeFolder(settings.knowledge)
    if not folder.rulesets():
        message = (
            f"{settings.knowledge} holds no rule set. Go to the folder that holds knowledge/, "
            f"or name it in FERRULE_KNOWLEDGE."
        )
        raise SettingError(message)
    return folder


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

        words: ``RULE:number``, or words of the case's name.

    Returns:
        The case's short name, the case, and the decision.

    Raises:
        NameNotFoundError: If no one case is meant.

        EngineDisagreementError: If the two readers differ.
    """
    from service.application.decide import decide
    from service.application.why import case_names, find_case

    folder = working_copy(settings)
    drafts = [folder.release(name, "draft", "") for name in folder.rulesets()]
    every = [(draft, case) for draft, cases in drafts for case in cases]
    case = find_case([case for _, case in every], words)
    release, number = next((draft, number) for number, (draft, one) in enumerate(every) if one is case)
    running = engine(release)
    try:
        decision, found = decide(release, release.profiles[case.profile], running, case.given)
    finally:
        running.close()
    if found:
        raise EngineDisagreementError(found)
    return case_names([case for _, case in every])[number], case, decision


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


def releases(settings: Settings) -> ReleaseFolder:
    """Return the published releases."""
    return ReleaseFolder(settings.versions)


def some_releases(settings: Settings) -> ReleaseFolder:
    """
    Return the published releases where at least one is needed.

    Raises:
        ReleaseTamperedError: If there are folders of releases, and the ledger knows none.

        ReleaseError: If there is nothing at all.
    """
    published = releases(settings)
    if not published.rulesets():
        published.refuse_strangers()
        message = (
            f"{settings.versions} holds no release, and no ledger that names one; FERRULE_VERSIONS names the folder, "
            f"'ferrule publish' adds to it."
        )
        raise ReleaseError(message)
    return published


def engine(release: Release) -> Engine:
    """Return an engine that has compiled a release, first in a child process."""
    from service.adapters.durable_rules.engine import DurableRulesEngine

    return DurableRulesEngine(release)


def publish(settings: Settings, ruleset: str, *, by: str, because: str, note: str = "") -> Published:
    """Publish the working copy of a rule set; see `service.application.publish.Publish`."""
    from service.application.publish import Publish

    return Publish(working_copy(settings), releases(settings), failing_cases, utc_now)(ruleset, by, because, note)


def failing_cases(release: Release, cases: tuple[Case, ...]) -> list[Problem]:
    """Return each case that fails, with the place where it stands."""
    from service.application.cases import run_cases

    running = engine(release)
    try:
        return [
            Problem(result.case.file, result.case.line, 1, f"{result.case.name!r} fails: {'; '.join(result.failures)}.")
            for result in run_cases(release, running, cases)
            if result.failures
        ]
    finally:
        running.close()


# -- evaluation without a record -------------------------------------------


class _Draft:
    """The working copy, as if it were the only release."""

    def __init__(self, settings: Settings) -> None:
        self._folder = working_copy(settings)

    def rulesets(self) -> tuple[str, ...]:
        return self._folder.rulesets()

    def versions(self, ruleset: str) -> tuple[str, ...]:
        return ("draft",) if ruleset in self.rulesets() else ()

    def load(self, ruleset: str, version: str) -> Release:
        return self._folder.release(ruleset, version, "")[0]


def evaluation(settings: Settings, *, draft: bool = False) -> Evaluate:
    """
    Return the evaluation of panels that are not recorded.

    Args:
        settings: Of the installation.

        draft: Whether to read the working copy instead of the releases.

    Returns:
        The use case; only `decide` and `decision` may be called, since it has no record.
    """
    return _unrecorded(_catalog(settings, draft=draft))


def _catalog(settings: Settings, *, draft: bool) -> Catalog:
    return Catalog(_Draft(settings) if draft else releases(settings), engine)  # type: ignore[arg-type] # decisions read no more of a source than this


def _unrecorded(catalog: Catalog) -> Evaluate:
    return Evaluate(catalog, None, utc_now, uuid7, program())  # type: ignore[arg-type] # no record, no recording


def question(raw: bytes, *, profile: str | None = None, version: str | None = None) -> Question:
    """
    Read a request body as the API does.

    Args:
        raw: The JSON as it was sent.

        profile: Profile to use whatever the request says, or None.

        version: Release to use whatever the request says, or None.

    Returns:
        The question.

    Raises:
        PanelError: With every fault.
    """
    from service.web.requests import parse_question

    asked = parse_question(raw, utc_now)
    return replace(asked, profile=profile or asked.profile, version=version or asked.version)


def panel_of(file: Path) -> Question:
    """Read a file that holds a request, or an example with a request in it."""
    raw = file.read_bytes()
    try:
        held = json.loads(raw)
    except ValueError:
        return question(raw)
    example = held.get("request") if isinstance(held, dict) else None
    return question(raw if example is None else json.dumps(example).encode())


@dataclass(frozen=True, slots=True)
class PanelTable:
    """
    A table of patients, read row by row.

    Attributes:
        title, note: What it is, and what its counts mean.

        rows: How many rows it has.

        evaluate: Decides them.
    """

    title: str
    note: str
    rows: int
    evaluate: Evaluate
    _rows: Iterator[tuple[str, Question | tuple[Fault, ...]]]

    def __iter__(self) -> Iterator[tuple[str, Question | tuple[Fault, ...]]]:
        return self._rows


def table(
    settings: Settings, file: Path, mapping: Path, *, profile: str | None, version: str | None, draft: bool
) -> PanelTable:
    """
    Return the rows of a CSV file as questions.

    Args:
        settings: Of the installation.

        file: The table.

        mapping: How its columns become panels; it is read against the vocabulary of the release.

        profile: Profile to read them in, or None for the default one.

        version: Release to use, or None for the newest.

        draft: Whether to use the working copy instead of a release.

    Returns:
        The table.
    """
    from service.adapters.tables.csv_panels import count_rows, read_mapping, read_table

    catalog = _catalog(settings, draft=draft)
    read = read_mapping(mapping, catalog.choose(None, version).release.vocabulary)

    def rows() -> Iterator[tuple[str, Question | tuple[Fault, ...]]]:
        for row in read_table(file, read, utc_now()):
            yield (
                row.id,
                row.faults
                if row.panel is None
                else Question(row.panel, b"", version=version, profile=profile or DEFAULT_PROFILE),
            )

    return PanelTable(read.title, read.note, count_rows(file), _unrecorded(catalog), rows())


def serve(settings: Settings) -> None:
    """
    Run the service under gunicorn until a signal ends it.

    Every digest of every release is compared, the newest releases are loaded and
    the record is prepared first, so that what cannot be served is said at once, in
    one sentence.

    Args:
        settings: Of the installation.

    Raises:
        FerruleError: If the record or a release cannot be used.
    """
    from service.adapters.gunicorn_server import run
    from service.adapters.sql_record.migrate import migrate

    published = some_releases(settings)
    published.compare()
    newest = [published.load(ruleset, published.versions(ruleset)[-1]) for ruleset in published.rulesets()]
    migrate(settings.database_url)
    run(settings, _sample(published, newest[0]))


def _sample(published: ReleaseFolder, release: Release) -> str | None:
    """Return the request that the rule set names as its example, as JSON text."""
    examples = published.examples(release.ruleset.id, release.version)
    chosen = examples.get(str(release.ruleset.fields.get("example", "")))
    return json.dumps(chosen["request"]) if chosen else None
