"""What one customer's story says of leaving for good, of rules that did not fire and of what a rule's deeds do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

from cemsim.base.words import CAUSES
from cemsim.commands import explain as command
from cemsim.engine.glass.chapters import chapters, ending, told
from cemsim.engine.glass.decided import why_not
from cemsim.engine.glass.parting import parted, parting
from cemsim.engine.glass.phrases import points
from cemsim.engine.glass.picks import chosen, pick
from cemsim.engine.glass.sentences import Narrator
from cemsim.engine.glass.story import Life, Lived, live
from cemsim.engine.glass.told import Told
from cemsim.model.failure import FAILED, GOOD_FAST, net_effect
from cemsim.model.reward import relief
from cemsim.plan.compile import plan
from cemsim.report.figures import life as figure
from cemsim.report.figures.style import looks
from cemsim.rules.read import read_rules
from cemsim.scenario import load
from tests.parity.test_parity import moving

EVERYTHING = Path(__file__).resolve().parents[1] / "parity" / "worlds" / "everything.yaml"
MONTHS = 6
AGAIN = "attempts is at least 1 or failures in 30 days is at least 2"


@pytest.fixture(scope="module")
def lived() -> Lived:
    ours = plan(load(EVERYTHING))
    return live(ours, moving(ours), MONTHS, 0, 1, 0)


def returned(lived: Lived, cause: str) -> Life:
    """Somebody who left by a cause and whose place joined later."""
    life = next(
        life for life in map(lived.life, lived.rows)
        if [r.kind for r in life.rows if r.kind in ("joins", "leaves")][:2] == ["leaves", "joins"]
    )
    rows = tuple(
        replace(r, facts={**r.facts, "cause": CAUSES.index(cause)}) if r.kind == "leaves"
        else replace(r, facts={**r.facts, "source": 1}) if r.kind == "joins" else r for r in life.rows
    )
    return replace(life, rows=rows)


def said(life: Life, kind: str) -> list[str]:
    narrator = Narrator(life)
    return [text for row in life.rows if (text := narrator.say(row)) and row.kind == kind]


def decision(life: Life, **facts: Any) -> Told:
    """A decision of one of the world's rulesets in which nothing matched, but for ``facts``."""
    row = next(r for r in life.rows if r.kind == "decision" and r.facts["ruleset"] == facts["ruleset"])
    nothing = dict.fromkeys(("matched", "fired", "cooling", "overruled", "accepted", "declined"), ())
    return replace(row, facts={**row.facts, **nothing, **facts})


@pytest.fixture(scope="module")
def asked(lived: Lived) -> Life:
    """The person of the first segment, which no team serves first, of whom rules were asked most."""
    lives = [life for life in map(lived.life, lived.rows) if life.start["segment"] == 0]
    return max(lives, key=lambda life: sum(row.kind == "decision" for row in life.rows))


@pytest.mark.parametrize(("cause", "gone"), [("death", "died"), ("move", "moved away")])
def test_who_died_does_not_come_back(lived: Lived, cause: str, gone: str) -> None:
    life = returned(lived, cause)
    assert f"This person {gone} and cannot come back: somebody else of the same segment" in said(life, "leaves")[0]
    assert said(life, "joins")[0].startswith(f"Somebody else, in the place of the customer who {gone}, becomes")
    assert f"by {cause}, then somebody else, in the same place, became a customer at the end of month" in ending(life)


def test_who_left_comes_back_as_the_same_person(lived: Lived) -> None:
    life = returned(lived, "service")
    assert said(life, "leaves")[0].endswith("From now on the same person could become a customer again.")
    assert said(life, "joins")[0].startswith("Comes back as a customer, nothing of the time before counts any more")
    assert ", then became a customer again at the end of month" in ending(life)


def test_a_flag_is_raised_or_not(asked: Life) -> None:
    narrator = Narrator(asked)
    row = decision(asked, ruleset="wait", facts={"wait": 600, "wait_over_target": 0, "flag:hot": 0})
    text = narrator.say(row)
    assert "the flag hot is not raised." in text and "long asks that the flag hot is raised" in text
    assert ":hot" not in text
    raised = narrator.say(replace(row, facts={**row.facts, "facts": {**row.facts["facts"], "flag:hot": 1}}))
    assert "the flag hot is raised." in raised


