"""
The answer to a panel, as the OpenAPI document describes it.

An answer is recorded as bytes before it is sent, and those bytes are sent; nothing is dumped
through these schemas. Tests load real answers with them, unknown fields refused, so that
the description cannot drift from what is answered.
"""

from __future__ import annotations

from marshmallow import fields

from service.application.basis import UNVERIFIED
from service.application.compare import WHAT
from service.application.view import VIEWS
from service.domain.decision import Status
from service.domain.panel import ISSUES
from service.domain.scales import Certainty, State, Urgency
from service.web.answered_inputs import IntervalAnswer
from service.web.answered_trace import TraceAnswer
from service.web.described import Described, flag, level, maybe, nullable, some, string, texts, word

STATUS = (
    "`concluded`: the question is answered; its conclusion is excluded without doubt or conflict, or is at least "
    "likely together with a cause or mimic. It speaks of the question alone: findings may still be unknown, and "
    "`missing` names what would decide the conclusions that they raise. "
    "`more-data-needed`: something that could be sent could still answer the question; `missing` names the next tests. "
    "`inconclusive`: nothing that could be sent would answer the question: the rules end here, or `undecidable` names "
    "a limit that the profile does not have for this patient, or `conflicts` names what contradicts itself. "
    "`not-applicable`: the patient is outside the scope of the rule set."
)
"""What the words mean."""


class RulesetUsed(Described):
    """What decided."""

    id = string()
    version = string()
    digest = string("sha256 of the release's manifest")
    profile = string()


class ProgramAnswer(Described):
    """The program that decided."""

    name = string()
    version = string()
    engine = string("Name and version of the rules engine")


class ScopeAnswer(Described):
    """Whether the rule set is for this patient."""

    state = string(enum=["in", "out", "unknown"])
    asks = texts("What the rule set asks of a patient, each with its source: conditions, whether they hold or not")


class CodeAnswer(Described):
    """A code of a terminology, suggested for review by a coder."""

    system = string("Canonical address of the terminology")
    code = string()
    verified = fields.Boolean(
        metadata={"description": "False where nobody has read it in a source; answers of older programs leave it out"}
    )


class UnverifiedAnswer(Described):
    """A number that a conclusion rests on and nobody has seen in a source yet."""

    number = string("Threshold, table or constant")
    source = string()
    where = string()
    read = level(UNVERIFIED)


class OverdueAnswer(Described):
    """A rule that a conclusion rests on, and whose evidence should have been read again before the question."""

    rule = string()
    due = string("The day until which it should have been read again")


class ConclusionAnswer(Described):
    """A pattern consistent with the panel; never a diagnosis."""

    conclusion = string()
    title = string()
    kind = string("cause, mimic, frame (the question itself), or state")
    certainty = word(Certainty)
    contested = fields.Boolean(
        required=True,
        metadata={"description": "Rules of equal force speak for it and against it, so that it is `possible`"},
    )
    codes = some(CodeAnswer)
    vars().update({"for": texts("Rules that fired and speak for it")})
    against = texts("Rules that fired and speak against it")
    chain = texts(
        "Every rule that it rests on, in order: doubts about results that changed what was compared, then findings, "
        "then claims; of a contested conclusion, those of both sides"
    )
    # Answers of older programs leave it out.
    left_open_by = texts(
        "Doubts about results that set aside or opened what undecided rules for or against it wait for", required=False
    )
    because = string(
        "The sentences of the rules that decide, then of those they rest on; of a contested conclusion `For it:` "
        "those of one side, then `Against it:` those of the other"
    )
    sources = texts("Publications that support the chain, and those that its numbers come from")
    contrary = texts("Publications that the authors of the chain's rules list as speaking against them")
    unverified = some(UnverifiedAnswer)
    overdue = some(OverdueAnswer, required=False)


class FindingAnswer(Described):
    """A finding that rules decide."""

    finding = string()
    title = string()
    state = word(State)
    codes = some(CodeAnswer, required=False)
    by = texts("Rules that decided it")


class WithinAnswer(IntervalAnswer):
    """How soon a step is due: the shortest time that the rules which advise it look up."""

    table = string("Step table")
    at = string("What was looked up")
    source = string()
    where = string()
    read = level()


class AdviceAnswer(Described):
    """A next step to consider; never a prescription."""

    advice = string()
    title = string()
    urgency = string(enum=[urgency.word for urgency in Urgency])
    text = string("The sentences of the rules that advise it")
    within = fields.Nested(WithinAnswer)
    # Answers of older programs leave them out.
    by = texts("Rules that advise it", required=False)
    chain = texts("Every rule that it rests on, in order, those that advise it among them")
    sources = texts(
        "Publications that support the rules that advise it, and those that their own numbers come from", required=False
    )


class MissingAnswer(Described):
    """
    What could change a certainty that is told, or the advice; the easiest first.

    Tests that specialists do (step 3) are listed where nothing easier is. What no entry names stands with
    each undecided rule of the full trace.
    """

    tests = fields.List(
        fields.List(fields.String()),
        required=True,
        metadata={
            "description": "Alternatives, the easiest first; each is what must be known together: measures, "
            "attributes, observed findings, events. One that was sent is asked for of another time, "
            "more exactly, or without a doubt; `effect` says which"
        },
    )
    step = fields.Integer(
        required=True, metadata={"description": "1 first line, 2 second line, 3 specialist; of the first alternative"}
    )
    vars().update({"for": texts("Conclusions and advice that it could change, or `scope`")})
    rules = texts("Rules that could fire")
    with_range = texts("Measures whose results must carry the laboratory's reference range")
    effect = string("What could come of it, in words")


