"""
Explanations, as the OpenAPI document describes them.
"""

from __future__ import annotations

from marshmallow import INCLUDE, Schema, fields

from service.application.explain import EXPLAINERS
from service.application.registers import REGISTERS
from service.domain.decision import Status
from service.domain.explanation.graph import Kind, Role
from service.domain.scales import Certainty
from service.domain.semantics import Outcome
from service.web.described import Described, flag, maybe, some, string, texts, word


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


class ExplainedConclusionAnswer(Described):
    """A conclusion: with its derivation where the question is why, with what stands in its way where it is why not."""

    conclusion = string()
    title = string()
    certainty = fields.String(
        required=True, allow_none=True, metadata={"enum": [*map(str, Certainty), None], "description": "Null for none"}
    )
    contested = flag()
    minimal = fields.Nested(GraphAnswer, metadata={"description": "The smallest support that suffices"})
    complete = fields.Nested(GraphAnswer, metadata={"description": "Every support, and what speaks against it"})
    could_be = some(ObstacleAnswer, "Rules that could have drawn it, or more firmly", required=False)
    nodes = some(NodeAnswer, required=False)
    edges = some(EdgeAnswer, required=False)
    says = some(SentenceAnswer)


class ExplanationAnswer(Described):
    """An explanation of an evaluation."""

    evaluation = string()
    of = word(EXPLAINERS)
    conclusion = fields.String(required=True, allow_none=True)
    register = word(REGISTERS)
    status = word(Status)
    conclusions = some(ExplainedConclusionAnswer)
    overview = fields.Nested(GraphAnswer, required=True, metadata={"description": "What holds for the whole decision"})
    says = some(SentenceAnswer, "About the decision as a whole")
