"""Files named by a scenario: inside its folder, of the right form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cemsim.scenario import Problem, load
from cemsim.scenario.files import read_minutes, read_profile, read_trace

Find = Callable[..., tuple[Problem, ...]]
Write = Callable[..., Path]


def with_profile(minimal: str, name: str) -> str:
    return minimal.replace("need: 2 /year", f"need: 2 /year\n    profile: {name}")


@pytest.mark.parametrize(
    "name", ["../outside.csv", "/etc/passwd", "sub/../../outside.csv", "link.csv", "linked/p.csv"]
)
def test_nothing_outside_is_read(problems: Find, minimal: str, tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    (home / "sub").mkdir(parents=True)
    (tmp_path / "outside.csv").write_text("weekday,hour,weight\n0,9,1\n")
    (home / "link.csv").symlink_to(tmp_path / "outside.csv")
    (home / "linked").symlink_to(tmp_path)
    (found,) = problems(with_profile(minimal, name), "home/base.yaml")
    assert "lies outside the folder" in found.message and found.line == 13


def test_missing_folder_and_loop(problems: Find, minimal: str, tmp_path: Path) -> None:
    (tmp_path / "profile.csv").write_text("weekday,hour,weight\n0,9,1\n")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    assert "Did you mean profile.csv?" in problems(with_profile(minimal, "profil.csv"))[0].cure
    assert "is a folder" in problems(with_profile(minimal, "."))[0].message
    assert problems(with_profile(minimal, "loop.csv"))


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "no weight above 0"),
        ("weekday,hour\n0,9\n", "no column weight"),
        ("weekday,hour,weight\n0,9,-1\n", 'profile.csv:2 reads "-1"'),
        ("weekday,hour,weight\n0,9,nan\n", 'reads "nan"'),
        ("weekday,hour,weight\n7,9,1\n", "weekday 7, hour 9"),
        ("weekday,hour,weight\n0,9,1\n0,9,1\n", "a second time"),
        ("weekday,hour,weight\n0,9\n", "too few cells"),
        ("weekday,hour,weight\n0,9,0\n", "no weight above 0"),
        (b"weekday,hour,weight\n\xff\xfe,9,1\n", "not a text file"),
    ],
)
def test_bad_profiles(problems: Find, write: Write, minimal: str, text: str | bytes, message: str) -> None:
    write(text, "profile.csv")
    (found,) = problems(with_profile(minimal, "profile.csv"))
    assert message in found.message, found


def test_profile_adds_up_to_one(write: Write) -> None:
    path = write("# counted in March\nweekday,hour,weight\n0,9,3\n6,23,1\n", "p.csv")
    weights = read_profile(path)
    assert weights[9] == 0.75 and weights[167] == 0.25 and sum(weights) == 1


def test_trace_of_time_stamps_starts_on_monday(write: Write) -> None:
    path = write("time\n2024-03-06T00:30:00\n2024-03-07T00:00:00\n", "t.csv")
    assert read_trace(path) == (2 * 1440 + 30.0, 3 * 1440.0)
    assert read_trace(write("time\n5\n7.5\n", "m.csv")) == (5.0, 7.5)


@pytest.mark.parametrize(
    "text, message",
    [("7\n5\n", "back in time"), ("soon\n", "soon"), ("", "no times"), ("1\n2024-01-01\n", "mixes")],
)
def test_bad_traces(problems: Find, write: Write, minimal: str, text: str, message: str) -> None:
    write("time\n" + text, "trace.csv")
    broken = minimal.replace("need: 2 /year", "starts: trace\n    trace: trace.csv")
    assert message in problems(broken)[0].message


def test_an_empirical_law_takes_mean_and_cv_from_its_file(write: Write, minimal: str) -> None:
    write("minutes\n2\n4\n", "times.csv")
    path = write(minimal.replace("handling: 5 min", "handling: {kind: empirical, file: times.csv}"))
    law = load(path).journeys["question"].steps["call"].handling
    assert law is not None and law.mean == 3 and law.cv == pytest.approx(1 / 3)
    assert read_minutes(law.file) == (2.0, 4.0)


def test_an_empirical_law_needs_its_file(problems: Find, minimal: str) -> None:
    (found,) = problems(minimal.replace("handling: 5 min", "handling: {kind: empirical, mean: 3 min}"))
    assert "needs a file" in found.message
