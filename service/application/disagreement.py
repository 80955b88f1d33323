"""
The report of a disagreement: all that is needed to find out which reader is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.figures import exact_text

if TYPE_CHECKING:
    from service.application.ports import Document, Program
    from service.domain.decision import Decision
    from service.domain.inference import Inference
    from service.domain.margins import MarginEnd
    from service.domain.semantics import Meaning
    from service.domain.standing import Standing


def report(decision: Decision, differences: tuple[str, ...], program: Program) -> Document:
    """
    Return what is stored of a panel that the engine and the semantics decided differently.

    Args:
        decision: With the answers of both.

        differences: One sentence each, as of `service.domain.agreement.differences`.

        program: What decided.

    Returns:
        The report. Its differences hold names only; its margins are the patient's.
    """
    standings = decision.facts.standings
    return {
        "program": program.document,
        "differences": list(differences),
        "engine": _engine_answer(decision.inference),
        "semantics": _semantics_answer(decision.meaning),
        # All of them: a difference may begin far from the rule where it shows.
        "margins": {name: _margins(standing) for name, standing in standings.items() if standing.margins},
    }


def _engine_answer(inference: Inference) -> Document:
    return {
        "fired": {rule: [" ".join(basis) for basis in sorted(bases)] for rule, bases in inference.fired.items()},
        "refuted": sorted(inference.refuted),
        "states": {name: state.value for name, state in inference.states.items()},
        "certainties": {name: verdict.certainty.value for name, verdict in inference.verdicts.items()},
        "scope": str(inference.scope),
    }


def _semantics_answer(meaning: Meaning) -> Document:
    return {
        "outcomes": {rule: outcome.value for rule, outcome in meaning.outcomes.items()},
        "states": {name: state.value for name, state in meaning.states.items()},
        "certainties": {name: verdict.certainty.value for name, verdict in meaning.verdicts.items()},
        "scope": str(meaning.scope),
    }


def _margins(standing: Standing) -> list[Document]:
    """Return the margins of one threshold; that without a state holds whatever the state."""
    written = []
    for state, margin in standing.margins.items():
        given = {} if state is None else {"finding": standing.finding, "state": state.value}
        written.append(given | {"low": _end(margin.low), "high": _end(margin.high)})
    return written


def _end(end: MarginEnd) -> Document:
    # At zero the side says more than the distance.
    return {"distance": exact_text(end.distance), "side": "over" if end.sign > 0 else "under"}
