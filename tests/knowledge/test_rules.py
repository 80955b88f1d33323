"""
What must hold of every rule, every number and every source of the knowledge.
"""

import re
from collections import Counter
from datetime import date

import pytest

from service.adapters.knowledge.folder import KnowledgeFolder
from service.adapters.knowledge.strict_yaml import parse_yaml
from service.application.cases import run_cases
from service.bootstrap import engine
from service.domain.measures import MeasureKind
from service.domain.rules import AttributeTest, Comparison, DoubtTest, Verb
from tests.strategies import KNOWLEDGE

SENTENCE = re.compile(r"[A-Z].*[^.]\Z")
MOST_WORDS = 25


@pytest.fixture(scope="module")
def whole():
    """
    The working copy with its cases.
    """
    folder = KnowledgeFolder(KNOWLEDGE)
    (ruleset,) = folder.rulesets()
    return folder.release(ruleset, "draft", "sha256:0")


@pytest.fixture(scope="module")
def release(whole):
    return whole[0]


@pytest.fixture(scope="module")
def results(whole):
    """
    What became of every case.
    """
    release, cases = whole
    running = engine(release)
    yield list(run_cases(release, running, cases))
    running.close()


class TestMetadata:
    def test_titles(self, release):
        """
        Every title is a sentence without a full stop, that says more than the id.
        """
        offenders = [rule.id for rule in release.rules.values() if not SENTENCE.match(rule.title)]
        twice = [title for title, count in Counter(r.title for r in release.rules.values()).items() if count > 1]

        assert (offenders, twice) == ([], [])

    def test_families(self, release):
        """
        The letters of an id belong to one family, and a family lies in one folder.
        """
        folders = {}
        for rule in release.rules.values():
            folders.setdefault(rule.id[:3], set()).add(rule.file.split("/")[-2])

        assert {letters: sorted(found) for letters, found in folders.items() if len(found) > 1} == {}

    def test_reasons(self, release):
        """
        Every rule says why in a sentence of its own, and why it is so in more than one line.
        """
        offenders = [
            rule.id
            for rule in release.rules.values()
            if not rule.then.because.endswith(".") or len(rule.rationale.split()) < 10
        ]

        assert offenders == []

    def test_limits(self, release):
        """
        Every rule says where it may be wrong.
        """
        assert [rule.id for rule in release.rules.values() if not rule.limits] == []

    def test_reviews(self, release):
        """
        Every rule has an owner and a date for its next review; who reviewed it is a person or nobody.
        """
        offenders = []
        for rule in release.rules.values():
            try:
                due = date.fromisoformat(rule.review.next)
            except ValueError:
                offenders.append(rule.id)
                continue
            by = rule.review.reviewed
            if not rule.review.owner or due.year > 2040 or (by is not None and len(by.split()) < 2):
                offenders.append(rule.id)

        assert offenders == []


class TestEvidence:
    def test_says_little(self, release):
        """
        Each passage is told in 25 words at most: guidelines are cited, not quoted.
        """
        offenders = [
            f"{rule.id}: {item.source}: {len(item.says.split())} words"
            for rule in release.rules.values()
            for item in rule.evidence
            if len(item.says.split()) > MOST_WORDS
        ]

        assert offenders == []

    def test_has_a_place(self, release):
        """
        Each passage says where it stands, beyond the name of the source, and how strong it is.
        """
        offenders = [
            f"{rule.id}: {item.source}"
            for rule in release.rules.values()
            for item in rule.evidence
            if len(item.where) < 4 or not item.strength
        ]

        assert offenders == []

    def test_only_a_reading_confirms(self, release):
        """
        A rule that confirms or excludes rests on more than memory.
        """
        offenders = [
            rule.id
            for rule in release.rules.values()
            if rule.then.verb is Verb.CONCLUDE
            and rule.then.certainty.force == 3
            and all(item.read == "memory" for item in rule.evidence if item.supports)
        ]

        assert offenders == []

    def test_sources_are_used(self, release):
        """
        Each source that is listed is cited by a rule, a number or a case, or takes the place of one that is.
        """
        cited = {source for rule in release.rules.values() for source in rule.sources}
        for choices in (
            *(one.choices.values() for one in release.numbers.thresholds.values()),
            *(one.choices.values() for one in release.numbers.tables.values()),
            *(one.choices.values() for one in release.numbers.constants.values()),
        ):
            for choice in choices:
                cited |= {choice.cites.source, *(row.cites.source for row in getattr(choice, "rows", ()))}
        for path in KNOWLEDGE.rglob("*.cases.yaml"):
            for case in parse_yaml(path.read_bytes(), path.name).get("cases").items:
                cited.add(case.get("basis").get("source").text)

        assert sorted(release.sources.keys() - cited) == []


