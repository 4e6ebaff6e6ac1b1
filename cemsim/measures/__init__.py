"""Measures: the log's quantities turned into numbers with a label, a unit and a good direction."""

from cemsim.measures.books import Books, books
from cemsim.measures.catalogue import KPIS
from cemsim.measures.frames import monthly, totals, write
from cemsim.measures.kpi import Kpi

__all__ = ["KPIS", "Books", "Kpi", "books", "monthly", "totals", "write"]