@pytest.mark.parametrize(
    ("facts", "asks"),
    [({"intent": "question", "attempts": 0, "failures_30d": 0}, f"intent is complaint, and that {AGAIN}"),
     ({"intent": "question", "attempts": 1, "failures_30d": 0}, "intent is complaint"),
     ({"intent": "complaint", "attempts": 0, "failures_30d": 1}, AGAIN)],
)  # fmt: skip
def test_either_way_to_match_is_told(asked: Life, tmp_path: Path, facts: dict[str, Any], asks: str) -> None:
    """A rule with `any:` asks for one of several things, of which none need be named as the one that lacks."""
    text = """\
version: 1
ruleset: second
decide_on: contact_arrives
rules:
  - id: experts
    because: Not the same desk again.
    when: {all: [{intent: complaint}, {any: [{attempts: {ge: 1}}, {failures_30d: {ge: 2}}]}]}
    then: [{log: {}}]
"""
    (tmp_path / "second.yaml").write_text(text, encoding="utf-8")
    row = replace(decision(asked, ruleset="wait"), facts={"fired": (), "ruleset": "second", "facts": facts})
    assert why_not(row, read_rules(tmp_path / "second.yaml"), "USD") == [f"experts asks that {asks}"]


def test_what_was_said_of_rules_is_not_said_again(asked: Life) -> None:
    narrator = Narrator(asked)
    row = decision(asked, ruleset="wait", facts={"wait": 0, "wait_over_target": 0, "flag:hot": 0})
    assert "None fires" not in narrator.say(row)
    assert narrator.say(row).endswith("None fires, for the same reasons as before.")
    later = replace(row, month=row.month + 1)
    assert narrator.say(later).endswith(f"None fires, for the same reasons as in month {asked.month_of(row)}.")
    longer = narrator.say(replace(later, facts={**row.facts, "facts": {**row.facts["facts"], "wait": 700}}))
    assert "No match: long asks that the flag hot is raised; level2 asks that wait is under 1 min." in longer
    assert "The others do not fire, for the same reasons as in month" in longer


def test_quiet_months_are_joined_though_rules_are_asked(lived: Lived, asked: Life) -> None:
    end = next(row for row in asked.rows if row.kind == "month")
    row = decision(asked, ruleset="wait", facts={"wait": 0, "wait_over_target": 0, "flag:hot": 0})
    rows = []
    for month in range(MONTHS):
        rows += [replace(end, month=month), replace(row, month=month, time=end.time)]
    (chapter,), = chapters([replace(asked, rows=tuple(rows))])
    assert (chapter.first, chapter.last) == (0, MONTHS - 1)
    text = chapter.paragraphs[0]
    assert f'The rules "wait" are asked {MONTHS} times, the last time they read: wait 0 min' in text
    assert text.count("long asks that") == 1 and "None fires. No match:" in text


def test_a_wait_asked_about_again_is_one_paragraph(asked: Life) -> None:
    """Until a rule fires, further minutes of the same wait are one line; the rule that fires is told."""
    first = decision(asked, ruleset="wait", facts={"wait": 200, "wait_over_target": 0, "flag:hot": 0})
    first = replace(first, time=1000.0, month=0)
    assert first.facts["point"] == "waiting"
    later = [replace(first, time=1000.0 + minutes) for minutes in (2.0, 3.0, 5.0, 6.0)]
    later[2] = replace(later[2], facts={**first.facts, "fired": ("long",), "matched": ("long",)})
    (paragraphs, *_) = told(replace(asked, rows=(first, *later[:2])))
    (text,) = paragraphs
    assert text.count("In the queue") == 1 and text.endswith("\nAsked again after 2 min and 3 min: none fires.")
    (paragraphs, *_) = told(replace(asked, rows=(first, *later)))
    assert [text.count("In the queue") for text in paragraphs] == [1, 1] and "long fires:" in paragraphs[1]
    assert paragraphs[0].endswith("after 2 min and 3 min: none fires.")
    assert paragraphs[1].endswith("\nAsked again after 6 min: none fires.")


def test_a_deed_says_what_it_does(asked: Life) -> None:
    life, narrator = asked, Narrator(asked)
    tables = life.tables(0)
    bill = tables.segments[life.start["segment"]]["revenue"] * life.purse["wallet"]
    cheaper = relief(3.0, float(bill), float(tables.world[0]["price_sensitivity"]))
    text = narrator.say(decision(life, ruleset="ends", fired=("sorry",), matched=("sorry",)))
    assert f"make the price feel {points(cheaper)} points better at the month's end." in text and cheaper > 0.0
    text = narrator.say(decision(life, ruleset="wait", fired=("level2",), matched=("level2",)))
    assert "That is rank 2 instead of 8; the lowest is answered first." in text


def test_a_complaint_that_is_passed_on_to_where_it_lies_stays(lived: Lived) -> None:
    sets = {each.name: each for each in lived.plan.scenario.rulesets if each.point == "case_age"}
    row, rule = next(
        (row, rule) for rows in lived.rows.values() for row in rows if row.kind == "decision"
        and row.facts["ruleset"] in sets for rule in sets[row.facts["ruleset"]].rules
        if rule.id in row.facts["fired"] and any(deed.action == "escalate" for deed in rule.then)
    )
    to = next(str(deed.params["to"]) for deed in rule.then if deed.action == "escalate")
    narrator = Narrator(lived.life(row.who))
    assert "already" not in narrator.say(row)
    narrator.lies = {1: to}
    assert f"It lies with {to} already, so it stays where it is" in narrator.say(row)


