"""
The engine and the reference semantics, asked about the same random patients.

``python -m tests.agreement [PANELS] [--rule-sets N] [--only KIND] [--seed SEED]`` asks both about so many panels of the
knowledge, and about as many of random rule sets, in two processes: of many rule sets a few panels each, or
of N of them an equal share. Of each panel a second one is drawn that says more, which must take nothing back.
It prints what it saw and ends with 0 when there was no difference. ``tests/contract/test_agreement.py`` does
the same at a size for every day.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import count
from multiprocessing import get_context
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from service.adapters.durable_rules.engine import DurableRulesEngine
from service.domain.errors import EngineError, EngineLimitError, PanelError
from service.domain.facts import Facts, resolve
from service.domain.given import GivenPanel
from service.domain.inference import Inference
from service.domain.intake import take_in
from service.domain.release import Release
from service.domain.rules import Verb
from service.domain.semantics import ContradictionError, Meaning, Outcome, interpret
from tests.rule_sets import read, rule_sets
from tests.strategies import additions, knowledge, panels

PROCESSES = 2
PANELS_OF_A_PROFILE = 5
# Hypothesis remembers what it drew, and slows down with it.
MOST_EXAMPLES = 500
# After so many panels a process tells how far it came.
PANELS_OF_A_JOB = 5_000
SETS_DRAWN = 12
KINDS = {"knowledge": False, "rule-sets": True}


class Comparison(NamedTuple):
    """
    What the two answered about one panel.

    Attributes:
        differences: One sentence each; none where they agree.

        seen: How often each outcome, state and certainty occurred.
    """

    differences: list[str]
    seen: Counter[str]


def facts_of(release: Release, profile: str, panel: GivenPanel) -> Facts:
    """
    Return what both are given of a panel.
    """
    chosen = release.profiles[profile]
    return resolve(release, chosen, take_in(release, chosen, panel))


def compare(release: Release, engine: DurableRulesEngine, facts: Facts) -> Comparison:
    """
    Ask both about one panel.
    """
    try:
        meaning = interpret(release, facts)
    except ContradictionError:
        return Comparison(_refusal_missing(engine, facts), Counter({"a contradiction": 1}))
    inference = engine.infer(facts)
    return Comparison(differences(release, inference, meaning), _seen(meaning))


def _refusal_missing(engine: DurableRulesEngine, facts: Facts) -> list[str]:
    try:
        engine.infer(facts)
    except EngineError as error:
        if "confirmed and excluded" in str(error):
            return []
        return [f"the semantics sees a contradiction, the engine fails: {error}"]
    return ["the semantics sees a contradiction, the engine none"]


def differences(release: Release, inference: Inference, meaning: Meaning) -> list[str]:
    """
    Return in which rules, findings and conclusions the two answers differ.

    Every rule is compared that can be: fired is fired in both, and a rule on which the closing of a
    finding hangs is refuted in the engine exactly when the semantics says that it did not fire.
    """
    outcomes = meaning.outcomes
    fired = {rule for rule, outcome in outcomes.items() if outcome is Outcome.FIRED}
    closing = {
        rule.id
        for name, finding in release.vocabulary.findings.items()
        if finding.closes
        for rule in release.giving.get(name, ())
        if rule.then.verb is Verb.ESTABLISH
    }
    not_fired = {rule for rule in closing if outcomes[rule] is Outcome.NOT_FIRED}
    refuted = {rule for rule in inference.refuted if outcomes[rule] is not Outcome.OTHER_PROFILE}
    pairs = [
        ("rules", set(outcomes), set(release.rules) - {rule.id for rule in release.doubts}),
        ("fired", set(inference.fired), fired),
        ("refuted", refuted, not_fired),
        ("states", inference.states, meaning.states),
        ("verdicts", inference.verdicts, meaning.verdicts),
        ("scope", inference.scope, meaning.scope),
    ]
    return [f"{what}: {one} and {other}" for what, one, other in pairs if one != other]


def _seen(meaning: Meaning) -> Counter[str]:
    words = [outcome.value for outcome in meaning.outcomes.values()]
    words += [f"findings {state.value}" for state in meaning.states.values()]
    for verdict in meaning.verdicts.values():
        words.append("contested" if verdict.contested else verdict.certainty.value)
    words.append({True: "in scope", False: "out of scope", None: "scope unknown"}[meaning.scope])
    return Counter(words)


# -- the command -----------------------------------------------------------------------------------


class Job(NamedTuple):
    """
    What one process is to do at a time.

    Attributes:
        random_rules: Whether panels are of random rule sets, or of the knowledge.

        panels: How many.

        rule_sets: Of how many random rule sets; 0 for as many as `PANELS_OF_A_PROFILE` makes them.

        seed: Draws the same again.
    """

    random_rules: bool
    panels: int
    rule_sets: int
    seed: int


class Report(NamedTuple):
    """
    What one process did.

    Attributes:
        seen: How often each outcome occurred, and how many panels and rule sets there were.

        failure: The first difference with the panel that shows it, or empty.
    """

    seen: Counter[str]
    failure: str


def work(job: Job) -> Report:
    """
    Do a job, and stop at the first difference.
    """
    seen: Counter[str] = Counter()
    try:
        if job.rule_sets:
            _work_through(job, seen)
        else:
            _work(job, seen)
    except Exception as error:  # noqa: BLE001 - whatever it is, the command reports it
        notes = getattr(error, "__notes__", ())
        return Report(seen, "\n".join((f"seed {job.seed}: {type(error).__name__}: {error}", *notes)))
    return Report(seen, "")


def _work(job: Job, seen: Counter[str]) -> None:
    panels_of_a_set = 2 * PANELS_OF_A_PROFILE if job.random_rules else 1
    for number in count():
        missing = -(-(job.panels - seen["panels"]) // panels_of_a_set)
        if missing <= 0:
            break
        ask = asks_about_random_rules(seen) if job.random_rules else asks_about_knowledge(seen)
        _draw(ask, min(missing, MOST_EXAMPLES), job.seed + number)


def _work_through(job: Job, seen: Counter[str]) -> None:
    """
    Ask about an equal share of the panels of each of so many random rule sets.
    """
    for number in range(job.rule_sets):
        drawn, engine, release = _one_rule_set(job.seed + number, seen)
        seen["rule sets"] += 1
        wanted = seen["panels"] + -(-job.panels // job.rule_sets)
        try:
            for part in count():
                if seen["panels"] >= wanted:
                    break
                ask = _asks_about(release, engine, seen)
                _draw(ask, min(wanted - seen["panels"], MOST_EXAMPLES), job.seed + number + 1000 * part)
        except Exception as error:
            error.add_note(f"the rule set: {json.dumps(drawn)}")
            raise
        finally:
            engine.close()


def _one_rule_set(start: int, seen: Counter[str]) -> tuple[dict[str, Any], DurableRulesEngine, Release]:
    """
    Draw rule sets, the last of some since the first are plain, until one is inside the limits of the engine.
    """
    for again in count():
        several = _drawn(start + 10**4 * again)
        for drawn in reversed(several):
            release = read(drawn)
            engine = _engine_of(release)
            if engine is not None:
                return drawn, engine, release
            seen["rule sets over a limit"] += 1
    raise AssertionError


def _drawn(start: int) -> list[dict[str, Any]]:
    several: list[dict[str, Any]] = []

    @given(rule_sets())
    def keep(drawn: dict[str, Any]) -> None:
        several.append(drawn)

    _draw(keep, SETS_DRAWN, start)
    return several


def _engine_of(release: Release) -> DurableRulesEngine | None:
    """
    Return an engine, or None where the release is refused with the limit and the rule that is over it.
    """
    try:
        return DurableRulesEngine(release, probe=False)
    except EngineLimitError as error:
        if error.where.rpartition(" ")[2] not in {"scope", *release.rules, *release.vocabulary.findings}:
            message = f"no rule is named: {error}"
            raise AssertionError(message) from error
        return None


def _draw(ask: Callable[[], None], examples: int, start: int) -> None:
    drawing = settings(
        max_examples=examples,
        phases=(Phase.generate, Phase.shrink),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    seed(start)(drawing(ask))()


def asks_about_knowledge(seen: Counter[str]) -> Callable[[], None]:
    """
    Return a test that asks both about panels of the knowledge, and counts what it saw.
    """
    release = knowledge()
    return _asks_about(release, DurableRulesEngine(release, probe=False), seen)


def _asks_about(release: Release, engine: DurableRulesEngine, seen: Counter[str]) -> Callable[[], None]:
    """
    Return a test that asks both about panels of one rule set.
    """

    @given(panels(release), st.sampled_from(sorted(release.profiles)), st.data())
    def ask(panel: GivenPanel, profile: str, data: st.DataObject) -> None:
        _ask(release, engine, profile, panel, seen)
        _ask_more(release, profile, panel, data.draw(additions(release, panel)), seen)

    return ask


def asks_about_random_rules(seen: Counter[str]) -> Callable[[], None]:
    """
    Return a test that asks both about panels of random rule sets, and counts what it saw.
    """

    @given(st.data())
    def ask(data: st.DataObject) -> None:
        release = read(data.draw(rule_sets()))
        engine = _engine_of(release)
        if engine is None:
            seen["rule sets over a limit"] += 1
            return
        seen["rule sets"] += 1
        try:
            for profile in release.profiles:
                for _ in range(PANELS_OF_A_PROFILE):
                    panel = data.draw(panels(release))
                    _ask(release, engine, profile, panel, seen)
                    _ask_more(release, profile, panel, data.draw(additions(release, panel)), seen)
        finally:
            engine.close()

    return ask


def _ask(
    release: Release,
    engine: DurableRulesEngine,
    profile: str,
    panel: GivenPanel,
    seen: Counter[str],
) -> None:
    found = compare(release, engine, facts_of(release, profile, panel))
    seen["panels"] += 1
    seen.update(found.seen)
    assert not found.differences, found.differences


def _ask_more(release: Release, profile: str, panel: GivenPanel, more: GivenPanel, seen: Counter[str]) -> None:
    """
    Compare what a panel means with what one means that says more.
    """
    # What is merely more is said where it is tested every day.
    from tests.contract.test_agreement import taken_back, why_not_merely_more

    chosen = release.profiles[profile]
    told = []
    for said in (panel, more):
        try:
            taken = take_in(release, chosen, said)
            facts = resolve(release, chosen, taken)
            told.append((taken, facts, interpret(release, facts)))
        except (PanelError, ContradictionError):
            return
    before, after = told
    if why_not_merely_more(before, after):
        return
    seen["panels with more said"] += 1
    back = taken_back(release, before[2], after[2])
    assert not back, back
    for name, possible in before[0].attributes.items():
        assert after[0].attributes[name].values <= possible.values, name


WORDS = (
    *(outcome.value for outcome in Outcome),
    "findings present",
    "findings absent",
    "findings unknown",
    "findings conflicting",
    "confirmed",
    "likely",
    "possible",
    "unlikely",
    "excluded",
    "contested",
    "a contradiction",
    "in scope",
    "out of scope",
    "scope unknown",
    "panels with more said",
)


def main(arguments: list[str]) -> int:
    """
    Ask, print, and return 0 when there was no difference.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.agreement", description=__doc__)
    parser.add_argument("panels", nargs="?", type=int, default=20_000, help="of each kind")
    parser.add_argument("--rule-sets", type=int, default=0, help="share the random panels among so many rule sets")
    parser.add_argument("--only", choices=KINDS, help="ask about one kind alone: the knowledge, or random rule sets")
    parser.add_argument("--seed", type=int, default=None, help="draws the same panels again")
    given_words = parser.parse_args(arguments)
    start = secrets.randbelow(10**6) if given_words.seed is None else given_words.seed
    print(f"{given_words.panels} panels of each kind, seed {start}", flush=True)
    failed = False
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for kind, random_rules in KINDS.items():
            if given_words.only not in {None, kind}:
                continue
            began = time.perf_counter()
            asked = jobs(random_rules=random_rules, panels=given_words.panels, sets=given_words.rule_sets, start=start)
            reports = []
            for done in as_completed([pool.submit(work, job) for job in asked]):
                reports.append(done.result())
                _progress(reports, len(asked), time.perf_counter() - began)
            failed |= _tell(random_rules, reports, time.perf_counter() - began)
    return 1 if failed else 0


