"""Another language: every text that the program says is in the catalogue, and the page shows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from cemsim.base import language
from cemsim.base.language import catalogue, say, speaking
from cemsim.base.words import CHANNELS, STAGES
from cemsim.compare import compare
from cemsim.compare.verdict import Verdict
from cemsim.finance import worth
from cemsim.measures import KPIS
from cemsim.report.figures import style
from cemsim.report.page import page
from cemsim.report.terminal import verdict_table
from cemsim.report.workbook import write
from cemsim.scenario import load
from tests.synthetic import run

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent / "scenarios"
#: Values of constants that share a name with one that is said: colours, dotted paths.
CODE = re.compile(r"#[0-9A-F]+|[\w{}]+(\.[\w{}]+)+")
CHINESE = re.compile("[\u4e00-\u9fff]")


def texts(node: ast.AST) -> Iterator[str]:
    """Texts in a literal; of a mapping, its values."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    parts = node.values if isinstance(node, ast.Dict) else getattr(node, "elts", ())
    for part in parts:
        yield from texts(part.value if isinstance(part, ast.Starred) else part)


def constants(module: ast.Module) -> dict[str, list[ast.AST]]:
    """What a module's own names stand for."""
    known: dict[str, list[ast.AST]] = {}
    for line in module.body:
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None:
            for target in line.targets if isinstance(line, ast.Assign) else [line.target]:
                known.setdefault(getattr(target, "id", "?"), []).append(line.value)
    return known


def spoken_in(*sources: str) -> Iterator[str]:
    """Texts that modules say: in calls of say, and in the constants and tuples that calls of say read."""
    modules = [ast.parse(source) for source in sources]
    known: dict[str, list[ast.AST]] = {}
    for module in modules:
        for name, values in constants(module).items():
            known.setdefault(name, []).extend(values)
    for module in modules:
        yield from (text for text in _spoken(module, known) if not CODE.fullmatch(text))


def _spoken(module: ast.Module, known: dict[str, list[ast.AST]]) -> Iterator[str]:
    looped: dict[str, list[ast.AST]] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.comprehension | ast.For):
            names = node.target.elts if isinstance(node.target, ast.Tuple) else [node.target]
            over = node.iter.func if isinstance(node.iter, ast.Call) else node.iter  # NAME.items() is about NAME
            over = over.value if isinstance(over, ast.Attribute) else over
            looped.setdefault(getattr(names[-1], "id", "?"), []).append(over)
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args:
            said = node.args[0].value if isinstance(node.args[0], ast.Subscript) else node.args[0]
            name = getattr(said, "id", "")
            for found in (said, *known.get(name, ()), *looped.get(name, ())):
                for each in known.get(getattr(found, "id", ""), [found]):
                    yield from texts(each)
                    for part in getattr(each, "elts", ()):                # (*NAMES, *OTHERS): what those stand for
                        for more in known.get(getattr(getattr(part, "value", None), "id", ""), ()):
                            yield from texts(more)


def spoken() -> Iterator[str]:
    """Every text that the program says, in code and in the page's templates."""
    yield from spoken_in(*(file.read_text(encoding="utf-8") for file in (ROOT / "cemsim").rglob("*.py")))
    for file in (ROOT / "cemsim" / "report").rglob("*.j2"):
        yield from re.findall(r'say\("([^"]+)"', file.read_text(encoding="utf-8"))


class Listening(dict[str, str]):
    """A catalogue that remembers what was asked for and not there."""

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__(known)
        self.missed: set[str] = set()

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        if key not in self and re.search("[A-Za-z]{2}", key):
            self.missed.add(key)
        return super().get(key, default)


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    heard = Listening(catalogue("zh"))
    monkeypatch.setattr(language, "catalogue", lambda code: heard if code == "zh" else {})
    with speaking("zh"):
        yield heard


@pytest.fixture(scope="module")
def runs() -> list[SimpleNamespace]:
    shop, people, odd = (load(HERE / f"{name}.yaml") for name in ("shop", "people", "odd"))
    return [run(made=shop), run(lift=0.02, made=people), run(made=odd)]


def test_every_text_in_code_is_in_the_catalogue() -> None:
    known = catalogue("zh")
    assert sorted({text for text in spoken() if re.search("[A-Za-z]{2}", text)} - set(known)) == []


def test_the_search_for_texts() -> None:
    source = (
        'A = "one"\nB = {"k": "two"}\nC = ("three", "four")\n'
        'x = say(A), say(B["k"]), [say(c) for c in C], [say(d) for d in ("five",)], say("six")'
    )
    assert set(spoken_in(source)) == {"one", "two", "three", "four", "five", "six"}


def test_parts_keep_their_names() -> None:
    for text, said in catalogue("zh").items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", said)), text


def test_nothing_that_is_said_is_missing(runs: list[SimpleNamespace], listening: Listening, tmp_path: Path) -> None:
    from rich.console import Console

    page(runs, "cemsim compare")
    write(runs, tmp_path / "book.xlsx")
    Console(file=StringIO(), width=120).print(verdict_table(compare(runs), worth(runs)))
    for word in ("better", "worse", "higher", "lower", "identical", "unclear", "single", "none"):
        for more in (3.0, 1e9, float("inf")):
            verdict = Verdict(word, more)  # type: ignore[arg-type]
            assert verdict.text and (verdict.brief or word == "none")
    for kpi in KPIS.values():
        say(kpi.label), say(kpi.note)
    for name in (*STAGES, *CHANNELS):
        say(name.replace("_", " "))
    assert sorted(listening.missed) == []


def test_the_page_has_no_heading_in_english(runs: list[SimpleNamespace]) -> None:
    with speaking("zh"):
        html = page(runs, "cemsim compare")
    assert '<html lang="zh-Hans">' in html
    # users' names and questions stay as written
    own = {each.scenario.name for each in runs} | {"loyalist", "butterfly", "contact centre", "billing team",
                                                  "billing question", "visit"}  # fmt: skip
    bare = re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
    found = re.findall(r"<(h[1-4]|th|figcaption|nav|li)\b[^>]*>(.*?)</\1>", bare, flags=re.DOTALL)
    assert len(found) > 80
    for _, inner in found:
        text = re.sub(r"<[^>]+>", "", inner).strip().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert CHINESE.search(text) or text in own or not re.search("[A-Za-z]{3}", text), text


def test_the_sentence_in_chinese(runs: list[SimpleNamespace]) -> None:
    with speaking("zh"):
        html = page(runs)
    assert "36 个月" in html and "净现值" in html and "更好" in html
    for english in ("not distinguishable", " thousand ", "Over 36 months"):
        assert english not in re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("font", [True, False])
def test_figures_speak_where_a_font_can(
    font: bool, runs: list[SimpleNamespace], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not font:
        monkeypatch.setattr(style, "font_of", lambda code: "")
    elif not style_has_font():
        pytest.skip("no font with Chinese signs is installed: apt-get install fonts-wqy-microhei")
    with speaking("zh"):
        html = page(runs)
    drawings = " ".join(re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL))
    labels = re.findall(r"<text[^>]*>(.*?)</text>", drawings)
    assert any(CHINESE.search(label) for label in labels) == font
    assert ("图中标签为英文" in html) != font


def style_has_font() -> bool:
    """Whether this machine has a font with the signs."""
    with speaking("zh"):
        return style.speaks()
