"""
Finding the case that is meant: by its short name, by where it stands, or by words of its name.

Cases with a source are looked for first. Generated ones have no number, which would
change with each writing: they are found by the line that 'ferrule test' tells, or by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.errors import NameNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from service.domain.cases import Case

MOST = 30
"""Cases that are listed where more than one may be meant."""


def find_case(cases: Sequence[Case], words: str, generated: Callable[[], Iterable[Case]] = tuple) -> tuple[str, Case]:
    """
    Return the case that is meant.

    Args:
        cases: Of a rule set.

        words: ``RULE:number``, counted from 1 in the order of the file; ``FILE:line``; or words of the case's name.

        generated: Returns generated cases; asked only where none of the others is meant.

    Returns:
        The short name of the one case, and the case.

    Raises:
        NameNotFoundError: If there is none, or more than one; with those that come near.
    """
    numbered = dict(zip(case_names(cases), cases, strict=True))
    exact = words.upper().replace(" ", "")
    if exact in numbered:
        return exact, numbered[exact]
    near = _meant(numbered, words)
    if not near:
        near = _meant({f"{case.file}:{case.line}": case for case in generated()}, words)
    if len(near) == 1:
        return next(iter(near.items()))
    rule = words.upper().partition(":")[0]
    of_rule = {name: case for name, case in numbered.items() if name.startswith(f"{rule}:")}
    if not near and not of_rule:
        message = f"No case is called {words!r}, nor has these words in its name. Cases are named RULE:number."
        raise NameNotFoundError("case", words, sorted({case.rule for case in cases}), message)
    message = (
        f"{len(near)} cases have {words!r} in their names; add words, or name one:"
        if near
        else f"{words!r} is no case; {rule} has {len(of_rule)}:"
    )
    lines = [f"  {name}  {case.name}" for name, case in (near or of_rule).items()]
    rest = [f"  and {len(lines) - MOST} more"] if len(lines) > MOST else []
    raise NameNotFoundError("case", words, (), "\n".join([message, *lines[:MOST], *rest]))


def _meant(named: Mapping[str, Case], words: str) -> dict[str, Case]:
    """Return the case that stands at a line, or has a name; else those that have all the words in their names."""
    file, _, line = words.strip().rpartition(":")
    if file.endswith(".yaml") and line.isdigit():
        above = {name: case for name, case in named.items() if case.file.endswith(file) and case.line <= int(line)}
        last = max(above, key=lambda name: above[name].line, default=None)
        return {} if last is None else {last: above[last]}
    wanted = words.lower().split()
    called = {name: case for name, case in named.items() if case.name.lower().split() == wanted}
    return called or {name: case for name, case in named.items() if all(word in case.name.lower() for word in wanted)}


def case_names(cases: Sequence[Case]) -> list[str]:
    """Return the short name of each case: its rule and its number among the cases of that rule."""
    counts: dict[str, int] = {}
    names = []
    for case in cases:
        counts[case.rule] = counts.get(case.rule, 0) + 1
        names.append(f"{case.rule}:{counts[case.rule]}")
    return names
