"""The pictures of how a cost grows: what is measured is what is drawn."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

from benchmarks.plots import growth_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_each_measurement_is_a_point_and_what_stays_the_same_is_level() -> None:
    curves = {"grows & grows": [(1_000.0, 30.0), (10.0, 0.3), (100.0, 3.0)], "is level": [(10.0, 2.0), (1_000.0, 2.0)]}
    picture = ElementTree.fromstring(growth_svg("Loads", "articles", "CPU seconds", curves))
    lines = [line.attrib["points"].split() for line in picture.iter(f"{SVG}polyline")]
    grown, level = ([tuple(map(float, point.split(","))) for point in line] for line in lines)
    assert [left for left, _ in grown] == sorted(left for left, _ in grown)
    rises = [before[1] - after[1] for before, after in pairwise(grown)]
    assert abs(rises[0] - rises[1]) < 0.2  # in proportion: a straight line
    assert level[0][1] == level[1][1]
    hints = [title.text for circle in picture.iter(f"{SVG}circle") for title in circle.iter(f"{SVG}title")]
    assert hints[0] == "grows & grows, 10: 0.3"
    words = [text.text for text in picture.iter(f"{SVG}text")]
    assert {"Loads", "articles", "CPU seconds", "grows & grows", "10", "1,000"} <= set(words)


def test_a_cost_that_hardly_changes_is_not_drawn_as_growth() -> None:
    picture = growth_svg("Loads", "articles", "seconds", {"all": [(10.0, 1.00), (1_000.0, 1.05)]})
    heights = [float(found) for found in re.findall(r'cy="([\d.]+)"', picture)]
    assert max(heights) - min(heights) < 10