def jobs(*, random_rules: bool, panels: int, sets: int, start: int) -> list[Job]:
    """
    Share panels, or rule sets with their panels, among jobs of a size after which progress is worth telling.
    """
    share = min(PANELS_OF_A_JOB, -(-panels // PROCESSES))
    number = -(-panels // share)
    if not random_rules or not sets:
        return [Job(random_rules, share, 0, start + 10**6 * n) for n in range(number)]
    number = min(sets, number)
    counts = [sets // number + (n < sets % number) for n in range(number)]
    return [Job(True, -(-panels * mine // sets), mine, start + 10**6 * n) for n, mine in enumerate(counts)]


def _progress(reports: list[Report], of: int, seconds: float) -> None:
    seen = sum((report.seen for report in reports), Counter())
    if len(reports) < of:
        rate = seen["panels"] / seconds
        print(f"    {len(reports)} of {of} parts, {seen['panels']} panels, {rate:.0f} panels/s", flush=True)


def _tell(random_rules: bool, reports: list[Report], seconds: float) -> bool:
    seen = sum((report.seen for report in reports), Counter())
    failures = [report.failure for report in reports if report.failure]
    what = f"{seen['rule sets']} random rule sets" if random_rules else _name(knowledge())
    verdict = f"{len(failures)} of {len(reports)} parts stopped at a difference" if failures else "no difference"
    print(f"{seen['panels']} panels of {what}: {verdict}, {seen['panels'] / seconds:.0f} panels/s")
    if random_rules:
        print(f"    {seen['rule sets over a limit']} more rule sets were over a limit of the engine")
    print(f"    {', '.join(f'{seen[word]} {word}' for word in WORDS)}")
    for failure in failures:
        print(failure)
    sys.stdout.flush()
    return bool(failures)


def _name(release: Release) -> str:
    return f"{release.ruleset.id} ({len(release.rules)} rules, {len(release.profiles)} profiles)"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
