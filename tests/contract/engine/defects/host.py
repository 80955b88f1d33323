"""
What the package's documented interface does, which is why `durable` is imported nowhere.
"""

from __future__ import annotations

from tests.contract.engine.defects.defect import Defect

DEFECTS = (
    Defect(
        id="a fact for no rule, told to the Host",
        guard="The C module is driven directly, and return code 1 is normal",
        place="adapter, import contracts",
        because=(
            "It raises before it has run any rule; whoever catches and ignores that, as the "
            "package's maintainer advises, loses every conclusion."
        ),
        without="""
from durable.engine import Host, MessageNotHandledException
fired = []
host = Host({"r": {"low": {**LOW["low"], "run": lambda c: fired.append("low")}}})
try:
    host.assert_facts("r", [fact("hb", 9.0), fact("crp", 3.0)])
except MessageNotHandledException:
    pass
answer(fired)
""",
        broken=("answered []",),
        guarded="""
session = Session(LOW).tell_batch([fact("hb", 9.0), fact("crp", 3.0)])
answer([session.codes, session.fire(), "durable" in sys.modules])
""",
        right='answered [[1], ["low"], false]',
    ),
    Defect(
        id="an error in an action of the Host",
        guard="Conclusions are drawn in a loop of our own, where errors surface",
        place="adapter, import contracts",
        because="The Host stores it as text in the state and goes on, even on SystemExit.",
        without="""
from durable.engine import Host
def fail(c):
    raise SystemExit("the disk is full")
host = Host({"r": {"low": {**LOW["low"], "run": fail}}})
host.assert_fact("r", fact("hb", 9.0))
answer("went on")
""",
        broken=('answered "went on"',),
        guarded="""
def fail(name):
    raise SystemExit("the disk is full")
try:
    Session(LOW).tell(fact("hb", 9.0)).fire(fail)
    answer("went on")
except SystemExit as error:
    answer(str(error))
""",
        right='answered "the disk is full"',
    ),
    Defect(
        id="the threads of the Host",
        guard="The C module is driven directly: no thread but those of the service",
        place="adapter, import contracts",
        because=(
            "Each Host starts two chains of timers, whose threads run actions and walk slots that have been deleted."
        ),
        without="""
import threading
from durable.engine import Host
hosts = [Host({"r": {"low": {**LOW["low"], "run": lambda c: None}}}) for _ in range(3)]
answer(threading.active_count() > 1)
os._exit(0)
""",
        broken=("answered true",),
        guarded="""
sessions = [warmed(LOW) for _ in range(3)]
answer(threading.active_count() > 1)
""",
        right="answered false",
    ),
)
