"""
Facts the engine cannot read, loses or dies of.
"""

from __future__ import annotations

from tests.contract.engine.defects.defect import Defect

DEFECTS = (
    Defect(
        id="an empty batch",
        guard="Nothing is asserted when there is nothing to assert",
        place="adapter",
        because=(
            "An empty list leaves the number of the state slot unset, and the next call follows it into foreign memory."
        ),
        without="""
session = Session(LOW)
answer([session.tell_batch(facts).fire() for facts in ([], [fact("hb", 9.0)], [])])
""",
        broken=("crashed",),
        zeroed='answered [[], ["low"], []]',
        guarded="""
session = warmed(LOW)
answer([evaluate(session, facts) for facts in ([], [fact("hb", 9.0)], [])])
""",
        right='answered [[], ["low"], []]',
    ),
    Defect(
        id="a fact without fields",
        guard="A fact always has an id, a code and a value",
        place="adapter",
        because="A batch that starts with an empty object is read past its end, zeroed or not.",
        without="""
answer(Session(LOW).tell_batch([{}]).fire())
""",
        broken=("crashed",),
        guarded="""
answer(evaluate(warmed(LOW), [{}]))
""",
        right="answered []",
    ),
    Defect(
        id="a fact without fields between others",
        guard="A fact always has an id, a code and a value",
        place="adapter",
        because="The reader never gets past an empty object in the middle of a batch.",
        without="""
answer(Session(LOW).tell_batch([fact("mcv", 70.0), {}, fact("hb", 9.0)]).fire())
""",
        broken=("hung",),
        guarded="""
answer(evaluate(warmed(LOW), [fact("mcv", 70.0), {}, fact("hb", 9.0)]))
""",
        right='answered ["low"]',
    ),
    Defect(
        id="a number with an exponent",
        guard="A margin other than zero is at least 0.0001, so that no number has an exponent",
        place="core (margins), adapter",
        because=(
            "The reader knows exponents behind a decimal point only, and stops at `1e-05`, which "
            "is how Python writes 0.00001."
        ),
        without="""
rules = {"above": rule(test("hb", "$gt", 0.0))}
answer(Session(rules).tell(fact("hb", round(12.00001 - 12, 5))).fire())
""",
        broken=("error 204",),
        guarded="""
rules = {"above": rule(test("hb", "$gt", 0.0))}
answer(evaluate(warmed(rules), [fact("hb", margin("12.00001", "12"))]))
""",
        right='answered ["above"]',
    ),
    Defect(
        id="a number with an exponent in a batch",
        guard="A margin other than zero is at least 0.0001, so that no number has an exponent",
        place="core (margins), adapter",
        because=(
            "In a batch the unreadable fact and all after it are dropped, and the return code says that all is well."
        ),
        without="""
facts = [fact("mcv", 70.0), fact("crp", 1e-05), fact("hb", 9.0)]
session = Session({"small": rule(test("mcv", "$lt", 80.0)), **LOW})
answer([session.tell_batch(facts).fire(), session.codes])
""",
        broken=('answered [["small"], [0]]',),
        guarded="""
facts = [fact("mcv", 70.0), fact("crp", margin("0.00001", "0")), fact("hb", 9.0)]
answer(evaluate(warmed({"small": rule(test("mcv", "$lt", 80.0)), **LOW}), facts))
""",
        right='answered ["small", "low"]',
    ),
    Defect(
        id="a number with an exponent first in a batch",
        guard="A margin other than zero is at least 0.0001, so that no number has an exponent",
        place="core (margins), adapter",
        because=(
            "If the first fact is unreadable, nothing is read and the number of the state slot "
            "stays unset, as for an empty batch."
        ),
        without="""
answer(Session(LOW).tell_batch([fact("crp", 1e-05), fact("hb", 9.0)]).fire())
""",
        broken=("crashed",),
        zeroed="answered []",
        guarded="""
answer(evaluate(warmed(LOW), [fact("crp", margin("0.00001", "0")), fact("hb", 9.0)]))
""",
        right='answered ["low"]',
    ),
    Defect(
        id="an infinite number",
        guard="A margin without bound becomes the largest number the engine is given",
        place="core (margins), adapter",
        because="The reader knows no infinity; an open end of an interval is one.",
        without="""
rules = {"above": rule(test("hb", "$gt", 0.0))}
answer(Session(rules).tell(fact("hb", float("inf"))).fire())
""",
        broken=("error 202",),
        guarded="""
rules = {"above": rule(test("hb", "$gt", 0.0))}
answer(evaluate(warmed(rules), [fact("hb", margin("Infinity", "12"))]))
""",
        right='answered ["above"]',
    ),
    Defect(
        id="an infinite number first in a batch",
        guard="A margin without bound becomes the largest number the engine is given",
        place="core (margins), adapter",
        because="As for the exponent: nothing is read and the number of the state slot is unset.",
        without="""
answer(Session(LOW).tell_batch([fact("hb", float("-inf"))]).fire())
""",
        broken=("crashed",),
        zeroed="answered []",
        guarded="""
answer(evaluate(warmed(LOW), [fact("hb", margin("-Infinity", "12"))]))
""",
        right='answered ["low"]',
    ),
    Defect(
        id="not a number",
        guard="Only finite numbers pass",
        place="panel, adapter",
        because="NaN is read as null: no rule fires, and nobody learns that the value was lost.",
        without="""
answer(Session(LOW).tell(fact("hb", float("nan"))).fire())
""",
        broken=("answered []",),
        guarded="""
answer(evaluate(warmed(LOW), [fact("hb", number(float("nan")))]))
""",
        right="refused: nan is out of range",
    ),
    Defect(
        id="a truth value",
        guard="Only int and float pass, which `bool` is not by its exact type",
        place="panel, adapter",
        because="`true` is the number 1 and below most thresholds.",
        without="""
answer(Session(LOW).tell(fact("hb", True)).fire())
""",
        broken=('answered ["low"]',),
        guarded="""
answer(evaluate(warmed(LOW), [fact("hb", number(True))]))
""",
        right="refused: True is not a number",
    ),
    Defect(
        id="a high number as text",
        guard="Text is refused where a number belongs",
        place="panel, adapter",
        because="A text is compared with the threshold's text: `100` comes before `12`.",
        without="""
answer(Session(LOW).tell(fact("hb", "100")).fire())
""",
        broken=('answered ["low"]',),
        guarded="""
answer(evaluate(warmed(LOW), [fact("hb", number("100"))]))
""",
        right="refused: '100' is not a number",
    ),
    Defect(
        id="a low number as text",
        guard="Text is refused where a number belongs",
        place="panel, adapter",
        because="The same the other way round: `9.1` comes after `12`, and the rule is silent.",
        without="""
answer(Session(LOW).tell(fact("hb", "9.1")).fire())
""",
        broken=("answered []",),
        guarded="""
answer(evaluate(warmed(LOW), [fact("hb", number("9.1"))]))
""",
        right="refused: '9.1' is not a number",
    ),
    Defect(
        id="a null",
        guard="What was not measured is no fact",
        place="panel, adapter",
        because="A field that is null counts as one that exists.",
        without="""
rules = {"measured": rule({"$and": [{"code": "hb"}, {"$ex": {"value": 1}}]})}
answer(Session(rules).tell(fact("hb", None)).fire())
""",
        broken=('answered ["measured"]',),
        guarded="""
rules = {"measured": rule({"$and": [{"code": "hb"}, {"$ex": {"value": 1}}]})}
session = warmed(rules)
answer([evaluate(session, own_facts({"hb": value}, ["hb"])) for value in (None, 9.0)])
""",
        right='answered [[], ["measured"]]',
    ),
    Defect(
        id="a number beyond 64 bits",
        guard="The comparison is exact and done before; the engine compares its margin with zero",
        place="core (margins), adapter",
        because="Larger integers all become 9223372036854775807.",
        without="""
rules = {"above": rule(test("cells", "$gt", 10**19))}
answer(Session(rules).tell(fact("cells", 10**30)).fire())
""",
        broken=("answered []",),
        guarded="""
rules = {"above": rule(test("cells", "$gt", 0.0))}
answer(evaluate(warmed(rules), [fact("cells", margin("1E+30", "1E+19"))]))
""",
        right='answered ["above"]',
    ),
    Defect(
        id="a number beyond 53 bits",
        guard="The comparison is exact and done before; the engine compares its margin with zero",
        place="core (margins), adapter",
        because="An integer and a float are compared as floats, which cannot tell these two apart.",
        without="""
rules = {"above": rule(test("cells", "$gt", 9007199254740992.0))}
answer(Session(rules).tell(fact("cells", 9007199254740993)).fire())
""",
        broken=("answered []",),
        guarded="""
rules = {"above": rule(test("cells", "$gt", 0.0))}
answer(evaluate(warmed(rules), [fact("cells", margin("9007199254740993", "9007199254740992"))]))
""",
        right='answered ["above"]',
    ),
    Defect(
        id="more than 252 fields in one fact",
        guard="One fact for each value: a code and its value, never a whole panel",
        place="adapter",
        because="One field too many and the fact is refused; in a batch it is dropped.",
        without="""
rules = {"r": rule(test("c7", "$lt", 1.0))}
answer(Session(rules).tell({"id": "panel", **{f"c{n}": 0.0 for n in range(254)}}).fire())
""",
        broken=("error 302",),
        guarded="""
rules = {"r": rule(test("c7", "$lt", 1.0))}
answer(evaluate(warmed(rules), [fact(f"c{n}", 0.0) for n in range(254)]))
""",
        right='answered ["r"]',
    ),
    Defect(
        id="nested lists from a client",
        guard="The engine sees facts that the service wrote, never a client's JSON",
        place="panel, adapter",
        because="The reader calls itself for each level until the stack is full.",
        without="""
resource.setrlimit(resource.RLIMIT_STACK, (8 << 20, resource.RLIM_INFINITY))
deep = "[" * 200_000 + "]" * 200_000
engine.assert_fact(Session(LOW).handle, '{"id":"o_hb","code":"hb","value":9.0,"note":' + deep + "}")
answer("read")
""",
        broken=("crashed",),
        guarded="""
deep = []
for _ in range(200_000):
    deep = [deep]
answer(evaluate(warmed(LOW), own_facts({"hb": 9.0, "note": deep}, ["hb", "mcv"])))
os._exit(0)  # to take the list apart again would fill the stack of some Pythons
""",
        right='answered ["low"]',
    ),
)