class TestNumbers:
    def test_every_threshold_is_used(self, release):
        """
        Every threshold is compared with by some rule or the scope.
        """
        assert sorted(release.numbers.thresholds.keys() - set(release.thresholds_in_use)) == []

    def test_every_choice_is_chosen(self, release):
        """
        Every choice of every number is taken by some profile, or stands in where a laboratory gives no range.
        """
        numbers = release.numbers
        chosen = {(name, choice) for profile in release.profiles.values() for name, choice in profile.choices.items()}
        chosen |= {
            (name, choice.otherwise) for name, thing in numbers.thresholds.items() for choice in thing.choices.values()
        }
        offered = {
            (name, choice)
            for things in (numbers.thresholds, numbers.tables, numbers.constants)
            for name, thing in things.items()
            for choice in thing.choices
        }

        assert sorted(offered - chosen) == []

    def test_small_cells_have_one_limit(self, release):
        """
        The reported and the calculated volume of red cells are compared with the same limits, but for the range
        of a laboratory, which only a reported volume has: it gives way to limits that both have.
        """
        reported, calculated = (
            release.numbers.thresholds[name].choices for name in ("microcytosis-mcv", "microcytosis-calculated-mcv")
        )

        ranges = {one.otherwise for one in reported.values() if one.is_laboratory}
        assert ranges <= calculated.keys()
        assert {name: one.rows for name, one in reported.items() if not one.is_laboratory} == {
            name: one.rows for name, one in calculated.items()
        }


class TestNames:
    def test_every_finding_and_conclusion_is_given(self, release):
        """
        Every derived finding, conclusion and advice of the vocabulary is given by a rule.
        """
        words = release.vocabulary
        derived = [name for name, finding in words.findings.items() if not finding.observed]

        assert sorted({*derived, *words.conclusions, *words.advice} - release.giving.keys()) == []

    def test_every_observed_finding_is_read(self, release):
        """
        Every observed finding is read by a rule, or by a row that is keyed by it.
        """
        read = set().union(*(release.findings_read(rule.when) for rule in release.rules.values()))
        observed = {name for name, finding in release.vocabulary.findings.items() if finding.observed}
        not_yet = {"cancer"}

        assert sorted(observed - read - not_yet) == []


class TestClosing:
    def test_preconditions_leave_it_open(self, release):
        """
        What a finding needs to be looked at stands in the rows of its limits, as `no limit`, so that it is unknown
        where it cannot be looked at. A test of age or of an attribute beside others would call it absent there.
        """
        measures = release.vocabulary.measures
        offenders = []
        for name, finding in release.vocabulary.findings.items():
            for rule in release.giving.get(name, ()) if finding.closes else ():
                conditions = list(rule.when.conditions())
                asked = [
                    one.text
                    for one in conditions
                    if isinstance(one, AttributeTest)
                    or (isinstance(one, Comparison) and measures[one.measure].kind is MeasureKind.PATIENT)
                ]
                # Alone it is no precondition, but what the finding means.
                offenders += [f"{rule.id}: {text}" for text in asked if len(conditions) > 1]

        assert offenders == []


class TestDoubts:
    def test_way_out(self, release):
        """
        Of each doubt that may be cast some advice follows: how the answer can be had all the same.
        """
        read = {
            condition.rule
            for rule in release.rules.values()
            for condition in rule.when.conditions()
            if isinstance(condition, DoubtTest)
        }

        assert sorted({rule.id for rule in release.doubts} - read) == []


class TestCases:
    def test_two_for_each_rule(self, whole):
        """
        Each rule has two cases or more beside it.
        """
        release, cases = whole
        count = Counter(case.rule for case in cases)

        assert {rule: count[rule] for rule in release.rules if count[rule] < 2} == {}

    def test_fires_and_does_not(self, whole, results):
        """
        Of the cases beside each rule one fires it and one does not, being refuted or undecided.
        """
        release, _ = whole
        fired = {result.case.rule for result in results if result.case.rule in result.fired}
        not_fired = {result.case.rule for result in results if result.case.rule not in result.fired}

        assert sorted(release.rules.keys() - fired) == []
        assert sorted(release.rules.keys() - not_fired) == []

    def test_say_so(self, whole):
        """
        Of the cases beside each rule one names it as fired, or names what it gives.
        """
        release, cases = whole
        named = set()
        for case in cases:
            rule = release.rules[case.rule]
            expect = case.expect
            gives = {*expect.findings, *expect.conclusions, *expect.advice}
            if rule.id in expect.fired or rule.then.name in gives:
                named.add(rule.id)

        assert sorted(release.rules.keys() - named) == []

    def test_basis(self, whole):
        """
        Each case says on what its expectation rests.
        """
        _, cases = whole

        assert [f"{case.file}:{case.line}" for case in cases if not case.basis.get("where")] == []

    def test_expect_something(self, whole):
        """
        Each case expects something.
        """
        _, cases = whole
        empty = type(cases[0].expect)()

        assert [f"{case.file}:{case.line}" for case in cases if case.expect == empty] == []