def test_a_complaint_dealt_with_badly_is_not_called_resolved(lived: Lived) -> None:
    for who in lived.rows:
        rows = lived.rows[who]
        narrator = Narrator(lived.life(who))
        for row, after in zip(rows, rows[1:], strict=False):
            narrator.say(row)
            if row.kind == "recovery" and after.kind == "felt" and after.facts["issue"] == row.facts["issue"]:
                assert "with that the complaint is closed." in narrator.say(after)
                return
    raise AssertionError("no complaint was dealt with")


def test_what_a_team_does_not_take_stays(asked: Life) -> None:
    row = next(row for row in asked.rows if row.kind == "arrives")
    team = Narrator(asked).team(row)
    for closed, why in ((True, "is closed"), (False, "has no room")):
        stays = replace(row, kind="stays", facts={**row.facts, "closed": closed})
        assert Narrator(asked).say(stays) == f"But {team} {why}, so the contact stays where it is."


def test_of_blocks_only_what_differs_is_told(asked: Life) -> None:
    """A card has a dozen numbers, of which two are other."""
    card = {"scheme": 0, "stamps": True, "balance": 5, "forfeited": 0}
    row = replace(asked.rows[0], facts={"schemes": (card,)})
    other = replace(row, facts={"schemes": (card | {"balance": 0, "forfeited": 5},)})
    lives = [replace(asked, rows=(each,)) for each in (row, other)]
    with patch("cemsim.engine.glass.parting._alone", return_value="..."):
        said = parted(*lives, ("A", "B"))
    assert "What differs first: schemes balance 5 against 0, forfeited 0 against 5." in said


def test_a_question_that_nothing_came_of_parts_no_lives(asked: Life) -> None:
    place, silent = next((i, row) for i, row in enumerate(asked.rows) if row.kind == "decision")
    silent = replace(silent, facts={**silent.facts, "fired": (), "matched": ()})
    more = replace(asked, rows=(*asked.rows[:place], silent, *asked.rows[place:]))
    assert parting(asked, more) is None
    (said,) = parted(asked, more, ("A", "B"))
    assert said.endswith("the same to the last bit. Rules are asked otherwise, but none of those fires.")


def test_where_one_life_has_nothing_at_the_parting(asked: Life) -> None:
    place = next(i for i, row in enumerate(asked.rows) if row.kind == "decision" and row.month < MONTHS - 1)
    rows = asked.rows[:place] + tuple(row for row in asked.rows[place:] if row.time > asked.rows[place].time)
    text = parted(asked, replace(asked, rows=rows), ("A", "B"))
    assert any(each.startswith("B: nothing at that moment; what comes next is in month") for each in text)
    assert not any("It never moves" in each for each in text)


def test_why_somebody_was_picked(lived: Lived) -> None:
    for kind, words in (("lost", "Touches before: "), ("angry", "nothing felt worse"), ("rescued", "recovered well")):
        text = chosen(kind, lived.life(pick(kind, lived)))
        assert words in text and "month" in text
    angry = lived.life(pick("angry", lived))
    worst = min(float(row.facts["emotion"]) for row in angry.rows if row.kind == "felt")
    assert f"emotion {points(worst)}." in chosen("angry", angry)


def test_the_picture_breaks_where_nobody_is_a_customer(lived: Lived) -> None:
    life = returned(lived, "service")
    rows = list(life.rows)
    rule = next(row for each in lived.rows.values() for row in each if row.kind == "decision" and row.facts["fired"])
    bad = Told(1.0, 0, life.who, "recovery", {"severity": 4.0, "blow": net_effect(FAILED, 4.0)})
    good = replace(bad, facts={"severity": 4.0, "blow": net_effect(GOOD_FAST, 4.0)})
    drawn: Figure = figure._figure([replace(life, rows=(*rows, rule, bad, good))], looks(["A"]))
    (line,) = drawn.axes[-1].lines
    here = {life.month_of(row) for row in rows if row.kind == "month"}
    assert [month for month, y in enumerate(line.get_ydata()) if y == y] == sorted(here) and len(here) < MONTHS
    legend = drawn.axes[0].get_legend()
    assert legend is not None
    assert {"a rule fires", "dealt with badly", "complaint dealt with"} <= {t.get_text() for t in legend.get_texts()}


def test_what_both_lives_tell_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    command._beside([["Came.\nSame.\nOne."], ["Came.\nSame.\nOther."]], ("A", "B"), 60)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["  Came.", "    - Same."] and len(lines) == 5
    assert "One." in lines[-1] and "Other." in lines[-1] and " | " in lines[-1]


def test_a_number_that_is_none_is_answered() -> None:
    done = CliRunner().invoke(command.explain, [str(EVERYTHING), "--customer", "five"])
    assert done.exit_code == 2 and '"five" is no number: write one in digits, such as --customer 5.' in done.output
