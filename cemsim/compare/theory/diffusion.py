"""A network on which something new spreads: fully mixed (Bass), a circle (Fibich and Gibori), or between the two."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from cemsim.base import theory
from cemsim.compare.theory.form import Form, Quantity, Without
from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import ratio
from cemsim.model.science import plain
from cemsim.model.talk import pull
from cemsim.scenario import Scenario
from cemsim.scenario.schema.network import Network

#: Customers at the start are few: no more than this share of the market.
FEW: Final = 0.001
YEAR: Final = 12


def diffusion(scenario: Scenario) -> Form | Without | None:
    """What is known of how many a network wins, or why nothing is; None where nobody talks."""
    network = scenario.network
    if network is None or not scenario.switches.word_of_mouth:
        return None
    because = _in_the_way(scenario, network)
    if because:
        return Without("The network", tuple(because))
    won, months = scenario.market.won or 0.0, scenario.horizon
    hazards = {"strong": plain(pull)(network.talk.strong, 1.0), "weak": plain(pull)(network.talk.weak, 1.0)}
    total = network.strong * hazards["strong"] + network.weak * hazards["weak"]
    mixed = theory.bass_monthly(won, total, months)
    if network.kind == "mixed":
        per_year = -YEAR * float(np.log1p(-won)), YEAR * total
        title = f"Diffusion, fully mixed: Bass with p = {per_year[0]:.3g}, q = {per_year[1]:.3g} a year"
        peak = int(np.argmax(np.diff(mixed, prepend=0.0)))
        lines = [*_lines(scenario, mixed, "won"), *_halves(scenario, mixed, peak)]
        return Form(title, "Bass 1969", tuple(lines))
    circle = theory.circle_monthly(won, 1.0 - float(np.exp(-total / 2.0)), months)
    if network.kind == "ring" and network.strong + network.weak == 2:
        lines = _lines(scenario, circle, "won")
        return Form("Diffusion round a circle", "Fibich & Gibori 2010", tuple(lines))
    lines = [*_lines(scenario, circle, "more than round a circle", 1), *_lines(scenario, mixed, "less than mixed", -1)]
    return Form("Diffusion between a circle and fully mixed", "Fibich & Gibori 2010", tuple(lines))


def _in_the_way(scenario: Scenario, network: Network) -> list[str]:
    talk, groups = network.talk, scenario.segments.values()
    customers = sum(s.customers for s in groups)
    found = {
        "constants are solved on the baseline": scenario.switches.calibration,
        "customers leave": any(s.churn > 0 for s in groups),
        "not every customer talks every month": talk.rate < 1.0 or any(s.telling < 1 for s in groups),
        "not everybody speaks well": talk.well > 0.0,
        "some are customers already": customers > FEW * scenario.market.people or scenario.burn_in > 0,
        "advertising wins nobody, so nothing begins": not scenario.market.won or scenario.advertising != 1.0,
        "people are brought for a reward": network.referral.rate > 0,
        "ties come from a file": network.kind == "file",
        "people differ in how many ties they have": network.kind == "preferential_attachment",
        "the horizon is shorter than a year": scenario.horizon < YEAR,
    }
    return [why for why, so in found.items() if so]


def _lines(scenario: Scenario, share: Array, words: str, side: int = 0) -> list[Quantity]:
    return [
        Quantity(f"{words} after {year} year{'s' if year > 1 else ''}", "share", float(share[YEAR * year - 1]),
                 partial(_won, scenario.market.people, YEAR * year), side)
        for year in range(1, scenario.horizon // YEAR + 1)
    ]  # fmt: skip


def _halves(scenario: Scenario, share: Array, peak: int) -> list[Quantity]:
    """The month in which most are won, told by the share that is won by then."""
    if peak + 1 >= len(share):
        return []
    return [Quantity("time until most are won in a month", "years", (peak + 1) / YEAR,
                     partial(_reached, scenario.market.people, float(share[peak])))]  # fmt: skip


def _won(people: int, months: int, books: Books) -> Array:
    return np.asarray(books.people("active")[:, months - 1, :, 0].sum(axis=-1) / people)


def _reached(people: int, level: float, books: Books) -> Array:
    """Years until a share of the market is won, read between two month ends."""
    share = books.people("active")[..., 0].sum(axis=-1) / people
    after = np.argmax(share >= level, axis=1)
    each = np.arange(len(share))
    before = np.where(after > 0, share[each, after - 1], 0.0)
    part = ratio(level - before, share[each, after] - before)
    return np.asarray((after + part) / YEAR)
