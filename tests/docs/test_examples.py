"""Every example in README.md, CONTRIBUTING.md and docs/ runs, and prints what the page says.

A ```python block runs as written (or as a doctest where it holds ``>>>``), all of a page in one session.
A ```console block runs its ``$`` lines; what follows each must be what is printed (``...`` for anything).
A ```yaml or ```python block that opens with ``# file: NAME`` is written to that file: a page can use its own scenario.
``<!-- not run: why -->`` above a block leaves it out, and says why to the reader of the source.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent.parent
PLACES = ("README.md", "CONTRIBUTING.md", "docs/**/*.md", "scenarios/**/*.md")
PAGES = sorted(page for place in PLACES for page in TOP.glob(place))
FENCE = re.compile(r"^(?P<tick>```+)(?P<kind>\w+)[^\n]*\n(?P<body>.*?)^(?P=tick)\s*$", re.M | re.S)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
CHECKER = doctest.OutputChecker()


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    kind: str
    body: str
    line: int
    run: bool


def blocks(text: str) -> list[Block]:
    """The blocks of a page in order.

    >>> [(b.kind, b.line, b.run) for b in blocks("a\\n```console\\n$ cemsim\\n```\\n")]
    [('console', 2, True)]
    """
    found = []
    for match in FENCE.finditer(text):
        above = text[: match.start()].rstrip().rsplit("\n", 1)[-1]
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(match["kind"], match["body"], line, not above.startswith("<!-- not run:")))
    return found


def commands(body: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it should print.

    >>> commands("$ cemsim a\\nyes\\n$ cemsim b\\n")
    [('cemsim a', 'yes\\n'), ('cemsim b', '')]
    """
    parts = re.split(r"^\$ ", body, flags=re.M)[1:]
    return [(head, tail) for head, _, tail in (part.partition("\n") for part in parts)]


def run_console(block: Block, folder: Path, where: str) -> None:
    for command, wanted in commands(block.body):
        words = shlex.split(command, comments=True)
        program = {"cemsim": [str(TOP / "cli.py")], "python": []}.get(words[0])
        assert program is not None, f"{where}: only cemsim and python commands are run, not {words[0]}"
        env = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "PYTHONPATH": str(TOP)}
        answer = subprocess.run(
            [sys.executable, *program, *words[1:]],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        printed = answer.stdout if wanted.strip() else ""
        seen = f"{where}: {command}\nprinted:\n{answer.stdout}\n{answer.stderr}"
        assert CHECKER.check_output(wanted, printed, FLAGS), f"{seen}\nthe page says:\n{wanted}"
        assert wanted.strip() or answer.returncode == 0, seen


def run_python(block: Block, names: dict[str, object], where: str) -> None:
    if ">>>" not in block.body:
        exec(compile("\n" * block.line + block.body, where, "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(block.body, names, where, where, block.line)
    said = io.StringIO()
    result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.write, clear_globs=False)
    names.update(test.globs)
    assert not result.failed, said.getvalue()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TOP).as_posix())
def test_page(page: Path, tmp_path: Path) -> None:
    for folder in ("scenarios", "rules"):
        if (TOP / folder).is_dir():
            shutil.copytree(TOP / folder, tmp_path / folder)
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks(page.read_text(encoding="utf-8")):
        where = f"{page.relative_to(TOP)}:{block.line}"
        if not block.run:
            continue
        if block.kind in ("yaml", "python") and (name := re.match(r"# file: (\S+)", block.body)):
            file = tmp_path / name[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.body, encoding="utf-8")
        elif block.kind == "console":
            run_console(block, tmp_path, where)
        elif block.kind == "python":
            with contextlib.chdir(tmp_path):
                run_python(block, names, where)


def test_a_wrong_page_is_found(tmp_path: Path) -> None:
    names: dict[str, object] = {}
    with pytest.raises(AssertionError, match="Expected"):
        run_python(Block("python", ">>> 1 + 1\n3\n", 1, True), names, "page")
    with pytest.raises(AssertionError, match="the page says"):
        run_console(Block("console", "$ python -c 'print(2)'\n3\n", 1, True), tmp_path, "page")