class UndecidableAnswer(Described):
    """A limit that the profile does not have for this patient, and without which a certainty cannot be told better."""

    number = string("Threshold, or step table")
    open = texts("Findings, or conclusions, about which rules stay undecided for want of it")
    conclusions = texts("Conclusions whose certainty could change with them; other rules may claim something of one")
    row = string("The row of the threshold that says so; empty for a table")
    reason = string("As authored")
    source = string()
    where = string()
    profiles = texts("Profiles of the release that have a limit for this patient")
    text = string("All of it in words")


class ConflictAnswer(Described):
    """A finding that rules both establish and rule out; every condition on it is unknown."""

    finding = string()
    vars().update({"for": texts("Rules that establish it")})
    against = texts("Rules that rule it out")
    because = string()


class AssumedAnswer(Described):
    """An assumption that was used."""

    attribute = string("Attribute or quantity of the patient")
    value = string()
    changes = texts("Decided rules that rest on it")


class QualityAnswer(Described):
    """A remark on the quality of what was sent."""

    result = string(
        "Id of the result, several with commas between; where it is about no result, the attribute of the patient or "
        "the computed measure"
    )
    measure = string("That it is about, the first of several; or the attribute")
    issue = word(ISSUES)
    detail = string("In words")
    used = flag("Whether rules read the value all the same")


class UncheckedAnswer(Described):
    """A doubt about a result that could not be settled, and that would change what is told if it were true."""

    rule = string("The rule that would cast the doubt")
    title = string("Of the rule: the doubt in words")
    measures = texts("Measures whose results, of those that were sent, it is about")
    needs = texts("What would settle it")


class SourceAnswer(Described):
    """A publication; further members are as the author wrote them."""

    class Meta:
        """Options of marshmallow."""

        unknown = "include"

    source = string()
    title = string()


class ComparedNumberAnswer(Described):
    """A number with which a profile reads a rule, as it holds for the patient."""

    value = maybe("The limit; left out of tables and constants")
    source = string()
    where = string()
    read = level()


class ComparedNumbersAnswer(Described):
    """A number that two profiles do not share."""

    number = string("Threshold, table or constant")
    here = some(ComparedNumberAnswer, "In the profile that is answered in full")
    there = some(ComparedNumberAnswer, "In the other profile")


class ComparedRuleAnswer(Described):
    """A rule that two profiles decide otherwise."""

    rule = string()
    here = string("Its outcome in the profile that is answered in full")
    there = string("Its outcome in the other profile")


class DifferenceAnswer(Described):
    """Something that two profiles do not say alike."""

    what = word(WHAT)
    name = string("Of the conclusion, the finding or the advice; status for the status")
    here = nullable("Certainty, state, urgency or status in the profile that is answered in full; null where none")
    there = nullable("The same in the other profile")
    rules = some(ComparedRuleAnswer, "Rules on the way to it that come out otherwise")
    numbers = some(ComparedNumbersAnswer, "Numbers of these rules that the profiles do not share")


class ComparedAnswer(Described):
    """What another profile says of the same panel."""

    profile = string()
    differs = some(DifferenceAnswer, "Empty where it says the same")


class EvaluationAnswer(Described):
    """A decision as it was recorded."""

    id = string(format="uuid")
    format = fields.Integer(
        required=True,
        metadata={
            "description": "2. Answers of the format 1, recorded by older programs, have no `undecidable` and tell "
            "`missing` by finding and conclusion: `for` is one name; `waits_for` stands instead of `step` and `rules`"
        },
    )
    as_of = string(format="date-time")
    decided_at = string(format="date-time")
    recorded_at = string(format="date-time")
    program = fields.Nested(ProgramAnswer, required=True)
    subject = maybe()
    ruleset = fields.Nested(RulesetUsed, required=True)
    standing = string("What the release may be relied on for")
    status = word(Status, STATUS)
    scope = fields.Nested(ScopeAnswer, required=True)
    conclusions = some(
        ConclusionAnswer,
        "The surest first. One that is unlikely or excluded is told where it answers the question, where a rule "
        "speaks for it as well, or where a rule for it failed by one condition alone; `trace.conclusions` has all",
    )
    findings = some(FindingAnswer)
    advice = some(AdviceAnswer)
    conflicts = some(ConflictAnswer)
    undecidable = some(UndecidableAnswer)
    missing = some(MissingAnswer)
    assumed = some(AssumedAnswer)
    quality = some(QualityAnswer)
    unchecked = some(UncheckedAnswer)
    compared = some(
        ComparedAnswer, "Where `profiles` named several: in what each of the others differs", required=False
    )
    trace = fields.Nested(TraceAnswer, metadata={"description": f"As asked: {', '.join(VIEWS)}"})
    sources = some(SourceAnswer)
