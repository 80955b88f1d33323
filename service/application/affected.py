"""
Which cases an edit may answer otherwise, without deciding them anew.

What a rule set says is settled rule by rule. Where each rule that was edited, or
whose limits were, has the outcome that it had, given all that was said before,
nothing else can have changed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.application.connections import limits_read
from service.domain.facts import resolve
from service.domain.rules import Comparison, Verb
from service.domain.semantics import Outcome, outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.domain.cases import Case
    from service.domain.decision import Decision
    from service.domain.facts import Facts
    from service.domain.release import Profile, Release
    from service.domain.rules import Rule
    from service.domain.thresholds import Choice, Row


def changed_rules(before: Release, now: Release) -> frozenset[str] | None:
    """
    Return the rules that read otherwise than before, or whose limits do.

    Args:
        before: The rule set as it was.

        now: The rule set as it is.

    Returns:
        Their ids, those that came and went included; None where more than rules and limits changed, which may bear
        on any.
    """
    if any(getattr(before, part) != getattr(now, part) for part in ("vocabulary", "sources", "ruleset", "profiles")):
        return None
    old, new = before.numbers, now.numbers
    if (old.tables, old.constants) != (new.tables, new.constants):
        return None
    if _bounds(before) != _bounds(now):
        return None
    moved = {name for name in new.thresholds if old.thresholds.get(name) != new.thresholds[name]}
    scope = {one.threshold for one in now.ruleset.scope.conditions() if isinstance(one, Comparison)}
    # By what bounds the limits of laboratories, results were taken in before any rule saw them.
    if moved & (scope | set(_bounds(now).values())):
        return None
    both = {**before.rules, **now.rules}
    return frozenset(
        name
        for name, rule in both.items()
        if before.rules.get(name) != now.rules.get(name)
        or not moved.isdisjoint(limits_read(now if name in now.rules else before, rule))
    )


def _bounds(release: Release) -> dict[tuple[str, str], str]:
    """Return beyond which threshold the limits of laboratories are not believed, by threshold and choice."""
    thresholds = release.numbers.thresholds.values()
    choices = ((one.name, choice) for one in thresholds for choice in one.choices.values())
    return {(name, choice.name): choice.never_beyond for name, choice in choices if choice.never_beyond}


class Affected:
    """
    Tells which cases an edit may answer otherwise.

    Args:
        now: The rule set as it is.

        changed: Ids of the rules that changed; its words are as they were.
    """

    def __init__(self, now: Release, changed: frozenset[str]) -> None:
        self._now, self._changed = now, changed
        self._rows: dict[tuple[int, str], dict[str, dict[int, Row] | None]] = {}

    def may_differ(self, case: Case, decision: Decision) -> bool:
        """
        Return whether a case may be answered otherwise.

        Args:
            case: The case.

            decision: What was answered before.

        Returns:
            False only where each rule that changed has the outcome and the effect that it had.
        """
        facts: Facts | None = None
        for name in sorted(self._changed):
            old, new = decision.release.rules.get(name), self._now.rules.get(name)
            if any(rule is not None and rule.then.verb is Verb.DOUBT for rule in (old, new)):
                return True
            facts = facts or self._facts(case, decision)
            was = decision.outcomes.get(name)
            is_now = None if new is None else outcome(new, facts, decision.meaning)
            if not _bears(was, old) and not _bears(is_now, new):
                continue
            if was is not is_now or old is None or new is None or old.then != new.then:
                return True
            waits_as_before = old == new and facts is decision.facts
            if is_now is Outcome.UNDECIDED and not waits_as_before and _expects_missing(case, name):
                return True
        return False

    def _facts(self, case: Case, decision: Decision) -> Facts:
        """Return what is known of the patient, by the limits that there are now."""
        if all(
            self._stands(decision, name, rows) for name, rows in self._moved(decision.release, decision.profile).items()
        ):
            return decision.facts
        return resolve(self._now, self._now.profiles[case.profile], decision.panel)

    def _moved(self, then: Release, profile: Profile) -> Mapping[str, dict[int, Row] | None]:
        """Return the thresholds that are others than they were, with what became of each row, if that can be said."""
        # The decisions keep their releases, so no other comes to stand in the place of one.
        key = (id(then), profile.id)
        if key not in self._rows:
            used = dict.fromkeys((*then.thresholds_in_use, *self._now.thresholds_in_use))
            old, new = then.numbers.thresholds, self._now.numbers.thresholds
            self._rows[key] = {
                name: _rows_now(then.choices(profile, name), self._now.choices(profile, name))
                if name in then.thresholds_in_use and replace(old[name], choices={}) == replace(new[name], choices={})
                else None
                for name in used
                if name not in then.thresholds_in_use or old[name] != new.get(name)
            }
        return self._rows[key]

    @staticmethod
    def _stands(decision: Decision, name: str, rows: dict[int, Row] | None) -> bool:
        """Return whether a patient stands against a threshold as before, and waits for the same."""
        if rows is None:
            return False
        standing = decision.facts.standings[name]
        if all(rows[id(row)] == row for row in standing.rows):
            return True
        before = {(row.limit, row.equal_is_abnormal) for row in standing.rows}
        now = {(row.limit, row.equal_is_abnormal) for row in (rows[id(one)] for one in standing.rows)}
        # Where rows have different limits, it matters which one is the patient's.
        return standing.value is None and standing.finding is None and len(before) == len(now)


def _rows_now(then: Sequence[Choice], now: Sequence[Choice]) -> dict[int, Row] | None:
    """
    Return for each row the one that now holds for the same patients; None where rows are for others.

    A choice that reads the range of the laboratory comes with the one that holds without, and a patient may stand in
    the rows of either.
    """
    if [_shape(choice) for choice in then] != [_shape(choice) for choice in now]:
        return None
    pairs = zip(then, now, strict=True)
    return {id(old): new for was, is_now in pairs for old, new in zip(was.rows, is_now.rows, strict=True)}


def _shape(choice: Choice) -> tuple[object, ...]:
    """Return what a choice compares, and whom each of its rows is for."""
    return choice.compares, [(row.bands, row.attributes, row.finding, row.limit is None) for row in choice.rows]


def _bears(was: Outcome | None, rule: Rule | None) -> bool:
    """Return whether a rule with this outcome bears on anything that a decision says."""
    if rule is None or was in {None, Outcome.OTHER_PROFILE}:
        return False
    return was is not Outcome.NOT_FIRED or rule.then.verb is Verb.ESTABLISH


def _expects_missing(case: Case, rule: str) -> bool:
    """Return whether a case expects something that hangs on what an undecided rule waits for."""
    return bool(case.expect.status) or rule in case.expect.undecided
