"""
Conditions that the engine misreads, or that it cannot evaluate.
"""

from __future__ import annotations

from tests.contract.engine.defects.defect import Defect

DEFECTS = (
    Defect(
        id="two fields in one condition",
        guard="One key for each condition; several are terms of one `$and`",
        place="compiler",
        because="Everything after the first key is ignored.",
        without="""
rules = {"both": rule({"hb": 1.0, "mcv": 1.0})}
answer(Session(rules).tell({"id": "o", "hb": 1.0, "mcv": 2.0}).fire())
""",
        broken=('answered ["both"]',),
        guarded="""
sentence = refusal(check_rules, {"both": rule({"hb": 1.0, "mcv": 1.0})})
rules = check_rules({"both": rule({"$and": [{"hb": 1.0}, {"mcv": 1.0}]})})
session = warmed(rules)
answer([sentence, *(evaluate(session, [{"id": "o", "hb": 1.0, "mcv": mcv}]) for mcv in (2.0, 1.0))])
""",
        right='answered ["2 keys in one condition", [], ["both"]]',
    ),
    Defect(
        id="two bounds in one condition",
        guard="One key for each condition; a range is two terms of one `$and`",
        place="compiler",
        because="The upper bound is ignored.",
        without="""
rules = {"within": rule({"$gte": {"hb": 7.0}, "$lt": {"hb": 12.0}})}
answer(Session(rules).tell({"id": "o", "hb": 15.0}).fire())
""",
        broken=('answered ["within"]',),
        guarded="""
sentence = refusal(check_rules, {"within": rule({"$gte": {"hb": 7.0}, "$lt": {"hb": 12.0}})})
rules = check_rules({"within": rule({"$and": [{"$gte": {"hb": 7.0}}, {"$lt": {"hb": 12.0}}]})})
session = warmed(rules)
answer([sentence, *(evaluate(session, [{"id": "o", "hb": hb}]) for hb in (15.0, 9.0))])
""",
        right='answered ["2 keys in one condition", [], ["within"]]',
    ),
    Defect(
        id="an empty conjunction",
        guard="No condition is empty",
        place="compiler",
        because=(
            "It holds for every fact, also for the one that the engine keeps about the patient and "
            "that is asserted anew after each action, as the package's own Host does: without end."
        ),
        without="""
session = Session({"r": rule({"$and": []})}).tell(fact("hb", 9.0))
state, action = engine.start_action_for_state(session.handle, session.state)
while action:
    engine.update_state(session.handle, state)
    action = engine.complete_and_start_action(session.handle, session.state)
answer("quiet")
""",
        broken=("hung",),
        guarded="""
answer(refusal(check_rules, {**LOW, "r": rule({"$and": []})}))
""",
        right='answered "an empty $and"',
    ),
    Defect(
        id="an empty conjunction without the Host",
        guard="No condition is empty",
        place="compiler",
        because="Driven as the adapter does it ends, but the rule fires for a fact nobody told.",
        without="""
answer(Session({"r": rule({"$and": []})}).tell(fact("hb", 9.0)).fire())
""",
        broken=('answered ["r", "r"]',),
        guarded="""
sentence = refusal(check_rules, {"r": rule({"$and": []})})
answer([sentence, evaluate(warmed(check_rules({"r": rule({"code": "hb"})})), [fact("hb", 9.0)])])
""",
        right='answered ["an empty $and", ["r"]]',
    ),
    Defect(
        id="a field that must not exist",
        guard="Absence is a fact of its own, asserted once it is certain",
        place="compiler, adapter",
        because="`$nex` too holds for the fact that the engine keeps about the patient.",
        without="""
answer(Session({"r": rule({"$nex": {"ferritin": 1}})}).tell({"id": "o", "ferritin": 9.0}).fire())
""",
        broken=('answered ["r"]',),
        guarded="""
sentence = refusal(check_rules, {"r": rule({"$nex": {"ferritin": 1}})})
session = warmed(check_rules({"r": rule({"absent": "ferritin"})}))
told = ([fact("ferritin", 9.0)], [{"id": "n_ferritin", "absent": "ferritin"}])
answer([sentence, *(evaluate(session, facts) for facts in told)])
""",
        right='answered ["$nex in a condition", [], ["r"]]',
    ),
    Defect(
        id="a negated pattern",
        guard="Absence is a fact of its own, asserted once it is certain",
        place="compiler, adapter",
        because=(
            "What is already pending is not taken back when the blocking fact arrives later: the "
            "rule fires with and without it."
        ),
        without="""
rules = {"alone": {"all": [{"p": {"code": "hb"}}, {"n$not": {"code": "mcv"}}]}}
session = Session(rules)
answer(session.tell_batch([{"id": "1", "code": "hb"}, {"id": "2", "code": "mcv"}]).fire())
""",
        broken=('answered ["alone"]',),
        guarded="""
rules = {"alone": {"all": [{"p": {"code": "hb"}}, {"n$not": {"code": "mcv"}}], "dist": 0}}
sentence = refusal(check_rules, rules)
session = warmed(check_rules({"alone": rule({"code": "hb"}, {"absent": "mcv"}, dist=0)}))
with_mcv = evaluate(session, [{"id": "1", "code": "hb"}, {"id": "2", "code": "mcv"}])
without_mcv = evaluate(session, [{"id": "1", "code": "hb"}, {"id": "n", "absent": "mcv"}])
answer([sentence, with_mcv, without_mcv])
""",
        right='answered ["n$not as an alias", [], ["alone"]]',
    ),
    Defect(
        id="a negated pattern alone",
        guard="Absence is a fact of its own, asserted once it is certain",
        place="compiler, adapter",
        because="A rule that only asks for the absence of something never fires.",
        without="""
rules = {"none": {"all": [{"n$not": {"code": "mcv"}}]}}
answer(Session(rules).tell({"id": "1", "code": "hb"}).fire())
""",
        broken=("answered []",),
        guarded="""
session = warmed(check_rules({"none": rule({"absent": "mcv"})}))
answer(evaluate(session, [{"id": "1", "code": "hb"}, {"id": "n", "absent": "mcv"}]))
""",
        right='answered ["none"]',
    ),
    Defect(
        id="a division by zero",
        guard="Ratios are computed before, in exact arithmetic; the engine only compares",
        place="core (formulas), compiler",
        because="`$div` of integers is the processor's own division, whose trap ends the process.",
        without="""
ratio = {"$div": {"$l": {"$m": "iron"}, "$r": {"$m": "tibc"}}}
session = Session({"r": rule({"$lt": {"low": ratio}})})
answer(session.tell({"id": "o", "low": -1, "iron": 6, "tibc": 0}).fire())
""",
        # Processors whose division does not trap say that anything by zero is zero.
        broken=("crashed", 'answered ["r"]'),
        guarded="""
ratio = {"$div": {"$l": {"$m": "iron"}, "$r": {"$m": "tibc"}}}
sentence = refusal(check_rules, {"r": rule({"$lt": {"low": ratio}})})
session = warmed(check_rules({"r": rule(test("saturation", "$lt", 0.0))}))
told = []
for iron, tibc in ((6, 0), (6, 60)):
    facts = [fact("saturation", margin(str(iron / tibc), "0.16"))] if tibc else []
    told.append(evaluate(session, facts))
answer([sentence.partition(" {")[0], *told])
""",
        right='answered ["a term that compares with", [], ["r"]]',
    ),
    Defect(
        id="a division of integers",
        guard="Ratios are computed before, in exact arithmetic; the engine only compares",
        place="core (formulas), compiler",
        because="It drops the remainder: 7 by 2 is 3.",
        without="""
half = {"$div": {"$l": {"$m": "a"}, "$r": {"$m": "b"}}}
answer(Session({"r": rule({"$lt": {"x": half}})}).tell({"id": "o", "x": 3, "a": 7, "b": 2}).fire())
""",
        broken=("answered []",),
        guarded="""
session = warmed(check_rules({"r": rule(test("x", "$lt", 0.0))}))
answer(evaluate(session, [fact("x", margin("3", str(7 / 2)))]))
""",
        right='answered ["r"]',
    ),
    Defect(
        id="a comparison of two facts",
        guard="Two measures are compared before, as the margin between them",
        place="core (margins), compiler",
        because=(
            "When it does not hold inside an `$and`, the engine walks past the end of the "
            "condition in search of an end mark. Where it finds one is luck; not always the same."
        ),
        without="""
lower = {"$and": [{"code": "mcv"}, {"$lt": {"value": {"p0": "value"}}}]}
for count in range(0, 200, 7):
    others = {f"r{n}": rule({"code": f"c{n}"}) for n in range(count)}
    session = Session({**others, "lower": rule({"code": "hb"}, lower, dist=0)})
    assert session.tell(fact("hb", 1.0), fact("mcv", 2.0)).fire() == []
answer("lucky")
""",
        broken=("crashed",),
        guarded="""
lower = {"$and": [{"code": "mcv"}, {"$lt": {"value": {"p0": "value"}}}]}
sentence = refusal(check_rules, {"lower": rule({"code": "hb"}, lower, dist=0)})
session = warmed(check_rules({"lower": rule(test("mcv_less_hb", "$lt", 0.0))}))
pairs = (("2.0", "1.0"), ("1.0", "2.0"))
fired = [evaluate(session, [fact("mcv_less_hb", margin(*pair))]) for pair in pairs]
answer([sentence, *fired])
""",
        right="""answered ["a term that compares with {'p0': 'value'}", [], ["lower"]]""",
    ),
    Defect(
        id="an equality of two facts",
        guard="Two measures are compared before, as the margin between them",
        place="core (margins), compiler",
        because="Facts are joined by their text: 12 and 12.0 are not equal.",
        without="""
rules = {"same": rule({"code": "hb"}, {"value": {"p0": "value"}}, dist=1)}
answer(Session(rules).tell(fact("hb", 12), fact("mcv", 12.0)).fire())
""",
        broken=("answered []",),
        guarded="""
session = warmed(check_rules({"same": rule({"$and": [{"code": "d"}, {"value": 0.0}]})}))
pairs = (("12", "12.0"), ("12", "12.00001"))
answer([evaluate(session, [fact("d", margin(*pair))]) for pair in pairs])
""",
        right='answered [["same"], []]',
    ),
    Defect(
        id="a value missing from an earlier fact",
        guard="Two measures are compared before, as the margin between them",
        place="core (margins), compiler",
        because="A comparison with a field that the other fact lacks ends the assertion.",
        without="""
rules = {"lower": rule({"code": "hb"}, {"$lt": {"value": {"p0": "value"}}}, dist=1), **LOW}
answer(Session(rules).tell({"id": "o", "code": "hb"}, fact("mcv", 2.0)).fire())
""",
        broken=("error 311",),
        guarded="""
session = warmed(check_rules({"lower": rule(test("mcv_less_hb", "$lt", 0.0)), **LOW}))
answer(evaluate(session, own_facts({"hb": None, "mcv": 2.0}, ["hb", "mcv"])))
""",
        right="answered []",
    ),
    Defect(
        id="a reference to nothing",
        guard="A term compares a field with a number or a name, never with another fact",
        place="compiler",
        because="The condition is ignored and the rule fires.",
        without="""
answer(Session({"r": rule({"$lt": {"hb": {"nobody": "value"}}})}).tell({"id": "o", "hb": 9}).fire())
""",
        broken=('answered ["r"]',),
        guarded="""
answer(refusal(check_rules, {"r": rule({"$lt": {"hb": {"nobody": "value"}}})}))
""",
        right="""answered "a term that compares with {'nobody': 'value'}\"""",
    ),
    Defect(
        id="a regular expression",
        guard="Texts are compared for equality only",
        place="compiler",
        because="`^` and `$` match nothing at all, without a word.",
        without="""
answer(Session({"r": rule({"$mt": {"code": "^hb$"}})}).tell(fact("hb", 9.0)).fire())
""",
        broken=("answered []",),
        guarded="""
sentence = refusal(check_rules, {"r": rule({"$mt": {"code": "^hb$"}})})
answer([sentence, evaluate(warmed(check_rules({"r": rule({"code": "hb"})})), [fact("hb", 9.0)])])
""",
        right='answered ["$mt in a condition", ["r"]]',
    ),
    Defect(
        id="two patterns for one fact",
        guard="Every rule with several patterns has `dist` 0",
        place="compiler",
        because="By default two patterns of a rule must be met by two different facts.",
        without="""
rules = {"within": rule(test("hb", "$gte", 7.0), test("hb", "$lt", 12.0))}
answer(Session(rules).tell(fact("hb", 9.0)).fire())
""",
        broken=("answered []",),
        guarded="""
sentence = refusal(check_rules, {"r": rule(test("hb", "$gte", 7.0), test("hb", "$lt", 12.0))})
rules = check_rules({"within": rule(test("hb", "$gte", 7.0), test("hb", "$lt", 12.0), dist=0)})
answer([sentence, evaluate(warmed(rules), [fact("hb", 9.0)])])
""",
        right='answered ["several patterns without dist 0", ["within"]]',
    ),
    Defect(
        id="a disjunction",
        guard="Each branch is an engine rule, and what fired is a set",
        place="compiler, adapter",
        because="`$or` fires once for each branch that holds.",
        without="""
either = {"$or": [{"$lt": {"hb": 12.0}}, {"$lt": {"mcv": 80.0}}]}
answer(Session({"either": rule(either)}).tell({"id": "o", "hb": 9.0, "mcv": 70.0}).fire())
""",
        broken=('answered ["either", "either"]',),
        guarded="""
branches = (test("hb", "$lt", 12.0), test("mcv", "$lt", 80.0))
rules = check_rules({f"either__{n}": rule(branch) for n, branch in enumerate(branches, 1)})
fired = evaluate(warmed(rules), [fact("hb", 9.0), fact("mcv", 70.0)])
answer([fired, sorted({name.rpartition("__")[0] for name in fired})])
""",
        right='answered [["either__1", "either__2"], ["either"]]',
    ),
    Defect(
        id="any of two patterns",
        guard="Each branch is an engine rule, and what fired is a set",
        place="compiler, adapter",
        because="`any` fires three times for two facts.",
        without="""
rules = {"either": {"any": [{"a": test("hb", "$lt", 12.0)}, {"b": test("mcv", "$lt", 80.0)}]}}
answer(Session(rules).tell(fact("hb", 9.0), fact("mcv", 70.0)).fire())
""",
        broken=('answered ["either", "either", "either"]',),
        guarded="""
branches = (test("hb", "$lt", 12.0), test("mcv", "$lt", 80.0))
rules = check_rules({f"either__{n}": rule(branch) for n, branch in enumerate(branches, 1)})
fired = evaluate(warmed(rules), [fact("hb", 9.0), fact("mcv", 70.0)])
answer(sorted({name.rpartition("__")[0] for name in fired}))
""",
        right='answered ["either"]',
    ),
)
