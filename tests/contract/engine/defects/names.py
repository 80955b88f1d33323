"""
Names and ids that the engine takes for others.
"""

from __future__ import annotations

from tests.contract.engine.defects.defect import Defect

DEFECTS = (
    Defect(
        id="two names with one hash",
        guard="No two names of a release have the same hash",
        place="compiler",
        because=("Names of fields are compared by a 32-bit hash alone, and `liquid` has that of `costarring`."),
        without="""
session = Session({"high": rule({"$gt": {"costarring": 2.0}})})
answer(session.tell({"id": "o", "liquid": 3.0}).fire())
""",
        broken=('answered ["high"]',),
        guarded="""
sentence = refusal(check_names, ["hb", "costarring", "liquid"])
check_names(["hb", "costarring", "liquid_"])
session = warmed({"high": rule({"$gt": {"costarring": 2.0}})})
answer([sentence, evaluate(session, [{"id": "o", "liquid_": 3.0}])])
""",
        right='answered ["liquid has the hash of costarring", []]',
    ),
    Defect(
        id="two ids with one hash",
        guard="No two ids that a release can assert have the same hash",
        place="compiler",
        because="Ids are compared by the same hash; the second fact counts as known and is lost.",
        without="""
session = Session(BOTH)
session.tell({"id": "liquid", "code": "hb"}, {"id": "costarring", "code": "mcv"})
answer([session.codes, session.fire()])
""",
        broken=("answered [[0, 2], []]",),
        guarded="""
facts = [{"id": "liquid", "code": "hb"}, {"id": "costarring", "code": "mcv"}]
sentence = refusal(check_ids, facts)
facts[1]["id"] = "o_costarring"
check_ids(facts)
answer([sentence, evaluate(warmed(BOTH), facts)])
""",
        right='answered ["costarring has the hash of liquid", ["both"]]',
    ),
    Defect(
        id="an id told twice",
        guard="Return code 2 fails the request",
        place="adapter",
        because="The second fact is lost; only the return code 2 tells.",
        without="""
session = Session(BOTH).tell_batch([{"id": "o", "code": "hb"}, {"id": "o", "code": "mcv"}])
answer([session.codes, session.fire()])
""",
        broken=("answered [[2], []]",),
        guarded="""
answer(evaluate(warmed(BOTH), [{"id": "o", "code": "hb"}, {"id": "o", "code": "mcv"}]))
""",
        right="refused: the engine takes two facts for one",
    ),
    Defect(
        id="an id told twice, then a fact for no rule",
        guard="Ids are checked before they are asserted, not by the return code alone",
        place="compiler, adapter",
        because="Return code 1 of a later fact in the batch, which is normal, hides the 2.",
        without="""
facts = [{"id": "o", "code": "hb"}, {"id": "o", "code": "mcv"}, {"id": "p", "code": "crp"}]
session = Session(BOTH).tell_batch(facts)
answer([session.codes, session.fire()])
""",
        broken=("answered [[1], []]",),
        guarded="""
facts = [{"id": "o", "code": "hb"}, {"id": "o", "code": "mcv"}, {"id": "p", "code": "crp"}]
sentence = refusal(check_ids, facts)
facts[1]["id"] = "q"
check_ids(facts)
answer([sentence, evaluate(warmed(BOTH), facts)])
""",
        right='answered ["o has the hash of o", ["both"]]',
    ),
    Defect(
        id="the id of the engine's own fact",
        guard="Every id has a prefix of ours and differs from those of the engine's own facts",
        place="compiler, adapter",
        because="The engine keeps a fact `sid-0` about each patient and dies if there is another.",
        without="""
answer(Session(LOW).tell({"id": "sid-0", "code": "hb", "value": 9.0}).fire())
""",
        broken=("crashed",),
        guarded="""
sentence = refusal(check_ids, [{"id": "sid-0", "code": "hb", "value": 9.0}])
answer([sentence, evaluate(warmed(LOW), [fact("hb", 9.0)])])
""",
        right='answered ["sid-0 has the hash of sid-0", ["low"]]',
    ),
    Defect(
        id="a name with a dot",
        guard="Names are letters, digits and underscores",
        place="compiler",
        because="A dot means a field inside a field, so that two different names are one.",
        without="""
answer(Session({"r": rule({"a.b": 1.0})}).tell({"id": "o", "a": {"b": 1.0}}).fire())
""",
        broken=('answered ["r"]',),
        guarded="""
sentence = refusal(check_names, ["a.b"])
answer([sentence, evaluate(warmed({"r": rule({"a_b": 1.0})}), [{"id": "o", "a": {"b": 1.0}}])])
""",
        right="""answered ["'a.b' is not a plain name", []]""",
    ),
    Defect(
        id="a text of 65,538 characters",
        guard="Texts are names of the release, of at most 200 characters",
        place="compiler, panel",
        because="Only the lower 16 bits of a text's length are kept: a long text equals a short.",
        without="""
answer(Session({"r": rule({"code": "hb"})}).tell({"id": "o", "code": "hb" + 65_536 * "x"}).fire())
""",
        broken=('answered ["r"]',),
        guarded="""
answer(refusal(check_names, ["hb" + 65_536 * "x"]))
""",
        right="""answered "'hbxxxxxxxxxxxxxxxxxx' is not a plain name\"""",
    ),
    Defect(
        id="a patient's id from a client",
        guard="The engine sees facts that the service wrote, never a client's JSON",
        place="panel, adapter",
        because="A field `sid` makes the fact one of another patient's.",
        without="""
sent = [{"id": "1", "code": "hb"}, {"id": "2", "code": "mcv", "sid": "somebody"}]
answer(Session(BOTH).tell_batch(sent).fire())
""",
        broken=("answered []",),
        guarded="""
sent = {"hb": 9.0, "mcv": 70.0, "sid": "somebody"}
answer(evaluate(warmed(BOTH), own_facts(sent, ["hb", "mcv"])))
""",
        right='answered ["both"]',
    ),
    Defect(
        id="two patients with one hash",
        guard="The engine knows one patient at a time, and never a patient's id",
        place="adapter",
        because="Patients too are told apart by the hash: findings of two meet in one conclusion.",
        without="""
session = Session(BOTH)
session.tell({"id": "1", "sid": "liquid", "code": "hb"})
session.tell({"id": "2", "sid": "costarring", "code": "mcv"})
answer(session.fire())
""",
        broken=('answered ["both"]',),
        guarded="""
session = warmed(BOTH)
answer([evaluate(session, [{"id": "o", "code": code}]) for code in ("hb", "mcv")])
""",
        right="answered [[], []]",
    ),
)
