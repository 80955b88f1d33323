from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from service.application.drawing import svg
from service.application.graph import Kind, graph
from service.application.layout import lay_out
from service.domain.errors import NameNotFoundError
from service.domain.rules import Doubt, Effect, Then, Verb
from tests import small, tiny

SIGNS = "small/rules/blood/irn-020-signs.yaml"
SVG = "{http://www.w3.org/2000/svg}"


def words(drawn: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(drawn).iter(f"{SVG}text")]


class TestGraph:
    def test_edges(self):
        """
        A rule stands between what it reads and what it gives.
        """
        edges = {(edge.source, edge.target) for edge in graph(small.release()).edges}

        assert {("ferritin", "IRN-010"), ("inflammation", "IRN-010"), ("IRN-010", "iron-deficiency")} <= edges

    @pytest.mark.parametrize("release", [small.release(), tiny.read_knowledge()[0]], ids=["small", "tiny"])
    def test_edges_lead_on(self, release):
        """
        Every edge leads to a later column, so that a chain reads from left to right.
        """
        drawn = graph(release)

        assert all(drawn.nodes[edge.source].layer < drawn.nodes[edge.target].layer for edge in drawn.edges)

    def test_against(self):
        """
        An edge tells where a rule asks for an absence, or speaks against what it leads to.
        """
        against = {(edge.source, edge.target) for edge in graph(small.release()).edges if edge.against}

        assert ("iron-deficiency", "IDA-020") in against
        assert ("IDA-020", "iron-anemia") in against
        assert ("IRN-010", "iron-deficiency") not in against

    def test_cone(self):
        """
        The cone of a conclusion holds what it rests on and nothing else.
        """
        nodes = graph(small.release(), name="blood-disorder").nodes

        assert {one for one, node in nodes.items() if node.kind is Kind.RULE} == {"ANE-010", "BLD-010", "BLD-020"}

    def test_cone_of_rule(self):
        """
        The cone of a rule holds that rule alone of those that give its finding.
        """
        nodes = graph(small.release(), rule="irn-010").nodes

        assert {one for one, node in nodes.items() if node.kind is Kind.RULE} == {"INF-010", "INF-020", "IRN-010"}

    def test_doubt(self):
        """
        A doubt about a result stands in the cone of what reads the result.
        """
        of = small.release()
        doubting = of.rules["INF-010"]
        then = Then(Verb.DOUBT, "", "", doubts=(Doubt(Effect.READS_HIGH, "ferritin"),))
        of = replace(of, rules={**of.rules, "DBT-010": replace(doubting, id="DBT-010", then=then)})

        nodes = graph(of, rule="IRN-010").nodes

        assert nodes["DBT-010"].kind is Kind.RULE
        assert nodes["Ferritin reads high"].kind is Kind.DOUBT

    @pytest.mark.parametrize("asked", [{"name": "blood-disorders"}, {"rule": "ANE-011"}])
    def test_unknown(self, asked):
        """
        What is not there is refused with the nearest name.
        """
        with pytest.raises(NameNotFoundError, match="Did you mean"):
            graph(small.release(), **asked)


class TestLayout:
    def test_nothing_overlaps(self):
        """
        In each column nodes and bends stand below each other with room between.
        """
        drawn = graph(small.release())
        layout = lay_out(drawn, dict.fromkeys(drawn.nodes, 30.0))

        for column in layout.columns:
            for upper, lower in pairwise(column):
                room = sum(30 if one in drawn.nodes else 6 for one in (upper, lower)) / 2
                assert layout.middle[lower] - layout.middle[upper] >= room + 11.9

    def test_roads(self):
        """
        An edge has a bend in each column that it passes, shared by edges of one source.
        """
        drawn = graph(small.release())
        layout = lay_out(drawn, dict.fromkeys(drawn.nodes, 30.0))

        where = {one: number for number, column in enumerate(layout.columns) for one in column}
        for edge, road in layout.roads.items():
            stops = [where[one] for one in (edge.source, *road, edge.target)]
            assert stops == list(range(stops[0], stops[-1] + 1))


class TestSvg:
    def test_all_is_drawn(self):
        """
        The picture is XML and holds every rule and the title of every name.
        """
        said = words(svg(graph(small.release())))

        assert set(small.release().rules) <= set(said)
        assert "Inflammation" in said

    def test_told(self):
        """
        Those who do not see the picture are told its title, what each rule reads, and what it gives.
        """
        root = ET.fromstring(svg(graph(small.release(), rule="IRN-010")))
        title, about = root.find(f"{SVG}title"), root.find(f"{SVG}desc")

        assert root.attrib["role"] == "img"
        assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], about.attrib["id"]]
        assert title.text == "A small rule set: IRN-010"
        assert "IRN-010 reads Ferritin, Inflammation." in about.text
        assert all(
            group.find(f"{SVG}title").text for group in root.iter(f"{SVG}g") if group.find(f"{SVG}rect") is not None
        )

    def test_same_every_time(self):
        """
        One rule set gives one picture, byte for byte, in whatever order its rules are read.
        """
        of = small.release()
        turned = replace(of, rules=dict(reversed(of.rules.items())))

        assert svg(graph(of)) == svg(graph(turned))

    def test_text_is_escaped(self):
        """
        Nothing that an author writes becomes markup.
        """
        of = small.release()
        ruleset = replace(of.ruleset, title='<script>alert("&")</script>')

        drawn = svg(graph(replace(of, ruleset=ruleset)))

        assert "<script" not in drawn
        assert '<script>alert("&")</script>' in words(drawn)

    @pytest.mark.parametrize("name", list(small.release().giving))
    def test_inside(self, name):
        """
        Everything stands inside the picture.
        """
        root = ET.fromstring(svg(graph(small.release(), name=name)))
        width, height = (float(root.attrib[side]) for side in ("width", "height"))

        for box in root.iter(f"{SVG}rect"):
            assert 0 <= float(box.attrib.get("x", 0)) <= width - float(box.attrib["width"])
            assert 0 <= float(box.attrib.get("y", 0)) <= height - float(box.attrib["height"])
