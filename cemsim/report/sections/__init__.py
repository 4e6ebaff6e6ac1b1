"""Sections of the report: each is made by a module of its own and stands in the page, or on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cemsim.base.atomic import whole
from cemsim.base.language import chosen, say


@dataclass(frozen=True)
class Section:
    """A part of the page under a heading: ``html`` is made safe already, ``title`` is text."""

    id: str
    title: str
    html: str


def filled(template: str, **values: Any) -> str:
    """A template of the report with its words in the language spoken now; whatever is put in is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    space = Environment(
        loader=PackageLoader("cemsim.report", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    tongue = {"zh": "zh-Hans"}.get(chosen(), chosen())
    return space.get_template(template).render(say=say, language=tongue, **values)


def write_alone(
    path: Path | str, title: str, question: str, sections: Sequence[Section], command: str = "", note: str = ""
) -> Path:
    """Write sections as a page of their own that needs nothing else; gives its path.

    ``command``: what was typed, to be repeated. ``note``: seed and versions. Raises OSError where the file cannot be
    written.
    """
    path = Path(path)
    page = filled(
        "sections/alone.html.j2", title=title, question=question, sections=sections, command=command, note=note
    )
    with whole(path) as draft:
        draft.write_text(page, encoding="utf-8")
    return path
