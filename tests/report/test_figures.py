"""Figures: every scenario drawn and labelled in each, the same way."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from cemsim.base.priors import Prior
from cemsim.compare import compare
from cemsim.experiment.sensitivity import Bar, Tornado
from cemsim.experiment.uncertain import Uncertain
from cemsim.report import figures
from cemsim.report.figures.style import COLOURS, looks
from cemsim.report.figures.tornado import tornado
from tests.synthetic import run

NAMES = ("Baseline", "More people", "The same again", "Half the failures")
RUNS = [run(NAMES[0], months=14), run(NAMES[1], lift=0.03, months=14), run(NAMES[2], months=14)]
RUNS.append(run(NAMES[3], lift=0.08, months=14))

Draw = Callable[[list[SimpleNamespace]], str]
DRAWINGS: dict[str, Draw] = {
    "levels": figures.levels,
    "differences": figures.differences,
    "causes": lambda runs: figures.causes(compare(runs)),
    "emotion": lambda runs: figures.journey(runs, "billing_question"),
    "heat": figures.heat,
    "queue": lambda runs: figures.queue(runs, "contact_centre"),
    "forest": lambda runs: figures.forest(compare(runs)),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_scenario_is_drawn_and_labelled(name: str) -> None:
    svg = DRAWINGS[name](RUNS)
    root = ElementTree.fromstring(svg)
    words = {"".join(node.itertext()).strip() for node in root.iter("{http://www.w3.org/2000/svg}text")}
    own = NAMES if name != "forest" else NAMES[1:]  # in the forest the baseline is the line at zero
    assert set(own) <= words
    for number, label in enumerate(NAMES):
        if label in own:
            assert f'class="scenario-{number}"' in svg
            assert name == "heat" or COLOURS[number].lower() in svg


@pytest.mark.parametrize("name", DRAWINGS)
def test_same_data_same_bytes_and_own_ids(name: str) -> None:
    svg = DRAWINGS[name](RUNS)
    assert svg == DRAWINGS[name](RUNS)
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert len(ids) == len(set(ids))
    assert len({one.split("-")[0] for one in ids}) == 1
    assert set(re.findall(r'href="#([^"]+)"', svg)) <= set(ids)


@pytest.mark.parametrize("name", DRAWINGS)
def test_names_are_text_not_markup(name: str) -> None:
    odd = "<b>$x$</b> & co"
    svg = DRAWINGS[name]([RUNS[0], run(odd, lift=0.03, months=14)])
    assert "<b>" not in svg
    assert odd in {"".join(node.itertext()).strip() for node in ElementTree.fromstring(svg).iter()}


@pytest.mark.parametrize("name", DRAWINGS)
def test_one_replicate_and_empty_months(name: str) -> None:
    single = [run(NAMES[0], months=2, replicates=1), run(NAMES[1], months=2, replicates=1)]
    for made in single:
        made.log.steps[...] = 0
        made.log.waits[...] = 0
        made.log.hours[...] = 0
        made.log.emotion[...] = 0
    assert DRAWINGS[name](single).startswith("<svg")


def test_a_new_step_stands_where_it_is_walked() -> None:
    from cemsim.measures import books
    from cemsim.report.figures.emotion import _steps

    base, ours = run("a", months=1, replicates=1), run("b", months=1, replicates=1)
    steps = ours.scenario.journeys["billing_question"].steps
    chat = SimpleNamespace(**(vars(steps["look_it_up"]) | {"channel": "app"}))
    ours.scenario.journeys["billing_question"].steps = {
        "look_it_up": steps["look_it_up"],
        "chat": chat,
        **steps,
    }
    ours.plan.names.steps = [*ours.plan.names.steps, ("billing_question", "chat")]
    ours.log.steps = np.concatenate([ours.log.steps, ours.log.steps[:, :, :1]], axis=2)
    assert list(_steps([books(base), books(ours)], "billing_question")) == [
        "look_it_up",
        "chat",
        "call",
        "repair",
    ]


def test_looks_go_on_beyond_the_palette() -> None:
    many = looks([f"s{number}" for number in range(20)])
    assert len({(look.colour, look.marker) for look in many}) == 20


def test_a_weekend_that_waits_longer_is_not_cut_off() -> None:
    from cemsim.base.records import HOURS, column
    from cemsim.report.figures.queue import _figure

    slow = run(NAMES[0], months=2)
    slow.log.hours[:, :, 120:, column(HOURS, "wait_sum")] *= 50
    figure = _figure([slow, run(NAMES[1], months=2)], "contact_centre")
    for axes in figure.axes:
        top = max(np.nanmax(line.get_ydata()) for line in axes.lines)
        assert axes.get_ylim()[1] >= top


def test_a_handful_who_wait_over_night_do_not_flatten_the_day() -> None:
    from cemsim.base.records import HOURS, column
    from cemsim.report.figures.queue import _figure

    late = run(NAMES[0], months=2)
    waits = late.log.hours[:, :, :, column(HOURS, "wait_sum")]
    for share, drawn in ((0.001, False), (0.02, True)):                       # of a day's contacts, at three o'clock
        come, served = (late.log.hours[:, :, 3:168:24, column(HOURS, name)] for name in ("arrived", "served_arrived"))
        day = late.log.hours[:, :, :, column(HOURS, "arrived")].sum(axis=2, keepdims=True) / 7
        come[:] = served[:] = day * share
        waits[:, :, 3:168:24] = come * 600.0
        for axes in _figure([late], "contact_centre").axes[2:]:
            day_of_waits = np.asarray(axes.lines[0].get_ydata())
            assert bool(np.isfinite(day_of_waits[3])) is drawn and np.isfinite(day_of_waits[12])


@pytest.mark.parametrize(("mean", "share"), [(2e6, "0.0065 %"), (-520.0, "25 %"), (13.0, "1,000 %"), (0.0, "")])
def test_a_tornado_says_how_wide_it_is(mean: float, share: str) -> None:
    """Bars of next to nothing are drawn as wide as any."""
    thing = Uncertain("teams.desk.wage", ("teams.desk.wage",), Prior("triangular", 20.0), 20.0, "USD/h", "")
    svg = tornado(Tornado("plan", mean, (Bar(thing, 18.0, 22.0, mean + 65, mean - 65, (1.0, 1.0), 30.0, True),)), "USD")
    said = re.findall(r"end to end: (.*?) of the net present value", svg)
    assert said == ([share] if share else [])
