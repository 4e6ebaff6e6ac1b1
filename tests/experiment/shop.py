"""A small baseline with a CSV file and a patch, written to a folder."""

from __future__ import annotations

from pathlib import Path

from cemsim.scenario import Scenario, load

BASELINE = """\
cemsim: 1
name: Desk
question: What if nothing changes?
horizon: 6 months
burn_in: 2 months
market: {people: 1_500}
segments:
  loyal:
    {customers: 600, revenue: 50 USD/month, churn: 12 %/year,
     importance: {product: .33, service: .2, relationship: .11, price: .12, convenience: .12, image: .12}}
  fickle: {customers: 400, revenue: 40 USD/month, churn: 30 %/year}
journeys:
  question:
    need: {value: 12 /year, source: counted by the desk, range: [10 /year, 14 /year]}
    profile: hours.csv
    steps:
      look: {channel: web, contains: 20 %, used_by: 60 %}
      call: {channel: phone_in, team: desk, handling: 6 min, resolves: 60 %}
teams:
  desk: {on_shift: 2, open: "09:00-19:00 mon-sat", patience: 6 min}
switches: {calibration: off}
"""
PATCH = """\
based_on: base.yaml
name: "One more: =1+1"
question: Does one more person pay?
investment: {opex: 4_000 USD/month, starts: month 1}
change: {teams.desk.on_shift: {add: 1}}
"""


def write_shop(folder: Path) -> tuple[Path, Path]:
    """Paths of the baseline and of its patch."""
    hours = [f"{day},{hour},{10 + hour % 4}" for day in range(6) for hour in range(9, 19)]
    (folder / "hours.csv").write_text("\n".join(["weekday,hour,weight", *hours]) + "\n", encoding="utf-8")
    (folder / "base.yaml").write_text(BASELINE, encoding="utf-8")
    (folder / "more.yaml").write_text(PATCH, encoding="utf-8")
    return folder / "base.yaml", folder / "more.yaml"


def shop(folder: Path) -> list[Scenario]:
    """The two scenarios, baseline first."""
    return [load(path) for path in write_shop(folder)]
