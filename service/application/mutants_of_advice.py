"""
Mutants of how soon: another urgency, another number in a table of times.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.application.in_words import effect_words, step_words
from service.application.mutants import Mutant, last_place
from service.domain.scales import Urgency

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.domain.release import Release
    from service.domain.rules import Rule
    from service.domain.thresholds import Step, Table


def mutants_of_advice(release: Release, rules: Iterable[Rule]) -> Iterator[Mutant]:
    """
    Make every mutant of how soon the advice of some rules is to be followed.

    Args:
        release: The rule set.

        rules: Which rules to change, with the tables that they look their times up in.

    Yields:
        The mutants of urgencies, rule by rule, then those of the tables.
    """
    chosen = list(rules)
    for rule in chosen:
        yield from _of_urgency(release, rule)
    for name in dict.fromkeys(rule.then.within for rule in chosen if rule.then.within):
        yield from _of_steps(release, release.numbers.tables[name])


def _of_urgency(release: Release, rule: Rule) -> Iterator[Mutant]:
    if rule.then.urgency is None:
        return
    order = list(Urgency)
    place = order.index(rule.then.urgency)
    for urgency in order[max(0, place - 1) : place] + order[place + 1 : place + 2]:
        other = replace(rule, then=replace(rule.then, urgency=urgency))
        mutated = replace(release, rules={**release.rules, rule.id: other})
        yield Mutant((rule.id,), rule.file, effect_words(release, rule.then), urgency.word, mutated)


def _of_steps(release: Release, table: Table) -> Iterator[Mutant]:
    readers = tuple(rule for rule in release.rules.values() if rule.then.within == table.name)
    folder = readers[0].file.partition("/rules/")[0]
    for choice in table.choices.values():
        for number, step in enumerate(choice.steps):
            for moved in _moved(step):
                steps = (*choice.steps[:number], moved, *choice.steps[number + 1 :])
                filled = replace(table, choices={**table.choices, choice.name: replace(choice, steps=steps)})
                numbers = replace(release.numbers, tables={**release.numbers.tables, table.name: filled})
                yield Mutant(
                    tuple(rule.id for rule in readers),
                    f"{folder}/thresholds.yaml",
                    f"{table.name}, {step_words(release, table, step)}",
                    step_words(release, table, moved),
                    replace(release, numbers=numbers),
                    table=table.name,
                )


def _moved(step: Step) -> Iterator[Step]:
    """Yield a step with its number moved by one in its last place either way."""
    if step.number is not None:
        one = last_place(step.number)
        yield replace(step, number=step.number - one)
        yield replace(step, number=step.number + one)
