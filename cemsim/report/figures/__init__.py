"""Figures as SVG: every scenario always drawn, always the same colour, dash, marker and label."""

from cemsim.report.figures.causes import causes
from cemsim.report.figures.emotion import journey
from cemsim.report.figures.forest import forest
from cemsim.report.figures.heat import heat
from cemsim.report.figures.months import differences, levels
from cemsim.report.figures.queue import queue

__all__ = ["causes", "differences", "forest", "heat", "journey", "levels", "queue"]
