"""Sheets to write on: text stays text, numbers keep their digits, and every sheet is ready to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any, Final

from cemsim.base.atomic import write_whole
from cemsim.base.language import say

FONT: Final = "Calibri"
INK, PALE, INPUT = "#1A1A1A", "#E8EEF2", "#FFF4CC"
#: The longest text that a cell holds.
LONGEST: Final = 32_767
BASE: Final[dict[str, Any]] = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "top"}
#: How cells look, by name. Rounding happens here only: a cell always holds the full number.
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "text": {},
    "wrap": {"text_wrap": True},
    "apart": {"text_wrap": True, "align": "left", "indent": 1},
    "head_apart": {"bold": True, "bottom": 1, "bg_color": PALE, "text_wrap": True, "align": "left", "indent": 1},
    "title": {"bold": True, "font_size": 14},
    "heading": {"bold": True, "font_size": 11},
    "quiet": {"italic": True, "font_color": "#5C5C5C"},
    "note": {"italic": True, "font_color": "#5C5C5C", "text_wrap": True},
    "head": {"bold": True, "bottom": 1, "bg_color": PALE, "text_wrap": True},
    "head_right": {"bold": True, "bottom": 1, "bg_color": PALE, "text_wrap": True, "align": "right"},
    "plain": {"num_format": "General", "align": "right"},
    "short": {"num_format": "#,##0.####", "align": "right"},
    "whole": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0;[Red]-#,##0"},
    "money_total": {"num_format": "#,##0;[Red]-#,##0", "bold": True, "top": 1},
    "text_total": {"bold": True, "top": 1},
    "number": {"num_format": "#,##0.00"},
    # a rate of return beyond all measure (cash in before cash out) says only that it is
    "rate": {"num_format": '[>999]"> 99,900%";[<0]-0.00%;0.00%', "align": "right"},
    "factor": {"num_format": "0.0000"},
    "months": {"num_format": "0.0", "align": "right"},
    "gap_rate": {"num_format": "+0.00%;-0.00%;0.00%"},
    "gap_rate_fine": {"num_format": "+0.000%;-0.000%;0.000%"},
    "gap": {"num_format": "+#,##0.00;-#,##0.00;0.00"},
    "gap_fine": {"num_format": "+0.0000;-0.0000;0.0000"},
    "gap_whole": {"num_format": "+#,##0;-#,##0;0"},
    "input_money": {"num_format": "#,##0.00", "bg_color": INPUT, "border": 1, "border_color": "#D9C77A"},
    "input_rate": {"num_format": "0.00%", "bg_color": INPUT, "border": 1, "border_color": "#D9C77A"},
    "input_number": {"num_format": "0.00", "bg_color": INPUT, "border": 1, "border_color": "#D9C77A"},
    "input_whole": {"num_format": "0", "bg_color": INPUT, "border": 1, "border_color": "#D9C77A"},
}


@dataclass
class Paper:
    """A workbook being written; :meth:`save` puts it in place at once, never half of it."""

    title: str
    sheets: dict[str, Sheet] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from xlsxwriter import Workbook

        self.out = BytesIO()
        never = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
        self.file = Workbook(self.out, {"in_memory": True, **dict.fromkeys(never, False)})
        # the same results give the same bytes, so the date is not today's
        self.file.set_properties({"title": self.title, "created": datetime(2000, 1, 1)})
        self.looks = {name: self.file.add_format(BASE | look) for name, look in LOOKS.items()}

    def sheet(self, name: str) -> Sheet:
        """A new sheet; its tab shows the name in the reader's language."""
        self.sheets[name] = Sheet(self, say(name))
        return self.sheets[name]

    def name(self, name: str, cell: str) -> None:
        """Give a cell a name that formulas may use."""
        self.file.define_name(name, f"={cell}")

    def save(self, path: Path) -> Path:
        """Write the file; gives its path."""
        for sheet in self.sheets.values():
            sheet.ready_to_print()
        self.file.close()
        return write_whole(path, lambda out: out.write(self.out.getvalue()))


