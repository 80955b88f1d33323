from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from service.application.drawing import svg
from service.application.explain import EXPLAINERS
from service.application.explanation.drawn import draw_derived
from service.domain.explanation.graph import Kind
from service.domain.explanation.why import complete, minimal
from service.domain.told import told
from tests.explaining import PATIENTS, WHY_NOT, explained, patient

SVG = "{http://www.w3.org/2000/svg}"
WIDEST = 1700
"""Points that still print at six points a letter on a page across, of A4 with its margins."""


def words(drawing):
    return " ".join("".join(text.itertext()) for text in ET.fromstring(drawing).iter(f"{SVG}text"))


class TestDrawn:
    @pytest.mark.parametrize("name", PATIENTS)
    def test_same_graph(self, name):
        """
        Every node of the graph is drawn, conditions inside the rules that ask them.
        """
        decision = patient(**PATIENTS[name])
        for conclusion, _ in told(decision):
            for graph in (complete(decision, conclusion), minimal(complete(decision, conclusion), conclusion)):
                drawing = draw_derived(decision, [graph])
                shown = {name for name, node in graph.nodes.items() if node.kind is not Kind.CONDITION}
                assert drawing.nodes.keys() == shown
                assert {end for edge in drawing.edges for end in (edge.source, edge.target)} <= shown

    def test_words(self):
        """
        A drawing has the values as they were given, the comparisons in the rules, and how sure the conclusion is.
        """
        decision = patient(**PATIENTS["iron-deficiency-anemia"])
        said = words(svg(explained(decision, "why", "clinician", "iron-deficiency-anemia").draw()))

        assert "Why: Iron deficiency anemia" in said
        assert "Ferritin <5 ng/mL" in said
        assert "ferritin <5 ug/L is below 15 ug/L" in said
        assert "Iron deficiency anemia: likely" in said

    @pytest.mark.parametrize("of", EXPLAINERS)
    @pytest.mark.parametrize("name", PATIENTS)
    def test_one_page(self, name, of):
        """
        A drawing about one conclusion is legible on one page, and is set to print on one.
        """
        decision = patient(**PATIENTS[name])
        names = [WHY_NOT[name]] if of == "why-not" else [one for one, _ in told(decision)]
        for conclusion in names:
            drawing = svg(explained(decision, of, "clinician", conclusion).draw())
            assert float(ET.fromstring(drawing).get("width")) <= WIDEST
            assert "size: A4 landscape" in drawing

    def test_same_text(self):
        """
        One graph gives one drawing.
        """
        one, other = (svg(explained(patient(**PATIENTS["mixed-anemia"]), "why", "clinician").draw()) for _ in range(2))

        assert one == other
