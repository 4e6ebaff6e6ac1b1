"""The library of questions: every plan exists, everything tried can be tried, and the page answers all of them."""

from __future__ import annotations

import pytest

from cemsim.base.shipped import shipped
from cemsim.experiment.outer import at_each
from cemsim.scenario import load
from tools.answers import PAGE, REPLICATES, asked, family, measured, shown, slug, tried

QUESTIONS = asked()


@pytest.mark.parametrize("key", QUESTIONS)
def test_what_is_tried_changes_the_family(key: str) -> None:
    question = QUESTIONS[key]
    scenarios = family(question)
    assert len(scenarios) == len(question["plans"]) + 1 and scenarios[0].based_on == ()
    for trial in question["turns"]:
        assert tried(question, scenarios, trial) != scenarios, trial["say"]


def test_the_page_answers_every_question() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for question in QUESTIONS.values():
        assert f"## {question['title']}\n" in text and f"(#{slug(question['title'])})" in text


@pytest.mark.parametrize("key", ["closed_loop", "good_enough", "organisation", "butterflies"])
def test_the_page_says_what_is_simulated_now(key: str) -> None:
    scenarios = family(QUESTIONS[key])
    (found,) = at_each([scenarios], measured, REPLICATES)
    assert shown(QUESTIONS[key], scenarios, found) in PAGE.read_text(encoding="utf-8")


def test_the_page_says_what_turns_each_answer_round() -> None:
    sections = dict(part.split("\n", 1) for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:])
    for question in QUESTIONS.values():
        turned = [line for line in sections[question["title"]].splitlines() if line.endswith("** |")]
        assert turned, question["title"]


def test_every_plan_opens_with_its_question() -> None:
    plans = [file for file in shipped("scenarios").glob("*/*.yaml") if file.parent.name != "textbook"]
    assert len(plans) > 50
    for file in plans:
        assert file.read_text(encoding="utf-8").startswith(f"# {load(file).question}\n"), file.name


def test_every_setting_has_a_page_and_a_question() -> None:
    settings = {folder.name for folder in shipped("scenarios").iterdir() if folder.name != "textbook"}
    assert {question["setting"] for question in QUESTIONS.values()} == settings
    for name in settings:
        assert (PAGE.parent / "reference" / f"{name}.md").exists(), name
