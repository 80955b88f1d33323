"""
Explanations, as the OpenAPI document describes them.
"""

from __future__ import annotations

from marshmallow import INCLUDE, Schema, fields

from service.application.explain import QUESTIONS
from service.application.registers import REGISTERS
from service.domain.decision import Status
from service.domain.explanation.graph import Kind, Role
from service.domain.explanation.questions import Kind as Sent
from service.domain.scales import Certainty
from service.domain.semantics import Outcome
from service.web.described import Described, flag, maybe, nullable, some, string, texts, word


class SentenceAnswer(Described):
    """A sentence, made by a template from the facts of some nodes."""

    text = string()
    nodes = texts("Ids of the nodes that it renders")


class NodeAnswer(Schema):
    """
    One step, with its facts by its kind.

    `result`: the value as `given` and as `used`, whether it was `converted`, and `notes` on its quality.
    `patient`, `event`, `assumed`, `missing`: what was said, assumed, or not sent. `measure`: the `value` with its
    `formula` and `operands`. `condition`: as in the trace, with the same number, its limits with row and source.
    `finding`: its `state`. `rule`: its `outcome`, what it `does`, its `evidence`. `doubt`: results that it doubts.
    `conclusion`: its `certainty`. `advice`: its `urgency`. `status`: how far the question is answered, by which
    release and profile.
    """

    class Meta:
        """Options of marshmallow."""

        unknown = INCLUDE

    id = string("`kind:name`, the same in every explanation of the evaluation")
    kind = word(Kind)
    title = maybe()


class EdgeAnswer(Described):
    """An edge, from a support to what it supports."""

    vars().update({"from": string(), "to": string()})
    role = word(Role)


class GraphAnswer(Described):
    """Nodes, supports before what they support, and the edges among them."""

    nodes = some(NodeAnswer)
    edges = some(EdgeAnswer)


class DistanceAnswer(Described):
    """How far a value lies from where its comparison would be decided otherwise: exact, and at least so far."""

    value = string("A decimal, or `n/d` where no decimal is exact")
    unit = string()
    text = string()
    direction = string("Where the value would have to go", enum=["lower", "higher"])


class OneOfAnswer(Described):
    """Conditions of one group, of which so many parts are needed; those of one part are needed together."""

    group = fields.Integer(required=True)
    part = fields.Integer(required=True)
    needed = fields.Integer(required=True)


class HurdleAnswer(Described):
    """A condition that stands in the way."""

    condition = string("Id of its node")
    wanted = string("What it would have to be", enum=["true", "false"])
    fails = flag()
    distance = fields.Nested(DistanceAnswer, required=True, allow_none=True)
    needs = fields.List(
        fields.List(fields.String()),
        metadata={"description": "Of an unknown one, what would decide it: alternatives, each to be known together"},
    )
    one_of = fields.Nested(OneOfAnswer)
    through = fields.List(
        fields.Nested("ObstacleAnswer"),
        metadata={"description": "Of a derived finding, the rules that would bring it about or keep it away"},
    )


class ObstacleAnswer(Described):
    """A rule, and what stands in its way."""

    rule = string()
    outcome = word(Outcome)
    would_give = maybe("The certainty of its conclusion")
    profiles = texts("The only profiles in which it is read", required=False)
    fails = some(HurdleAnswer)
    vars().update({"unknown": some(HurdleAnswer)})
    says = some(SentenceAnswer, required=False)


class ToldAnswer(Described):
    """What would be told of the conclusion."""

    certainty = fields.String(
        required=True, allow_none=True, metadata={"enum": [*map(str, Certainty), None], "description": "Null for none"}
    )
    contested = flag()


class EndAnswer(Described):
    """One end of a stretch of values."""

    word = string(enum=["above", "at least", "below", "at most"])
    limit = string("A decimal, or `n/d` where no decimal is exact")
    text = string()
    thresholds = texts("Thresholds that are met there")


class WhenAnswer(Described):
    """What one test would show: a word, a state, a stretch of values, or that something never happened."""

    name = string()
    kind = word(Sent)
    node = string("Id of its node")
    vars().update({"word": maybe("Of an attribute")})
    state = maybe("Of a finding")
    never = flag("Of an event", required=False)
    unit = maybe()
    vars().update({"flag": maybe("That the laboratory prints beside it, in the letters of HL7")})
    limits = some(EndAnswer, "Where the stretch ends; none for any value", required=False)
    example = maybe("A value of the stretch: the one that the engine has decided")
    text = maybe("The same with its unit")


