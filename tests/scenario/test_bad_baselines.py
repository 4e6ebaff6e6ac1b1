"""What cannot be is said with line, path, cause and cure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cemsim.scenario import Problem, ScenarioError, load

Find = Callable[..., tuple[Problem, ...]]

CALL = "call: {channel: phone_in, team: desk, handling: 5 min, resolves: 70 %}"

#: (what to replace, by what, line, path, part of the message, part of the cure)
TABLE = [
    ("customers: 1_000", "customers: -5", 7, "segments.regular.customers",
        '"-5" is too small; the least possible is 0', ""),
    ("customers: 1_000", "customers: 10.5", 7, "segments.regular.customers", '"10.5" is not a whole number',
        "Write 10 or 11."),
    ("customers: 1_000", "customers: .nan", 7, "segments.regular.customers", '".nan" is not a number', ""),
    ("customers: 1_000", "customers: .inf", 7, "segments.regular.customers", '".inf" is not a number', ""),
    ("customers: 1_000", "customers: 1e999", 7, "segments.regular.customers", '"1e999" is too large', ""),
    ("customers: 1_000", "customers: 0", 5, "segments", "There are no customers", ""),
    ("customers: 1_000", "customers: no", 7, "segments.regular.customers", '"no" is not a number', ""),
    ("customers: 1_000", "customers: 1,000", 7, "segments.regular.customers", '"1,000" is not', ""),
    ("customers: 1_000", "custmers: 1000", 7, "segments.regular.custmers", 'no field "custmers"',
        "mean customers?"),
    ("20 USD/month", "20", 8, "segments.regular.revenue", '"20" has no unit', "Write 20 USD/month, 20 USD/year or"),
    ("20 USD/month", "20 EUR/month", 8, "segments.regular.revenue", '"EUR/month" is not a unit of money',
        "USD/month"),
    ("20 USD/month", "", 8, "segments.regular.revenue", "Nothing stands where a number is needed",
        "USD/month"),
    ("20 USD/month", "[20 USD/month]", 8, "segments.regular.revenue", "A list stands where a number", ""),
    ("currency: USD", "finance: {acquisition_cost: 400,000 USD}", 4, "", "The comma in",
        "acquisition_cost: 400_000 USD"),
    ("currency: USD", "\tcurrency: USD", 4, "", "a tab", "blanks"),
    ("15 %/year", "0.15", 9, "segments.regular.churn", '"0.15" has no unit', "Write 15 %/year."),
    ("15 %/year", "15", 9, "segments.regular.churn", '"15" has no unit', "Write 15 %/year."),
    ("15 %/year", "10", 9, "segments.regular.churn", '"10" has no unit', "Write 10 %/year."),
    ("15 %/year", "{value: 6,5 %/year}", 9, "", 'The comma in "value: 6,5 %/year" ends a field',
        "Write value: 6.5 %/year"),
    ("15 %/year", "6,5 %/year", 9, "segments.regular.churn", '"6,5 %/year" has a decimal comma', "Write 6.5 %/year."),
    ("15 %/year", "+10 %", 9, "segments.regular.churn", '"+10 %" is ambiguous', "{times: 1.1}"),
    ("15 %/year", "150 %/year", 9, "segments.regular.churn", "too large; the most possible is 99 %/year", ""),
    ("    churn: 15 %/year\n", "", 6, "segments.regular.churn", '"churn" is missing',
        "Write churn: 10.2 %/year"),
    ("2 /year", "2", 12, "journeys.question.need", '"2" has no unit', "/month"),
    ("5 min,", "5 parsec,", 14, "journeys.question.steps.call.handling.mean",
        '"parsec" is not a unit of time', "min"),
    ("5 min,", "12:30,", 14, "journeys.question.steps.call.handling.mean", '"12:30" is not', "6 min 21 s"),
    ("5 min,", "{kind: lognormal, mean: 5 min, cv: -1},", 14, "journeys.question.steps.call.handling.cv",
        "too small", ""),
    ("5 min,", "{kind: bell, mean: 5 min},", 14, "journeys.question.steps.call.handling.kind",
        '"bell" is not one of', "weibull"),
    ("5 min,", "{kind: exponential, mean: 5 min, cv: 2},", 14, "journeys.question.steps.call.handling",
        "always has cv 1", ""),
    ("handling: 5 min, ", "", 14, "journeys.question.steps.call", "needs a handling time",
        "handling: 6 min 21 s"),
    ("team: desk, ", "", 14, "journeys.question.steps.call", "needs a team", ""),
    ("team: desk", "team: dsek", 14, "journeys.question.steps.call.team", 'no team "dsek"',
        "Did you mean desk?"),
    ("phone_in", "phone", 14, "journeys.question.steps.call.channel", '"phone" is not one of',
        "mean phone_in?"),
    ("70 %", "170 %", 14, "journeys.question.steps.call.resolves", '"170 %" is too large', ""),
    ("70 %", "0 %", 13, "journeys.question.steps", "No step ever resolves", ""),
    ("70 %", "70 %, contains: 5 %", 14, "journeys.question.steps.call", "two words for the same", "Keep one"),
    (CALL, "{}", 11, "journeys.question", "at least one step", ""),
    ("    steps:\n      " + CALL, "    steps: {}", 11, "journeys.question", "at least one step", ""),
    ("on_shift: 2", "on_shift: 2\n    paid: 3", 16, "teams.desk", "said once, by on_shift, paid or shifts",
        "on_shift: 12"),
    ("on_shift: 2", "wage: 20 USD/h", 16, "teams.desk", "none of them", ""),
    ('"08:00-18:00 mon-fri"', "8 to 18", 18, "teams.desk.open", "not hours of a day", '"08:00-20:00"'),
    ('"08:00-18:00 mon-fri"', "08:00-18:00 someday", 18, "teams.desk.open", '"someday" is not a weekday',
        "mon-fri"),
    ('"08:00-18:00 mon-fri"', "08:10-18:00 mon", 18, "teams.desk.open", "quarter of an hour", ""),
    ("on_shift: 2", "on_shift: 2\n    serve_first: [regulr]", 18, "teams.desk.serve_first",
        'no segment "regulr"', "mean regular?"),
    ("cemsim: 1", "cemsim: 2", 1, "cemsim", '"2" is not a version', "cemsim: 1"),
    ("name: Small shop\n", "", 1, "name", '"name" is missing', ""),
    ("currency: USD", "market: {people: 900}", 4, "market.people", "fewer than the 1,000 customers", "1_000"),
    ("currency: USD", "causes: {ledger: sede}", 4, "causes.ledger", 'no ledger "sede"', "mean seed?"),
    ("currency: USD", "causes: {ledger: {death: .5}}", 4, "causes.ledger", "says nothing of move", ""),
    ("currency: USD", "quality: {servce: 8}", 4, "quality", 'no attribute "servce"', "mean service?"),
    ("currency: USD", "quality: {service: 80}", 4, "quality.service", '"80" is too large', ""),
    ("currency: USD", "switches: {fade: maybe}", 4, "switches.fade", '"maybe" is neither true nor false', ""),
    ("currency: USD", "failures: {probability: 5 %}", 4, "failures", "no journey takes complaints",
        "starts: complaint"),
    ("currency: USD", "failures: {complaints: question}", 4, "failures.complaints",
        "that starts by a complaint", ""),
    ("currency: USD", "horizon: 36", 4, "horizon", '"36" has no unit', "36 months"),
    ("currency: USD", "change: {}", 4, "change", "needs something to change", "based_on"),
    ("currency: USD", "teams: []", 15, "", '"teams" is written twice (first in line 4)', "Keep one"),
    ("currency: USD", "finance: !!python/object:os.system {}", 4, "", "The tag", "plain values"),
    ("currency: USD", "finance: {discount_rate: {value: 10 %/year, range: [1]}}", 4,
        "finance.discount_rate.range", "two numbers", ""),
    ("currency: USD", "finance: {discount_rate: {value: 10 %/year, range: [1, 2]}}", 4,
        "finance.discount_rate.range", "no unit", ""),
    ("currency: USD", "finance: {discount_rate: {value: 10 %/year, range: [20 %/year, 30 %/year]}}", 4,
     "finance.discount_rate.range", "outside its range", ""),
    ("currency: USD", "finance: {discount_rate: {value: 10 %/year, range: [30 %/year, 3 %/year]}}", 4,
     "finance.discount_rate.range", "ends below it", ""),
    ("currency: USD", "finance: {discount_rate: {value: 10 %/year, kind: guess}}", 4,
        "finance.discount_rate.kind",
     '"guess" is not a kind', "lever or uncertainty"),
    ("currency: USD", "finance: {discount_rate: {value: 10 %/year, sauce: me}}", 4,
        "finance.discount_rate.sauce",
     'no "sauce" beside a value', "mean source?"),
    ("currency: USD", "question: {value: why, source: me}", 4, "", "written twice", ""),
    ("churn: 15 %/year", "churn: 15 %/year\n    importance: {product: .5, service: .2}", 10,
        "segments.regular.importance",
     "add up to 0.7, not to 1", ""),
]  # fmt: skip


@pytest.mark.parametrize("old, new, line, path, message, cure", TABLE)
def test_each_mistake(
    problems: Find, minimal: str, old: str, new: str, line: int, path: str, message: str, cure: str
) -> None:
    assert old in minimal
    found = problems(minimal.replace(old, new, 1))
    match = [
        p for p in found if p.line == line and p.path == path and message in p.message and cure in p.cure
    ]
    assert match, [str(p) for p in found]


def test_several_at_once(problems: Find, minimal: str) -> None:
    broken = minimal.replace("1_000", "-1").replace("5 min", "5").replace("mon-fri", "someday")
    assert [p.line for p in problems(broken)] == [7, 14, 18]


def test_the_form_of_an_error(problems: Find, minimal: str, tmp_path: Path) -> None:
    (problem,) = problems(minimal.replace("team: desk", "team: dsek"))
    assert str(problem) == (
        f"{tmp_path}/base.yaml:14  journeys.question.steps.call.team\n"
        '  There is no team "dsek".   Teams are: desk.   Did you mean desk?'
    )


def test_not_yaml(problems: Find) -> None:
    assert problems("a: [1, 2")[0].line in (1, 2)
    assert "empty" in problems("")[0].message
    assert "block of fields" in problems("- 1\n- 2\n")[0].message
    assert 'no field "value"' in problems("value: 1\nname: x\n")[0].message
    assert "second document" in problems("a: 1\n---\nb: 2\n")[0].message
    assert "not YAML" in problems("a: b: c")[0].message
    assert "must be a word" in problems("? [1]\n: 2\n")[0].message
    assert "holds a tab" in problems("a: \tb\n\t- c\n")[0].message


def test_not_text(problems: Find) -> None:
    assert "not a text file" in problems(b"\x89PNG\r\n\x1a\n\xff\xfe\x00")[0].message
    assert "not a text file" in problems(b"cemsim: 1\nname: a\0b\n")[0].message


def test_deep_wide_and_aliased(problems: Find) -> None:
    assert "nested more than" in problems("[" * 5000)[0].message
    assert "nested more than" in problems("a: " + "{a: " * 5000)[0].message
    deep = "\n".join("  " * i + "a:" for i in range(300))
    assert "nested more than" in problems(deep)[0].message
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9)
    )
    assert "aliases" in problems(bomb)[0].message
    wide = "a: &a [" + "x, " * 5000 + "]\n" + "".join(f"b{i}: *a\n" for i in range(6))
    assert "more than 20,000 values" in problems(wide)[0].message
    assert "no anchor" in problems("a: &a [*a]\n")[0].message


def test_no_file(tmp_path: Path, minimal: str) -> None:
    (tmp_path / "baseline.yaml").write_text(minimal)
    for name, message in (
        ("basline.yaml", "There is no such file"),
        (".", "This is a folder"),
        ("a\0b", "cannot be read"),
        ("x" * 5000, "cannot be read"),
    ):
        with pytest.raises(ScenarioError, match=message):
            load(tmp_path / name)
    with pytest.raises(ScenarioError, match="Did you mean baseline.yaml"):
        load(tmp_path / "basline.yaml")
    with pytest.raises(ScenarioError, match="not a plain file"):
        load("/dev/zero")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    with pytest.raises(ScenarioError, match="has 200.0 MB; a scenario file has at most 512 kB"):
        load(path)
