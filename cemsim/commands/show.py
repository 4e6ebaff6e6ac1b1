"""Printing: rich in a terminal, plain text elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, Any, Final

import click

from cemsim.base.errors import Problem, Remark

if TYPE_CHECKING:
    from rich.console import Console

#: Letters in a line where no terminal says how many it has.
UNSEEN: Final = 160


def problems(found: Iterable[Problem]) -> None:
    """Problems on the error stream: place and path in the first line, then why not and what to write."""
    for problem in found:
        place = f"{problem.file}:{problem.line}" if problem.line > 0 else problem.file
        head = click.style(place, bold=True) + (f"  {problem.path}" if problem.path else "")
        click.echo(head, err=True)
        mark = "warning: " if isinstance(problem, Remark) else ""
        click.echo(f"  {mark}{problem.message}" + (f"   {problem.cure}" if problem.cure else ""), err=True)


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], title: str = "", right: Sequence[int] = ()
) -> None:
    """A table: drawn in a terminal, tab-separated elsewhere (for a pipe)."""
    if not is_terminal(sys.stdout):
        click.echo("\t".join(heads))
        for row in rows:
            click.echo("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title or None, box=SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for i, head in enumerate(heads):
        drawn.add_column(head, justify="right" if i in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    console().print(drawn)


def console() -> Console:
    """What draws in the terminal, as wide as it is; where nobody looks on (a file, a pipe) as wide as tables need."""
    from rich.console import Console

    if is_terminal(sys.stdout) or "COLUMNS" in os.environ:
        return Console()
    return Console(width=UNSEEN)


def is_terminal(stream: IO[Any]) -> bool:
    """Whether a person reads it."""
    return bool(getattr(stream, "isatty", lambda: False)())
