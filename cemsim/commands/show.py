"""Printing: rich in a terminal, plain text elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import IO, Any

import click

from cemsim.base.errors import Problem


def problems(found: Iterable[Problem]) -> None:
    """Problems on the error stream: place and path in the first line, then why not and what to write."""
    for problem in found:
        place = f"{problem.file}:{problem.line}" if problem.line > 0 else problem.file
        head = click.style(place, bold=True) + (f"  {problem.path}" if problem.path else "")
        click.echo(head, err=True)
        click.echo(f"  {problem.message}" + (f"   {problem.cure}" if problem.cure else ""), err=True)


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
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title or None, box=SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for i, head in enumerate(heads):
        drawn.add_column(head, justify="right" if i in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)


def is_terminal(stream: IO[Any]) -> bool:
    """Whether a person reads it."""
    return bool(getattr(stream, "isatty", lambda: False)())
