"""
The engine and the reference semantics, asked about the same random patients.

``python -m tests.agreement [PANELS] [--seed SEED]`` asks both about so many panels of the knowledge,
and about as many of random rule sets, in two processes. It prints what it saw and ends with 0 when
the two never differed. ``tests/contract/test_agreement.py`` does the same at a size for every day.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from service.adapters.durable_rules.engine import DurableRulesEngine
from service.domain.errors import EngineError, EngineLimitError
from service.domain.facts import Facts, resolve
from service.domain.inference import Inference
from service.domain.intake import take_in
from service.domain.panel import GivenPanel
from service.domain.release import Release
from service.domain.rules import Verb
from service.domain.semantics import ContradictionError, Meaning, Outcome, interpret
from tests.rule_sets import read, rule_sets
from tests.strategies import knowledge, panels

PROCESSES = 2
PANELS_OF_A_PROFILE = 5
# Hypothesis remembers what it drew, and slows down with it.
MOST_EXAMPLES = 500


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
    What one process is to do: so many panels, of random rule sets or of the knowledge.
    """

    random_rules: bool
    panels: int
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
    panels_of_a_set = 2 * PANELS_OF_A_PROFILE if job.random_rules else 1
    try:
        for number in count():
            missing = -(-(job.panels - seen["panels"]) // panels_of_a_set)
            if missing <= 0:
                break
            drawing = settings(
                max_examples=min(missing, MOST_EXAMPLES),
                phases=(Phase.generate, Phase.shrink),
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            ask = asks_about_random_rules(seen) if job.random_rules else asks_about_knowledge(seen)
            seed(job.seed + number)(drawing(ask))()
    except Exception as error:  # noqa: BLE001 - whatever it is, the command reports it
        notes = getattr(error, "__notes__", ())
        return Report(seen, "\n".join((f"{type(error).__name__}: {error}", *notes)))
    return Report(seen, "")


def asks_about_knowledge(seen: Counter[str]) -> Callable[[], None]:
    """
    Return a test that asks both about panels of the knowledge, and counts what it saw.
    """
    release = knowledge()
    engine = DurableRulesEngine(release, probe=False)

    @given(panels(release), st.sampled_from(sorted(release.profiles)))
    def ask(panel: GivenPanel, profile: str) -> None:
        _ask(release, engine, profile, panel, seen)

    return ask


def asks_about_random_rules(seen: Counter[str]) -> Callable[[], None]:
    """
    Return a test that asks both about panels of random rule sets, and counts what it saw.
    """

    @given(st.data())
    def ask(data: st.DataObject) -> None:
        release = read(data.draw(rule_sets()))
        try:
            engine = DurableRulesEngine(release, probe=False)
        except EngineLimitError:
            seen["rule sets over a limit"] += 1
            return
        seen["rule sets"] += 1
        try:
            for profile in release.profiles:
                for _ in range(PANELS_OF_A_PROFILE):
                    _ask(release, engine, profile, data.draw(panels(release)), seen)
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
)


def main(arguments: list[str]) -> int:
    """
    Ask, print, and return 0 when there was no difference.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.agreement", description=__doc__)
    parser.add_argument("panels", nargs="?", type=int, default=20_000, help="of each kind")
    parser.add_argument("--seed", type=int, default=None, help="draws the same panels again")
    given_words = parser.parse_args(arguments)
    start = secrets.randbelow(10**6) if given_words.seed is None else given_words.seed
    print(f"{given_words.panels} panels of each kind, seed {start}", flush=True)
    failed = False
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for random_rules in (False, True):
            share = -(-given_words.panels // PROCESSES)
            jobs = [Job(random_rules, share, start + 10**6 * n) for n in range(PROCESSES)]
            began = time.perf_counter()
            reports = list(pool.map(work, jobs))
            failed |= _tell(random_rules, reports, time.perf_counter() - began)
    return 1 if failed else 0


def _tell(random_rules: bool, reports: list[Report], seconds: float) -> bool:
    seen = sum((report.seen for report in reports), Counter())
    failures = [report.failure for report in reports if report.failure]
    what = f"{seen['rule sets']} random rule sets" if random_rules else _name(knowledge())
    verdict = f"{len(failures)} of {len(reports)} processes stopped at a difference" if failures else "no difference"
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
