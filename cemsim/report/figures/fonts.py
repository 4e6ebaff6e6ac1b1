"""Fonts that have a language's signs: figures are labelled in the language only where one is installed."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from logging import getLogger
from pathlib import Path
from typing import Final

#: Fonts that have the signs of a language beside Latin letters; the first one installed is used.
FONTS: Final = {
    "zh": (
        "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans CJK JP",
        "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei",
        "Droid Sans Fallback",
    )
}  # fmt: skip
#: What the files of these fonts are called.
_FILES: Final = re.compile(
    "noto.?sans.*(cjk|sc)|source.?han.?sans|pingfang|hiragino|msyh|wqy|simhei|droidsansfallback", re.IGNORECASE
)


@cache
def font_of(language: str) -> str:
    """Name of an installed font with a language's signs; empty where there is none, or none is needed."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    wanted = FONTS.get(language, ())
    if wanted and not set(wanted) & set(fontManager.get_font_names()):
        # the list of fonts is kept from an earlier day: one may have been installed since
        for file in [*findSystemFonts(), *_packaged()]:
            if _FILES.search(file.replace("\\", "/").rpartition("/")[2]):
                fontManager.addfont(file)
    # such fonts often come in one weight: that bold falls back on it needs no word
    getLogger("matplotlib.font_manager").addFilter(lambda said: "font weight" not in said.getMessage())
    known = set(fontManager.get_font_names())
    return next((name for name in wanted if name in known), "")


def _packaged() -> list[str]:
    """Fonts of the package mplfonts, where somebody installed it."""
    found = find_spec("mplfonts")
    folder = Path(found.origin or "").parent / "fonts" if found else Path("nowhere")
    return [str(file) for file in sorted(folder.glob("*.[ot]tf"))]