class Sheet:
    """One sheet. Rows and columns count from 0."""

    def __init__(self, paper: Paper, title: str) -> None:
        self.paper, self.title = paper, title
        self.inner = paper.file.add_worksheet(title)
        self.inner.hide_gridlines(2)
        self.portrait, self.pages = False, 1
        self.wide: tuple[float, ...] = ()

    @cached_property
    def quoted(self) -> str:
        """The sheet's name as formulas write it."""
        doubled = self.title.replace("'", "''")
        return f"'{doubled}'!"

    def text(self, row: int, column: int, words: object, look: str = "text") -> None:
        """Text, whatever it begins with: it never becomes a formula, a link or a number."""
        said = str(words)
        said = said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"
        if said:
            self.inner.write_string(row, column, said, self.paper.looks[look])
        else:
            self.inner.write_blank(row, column, None, self.paper.looks[look])

    def number(self, row: int, column: int, value: float, look: str = "number") -> None:
        """A number with all its digits; what is not a number stays empty."""
        if isfinite(value):
            self.inner.write_number(row, column, value, self.paper.looks[look])
        else:
            self.inner.write_blank(row, column, None, self.paper.looks[look])

    def formula(self, row: int, column: int, formula: str, value: float | str, look: str = "number") -> None:
        """A live formula, with its value for programs that do not calculate."""
        self.inner.write_formula(row, column, f"={formula}", self.paper.looks[look], value)

    def long(self, row: int, first: int, last: int, words: str, width: int, look: str = "wrap") -> None:
        """Text over several columns, ``width`` letters wide together, in a row high enough for it."""
        self.inner.merge_range(row, first, row, last, "", self.paper.looks[look])
        self.text(row, first, words, look)
        self.inner.set_row(row, 15.5 * max(1, -(-int(1.08 * _letters(words)) // width)))

    def heads(self, row: int, words: Sequence[str], right: Sequence[int] = (), apart: Sequence[int] = ()) -> None:
        """A row of headings, high enough for the longest in its column; ``apart``: indented, behind numbers."""
        high = 1
        for column, each in enumerate(words):
            look = "head_right" if column in right else "head_apart" if column in apart else "head"
            self.text(row, column, each, look)
            wide = self.wide[column] if column < len(self.wide) else 11.0
            high = max(high, -(-int(1.25 * _letters(each)) // int(wide)))
        self.inner.set_row(row, 15.5 * min(high, 5))

    def widths(self, *widths: float) -> None:
        """Widths of the first columns, in letters; to be said before the headings."""
        self.wide = widths
        for column, width in enumerate(widths):
            self.inner.set_column(column, column, width)

    def high(self, row: int, column: int, words: str) -> None:
        """Make a row high enough for a text in one of its columns."""
        self.inner.set_row(row, 15.5 * max(1, -(-int(1.15 * _letters(words)) // int(self.wide[column]))))

    def at(self, row: int, column: int) -> str:
        """A cell as formulas on any sheet write it."""
        return self.quoted + cell(row, column, True, True)

    def ready_to_print(self) -> None:
        """``pages`` wide, with the workbook's title above and page numbers below."""
        if not self.portrait:
            self.inner.set_landscape()
        self.inner.set_paper(9)
        self.inner.fit_to_pages(self.pages, 0)
        self.inner.set_margins(0.5, 0.5, 0.7, 0.6)
        title = self.paper.title[:120].replace("&", "&&")
        self.inner.set_header(f"&L&8{_apart(title)}&R&8{_apart(self.title)}")
        self.inner.set_footer("&R&8&P / &N")


def _letters(words: str) -> int:
    """Width of a text in Latin letters: a Chinese sign takes two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in words)


def _apart(words: str) -> str:
    # a digit after the size of the letters would be read as part of the size
    return f" {words}"


def cell(row: int, column: int, row_fixed: bool = False, column_fixed: bool = False) -> str:
    """A cell's name.

    >>> cell(0, 0), cell(4, 27, column_fixed=True)
    ('A1', '$AB5')
    """
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_fixed, column_fixed))
