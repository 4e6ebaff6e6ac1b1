"""Fonts that have a language's signs: figures are labelled in the language only where one is installed."""

from __future__ import annotations

import re
from functools import cache
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
        for file in findSystemFonts():
            if _FILES.search(file.replace("\\", "/").rpartition("/")[2]):
                fontManager.addfont(file)
    known = set(fontManager.get_font_names())
    return next((name for name in wanted if name in known), "")
