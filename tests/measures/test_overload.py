"""A team that cannot keep up is named; one that can is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cemsim.base.language import speaking
from cemsim.experiment import run
from cemsim.measures.overload import overloads, turned_away
from cemsim.report.page import page
from cemsim.scenario import load

OFFICE = """
cemsim: 1
name: an office
question: Can it keep up?
horizon: 4 months
burn_in: 0 months
segments: {{all: {{customers: 500, revenue: 1 USD/month, churn: 0 %/year}}}}
journeys:
  form:
    need: 12 /year
    steps: {{desk: {{channel: mail, team: office, handling: {handling}}}}}
teams: {{office: {{works: back_office, on_shift: 1, open: "09:00-17:00 mon-fri"}}}}
switches: {{calibration: off}}
"""


def test_a_team_that_cannot_keep_up_is_named(tmp_path: Path) -> None:
    found = {}
    for handling in ("5 min", "60 min"):
        file = tmp_path / "office.yaml"
        file.write_text(OFFICE.format(handling=handling), encoding="utf-8")
        (done,) = run(load(file), replicates=1)
        found[handling] = overloads(done)
    assert found["5 min"] == ()
    (slow,) = found["60 min"]
    assert slow.team == "office" and slow.open > 500 and slow.months > 2.0
    assert "cannot keep up" in str(slow)


def test_the_page_says_so_at_its_top(tmp_path: Path) -> None:
    files = []
    for name, handling in (("quick", "5 min"), ("slow", "60 min")):
        file = tmp_path / f"{name}.yaml"
        file.write_text(OFFICE.format(handling=handling).replace("an office", name), encoding="utf-8")
        files.append(load(file))
    runs = [run(file, replicates=2)[0] for file in files]
    assert 'id="overload"' not in page([runs[0], replace(runs[0], scenario=files[1])])
    html = page(runs)
    top = html[: html.index("<nav>")]
    assert "slow: office cannot keep up" in top and "quick: office" not in top
    with speaking("zh"):
        assert "slow：office 处理不完" in page(runs)


def test_a_team_that_turns_many_away_is_named_once(tmp_path: Path) -> None:
    """In the baseline, or in the first plan that brings it about; on the page, too."""
    text = OFFICE.format(handling="1 min").replace("works: back_office, ", "").replace("mail", "phone_in")
    (tmp_path / "all_day.csv").write_text(
        "weekday,hour,weight\n" + "".join(f"{day},{hour},1\n" for day in range(5) for hour in range(8, 20)))
    text = text.replace("need: 12 /year", "need: 12 /year\n    profile: all_day.csv")
    runs = []
    for name, hours in (("long", "08:00-20:00"), ("short", "08:00-14:00"), ("same", "08:00-20:00")):
        file = tmp_path / f"{name}.yaml"
        file.write_text(text.replace("an office", name).replace("09:00-17:00", hours), encoding="utf-8")
        runs.append(run(load(file), replicates=1)[0])
    (said,) = turned_away(runs)
    share = int(said.split("turns away ")[1].split(" %")[0])
    assert said.startswith("short: office turns away") and 45 <= share <= 60
    assert turned_away(runs[::2]) == () and turned_away([runs[1], runs[1]]) == (said,)
    assert said in page(runs) and 'id="turned_away"' not in page(runs[::2])
