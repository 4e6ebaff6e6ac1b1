"""Comparison: paired differences, intervals, verdicts."""

from cemsim.compare.comparison import Comparison, Difference, compare
from cemsim.compare.interval import Interval, difference, interval
from cemsim.compare.verdict import Verdict

__all__ = ["Comparison", "Difference", "Interval", "Verdict", "compare", "difference", "interval"]
