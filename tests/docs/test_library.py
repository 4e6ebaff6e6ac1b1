"""The library of questions: every plan exists, everything tried can be tried, and the page answers all of them."""

from __future__ import annotations

import pytest

from cemsim.base.shipped import shipped
from tools.answers import PAGE, asked, family, slug, tried

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


def test_every_setting_has_a_page_and_a_question() -> None:
    settings = {folder.name for folder in shipped("scenarios").iterdir() if folder.name != "textbook"}
    assert {question["setting"] for question in QUESTIONS.values()} == settings
    for name in settings:
        assert (PAGE.parent / "reference" / f"{name}.md").exists(), name
