"""
The engine and the reference semantics, and what both must keep to.

Panels and rule sets are random. `python -m tests.agreement` asks about many more of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from service.adapters.durable_rules.engine import DurableRulesEngine
from service.domain.agreement import differences as differences_found_by_the_service
from service.domain.derivations import Change, CountOf, DaysSince
from service.domain.errors import EngineLimitError, KnowledgeError, PanelError
from service.domain.facts import Facts, resolve
from service.domain.given import GivenPanel, GivenResult
from service.domain.intake import take_in
from service.domain.intervals import Interval
from service.domain.measures import AGE, Measure
from service.domain.panel import Origin, Panel
from service.domain.quantities import Quantity, parse_quantity
from service.domain.release import Release
from service.domain.rules import Verb
from service.domain.scales import State
from service.domain.semantics import ContradictionError, Meaning, Outcome, interpret
from tests.agreement import (
    WORDS,
    asks_about_knowledge,
    asks_about_random_rules,
    differences,
    facts_of,
)
from tests.oracle import Oracle, change
from tests.rule_sets import CITED, PROFILES, VOCABULARY, Plain, read, rule_sets
from tests.strategies import (
    AS_OF,
    additions,
    examples,
    knowledge,
    landmarks,
    panels,
    quantity,
)

KNOWLEDGE = knowledge()
OF_KNOWLEDGE = (panels(KNOWLEDGE), st.sampled_from(sorted(KNOWLEDGE.profiles)))


def decided(release: Release, profile: str, panel: GivenPanel) -> tuple[Panel, Facts, Meaning]:
    """
    Take in a panel and say what it means, or draw another where it contradicts itself.
    """
    chosen = release.profiles[profile]
    taken = take_in(release, chosen, panel)
    facts = resolve(release, chosen, taken)
    try:
        return taken, facts, interpret(release, facts)
    except ContradictionError:
        reject()


@st.composite
def random_cases(draw) -> tuple[Release, str, GivenPanel]:
    """
    Draw a rule set with a profile and a panel for it.
    """
    release = read(draw(rule_sets()))
    return release, draw(st.sampled_from(PROFILES)), draw(panels(release))


class TestAgreement:
    def test_knowledge(self):
        """
        About any panel of the knowledge, the engine and the semantics answer the same for every
        rule, finding and conclusion; the panels drawn are such that answers of every kind occur.
        """
        seen: Counter[str] = Counter()

        examples(800)(asks_about_knowledge(seen))()

        # Every rule of the knowledge is of all profiles, and it seldom confirms anything.
        rare = {"not-in-this-profile", "confirmed", "contested", "a contradiction"}
        assert [word for word in WORDS if word not in rare and not seen[word]] == []

    def test_random_rules(self):
        """
        The same holds of rules that nobody would write: findings that are established and ruled
        out, thresholds keyed by findings, groups of every kind, conclusions of every certainty.
        """
        seen: Counter[str] = Counter()

        examples(120)(asks_about_random_rules(seen))()

        assert [word for word in WORDS if not seen[word]] == []
        assert seen["rule sets"] > 5 * seen["rule sets over a limit"]

    @examples(60)
    @given(*OF_KNOWLEDGE)
    def test_service_compares(self, panel: GivenPanel, profile: str):
        """
        The comparison that every decision goes through finds nothing where nothing differs.
        """
        facts = facts_of(KNOWLEDGE, profile, panel)
        engine = DurableRulesEngine(KNOWLEDGE, probe=False)
        try:
            inference = engine.infer(facts)
        finally:
            engine.close()

        assert differences_found_by_the_service(inference, interpret(KNOWLEDGE, facts), facts) == ()


class TestSeededPair:
    """
    One rule that establishes a finding and one that rules it out, which no random draw has to find.
    """

    @pytest.mark.parametrize(
        ("alpha", "beta", "state"),
        [
            pytest.param("4 g/L", None, State.PRESENT, id="only one fires"),
            pytest.param(None, "20 g/L", State.ABSENT, id="only the other fires"),
            pytest.param("4 g/L", "20 g/L", State.CONFLICTING, id="both fire"),
            pytest.param("6 g/L", "1 g/L", State.UNKNOWN, id="neither fires"),
        ],
    )
    def test_state(self, alpha: str | None, beta: str | None, state: State):
        """
        A finding that is established and ruled out is conflicting for both, and what rests on it is
        undecided for both.
        """
        release = read(PAIR)
        given_results = {"alpha": alpha, "beta": beta}
        panel = said(release, **{name: text for name, text in given_results.items() if text})
        facts = facts_of(release, "plain", panel)
        engine = DurableRulesEngine(release, probe=False)
        meaning, inference = interpret(release, facts), engine.infer(facts)
        engine.close()

        assert meaning.states["first"] is state
        assert differences(release, inference, meaning) == []
        rests_on_it = meaning.outcomes["CON-003"]
        assert (rests_on_it is Outcome.UNDECIDED) is (state in {State.CONFLICTING, State.UNKNOWN})


class TestClosing:
    """
    A finding that is absent when all its rules are decided, one of which is of one profile only.
    """

    @pytest.mark.parametrize(
        ("profile", "alpha", "state"),
        [
            pytest.param("plain", "4 g/L", State.PRESENT, id="its own rule fires"),
            pytest.param("plain", "6 g/L", State.ABSENT, id="another's rule does not count"),
            pytest.param("local", "6 g/L", State.PRESENT, id="where it counts it fires"),
            pytest.param("local", "11 g/L", State.ABSENT, id="both are refuted"),
            pytest.param("local", "5 to 11 g/L", State.UNKNOWN, id="one of them is undecided"),
        ],
    )
    def test_state(self, profile: str, alpha: str, state: State):
        """
        A rule of another profile neither fires nor keeps the finding open, for both.
        """
        release = read(ONE_OF_A_PROFILE)
        facts = facts_of(release, profile, said(release, alpha=alpha))
        engine = DurableRulesEngine(release, probe=False)
        meaning, inference = interpret(release, facts), engine.infer(facts)
        engine.close()

        assert meaning.states["first"] is state
        assert differences(release, inference, meaning) == []

    def test_in_no_rule_of_a_profile(self):
        """
        A finding that no rule of a profile establishes may not close: it would be absent without
        having been looked at.
        """
        rules = [{**rule, "profiles": ["local"]} for rule in ONE_OF_A_PROFILE["rules"]]

        with pytest.raises(KnowledgeError) as caught:
            read({**ONE_OF_A_PROFILE, "rules": rules})

        (problem,) = caught.value.problems
        assert problem.message == ("first is otherwise absent, but no rule of the profile plain establishes it.")


def limit(of: str, *rows: dict[str, str], side: str = "low") -> Plain:
    """
    Write a threshold with one choice.
    """
    return {
        "title": "Limit",
        "of": of,
        "unit": VOCABULARY["measures"][of]["unit"],
        "side": side,
        "choices": {"usual": {**CITED, "rows": list(rows)}},
    }


def said(release: Release, attributes: Mapping[str, str] | None = None, **texts: str) -> GivenPanel:
    """
    Write a panel: ``alpha="4 g/L"``, ``age="34 a"``; a name with a hyphen comes with an underscore.
    """
    panel = GivenPanel(AS_OF, {name: (word, f"/patient/{name}") for name, word in (attributes or {}).items()})
    for name, text in texts.items():
        panel = with_value(release, panel, name.replace("_", "-"), parse_quantity(text))
    return panel


def with_value(release: Release, panel: GivenPanel, name: str, value: Quantity) -> GivenPanel:
    """
    Say one number more.
    """
    marks = landmarks(release)
    if name == AGE or name in marks.quantities:
        return replace(panel, quantities={**panel.quantities, name: (value, f"/patient/{name}")})
    number = len(panel.results)
    result = GivenResult(f"r{number + 1}", f"/results/{number}", value, name)
    return replace(panel, results=(*panel.results, result))


PAIR = {
    "scope": {"all": [{"sex": "is female or male"}]},
    "closing": [],
    "thresholds": {
        "low-alpha": limit("alpha", {"below": "5"}),
        "high-beta": limit("beta", {"above": "10"}, side="high"),
    },
    "profiles": {},
    "rules": [
        {
            "id": "FND-001",
            "when": {"all": [{"alpha": "below low-alpha"}]},
            "then": {"establish": "first"},
        },
        {
            "id": "FND-002",
            "when": {"all": [{"beta": "above high-beta"}]},
            "then": {"rule out": "first"},
        },
        {
            "id": "CON-003",
            "when": {"all": [{"first": "present"}]},
            "then": {"conclude": "answer", "certainty": "likely"},
        },
    ],
}


ONE_OF_A_PROFILE = {
    **PAIR,
    "closing": ["first"],
    "thresholds": {"low-alpha": limit("alpha", {"below": "5"}), "less-low-alpha": limit("alpha", {"at most": "10"})},
    "rules": [
        PAIR["rules"][0],
        {
            "id": "FND-002",
            "profiles": ["local"],
            "when": {"all": [{"alpha": "below less-low-alpha"}]},
            "then": {"establish": "first"},
        },
    ],
}


def margins_are_exact(release: Release, profile: str, panel: GivenPanel) -> None:
    """
    Compare what each word answers about each threshold with what every possible patient says.
    """
    chosen = release.profiles[profile]
    taken = take_in(release, chosen, panel)
    facts = resolve(release, chosen, taken)
    intervals = {name: value.interval for name, value in facts.values.items()}
    oracle = Oracle(release, chosen, taken, intervals)
    for name, standing in facts.standings.items():
        for state in (None, State.PRESENT, State.ABSENT) if standing.finding else (None,):
            margin = standing.margins.get(state)
            answers = oracle.answers(name, state)
            found = {word: margin.decides(word) if margin else None for word in answers}

            assert found == answers, (name, state)


def derived_are_exact(release: Release, profile: str, panel: GivenPanel, seen: Counter[str]) -> None:
    """
    Compare counts, elapsed times and changes with what a plain reading of the panel finds.
    """
    chosen = release.profiles[profile]
    taken = take_in(release, chosen, panel)
    facts = resolve(release, chosen, taken)
    intervals = {name: value.interval for name, value in facts.values.items()}
    oracle = Oracle(release, chosen, taken, intervals)
    for name, measure in release.vocabulary.measures.items():
        how = measure.derivation
        if isinstance(how, CountOf):
            used = [oracle.choice(vote.threshold).compares for vote in how.votes]
            times = [value.time for one in used if (value := facts.values.get(one)) and value.time]
            one_sample = not times or max(times) - min(times) <= measure.together
            expected = oracle.count(how) if one_sample else None
        elif isinstance(how, DaysSince):
            told = taken.events.get(how.event)
            expected = told.days_ago if told else None
        elif isinstance(how, Change):
            expected = change(taken, how)
        else:
            continue
        seen[f"{type(how).__name__} {'known' if expected else 'missing'}"] += 1

        assert intervals.get(name) == expected, name


class TestDerived:
    def test_random_rules(self):
        """
        A count is what every vote says, and a change what every instant of its event leaves.
        """
        seen: Counter[str] = Counter()

        @examples(250)
        @given(random_cases())
        def ask(case: tuple[Release, str, GivenPanel]) -> None:
            derived_are_exact(*case, seen)

        ask()

        kinds = ("CountOf", "DaysSince", "Change")
        assert [kind for kind in kinds for word in ("known", "missing") if not seen[f"{kind} {word}"]] == []


class TestMargins:
    @examples(120)
    @given(*OF_KNOWLEDGE)
    def test_knowledge(self, panel: GivenPanel, profile: str):
        """
        A comparison is true, false or unknown exactly as it is for every patient that the panel
        allows: every value of the interval, every sex, pregnancy and age, and the one row of each.
        """
        margins_are_exact(KNOWLEDGE, profile, panel)

    @examples(120)
    @given(random_cases())
    def test_random_rules(self, case: tuple[Release, str, GivenPanel]):
        """
        The same holds of tables with holes, limits on either side, and rows keyed by a finding.
        """
        margins_are_exact(*case)

    def test_two_domains(self):
        """
        Who is pregnant and nursing is of an age at which both are possible.
        """
        rows = [{"age": "to 144 mo", "below": "5"}, {"age": "from 144 mo", "below": "10"}]
        release = read({**PAIR, "thresholds": {**PAIR["thresholds"], "low-alpha": limit("alpha", *rows)}})
        attributes = {"pregnancy": "early", "nursing": "nursing"}

        facts = facts_of(release, "plain", said(release, attributes, alpha="7 g/L"))

        assert [row.text for row in facts.standings["low-alpha"].rows] == ["from 144 mo"]

    def test_who_can_be_pregnant(self):
        """
        Whoever is pregnant, of unknown sex and age, is judged by the rows of women who can be.
        """
        rows = [
            {"sex": "male", "below": "5"},
            {"sex": "female", "age": "to 120 mo", "no limit": "None."},
            {"sex": "female", "age": "from 120 mo to 672 mo", "below": "10"},
            {"sex": "female", "age": "from 672 mo", "no limit": "None."},
        ]
        release = read({**PAIR, "thresholds": {**PAIR["thresholds"], "low-alpha": limit("alpha", *rows)}})

        facts = facts_of(release, "plain", said(release, {"pregnancy": "pregnant"}, alpha="7 g/L"))

        assert [row.limit for row in facts.standings["low-alpha"].rows] == [10]


def why_not_merely_more(before: tuple[Panel, Facts, Meaning], after: tuple[Panel, Facts, Meaning]) -> str:
    """
    Return in which way the later panel takes something back itself, or an empty text.

    To say more takes back what was said in four ways, each stated in the answer: it contradicts
    it; it replaces a computed or an assumed value by another; it parts what was from one sample; it
    brings the laboratory's range, for want of which another choice held.
    """
    panel, facts, _ = before
    later_panel, later_facts, _ = after
    issues = {"contradiction", "ranges-differ"}
    contradictions = {note.detail for note in panel.notes if note.issue in issues}
    later = {note.detail for note in later_panel.notes if note.issue in issues}
    if later - contradictions:
        return "contradicted"
    for name, value in facts.values.items():
        now = later_facts.values.get(name)
        if now is None:
            return "parted"
        if now.interval.intersection(value.interval) != now.interval:
            return "replaced"
    for name, standing in facts.standings.items():
        if standing.instead_of is not None and later_facts.standings[name].instead_of is None:
            return "ranged"
    for name, possible in panel.attributes.items():
        if possible.origin is Origin.ASSUMED and later_panel.attributes[name].origin is not Origin.ASSUMED:
            return "yielded"
    return ""


def taken_back(release: Release, before: Meaning, after: Meaning) -> list[str]:
    """
    Return the findings and rules that were decided and now are not, or otherwise.

    A finding that has become conflicting is reported as such, and is a reason for what rests on it.
    """
    shaken: set[str] = set()
    found = []
    for name in release.finding_order:
        state, now = before.states[name], after.states[name]
        rules = release.giving.get(name, ())
        if (now is State.CONFLICTING and state is not now) or any(
            release.findings_read(rule.when) & shaken for rule in rules
        ):
            shaken.add(name)
        elif state in {State.PRESENT, State.ABSENT} and now is not state:
            found.append(f"{name} was {state.value} and is {now.value}")
    for rule in release.rules.values():
        if rule in release.doubts:
            continue
        outcome, now = before.outcomes[rule.id], after.outcomes[rule.id]
        decided_before = outcome in {Outcome.FIRED, Outcome.NOT_FIRED}
        may_change = rule.then.verb is Verb.ADVISE or release.findings_read(rule.when) & shaken
        if decided_before and now is not outcome and not may_change:
            found.append(f"{rule.id} was {outcome.value} and is {now.value}")
    return found


def more_takes_nothing_back(data: st.DataObject, release: Release, profile: str) -> None:
    """
    Draw a panel and one that says more, and compare what they mean.
    """
    panel = data.draw(panels(release))
    more = data.draw(additions(release, panel))
    before = decided(release, profile, panel)
    try:
        after = decided(release, profile, more)
    except PanelError:
        reject()
    assume(not why_not_merely_more(before, after))

    assert taken_back(release, before[2], after[2]) == []
    for name, possible in before[0].attributes.items():
        assert after[0].attributes[name].values <= possible.values


class TestMoreIsKnown:
    @examples(500)
    @given(st.data(), OF_KNOWLEDGE[1])
    def test_knowledge(self, data: st.DataObject, profile: str):
        """
        A result more, or one known more precisely, never takes a decided finding or a claim back,
        unless what is said contradicts itself or a finding becomes conflicting.
        """
        more_takes_nothing_back(data, KNOWLEDGE, profile)

    @examples(120)
    @given(st.data())
    def test_random_rules(self, data: st.DataObject):
        """
        The same holds of rules that nobody would write.
        """
        release = read(data.draw(rule_sets()))

        more_takes_nothing_back(data, release, data.draw(st.sampled_from(PROFILES)))

    @pytest.mark.parametrize(
        "weeks",
        [
            pytest.param("41 to 43 wk", id="a hole may be meant"),
            pytest.param("43 wk", id="a hole is meant"),
        ],
    )
    def test_hole_in_a_table(self, weeks: str):
        """
        Where a table may not say which value an attribute has, the attribute stays open: more
        exactly measured, it would otherwise have to be opened again.
        """
        release = read(PAIR)

        taken = take_in(release, release.profiles["plain"], said(release, weeks=weeks))

        assert taken.attributes["pregnancy"].origin is None


def shuffled(release: Release, random: Random) -> Release:
    """
    Return a release with rules, thresholds and words in another order.
    """

    def mixed(of: Mapping) -> dict:
        keys = list(of)
        random.shuffle(keys)
        return {key: of[key] for key in keys}

    vocabulary, numbers = release.vocabulary, release.numbers
    return replace(
        release,
        rules=mixed(release.rules),
        numbers=replace(numbers, thresholds=mixed(numbers.thresholds)),
        vocabulary=replace(
            vocabulary,
            measures=mixed(vocabulary.measures),
            findings=mixed(vocabulary.findings),
            conclusions=mixed(vocabulary.conclusions),
        ),
    )


def order_does_not_matter(release: Release, profile: str, panel: GivenPanel, random: Random) -> None:
    """
    Ask about the same patient, told in another order, by the same rules, written in another order.
    """
    _, _, meaning = decided(release, profile, panel)
    results, findings, complete, events = (
        random.sample(one, len(one)) for one in (panel.results, panel.findings, panel.complete, panel.events)
    )
    other_panel = replace(
        panel, results=tuple(results), findings=tuple(findings), complete=tuple(complete), events=tuple(events)
    )
    other_release = shuffled(release, random)
    facts = facts_of(other_release, profile, other_panel)
    try:
        engine = DurableRulesEngine(other_release, probe=False)
    except EngineLimitError:
        reject()
    try:
        inference = engine.infer(facts)
    finally:
        engine.close()

    assert interpret(other_release, facts) == meaning
    assert differences(release, inference, meaning) == []


class TestOrder:
    @examples(60)
    @given(*OF_KNOWLEDGE, st.randoms(use_true_random=False))
    def test_knowledge(self, panel: GivenPanel, profile: str, random: Random):
        """
        In which order results are sent and rules are written changes nothing.
        """
        order_does_not_matter(KNOWLEDGE, profile, panel, random)

    @examples(60)
    @given(random_cases(), st.randoms(use_true_random=False))
    def test_random_rules(self, case: tuple[Release, str, GivenPanel], random: Random):
        """
        The same holds of rules that nobody would write.
        """
        order_does_not_matter(*case, random)


def in_other_units(release: Release, panel: GivenPanel, random: Random) -> GivenPanel:
    """
    Say the same in other accepted units.
    """
    vocabulary = release.vocabulary
    results = []
    for result in panel.results:
        measure = vocabulary.measures.get(result.measure or "") or vocabulary.measure_of_code(result.code or "")
        value = canonical(measure, result.quantity)
        unit = random.choice(measure.accepted_units)
        factor = measure.factor(result.quantity.unit) / measure.factor(unit)
        reference = result.reference and replace(
            result.reference,
            low=result.reference.low and result.reference.low * factor,
            high=result.reference.high and result.reference.high * factor,
        )
        results.append(replace(result, quantity=quantity(value, measure, unit), reference=reference))
    quantities = {}
    for name, (given_quantity, pointer) in panel.quantities.items():
        measure = vocabulary.measures[name]
        if name == AGE and given_quantity.interval.is_exact:
            # "34 years" means up to 35, "408 months" up to 409: not the same.
            quantities[name] = (given_quantity, pointer)
            continue
        value = canonical(measure, given_quantity)
        unit = random.choice(measure.accepted_units)
        quantities[name] = (quantity(value, measure, unit), pointer)
    return replace(panel, results=tuple(results), quantities=quantities)


def canonical(measure: Measure, given_quantity: Quantity) -> Interval:
    """
    Return a quantity in the canonical unit of its measure.
    """
    factor = measure.factor(given_quantity.unit)
    assert factor is not None
    return given_quantity.interval.scaled(factor)


class TestUnits:
    @examples(200)
    @given(*OF_KNOWLEDGE, st.randoms(use_true_random=False))
    def test_knowledge(self, panel: GivenPanel, profile: str, random: Random):
        """
        The same panel in any other accepted units has the same values and the same outcomes, unless
        a number looks as if its unit were mistaken, for that is a question of the number sent.
        """
        taken, facts, meaning = decided(KNOWLEDGE, profile, panel)
        other_panel = in_other_units(KNOWLEDGE, panel, random)
        other_taken, other_facts, other = decided(KNOWLEDGE, profile, other_panel)
        notes = (*taken.notes, *other_taken.notes)
        assume(not any(note.issue == "implausible" and not note.used for note in notes))

        values, other_values = (
            {name: value.interval for name, value in one.values.items()} for one in (facts, other_facts)
        )
        assert other_values == values
        assert other == meaning


class TestAssumptions:
    @pytest.mark.parametrize(
        ("given_of_her", "attributes", "assumed"),
        [
            pytest.param({"gestational-age": "20 wk"}, {}, {"pregnancy": "not-pregnant"}, id="measured"),
            pytest.param({"age": "34 a"}, {"sex": "male"}, {"pregnancy": "first-trimester"}, id="not of this sex"),
            pytest.param({"age": "60 a"}, {"sex": "female"}, {"pregnancy": "pregnant"}, id="not at this age"),
            pytest.param({"age": "34 a"}, {"pregnancy": "pregnant"}, {"pregnancy": "postpartum"}, id="stated"),
            pytest.param({"altitude": "1600 m"}, {}, {"altitude": "3000 m"}, id="a number that is given"),
        ],
    )
    def test_example(self, given_of_her: Mapping[str, str], attributes: Mapping[str, str], assumed: Mapping[str, str]):
        """
        What does not fit what is given yields, as if nobody had assumed it, and that is noted.
        """
        panel = said(KNOWLEDGE, attributes, **given_of_her)
        assumptions = {name: (text, f"/assume/{name}") for name, text in assumed.items()}

        with_it, _, _ = decided(KNOWLEDGE, "default", replace(panel, assume=assumptions))

        without, _, _ = decided(KNOWLEDGE, "default", panel)
        assert [note.issue for note in with_it.notes] == ["assumption-not-used"]
        assert replace(with_it, notes=()) == without

    @examples(250)
    @given(panels(KNOWLEDGE, assuming=True), OF_KNOWLEDGE[1])
    def test_yields(self, panel: GivenPanel, profile: str):
        """
        What is assumed changes nothing of what is given: neither a value, nor an attribute that is
        stated, measured or settled by its domain, nor what else is noted about them.
        """
        without, _, _ = decided(KNOWLEDGE, profile, replace(panel, assume={}))

        with_it, _, _ = decided(KNOWLEDGE, profile, panel)

        for name, value in without.values.items():
            assert value.origin is Origin.ASSUMED or with_it.values[name] == value
        for name, possible in without.attributes.items():
            assert possible.origin is None or with_it.attributes[name] == possible
        assert tuple(note for note in with_it.notes if note.issue != "assumption-not-used") == without.notes

    @examples(150)
    @given(panels(KNOWLEDGE, assuming=True), OF_KNOWLEDGE[1])
    def test_used_are_listed(self, panel: GivenPanel, profile: str):
        """
        An assumption that is not listed as used has no effect on anything.
        """
        taken, _, meaning = decided(KNOWLEDGE, profile, panel)
        listed = {one.name for one in taken.assumed}
        assume_less = {name: one for name, one in panel.assume.items() if name in listed}

        _, _, other = decided(KNOWLEDGE, profile, replace(panel, assume=assume_less))

        assert other == meaning


OWN = {
    **PAIR,
    "thresholds": {
        "low-alpha": {
            **limit("alpha", {"below": "5"}),
            "choices": {
                "usual": {**CITED, "rows": [{"sex": "female", "below": "5"}, {"sex": "male", "at most": "10"}]},
                "other": {
                    **CITED,
                    "otherwise": "usual",
                    "rows": [
                        {"pregnancy": "not-pregnant", "at most": "laboratory lower limit"},
                        {"pregnancy": "pregnant", "no limit": "None."},
                    ],
                },
            },
        },
        "high-beta": limit("beta", {"above": "laboratory upper limit"}, side="high"),
    },
    "profiles": {"choose": {"low-alpha": "other"}},
}


class TestLaboratory:
    """
    Limits that come with results, which few of the random rule sets have.
    """

    @examples(150)
    @given(panels(read(OWN)), st.sampled_from(PROFILES))
    def test_margins(self, panel: GivenPanel, profile: str):
        """
        A comparison with a range, a flag or both is decided exactly as for every value and limit that they allow.
        """
        margins_are_exact(read(OWN), profile, panel)

    @examples(150)
    @given(st.data())
    def test_more_is_known(self, data: st.DataObject):
        """
        A range that comes to a result takes nothing back.
        """
        more_takes_nothing_back(data, read(OWN), "local")

    @examples(100)
    @given(panels(read(OWN)))
    def test_agreement(self, panel: GivenPanel):
        """
        The engine and the semantics answer the same.
        """
        release = read(OWN)
        facts = facts_of(release, "local", panel)
        engine = DurableRulesEngine(release, probe=False)
        try:
            inference = engine.infer(facts)
        finally:
            engine.close()

        assert differences(release, inference, interpret(release, facts)) == []