class OutcomeAnswer(Described):
    """What would be told with these results, as the engine has decided it."""

    when = some(WhenAnswer)
    answer = fields.Nested(ToldAnswer, required=True)
    status = word(Status)


class SetOfTestsAnswer(Described):
    """A smallest set of missing tests that could change what is told."""

    tests = texts()
    nodes = texts("Ids of their nodes and of the conclusion")
    sufficient = flag("That some results of them change it")
    minimal = flag("That none of them can be left out")
    tells_more = flag("Whether some outcome tells more than now; else all that it could do is take something back")
    step = fields.Integer(required=True, metadata={"description": "Of the hardest test"})
    sampled = flag("Whether there are more outcomes than are told: one of each answer, or an example, is")
    outcomes = some(OutcomeAnswer)
    says = some(SentenceAnswer)


class ChangedValueAnswer(Described):
    """A result as another panel would have it."""

    measure = string()
    node = string("Id of its node")
    unit = string()
    vars().update({"from": texts("The ends of what it is now")})
    from_text = string()
    to = string("A decimal, or `n/d` where no decimal is exact")
    to_text = string()
    step = string("How large one step is; it stands in the vocabulary, and is the project's own")
    steps = nullable("How many lie between; null where the result is not exact now")


class CounterfactualAnswer(Described):
    """Another panel of which something else is told."""

    changes = some(ChangedValueAnswer)
    answer = fields.Nested(ToldAnswer, required=True)
    status = word(Status)
    rerun = flag("That the engine has decided it")
    says = some(SentenceAnswer)


class CertificateAnswer(Described):
    """That no other usual values would change what is told."""

    measures = texts("Those that could differ")
    most = fields.Integer(required=True, metadata={"description": "How many of them at once"})
    checked = fields.Integer(required=True, metadata={"description": "Panels that were looked at"})
    by = string("Whether every cell was tried, or it was proved", enum=["cells", "solver"])


class CheckedAnswer(Described):
    """What was looked at."""

    cells = fields.Integer(required=True)
    sampled = flag("Whether not every outcome was")


class ExplainedConclusionAnswer(Described):
    """
    A conclusion: where the question is why, with its derivation; where it is why not, with what stands in its way.

    Where it is what would settle it: with `sets` of missing tests, the most useful first. Where it is what would change
    it: with the `nearest` other panels, or a `certificate` that there is none. `undecided` where the search reached
    its limit before it knew.
    """

    conclusion = string()
    title = string()
    certainty = fields.String(
        required=True, allow_none=True, metadata={"enum": [*map(str, Certainty), None], "description": "Null for none"}
    )
    contested = flag()
    minimal = fields.Nested(GraphAnswer, metadata={"description": "The smallest support that suffices"})
    complete = fields.Nested(GraphAnswer, metadata={"description": "Every support, and what speaks against it"})
    could_be = some(ObstacleAnswer, "Rules that could have drawn it, or more firmly", required=False)
    sets = some(SetOfTestsAnswer, required=False)
    left_out = fields.Integer(metadata={"description": "Sets that are not told, the least useful"})
    most_tests = fields.Integer(metadata={"description": "Most tests of a set that were looked for"})
    measures = texts("Results that could differ", required=False)
    nearest = some(CounterfactualAnswer, required=False)
    certificate = fields.Nested(CertificateAnswer)
    undecided = string("The search reached its limit", required=False, enum=["limit"])
    checked = fields.Nested(CheckedAnswer)
    by = string("What has found the sets", required=False, enum=["cells", "solver"])
    nodes = some(NodeAnswer, required=False)
    edges = some(EdgeAnswer, required=False)
    says = some(SentenceAnswer)


class ExplanationAnswer(Described):
    """An explanation of an evaluation."""

    evaluation = string()
    of = word(QUESTIONS)
    conclusion = fields.String(required=True, allow_none=True)
    register = word(REGISTERS)
    status = word(Status)
    conclusions = some(ExplainedConclusionAnswer)
    overview = fields.Nested(GraphAnswer, required=True, metadata={"description": "What holds for the whole decision"})
    says = some(SentenceAnswer, "About the decision as a whole")
