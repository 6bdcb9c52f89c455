"""Charts of rows as SVG, drawn here: lines and bars. Pure."""

from newslake.charts.draw import svg
from newslake.charts.model import Chart, Kind, chart_of

__all__ = ["Chart", "Kind", "chart_of", "svg"]
