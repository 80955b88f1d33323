"""
What goes wrong between patients, and in the order of the calls.
"""

from __future__ import annotations

from tests.contract.engine.defects.defect import Defect

DEFECTS = (
    Defect(
        id="a patient for whom no rule fired",
        guard="The one slot fires a warm-up rule before the first patient",
        place="adapter",
        because=(
            "Part of a new slot is not set until it first fires, and to delete it frees whatever address stands there."
        ),
        without="""
session = Session(LOW)
fired = []
for hb in (14.0, 9.0, 14.0):
    fired.append(session.tell(fact("hb", hb)).fire())
    session.forget()
answer(fired)
""",
        broken=("crashed",),
        zeroed='answered [[], ["low"], []]',
        guarded="""
session = warmed(LOW)
fired = []
for hb in (14.0, 9.0, 14.0):
    fired.append(session.tell(fact("hb", hb)).fire())
    session.forget()
answer(fired)
""",
        right='answered [[], ["low"], []]',
    ),
    Defect(
        id="a second slot beside the warm one",
        guard="The engine knows one patient at a time, and never a patient's id",
        place="adapter",
        because="Each `sid` has a slot of its own, and only one of them is warm.",
        without="""
session = Session({**LOW, "warm_up": rule({"kind": "warm-up"})})
session.tell({"id": "w", "kind": "warm-up"}).fire()
for sid in ("somebody", "else"):
    session.tell({"id": "o", "sid": sid, "code": "hb", "value": 14.0})
    session.forget(sid)
answer("deleted")
""",
        broken=("crashed",),
        zeroed='answered "deleted"',
        guarded="""
session = warmed(LOW)
answer([evaluate(session, [fact("hb", hb)]) for hb in (14.0, 13.0, 9.0)])
""",
        right='answered [[], [], ["low"]]',
    ),
    Defect(
        id="an action completed that was never started",
        guard="Only what was started is completed",
        place="adapter",
        because="Completing follows the same unset addresses.",
        without="""
session = Session(LOW).tell(fact("hb", 14.0))
answer(engine.complete_and_start_action(session.handle, session.state))
""",
        broken=("crashed",),
        zeroed="answered null",
        guarded="""
session = Session(LOW).tell(fact("hb", 14.0))
started = engine.start_action_for_state(session.handle, session.state)
answer(started and engine.complete_and_start_action(session.handle, session.state))
""",
        right="answered null",
    ),
    Defect(
        id="1,025 patients at a time",
        guard="The engine knows one patient at a time, and never a patient's id",
        place="adapter",
        because="There are 1,024 slots.",
        without="""
session = Session(LOW)
fired = [session.tell({**fact("hb", 9.0), "sid": f"s{n}"}).fire() for n in range(1025)]
answer(sum(map(len, fired)))
""",
        broken=("out of memory",),
        guarded="""
session = warmed(LOW)
answer(sum(len(evaluate(session, [fact("hb", 9.0)])) for _ in range(1500)))
""",
        right="answered 1500",
    ),
    Defect(
        id="a request that fails halfway",
        guard="The patient is forgotten in a `finally`",
        place="adapter",
        because="What was told stays, and the next patient gets it.",
        without="""
session = warmed(BOTH)
try:
    session.tell(fact("hb", 9.0), {"id": "bad", "value": float("inf")}).fire()
    session.forget()
except engine.error:
    pass
answer(session.tell(fact("mcv", 70.0)).fire())
""",
        broken=('answered ["both"]',),
        guarded="""
session = warmed(BOTH)
try:
    session.tell(fact("hb", 9.0), {"id": "bad", "value": float("inf")}).fire()
except engine.error:
    pass
finally:
    session.forget()
answer(session.tell(fact("mcv", 70.0)).fire())
""",
        right="answered []",
    ),
    Defect(
        id="two requests at a time",
        guard="A lock from the first fact to the deletion",
        place="adapter",
        because="Each call is whole, their sequence is not: facts of both are in the one slot.",
        without="""
session = warmed(BOTH)
session.tell(fact("hb", 9.0))
session.tell(fact("mcv", 70.0))
answer([session.fire(), session.fire()])
""",
        broken=('answered [["both"], []]',),
        guarded="""
from concurrent.futures import ThreadPoolExecutor
sys.setswitchinterval(1e-6)
session = warmed(BOTH)
requests = [[fact("hb", 9.0)], [fact("mcv", 70.0)], [fact("hb", 9.0), fact("mcv", 70.0)]] * 200
with ThreadPoolExecutor(4) as pool:
    fired = list(pool.map(lambda facts: evaluate(session, facts), requests))
answer(fired == [[], [], ["both"]] * 200)
""",
        right="answered true",
    ),
    Defect(
        id="several patients in one batch",
        guard="One patient at a time",
        place="adapter",
        because="Only the last one's rules are run; those of the others stay pending.",
        without="""
patients = [{"id": sid, "sid": sid, "code": "hb", "value": 9.0} for sid in ("a", "b", "c")]
answer(Session(LOW).tell_batch(patients).fire())
""",
        broken=('answered ["low"]',),
        guarded="""
session = warmed(LOW)
answer([name for _ in range(3) for name in evaluate(session, [fact("hb", 9.0)])])
""",
        right='answered ["low", "low", "low"]',
    ),
    Defect(
        id="a corrected result",
        guard="Nothing is ever retracted: the patient is forgotten and told anew",
        place="adapter",
        because=(
            "A retracted fact remembers places that have since gone to others: to retract the old "
            "value takes away the firing that the new one has earned. In longer sessions memory "
            "is walked out of bounds."
        ),
        without="""
old, new = {"id": "1", "code": "hb", "value": 9.0}, {"id": "2", "code": "hb", "value": 8.0}
session = Session(LOW)
fired = [session.tell(old).fire()]
session.tell(new)
engine.retract_fact(session.handle, json.dumps(old))
answer([*fired, session.fire()])
""",
        broken=('answered [["low"], []]', "crashed"),
        guarded="""
old, new = {"id": "1", "code": "hb", "value": 9.0}, {"id": "2", "code": "hb", "value": 8.0}
session = warmed(LOW)
answer([evaluate(session, [one]) for one in (old, new)])
""",
        right='answered [["low"], ["low"]]',
    ),
    Defect(
        id="a conclusion that leads to itself",
        guard="Each conclusion is asserted once, and firings have a limit",
        place="compiler, adapter",
        because="The engine has no bound on cycles.",
        without="""
import itertools
numbers = itertools.count()
session = Session({"again": rule({"is": "anemic"})}).tell({"id": "f", "is": "anemic"})
answer(session.fire(lambda name: {"id": f"f_{next(numbers)}", "is": "anemic"}))
""",
        broken=("hung",),
        guarded="""
told = {"anemic"}
def once(name):
    if "anemic" not in told:
        told.add("anemic")
        return {"id": "f_anemic", "is": "anemic"}
session = warmed({"again": rule({"is": "anemic"})}).tell({"id": "f_anemic", "is": "anemic"})
answer(session.fire(once))
""",
        right='answered ["again"]',
    ),
    Defect(
        id="a release unloaded with its patient",
        guard="The patient is forgotten before the ruleset is deleted",
        place="adapter",
        because="Deleting a ruleset leaves its slots in memory, here some 26 MB for 400 of them.",
        without="""
def pages():
    return int(open("/proc/self/statm").read().split()[1])
before = pages()
for _ in range(400):
    session = Session(LOW).tell(fact("hb", 9.0))
    session.fire()
    engine.delete_ruleset(session.handle)
grown = (pages() - before) * resource.getpagesize() >> 20
answer("grown" if grown > 16 else "flat")
""",
        broken=('answered "grown"',),
        guarded="""
def pages():
    return int(open("/proc/self/statm").read().split()[1])
before = pages()
for _ in range(400):
    session = Session(LOW).tell(fact("hb", 9.0))
    session.fire()
    session.forget()
    engine.delete_ruleset(session.handle)
grown = (pages() - before) * resource.getpagesize() >> 20
answer("grown" if grown > 8 else "flat")
""",
        right='answered "flat"',
    ),
)
