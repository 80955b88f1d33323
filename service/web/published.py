"""
What is published, as the OpenAPI document describes it.
"""

from __future__ import annotations

from marshmallow import fields

from service.web.answered_trace import EffectAnswer
from service.web.described import Described, flag, level, maybe, nullable, some, string, texts


class RulesetAnswer(Described):
    """A rule set as its newest version describes it."""

    id = string()
    title = string()
    newest = string("Newest version")
    versions = texts("Oldest first")
    about = fields.Dict(required=True, metadata={"description": "As its authors wrote it"})


class RulesetsAnswer(Described):
    """Rule sets that have a release."""

    rulesets = some(RulesetAnswer)


class VersionLine(Described):
    """A version as the ledger tells it; further members are those of the ledger."""

    class Meta:
        """Options of marshmallow."""

        unknown = "include"

    version = string()


class VersionsAnswer(Described):
    """The versions of a rule set, oldest first."""

    ruleset = string()
    versions = some(VersionLine)


class ProfileAnswer(Described):
    """A named, cited way to read the same rules."""

    id = string()
    title = string()
    because = string()
    assume = fields.Dict(required=True)


class SafetyAnswer(Described):
    """What the rule set promises of every answer; each case is held against it."""

    property = string()
    because = string("Why it matters")
    source = string("Publication, or own")
    where = string("Empty where the source is own")
    read = level()


class VersionAnswer(Described):
    """One version."""

    ruleset = string()
    title = string()
    version = string()
    digest = string("sha256 of its manifest")
    published = string("Day of publication, or empty")
    standing = string("What it may be relied on for")
    question = string("The conclusion that answers the topic")
    scope = texts("Whom the rules are for")
    safety = some(SafetyAnswer)
    profiles = some(ProfileAnswer)
    counts = fields.Dict(required=True)
    about = fields.Dict(required=True, metadata={"description": "As its authors wrote it"})


class MeasureAnswer(Described):
    """Something measured or computed, with every unit and code that is accepted."""

    measure = string()
    title = string()
    kind = string(enum=["laboratory", "patient", "computed"])
    accepted_in = nullable("Where a request says it; null where it is computed")
    unit = string("Canonical, UCUM")
    accepted_units = texts("UCUM, the canonical one first")
    loinc = texts("LOINC codes, the primary first")
    possible = nullable("Values outside are set aside")
    usual = nullable("Values outside are remarked on")
    computed_as = texts("How it is computed, or how when it was not reported")
    may_be_assumed = flag()


class AttributeAnswer(Described):
    """Something about the patient with a closed list of values."""

    attribute = string()
    title = string()
    accepted_in = string("Where a request says it")
    values = texts()
    groups = fields.Dict(required=True, metadata={"description": "Words that stand for several"})
    may_be_assumed = flag()


class RowAnswer(Described):
    """When a code or a text applies: every row whose conditions surely hold, else the rows without conditions."""

    when = fields.Dict(
        required=True, metadata={"description": "Attributes and findings, as written; empty where there is none"}
    )
    beside = fields.Boolean(required=True, metadata={"description": "It applies in addition to others"})


class CodeWord(RowAnswer):
    """A code of a terminology, suggested for review by a coder."""

    system = string("Canonical address of the terminology")
    code = string()
    read = level()
    verified = fields.Boolean(required=True, metadata={"description": "False where nobody has read it in a source yet"})


class PatientTextWord(RowAnswer):
    """One or two sentences for the patient."""

    text = string()


class FindingWord(Described):
    """A finding that is observed, or that rules decide."""

    finding = string()
    title = string()
    group = string()
    accepted_in = nullable("Where a request says it; null where rules decide it")
    codes = some(CodeWord)
    for_patients = some(PatientTextWord)


class ConclusionWord(Described):
    """A conclusion, with the codes suggested for it."""

    conclusion = string()
    title = string()
    kind = string()
    codes = some(CodeWord)
    for_patients = some(PatientTextWord)


class AdviceWord(Described):
    """A next step."""

    advice = string()
    title = string()
    kind = string()


class EventWord(Described):
    """Something that happens to a patient at a time."""

    event = string()
    title = string()
    accepted_in = string("Where a request says it")
    loinc = texts("LOINC codes, for whoever maps it; a request names the event")


class VocabularyAnswer(Described):
    """The words of one version."""

    ruleset = string()
    version = string()
    measures = some(MeasureAnswer)
    attributes = some(AttributeAnswer)
    findings = some(FindingWord)
    conclusions = some(ConclusionWord)
    advice = some(AdviceWord)
    events = some(EventWord)


class RuleLine(Described):
    """A rule in a list."""

    rule = string()
    title = string()
    gives = fields.Nested(EffectAnswer, required=True)
    sources = texts()
    reviewed = nullable("Who reviewed it; null until a named person did")


class RulesAnswer(Described):
    """The rules of a version."""

    ruleset = string()
    version = string()
    rules = some(RuleLine)


class LimitAnswer(Described):
    """A row of a threshold."""

    row = string("Whom it is for")
    limit = nullable("In the threshold's unit")
    laboratory = nullable("Which limit of the laboratory's own range holds: lower limit, upper limit")
    equal_is_abnormal = flag()
    no_limit = nullable("Why there is no limit")
    source = string()
    where = string()
    read = level()


class ChoiceAnswer(Described):
    """One cited way to fill a threshold, with the profiles that read it so."""

    choice = string()
    profiles = texts("Those that choose it; none where it only stands in for another")
    compares = string("The measure whose value is compared")
    otherwise = nullable("The choice that holds for results without a laboratory range")
    never_beyond = nullable("The threshold beyond which no limit and no flag of a laboratory is believed")
    rows = some(LimitAnswer)


class ThresholdAnswer(Described):
    """A named clinical limit."""

    threshold = string()
    title = string()
    of = string()
    unit = string()
    abnormal = string(enum=["low", "high"])
    choices = some(ChoiceAnswer)


class EvidenceAnswer(Described):
    """A passage for or against a rule."""

    source = string()
    title = string()
    where = string()
    says = string()
    supports = flag()
    strength = string()
    read = level()
    doi = maybe()
    pmid = maybe()
    isbn = maybe()
    url = maybe()


class ReviewAnswer(Described):
    """Who keeps a rule."""

    owner = string()
    reviewed = nullable("Who reviewed it; null until a named person did")
    next = string("When it is due")


class GroupAnswer(Described):
    """How many of the members must hold; a member is a condition, or such a group."""

    word = string("As it was written: all, any, at least 2 of")
    needed = fields.Integer(required=True)
    members = fields.List(fields.Dict(), required=True, metadata={"description": "`condition`, or a group again"})


class RuleAnswer(Described):
    """One rule, complete."""

    ruleset = string()
    version = string()
    rule = string()
    title = string()
    profiles = texts("Profiles it is for")
    when = fields.Nested(GroupAnswer, required=True)
    gives = fields.Nested(EffectAnswer, required=True)
    because = string("The sentence of its answers; names in braces are filled in")
    thresholds = some(ThresholdAnswer)
    rationale = string()
    evidence = some(EvidenceAnswer)
    limits = texts("Where it may be wrong")
    review = fields.Nested(ReviewAnswer, required=True)
    authored = string("YAML, byte for byte")
