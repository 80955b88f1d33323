"""
Rules that are more than the engine can hold.

Beside each stands the largest number the service allows, with which the engine is right.
"""

from __future__ import annotations

from tests.contract.engine.defects.defect import Defect

DEFECTS = (
    Defect(
        id="65 conditions met by one wide fact",
        guard="One fact for each value: a code and its value, never a whole panel",
        place="adapter",
        because="The engine gives up on the fact, and not one of its rules fires.",
        without="""
session = Session({f"r{n}": rule({"$lt": {f"c{n}": 1.0}}) for n in range(65)})
answer(len(session.tell({"id": "panel", **{f"c{n}": 0.0 for n in range(65)}}).fire()))
""",
        broken=("error 303",),
        guarded="""
rules = check_rules({f"r{n}": rule(test(f"c{n}", "$lt", 1.0)) for n in range(200)})
answer(len(evaluate(warmed(rules), [fact(f"c{n}", 0.0) for n in range(200)])))
""",
        right="answered 200",
    ),
    Defect(
        id="65 tests met by one value",
        guard="At most 60 tests behind one first term",
        place="compiler",
        because="The same limit holds for what lies behind the code that all of them share.",
        without="""
session = Session({f"r{n}": rule(test("hb", "$lt", n + 1.0)) for n in range(65)})
answer(len(session.tell(fact("hb", 0.5)).fire()))
""",
        broken=("error 303",),
        guarded="""
sentence = refusal(
    check_rules, {f"r{n}": rule(test("hb", "$lt", n + 1.0)) for n in range(61)}
)
rules = check_rules({f"r{n}": rule(test("hb", "$lt", n + 1.0)) for n in range(60)})
answer([sentence, len(evaluate(warmed(rules), [fact("hb", 0.5)]))])
""",
        right='answered ["61 tests behind one first term", 60]',
    ),
    Defect(
        id="512 tests on one value",
        guard="At most 60 tests behind one first term",
        place="compiler",
        because="They fill a table that is then searched for a free place without end.",
        without="""
session = Session({f"r{n}": rule(test("hb", "$lt", n + 1.0)) for n in range(512)})
answer(session.tell(fact("hb", 510.5)).fire())
""",
        broken=("hung",),
        guarded="""
sentence = refusal(
    check_rules, {f"r{n}": rule(test("hb", "$lt", n + 1.0)) for n in range(512)}
)
rules = check_rules({f"r{n}": rule(test("hb", "$lt", n + 1.0)) for n in range(60)})
answer([sentence, evaluate(warmed(rules), [fact("hb", 58.5)])])
""",
        right='answered ["512 tests behind one first term", ["r58", "r59"]]',
    ),
    Defect(
        id="512 distinct first conditions",
        guard="At most 480 distinct first terms",
        place="compiler",
        because="They fill a table that is then searched for a free place without end.",
        without="""
session = Session({f"r{n}": rule({"code": f"c{n}"}) for n in range(512)})
answer(session.tell({"id": "o", "code": "c7"}).fire())
""",
        broken=("hung", "error 303"),
        guarded="""
sentence = refusal(check_rules, {f"r{n}": rule({"code": f"c{n}"}) for n in range(481)})
rules = check_rules({f"r{n}": rule({"code": f"c{n}"}) for n in range(479)})
check_rules({**rules, "warm_up": rule({"kind": "warm-up"})})
answer([sentence, evaluate(warmed(rules), [{"id": "o", "code": "c478"}])])
""",
        right='answered ["481 distinct first terms", ["r478"]]',
    ),
    Defect(
        id="513 distinct first conditions",
        guard="A new release is first loaded in a child process with a time limit",
        place="activation",
        because="`create_ruleset` never returns, and no thread of the process runs meanwhile.",
        without="""
Session({f"r{n}": rule({"code": f"c{n}"}) for n in range(513)})
answer("loaded")
""",
        broken=("hung",),
        guarded="""
answer([loads({f"r{n}": rule({"code": f"c{n}"}) for n in range(count)}) for count in (480, 513)])
""",
        right="answered [true, false]",
    ),
    Defect(
        id="256 uses of one condition",
        guard="At most 250 uses of one condition; a gate of more rules is told under two names",
        place="compiler",
        because=(
            "A list of 256 has no room for its end. What lies behind is luck: right, a crash, or, "
            "for a few more, error 108."
        ),
        without="""
for count in (256, 257, 258, 259):
    session = Session({f"r{n}": rule({"code": "hb"}) for n in range(count)})
    fired = session.tell(fact("hb", 9.0)).fire()
    assert len(fired) == count
answer("all of them")
""",
        broken=("crashed", "error 108"),
        guarded="""
sentence = refusal(check_rules, {f"r{n}": rule({"code": "hb"}) for n in range(251)})
rules = check_rules({f"r{n}": rule({"code": f"hb_{n // 250}"}) for n in range(500)})
answer([sentence, len(evaluate(warmed(rules), [fact("hb_0", 9.0), fact("hb_1", 9.0)]))])
""",
        right='answered ["251 uses of one condition", 500]',
    ),
    Defect(
        id="17 patterns in one rule",
        guard="At most 16 patterns in one rule",
        place="compiler",
        because="It loads, and fails for the first patient who meets all of them.",
        without="""
session = Session({"r": rule(*({"code": f"c{n}"} for n in range(17)), dist=0)})
answer(session.tell_batch([fact(f"c{n}", 0.0) for n in range(17)]).fire())
""",
        broken=("error 304",),
        guarded="""
sentence = refusal(check_rules, {"r": rule(*({"code": f"c{n}"} for n in range(17)), dist=0)})
rules = check_rules({"r": rule(*({"code": f"c{n}"} for n in range(16)), dist=0)})
answer([sentence, evaluate(warmed(rules), [fact(f"c{n}", 0.0) for n in range(16)])])
""",
        right='answered ["17 patterns in one rule", ["r"]]',
    ),
    Defect(
        id="4,097 rules",
        guard="At most 4,000 rules",
        place="compiler",
        because="The engine refuses them at load, where no author can read it.",
        without="""
session = Session({f"r{n}": rule(test(f"c{n // 50}", "$lt", n % 50 + 1.0)) for n in range(4097)})
answer("loaded")
""",
        broken=("error 106",),
        guarded="""
rules = {f"r{n}": rule(test(f"c{n // 50}", "$lt", n % 50 + 1.0)) for n in range(4001)}
sentence = refusal(check_rules, rules)
del rules["r4000"]
answer([sentence, evaluate(warmed(check_rules(rules)), [fact("c2", 48.5)])])
""",
        right='answered ["4001 rules", ["r148", "r149"]]',
    ),
)
