"""
The guards of the adapter, each where the service has it.

`tests/contract/engine` shows which defect of durable-rules each guard is there for. Where the engine
has to misbehave, its C module is wrapped; where it may end the process, a child is started.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.adapters.durable_rules import compiler, limits, session
from service.adapters.durable_rules import engine as adapter
from service.adapters.durable_rules.compiler import Pattern, compile_advice, compile_release
from service.adapters.durable_rules.door import open_engine
from service.adapters.durable_rules.engine import DurableRulesEngine
from service.adapters.durable_rules.limits import (
    LARGEST,
    MAX_FIRST_CONDITIONS,
    MAX_PATTERNS,
    MAX_RULES,
    MAX_TESTS_ON_A_FACT,
    MAX_USES,
    SMALLEST,
    check_names,
    definition,
    number,
)
from service.adapters.durable_rules.session import Session
from service.adapters.knowledge.folder import KnowledgeFolder
from service.domain.errors import EngineError, EngineLimitError, EngineUnavailableError
from service.domain.facts import Facts
from service.domain.given import GivenPanel
from service.domain.inference import Inference
from service.domain.quantities import parse_quantity
from service.domain.release import Release
from service.domain.semantics import interpret
from tests.agreement import differences, facts_of
from tests.benchmarks.many import write_many
from tests.contract.engine.child import POISON
from tests.rule_sets import CITED, VOCABULARY, Plain, read
from tests.strategies import AS_OF, knowledge, with_results

ROOT = Path(__file__).parents[2]


# -- numbers ---------------------------------------------------------------------------------------


def margins() -> st.SearchStrategy[tuple[Fraction, int]]:
    """
    Draw the end of a margin: a distance of any size, or none with the side on which it lies.
    """
    digits = st.integers(-(10**20), 10**20).filter(bool)
    powers = st.integers(-500, 500)
    distances = st.builds(lambda digit, power: digit * Fraction(10) ** power, digits, powers)
    ties = st.sampled_from((-1, 1))
    return st.tuples(distances, st.just(0)) | st.tuples(st.just(Fraction(0)), ties)


class TestNumber:
    @given(margins())
    def test_any(self, margin: tuple[Fraction, int]):
        """
        A margin of any size is written without an exponent, inside the range that the engine
        reads, and with the sign it has; at zero that of the side it lies on.
        """
        distance, tie = margin

        text = number(distance, tie)

        assert set(text) <= set("-0123456789.")
        assert SMALLEST <= abs(float(text)) <= LARGEST
        assert (float(text) > 0) is (distance > 0 or tie > 0)

    @pytest.mark.parametrize(
        ("distance", "tie", "text"),
        [
            pytest.param(Fraction(-29), 0, "-29.0", id="what is in range is kept"),
            pytest.param(Fraction(1, 3), 0, "0.3333333333333333", id="a fraction is rounded"),
            pytest.param(Fraction(1, 10**5), 0, "0.0001", id="too small is made larger"),
            pytest.param(Fraction(-1, 10**400), 0, "-0.0001", id="smaller than any float"),
            pytest.param(Fraction(10**13), 0, "1000000000000.0", id="too large is made smaller"),
            pytest.param(Fraction(-(10**400)), 0, "-1000000000000.0", id="larger than any float"),
            pytest.param(Fraction(0), 1, "0.0001", id="zero above"),
            pytest.param(Fraction(0), -1, "-0.0001", id="zero below"),
        ],
    )
    def test_text(self, distance: Fraction, tie: int, text: str):
        """
        The number that the trace can show is the one that the engine was given.
        """
        assert number(distance, tie) == text


# -- names and limits ------------------------------------------------------------------------------


def rules_of(count: int, *patterns: Pattern) -> dict[str, tuple[Pattern, ...]]:
    """
    Return so many engine rules with these patterns.
    """
    return {f"r{index}": patterns for index in range(count)}


def fact(index: int) -> Pattern:
    """
    Return a pattern that needs one fact to exist.
    """
    return Pattern(f"f{index}", "")


class TestNames:
    def test_one_hash(self):
        """
        Two names that the engine could not tell apart are refused, and both are named.
        """
        with pytest.raises(EngineLimitError) as caught:
            check_names(["hemoglobin", "liquid", "costarring"])

        assert caught.value.where == "costarring and liquid"

    @pytest.mark.parametrize(
        "rules",
        [
            pytest.param({"r": (Pattern("liquid", ""), Pattern("costarring", ""))}, id="two facts"),
            pytest.param({"liquid": (fact(1),), "costarring": (fact(2),)}, id="two rules"),
            pytest.param({"liquid": (Pattern("costarring", ""),)}, id="a rule and a fact"),
            pytest.param({"warmup": (fact(1),)}, id="a rule with the name of the warm-up"),
            pytest.param({"r": (Pattern("sid", ""),)}, id="a fact with a name of the engine's own"),
        ],
    )
    def test_in_a_definition(self, rules: dict[str, tuple[Pattern, ...]]):
        """
        It does not matter which kinds of names collide: they reach one table of hashes.
        """
        with pytest.raises(EngineLimitError) as caught:
            definition(rules)

        assert caught.value.limit == "names with one hash"

    @pytest.mark.parametrize("name", ["", "a.b", "a-b", "a b", "größe", "$m", "a\x00"])
    def test_characters(self, name: str):
        """
        A name that the engine would read as something else is refused, and named.
        """
        with pytest.raises(EngineLimitError) as caught:
            check_names([name])

        assert caught.value.where == name

    def test_every_name_of_the_knowledge(self):
        """
        Facts carry names of our own making, whatever an author calls a thing.
        """
        release = knowledge()

        names = {name for part in (compile_release(release), compile_advice(release)) for name in part.facts.values()}
        assert {name[0] for name in names} <= set("mafkcp")
        assert all(name[1:].isdigit() for name in names)


class TestLimits:
    @pytest.mark.parametrize(
        ("rules", "limit", "found", "where"),
        [
            pytest.param(
                rules_of(MAX_RULES, *map(fact, range(2))), "engine rules", MAX_RULES + 1, f"r{MAX_RULES - 1}",
                id="rules, the warm-up included",
            ),
            pytest.param(
                {"long": tuple(map(fact, range(MAX_PATTERNS + 1)))},
                "conditions of an engine rule", MAX_PATTERNS + 1, "long",
                id="conditions of one rule",
            ),
            pytest.param(
                {"empty": ()}, "conditions of an engine rule", 0, "empty", id="no condition"
            ),
            pytest.param(
                {f"r{index}": (fact(index),) for index in range(MAX_FIRST_CONDITIONS)},
                "distinct facts", MAX_FIRST_CONDITIONS + 1,
                f"f{MAX_FIRST_CONDITIONS - 1} in r{MAX_FIRST_CONDITIONS - 1}",
                id="facts, that of the warm-up included",
            ),
            pytest.param(
                rules_of(MAX_USES + 1, Pattern("m7", "lo")),
                "uses of one condition", MAX_USES + 1, f"m7 in r{MAX_USES}",
                id="rules that share one condition",
            ),
            pytest.param(
                {f"r{n}": (Pattern("m7", f"end{n}"),) for n in range(MAX_TESTS_ON_A_FACT + 1)},
                "tests on one fact", MAX_TESTS_ON_A_FACT + 1, f"m7 in r{MAX_TESTS_ON_A_FACT}",
                id="tests on one fact",
            ),
        ],
    )  # fmt: skip
    def test_over(self, rules: dict[str, tuple[Pattern, ...]], limit: str, found: int, where: str):
        """
        What is over a limit is refused before the engine sees it, with the limit and, where there
        is one, the rule or condition that is over it.
        """
        with pytest.raises(EngineLimitError) as caught:
            definition(rules)

        assert (caught.value.limit, caught.value.found, caught.value.where) == (limit, found, where)
        assert where in str(caught.value)

    @pytest.mark.parametrize(
        "rules",
        [
            pytest.param(rules_of(MAX_USES, fact(1)), id="uses of one condition"),
            pytest.param({"r": tuple(map(fact, range(MAX_PATTERNS)))}, id="conditions of a rule"),
            pytest.param(
                {f"r{index}": (fact(index),) for index in range(MAX_FIRST_CONDITIONS - 1)},
                id="facts",
            ),
        ],
    )
    def test_at(self, rules: dict[str, tuple[Pattern, ...]]):
        """
        What is just inside a limit works: every rule fires once.
        """
        names = sorted({pattern.fact for patterns in rules.values() for pattern in patterns})
        fired: Counter[str] = Counter()
        one = Session(rules)
        one.run([is_there(name) for name in names], lambda name, _: fired.update([name]) or [], no_more)
        one.close()

        assert fired == dict.fromkeys(rules, 1)

    def test_most_rules(self):
        """
        As many rules as are allowed can be loaded, and the right one fires.
        """
        rules = {f"r{n}": (fact(n // 200), fact(100 + n // 20)) for n in range(MAX_RULES - 1)}
        fired: list[str] = []
        one = Session(rules)
        one.run([is_there("f6"), is_there("f160")], lambda name, _: fired.append(name) or [], no_more)
        one.close()

        assert sorted(fired) == sorted(f"r{n}" for n in range(1200, 1220))

    @pytest.mark.parametrize(
        "when",
        [
            pytest.param({"at least 3 of": ["one", "one", "one", "one"]}, id="branches of one rule"),
            pytest.param({"all": ["one"] * 12}, id="more branches than could ever be listed"),
        ],
    )
    def test_branches(self, when: dict[str, list[str]]):
        """
        A rule that needs too many engine rules is refused by its id, and at once: limits keyed by
        findings multiply.
        """
        began = time.monotonic()

        with pytest.raises(EngineLimitError) as caught:
            compile_release(read(many_branches(when)))

        assert (caught.value.limit, caught.value.where) == ("branches of a rule", "CON-001")
        assert time.monotonic() - began < 5

    def test_release(self, monkeypatch: pytest.MonkeyPatch):
        """
        A release that is over a limit is refused while it is loaded; the engine is not asked.
        """
        monkeypatch.setattr(session, "open_engine", lambda: pytest.fail("the engine was asked"))
        condition = {"all": [{"alpha": "below limit-0"}]}
        rules = [{"id": f"CON-{n:03}", "when": condition, "then": CLAIM} for n in range(MAX_USES + 1)]

        with pytest.raises(EngineLimitError) as caught:
            DurableRulesEngine(read({**ONE_LIMIT, "rules": rules}), probe=False)

        assert caught.value.limit == "uses of one condition"
        assert caught.value.where == f"margin limit-0 in CON-{MAX_USES:03}"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """
    The knowledge seven times over.
    """
    root = write_many(tmp_path_factory.mktemp("many"), 200)
    return KnowledgeFolder(root).release("microcytic-anemia", "draft", "")[0]


class TestManyRules:
    """Two hundred rules, as a rule set that grew has them."""

    def test_fits(self, many: Release):
        """
        They are inside every limit.
        """
        DurableRulesEngine(many).close()

        assert len(many.rules) >= 200

    @pytest.mark.parametrize(
        ("name", "limit"),
        [
            ("MAX_RULES", "engine rules"),
            ("MAX_FIRST_CONDITIONS", "distinct facts"),
            ("MAX_USES", "uses of one condition"),
            ("MAX_PATTERNS", "conditions of an engine rule"),
            ("MAX_TESTS_ON_A_FACT", "tests on one fact"),
        ],
    )
    def test_over(self, many: Release, monkeypatch: pytest.MonkeyPatch, name: str, limit: str):
        """
        Were a limit lower than what they need, they would be refused with the limit and one of the rules.
        """
        monkeypatch.setattr(limits, name, 1)

        with pytest.raises(EngineLimitError) as caught:
            DurableRulesEngine(many, probe=False)

        assert caught.value.limit == limit
        assert caught.value.where.rpartition(" ")[2] in {*many.rules, "scope", *many.vocabulary.findings}
        assert caught.value.where in str(caught.value)

    def test_branches(self, many: Release, monkeypatch: pytest.MonkeyPatch):
        """
        The same of a rule that needs too many branches.
        """
        monkeypatch.setattr(compiler, "MAX_BRANCHES", 1)

        with pytest.raises(EngineLimitError) as caught:
            DurableRulesEngine(many, probe=False)

        assert caught.value.limit == "branches of a rule"
        assert caught.value.where in many.rules


CLAIM = {"conclude": "answer", "certainty": "possible"}


def limit(*rows: dict[str, str], **choices: list[dict[str, str]]) -> Plain:
    """
    Write a limit of alpha, with one choice or several.
    """
    return {
        "title": "Limit",
        "of": "alpha",
        "unit": VOCABULARY["measures"]["alpha"]["unit"],
        "side": "low",
        "choices": {name: {**CITED, "rows": of} for name, of in (choices or {"usual": list(rows)}).items()},
    }


ONE_LIMIT: dict[str, Plain] = {
    "scope": {"all": [{"sex": "is female or male"}]},
    "closing": [],
    "thresholds": {"limit-0": limit({"below": "5"})},
    "profiles": {},
    "rules": [],
}


def many_branches(when: dict[str, list[str]]) -> dict[str, Plain]:
    """
    Write a rule about limits each of which is keyed by one of two findings.
    """
    ((word, members),) = when.items()
    choices = {
        finding: [{finding: "present", "below": "5"}, {finding: "absent", "below": "10"}]
        for finding in ("rings", "spots")
    }
    limits = {f"limit-{n}": limit(**choices) for n in range(len(members))}
    lines = [{"alpha": f"below {name}"} for name in limits]
    rule = {"id": "CON-001", "when": {word: lines}, "then": CLAIM}
    return {**ONE_LIMIT, "thresholds": limits, "rules": [rule]}


# -- sessions --------------------------------------------------------------------------------------


def is_there(name: str) -> str:
    """
    Write the fact that something is so.
    """
    return json.dumps({"id": name, "is": name})


def no_more() -> None:
    """
    End after the first round.
    """


RULES = {"both": (fact(1), fact(2)), "one": (fact(1),)}


def fired_by(one: Session, *facts: str) -> list[str]:
    """
    Run a session on facts and return the rules that fired, sorted.
    """
    fired: list[str] = []
    one.run(map(is_there, facts), lambda name, _: fired.append(name) or [], no_more)
    return sorted(fired)


class Wrapped:
    """
    The C module with some of its functions replaced, and every call counted.

    Args:
        replaced: Functions by name; each gets the real one and its arguments.
    """

    def __init__(self, **replaced: Callable[..., Any]) -> None:
        self.real: ModuleType = open_engine()
        self.replaced = replaced
        self.calls: Counter[str] = Counter()
        self.error = self.real.error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(self.real, name)

        def call(*arguments: Any) -> Any:
            self.calls[name] += 1
            replaced = self.replaced.get(name)
            return replaced(real, *arguments) if replaced else real(*arguments)

        return call


@pytest.fixture
def wrap(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Wrapped]:
    """
    Put a wrapped engine in the place of the engine.
    """

    def put(**replaced: Callable[..., Any]) -> Wrapped:
        wrapped = Wrapped(**replaced)
        monkeypatch.setattr(session, "open_engine", lambda: wrapped)
        return wrapped

    return put


def once(behave: Callable[..., Any], *, after: int = 0) -> Callable[..., Any]:
    """
    Behave so at one call and like the engine at all others.
    """
    calls = count()

    def called(real: Callable[..., Any], *arguments: Any) -> Any:
        return behave(real, *arguments) if next(calls) == after else real(*arguments)

    return called


def raising(error: BaseException) -> Callable[..., Any]:
    """
    Raise an error.
    """

    def fail(*_: Any) -> Any:
        raise error

    return fail


def answering(answer: Any) -> Callable[..., Any]:
    """
    Give an answer.
    """
    return lambda *_: answer


class TestSession:
    def test_fires(self):
        """
        Rules fire on the facts they name, and on nothing that an earlier run was told.
        """
        one = Session(RULES)

        assert fired_by(one, "f1") == ["one"]
        assert fired_by(one, "f2") == []
        assert fired_by(one, "f1", "f2") == ["both", "one"]
        assert fired_by(one) == []
        one.close()

    def test_chains(self):
        """
        What a firing concludes is seen in the same round, and what a round concludes in the next.
        """
        one = Session({"first": (fact(1),), "second": (fact(2),), "third": (fact(3),)})
        fired: list[tuple[str, list[str]]] = []
        rounds = iter([[is_there("f3")], [], None])

        def on_firing(name: str, ids: list[str]) -> list[str]:
            fired.append((name, ids))
            return [is_there("f2")] if name == "first" else []

        one.run([is_there("f1")], on_firing, lambda: next(rounds))
        one.close()

        assert fired == [("first", ["f1"]), ("second", ["f2"]), ("third", ["f3"])]

    def test_deletes_its_state(self, wrap: Callable[..., Wrapped]):
        """
        Whatever happens, what was told about a patient is deleted: after each run, after one in
        which nothing fired, after one that failed or was broken off.
        """
        engine = wrap()
        one = Session(RULES)
        fired_by(one, "f1")
        fired_by(one, "f9")
        fired_by(one)
        with pytest.raises(EngineError):
            one.run([is_there("f1")], raising(EngineError("a callback failed")), no_more)
        with pytest.raises(KeyboardInterrupt):
            one.run([is_there("f1")], raising(KeyboardInterrupt()), no_more)
        # The engine was made anew once, after the first failure; each warm-up has a state too.
        warm_ups, told = 2, 4

        assert engine.calls["create_ruleset"] == warm_ups
        assert engine.calls["delete_state"] == warm_ups + told
        assert fired_by(one, "f2") == []
        one.close()
        assert engine.calls["create_ruleset"] == engine.calls["delete_ruleset"]

    def test_told_twice(self):
        """
        A fact that is told twice is a mistake of ours and fails the run; the next one works.
        """
        one = Session(RULES)

        with pytest.raises(EngineError, match="asserted twice"):
            one.run([is_there("f1"), is_there("f1")], answering([]), no_more)
        with pytest.raises(EngineError, match="asserted twice"):
            one.run([is_there("f1")], lambda *_: [is_there("f1")], no_more)
        assert fired_by(one, "f1") == ["one"]
        one.close()

    def test_after_close(self, wrap: Callable[..., Wrapped]):
        """
        A run that still holds a closed session is answered, and leaves nothing behind.
        """
        engine = wrap()
        one = Session(RULES)
        one.close()

        assert fired_by(one, "f1") == ["one"]
        assert engine.calls["create_ruleset"] == engine.calls["delete_ruleset"] == 1

    def test_warm_up_fails(self, wrap: Callable[..., Wrapped]):
        """
        A ruleset whose warm-up does not fire is not used, and is freed.
        """
        engine = wrap(start_action_for_state=once(answering(None)))
        one = Session(RULES)

        with pytest.raises(EngineError, match="warm-up"):
            fired_by(one, "f1")
        assert engine.calls["create_ruleset"] == engine.calls["delete_ruleset"] == 1
        assert fired_by(one, "f1") == ["one"]
        one.close()


# -- the whole adapter -----------------------------------------------------------------------------


def panel(**texts: str) -> GivenPanel:
    """
    Write a panel of a woman of 34.
    """
    return with_results(
        GivenPanel(
            AS_OF,
            {"sex": ("female", ""), "pregnancy": ("not-pregnant", "")},
            {"age": (parse_quantity("34 a"), "")},
        ),
        {name.replace("_", "-"): text for name, text in texts.items()},
    )


ANEMIC = {"hemoglobin": "91 g/L", "mcv": "70 fL", "ferritin": "8 ug/L", "crp": "1 mg/L"}
PANELS = {
    "anemic": panel(**ANEMIC),
    "not anemic": panel(hemoglobin="140 g/L", mcv="90 fL", ferritin="120 ug/L"),
    "inflamed": panel(hemoglobin="100 g/L", mcv="85 fL", ferritin="300 ug/L", crp="40 mg/L"),
    "nothing known": GivenPanel(AS_OF),
}


def facts(name: str) -> Facts:
    """
    Resolve one of the panels.
    """
    return facts_of(knowledge(), "default", PANELS[name])


@pytest.fixture(scope="module")
def engine() -> Iterator[DurableRulesEngine]:
    """
    An engine with the knowledge.
    """
    one = DurableRulesEngine(knowledge(), probe=False)
    yield one
    one.close()


@pytest.fixture(scope="module")
def right(engine: DurableRulesEngine) -> dict[str, Inference]:
    """
    What the engine answers about each of the panels when nothing goes wrong.
    """
    answers = {name: engine.infer(facts(name)) for name in PANELS}
    for name, answer in answers.items():
        assert differences(knowledge(), answer, interpret(knowledge(), facts(name))) == []
    assert {"ANE-010", "IRN-110", "IDA-010"} <= answers["anemic"].fired.keys()
    return answers


FAILURES = [
    pytest.param("create_ruleset", raising(MemoryError()), id="no memory for the rules"),
    pytest.param("assert_facts", raising(MemoryError()), id="no memory for the facts"),
    pytest.param("assert_facts", answering((2, 0)), id="a fact counts as known"),
    pytest.param("assert_facts", answering(None), id="no answer to facts"),
    pytest.param("assert_facts", raising(OverflowError()), id="an error that no one expects"),
    pytest.param("assert_fact", raising(SystemError()), id="an error at the first fact"),
    pytest.param("complete_and_start_action", raising(MemoryError()), id="no memory to go on"),
    pytest.param("complete_and_start_action", answering("{"), id="an answer that is no JSON"),
    pytest.param("complete_and_start_action", answering("[1]"), id="an answer that is a list"),
    pytest.param("complete_and_start_action", answering("{}"), id="an answer without a rule"),
    pytest.param("complete_and_start_action", answering('{"a": {}, "b": {}}'), id="two rules in one answer"),
    pytest.param(
        "complete_and_start_action",
        answering('{"fires_XYZ_999_1": {"p0": {"id": "m0"}}}'),
        id="a rule that was never given",
    ),
    pytest.param(
        "complete_and_start_action",
        answering('{"fires_ANE_010_1": {"p0": {"id": "m999"}}}'),
        id="a fact that was never given",
    ),
    pytest.param(
        "complete_and_start_action",
        answering('{"fires_ANE_010_1": {"p0": {"code": "m0"}}}'),
        id="a fact without an id",
    ),
    pytest.param(
        "complete_and_start_action",
        answering('{"fires_ANE_010_1": [7]}'),
        id="facts that are none",
    ),
    pytest.param("start_action_for_state", answering(7), id="a start that is none"),
]


class TestEngine:
    @pytest.mark.parametrize(("function", "behave"), FAILURES)
    def test_fails(
        self,
        wrap: Callable[..., Wrapped],
        right: dict[str, Inference],
        function: str,
        behave: Callable[..., Any],
    ):
        """
        When the engine fails or names what it was never given, there is no answer but an error of
        ours; the engine is made anew, and the next panel is answered as if nothing had been.
        """
        # At its first call each of these works for the warm-up.
        warm = {"start_action_for_state": 1, "complete_and_start_action": 2}.get(function, 0)
        wrapped = wrap(**{function: once(behave, after=warm)})
        one = DurableRulesEngine(knowledge(), probe=False)

        with pytest.raises(EngineError):
            one.infer(facts("anemic"))

        assert one.infer(facts("inflamed")) == right["inflamed"]
        assert one.infer(facts("anemic")) == right["anemic"]
        one.close()
        created = wrapped.calls["create_ruleset"] - (function == "create_ruleset")
        assert wrapped.calls["delete_ruleset"] == created

    def test_error_of_the_engine(self, wrap: Callable[..., Wrapped], right: dict[str, Inference]):
        """
        The engine's own errors are reported with what it said, and without the facts.
        """
        error = open_engine().error("Assert facts failed, error code 303")
        wrap(assert_facts=once(raising(error)))
        one = DurableRulesEngine(knowledge(), probe=False)

        with pytest.raises(EngineError) as caught:
            one.infer(facts("anemic"))

        assert str(caught.value) == ("durable-rules failed: error Assert facts failed, error code 303")
        assert one.infer(facts("anemic")) == right["anemic"]
        one.close()

    def test_never_stops(self, wrap: Callable[..., Wrapped], right: dict[str, Inference]):
        """
        An engine that fires one rule for ever is stopped.
        """
        stuck: list[str] = []

        def remember(real: Callable[..., Any], *arguments: Any) -> Any:
            started = real(*arguments)
            if started and "warmup" not in started[1]:
                stuck.append(started[1])
            return started

        def go_on(real: Callable[..., Any], *arguments: Any) -> Any:
            return stuck[0] if stuck else real(*arguments)

        wrap(start_action_for_state=once(remember, after=1), complete_and_start_action=go_on)
        one = DurableRulesEngine(knowledge(), probe=False)

        with pytest.raises(EngineError, match="more firings than rules"):
            one.infer(facts("anemic"))

        stuck.clear()
        assert one.infer(facts("anemic")) == right["anemic"]
        one.close()

    def test_facts_are_ours(self, wrap: Callable[..., Wrapped]):
        """
        What reaches the engine are flat facts of the few shapes that it reads correctly, whatever
        the panel says.
        """
        told: list[dict[str, Any]] = []
        ids: list[tuple[int, str]] = []

        def listen(real: Callable[..., Any], handle: int, text: str) -> Any:
            said = json.loads(text) if text.startswith("[") else [json.loads(text)]
            told.extend(said)
            ids.extend((handle, single["id"]) for single in said)
            return real(handle, text)

        wrap(assert_facts=listen, assert_fact=listen)
        one = DurableRulesEngine(knowledge(), probe=False)
        one.infer(facts("anemic"))
        one.close()

        shapes = {tuple(sorted(single)) for single in told}
        assert shapes == {("id", "is"), ("code", "hi", "id", "lo")}
        ends = [single[end] for single in told for end in ("lo", "hi") if end in single]
        assert {type(end) for end in ends} == {float}
        assert all(SMALLEST <= abs(end) <= LARGEST for end in ends)
        assert len(set(ids)) == len(ids)
        assert len({handle for handle, _ in ids}) > 1

    def test_threads(self, engine: DurableRulesEngine, right: dict[str, Inference]):
        """
        Eight threads that ask one engine about different patients each get their own answers.
        """
        asked = {name: facts(name) for name in PANELS}
        wrong: list[str] = []

        def ask(start: int) -> None:
            names = list(PANELS)
            for turn in range(60):
                name = names[(start + turn) % len(names)]
                if engine.infer(asked[name]) != right[name]:
                    wrong.append(name)

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert wrong == []


def in_a_child(script: str, *, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """
    Run a script with the service at hand, and with fresh memory full of garbage.
    """
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | POISON | (environment or {}),
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


class TestProcess:
    def test_nothing_fires(self):
        """
        A thousand panels about which no rule fires, one that fires, and one without any fact leave
        the process alive: each time the state is deleted that no rule ever fired in.
        """
        ended = in_a_child(
            "from tests.contract.test_durable_adapter import PANELS, ONE_LIMIT, CLAIM, facts\n"
            "from tests.agreement import facts_of\n"
            "from tests.rule_sets import read\n"
            "from tests.strategies import knowledge\n"
            "from service.adapters.durable_rules.engine import DurableRulesEngine\n"
            "engine = DurableRulesEngine(knowledge(), probe=False)\n"
            "nothing = facts('nothing known')\n"
            "for _ in range(1000):\n"
            "    assert engine.infer(nothing).fired == {}\n"
            "assert engine.infer(facts('anemic')).fired\n"
            "engine.close()\n"
            "release = read({**ONE_LIMIT, 'rules': [{'id': 'CON-001', 'then': CLAIM,\n"
            "    'when': {'all': [{'alpha': 'below limit-0'}]}}]})\n"
            "engine = DurableRulesEngine(release, probe=False)\n"
            "nothing = facts_of(release, 'plain', PANELS['nothing known'])\n"
            "for _ in range(1000):\n"
            "    assert engine.infer(nothing).fired == {}\n"
            "engine.close()\n"
            "print('alive')\n"
        )

        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "alive\n", "")


# -- the door and the probe ------------------------------------------------------------------------


def fake_engine(folder: Path, source: str) -> dict[str, str]:
    """
    Put a module in the place of the engine's, and return the environment in which it is found.
    """
    (folder / "durable_rules_engine.py").write_text(source)
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


class TestDoor:
    @pytest.mark.parametrize(
        ("source", "why"),
        [
            pytest.param(
                "raise ImportError('engine.so: undefined symbol: PyEval_CallObject')",
                "was built without the flag that this Python needs",
                id="built without the flag",
            ),
            pytest.param(
                "raise ImportError(\"No module named 'durable_rules_engine'\")",
                "durable-rules is not installed",
                id="not installed",
            ),
        ],
    )
    def test_remedy(self, tmp_path: Path, source: str, why: str):
        """
        Without an engine that can be imported, one sentence says why and names the remedy.
        """
        ended = in_a_child(
            "from service.adapters.durable_rules.door import open_engine\nopen_engine()",
            environment=fake_engine(tmp_path, source),
        )

        *_, sentence = ended.stderr.splitlines()
        assert sentence.startswith(f"{EngineUnavailableError.__module__}.EngineUnavailableError: ")
        assert why in sentence
        assert "make install" in sentence
        assert "CPPFLAGS='-DPyEval_CallObject=PyObject_CallObject' pip install" in sentence

    def test_host_is_not_imported(self):
        """
        To infer, the package's own Host is never imported: it starts threads when it is.
        """
        ended = in_a_child(
            "import sys\n"
            "from tests.contract.test_durable_adapter import facts\n"
            "from tests.strategies import knowledge\n"
            "from service.adapters.durable_rules.engine import DurableRulesEngine\n"
            "DurableRulesEngine(knowledge(), probe=False).infer(facts('anemic'))\n"
            "print([name for name in sys.modules if name.split('.')[0] == 'durable'])\n"
        )

        assert ended.stdout == "[]\n", ended.stderr


class TestProbe:
    def test_good_release(self):
        """
        A release that the engine can take is taken.
        """
        one = DurableRulesEngine(knowledge())

        assert one.infer(facts("anemic")).scope is True
        one.close()

    def test_hang(self, monkeypatch: pytest.MonkeyPatch):
        """
        Rules that the engine would never finish loading are refused after a time, with the limit;
        without the probe the service itself would hang.
        """
        monkeypatch.setattr(adapter, "COMPILE_SECONDS", 2)
        rules = {f"r{n}": {"all": [{"p": {"is": f"f{n}"}}]} for n in range(513)}

        with pytest.raises(EngineLimitError) as caught:
            adapter._probe(json.dumps(rules))

        assert caught.value.limit == "seconds to compile"

    def test_child_is_ended(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
        """
        The child that hangs does not outlive the refusal.
        """
        source = (
            "import os, pathlib, time\n"
            "def create_ruleset(name, text):\n"
            f"    pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(os.getpid()))\n"
            "    time.sleep(60)\n"
        )
        for name, value in fake_engine(tmp_path, source).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(adapter, "COMPILE_SECONDS", 5)

        with pytest.raises(EngineLimitError):
            adapter._probe("{}")

        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "pid").read_text()), 0)

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            pytest.param("os.kill(os.getpid(), 11)", "exit -11", id="a crash"),
            pytest.param("os._exit(3)", "exit 3", id="an exit"),
            pytest.param("raise ValueError('error 105')", "ValueError: error 105", id="an error"),
        ],
    )
    def test_failure(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str, why: str):
        """
        A child that crashes or fails while it loads the rules is the end of the release, not of the
        service, and the reason is given.
        """
        source = f"import os\ndef create_ruleset(name, text):\n    {body}\n"
        for name, value in fake_engine(tmp_path, source).items():
            monkeypatch.setenv(name, value)

        with pytest.raises(EngineError) as caught:
            DurableRulesEngine(knowledge())

        assert str(caught.value) == f"durable-rules cannot compile this release: {why}"
