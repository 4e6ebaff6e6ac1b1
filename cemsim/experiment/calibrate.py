"""Solving the constants of a baseline from what the user observes (model.md section 2.6).

The result is frozen and shared by all scenarios of the baseline. It uses a seed of its own, so it depends neither on
``--seed`` nor on the number of replicates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.records import PEOPLE, TEAMS, column
from cemsim.engine.fast.outlook import money, outlook, scores
from cemsim.engine.fast.world import World
from cemsim.engine.log import Log, empty_log
from cemsim.engine.state import CUSTOMER
from cemsim.experiment.words import Words
from cemsim.model.advocacy import detractor_chance, promoter_chance, recommendation
from cemsim.model.experience import REFERENCE
from cemsim.model.workforce import strain
from cemsim.plan.crews import FROZEN
from cemsim.plan.plan import Plan
from cemsim.plan.tables import BACK_OFFICE, LIVE, REPERTOIRE, Tables

Constants = dict[str, NDArray[np.float64]]
Told = Callable[[float], None]

SEED: Final = 2_026_001
SETTLE: Final = 36
ROUNDS: Final = 3
BURN_IN: Final = 36
_MINUTES: Final = ("busy_minutes", "staffed_minutes", "overtime_minutes")
MONTHS: Final = SETTLE + 24 * ROUNDS + BURN_IN


def neutral(plan: Plan) -> Constants:
    """Constants that move nothing: for a scenario that is not calibrated."""
    w, g, d = plan.before.world[0], plan.before.segments, plan.before.teams
    found = {f"world.{n}": np.array(w[n], dtype=np.float64) for n in (
        "offset", "rest_offset", "expect_offset", "gap_mean", "wait_habit", "cause_level", "hazard_mean",
        "score_intercept", "demand_scale", "word_scale", "image_start",
    )}
    found |= {f"segments.{n}": g[n].astype(np.float64) for n in ("kappa", "sow_scale", "adoption", "spend_scale")}
    found |= {f"teams.{n}": d[n].astype(np.float64) for n in ("patience_scale", "wait_offset")}
    crews = plan.before.crews
    found |= {f"crews.{n}": crews[n].astype(np.float64) for n in FROZEN if crews["on"].any()}
    return found


def calibrate(plan: Plan, told: Told | None = None) -> Constants:
    """Solve the constants of a baseline's plan.

    ``told`` is called with the share of the work done, 0 to 1.
    """
    constants = neutral(plan)
    if not plan.scenario.switches.calibration:
        return constants
    Solver(plan, constants, told or (lambda share: None)).solve()
    return constants


def wait_habit(works: NDArray[Any], touches: NDArray[Any], points: NDArray[Any]) -> NDArray[np.float64]:
    """The wait offset of a team that has none of its own: the contact-weighted mean of those that work as it does.

    ``works``, ``touches`` and ``points`` (effects of waits, added up) go by team; where nobody works that way, the
    mean of all teams. Gives points for live teams and for back offices.
    """
    found = np.zeros(2)
    for kind in (LIVE, BACK_OFFICE):
        alike = (works == kind) & (touches > 0)
        alike = alike if alike.any() else touches > 0
        found[kind] = -points[alike].sum() / max(float(touches[alike].sum()), 1.0)
    return found


class Solver:
    """One calibration under way."""

    def __init__(self, plan: Plan, constants: Constants, told: Told) -> None:
        self.plan, self.c, self.told = plan, constants, told
        self.months = 0
        names = plan.names
        self.shape = names.sizes
        self.target = plan.before.segments["churn"].astype(float)
        self.abandon = np.array([
            np.nan if n not in plan.scenario.teams or plan.scenario.teams[n].observed.abandonment is None
            else plan.scenario.teams[n].observed.abandonment
            for n in names.teams
        ], dtype=float)
        self.contacts = float(plan.before.world["observed_contacts"][0])
        self.words = Words.of(plan)

    def solve(self) -> None:
        """Offsets first, in a base that nobody leaves; then hazards and inflow; then the reporting intercept."""
        self.settle_experience()
        world = self.settle_churn()
        self.settle_score(world)

    def tables(self) -> Tables:
        """The baseline with the constants so far."""
        return self.plan.at(-1, dict(self.c))

    def live(self, world: World, tables: Tables, churning: bool) -> tuple[Log, NDArray[np.float64]]:
        """One month."""
        out = empty_log(1, *self.shape)
        extra = world.step(tables, out, 0, churning)
        self.months += 1
        self.told(min(self.months / MONTHS, 1.0))
        return out, extra

    def settle_experience(self) -> None:
        """delta_k, the fade's offsets, the mean wait effect, patience and demand (a base without churn)."""
        names = self.plan.names
        world = World(self.tables(), SEED, 0, 10**6, memory=names.remembered, ages=names.ages)
        tables = self.tables()
        seen: list[Log] = []
        expected: list[NDArray[np.float64]] = []
        for month in range(SETTLE):
            out, extra = self.live(world, tables, False)
            seen.append(out)
            if month % 2 == 1 and month < SETTLE // 2:
                self.meet_demand(seen[-2:], 0.8)
            if month % 12 == 11:
                self.meet_demand(seen[-12:], 0.0)
                expected.append(self.look(world)[1][8:14] / max(float(extra[3]), 1.0))
                self.center(world)
            tables = self.tables()
        world.state.people["expectation"] += _remaining(*expected[-3:]).astype(np.float32)
        for _ in range(ROUNDS):
            self.center(world)
            self.shoot(world)
        self.center(world)
        gaps = np.zeros(6)
        gaps[[0, 2, 3]] = extra[0] / max(float(extra[3]), 1.0) / 3.0
        gaps[[1, 4]] = float(tables.world[0]["noise"]) * np.sqrt(2.0 / np.pi)
        self.c["world.gap_mean"] = gaps

    def shoot(self, world: World) -> None:
        """Start at the reference and find the offset with which a year leaves it there.

        Two branches of the same world, one with an offset a little higher, give the response; satisfaction is
        nearly linear in it.
        """
        world.state.people["satisfaction"] += self.level(world).astype(np.float32)
        there = self.c["world.offset"]
        twin = world.branch(self.tables())
        nudge = np.where(np.arange(6) == 5, 0.0, 0.25)
        self.c["world.offset"] = there + nudge
        tables = self.tables()
        for _ in range(12):
            self.live(twin, tables, False)
        high = self.level(twin)
        self.c["world.offset"] = there
        tables = self.tables()
        for _ in range(12):
            self.live(world, tables, False)
        gap = self.level(world)
        moved = gap - high
        rate = np.where(moved > 1e-3, moved / 0.25, 1.0)
        self.c["world.offset"] = there + np.where((nudge > 0) & (moved > 1e-3), gap / rate, 0.0)

    def level(self, world: World) -> NDArray[np.float64]:
        """Points by which mean satisfaction falls short of the reference, by attribute; image follows no offset."""
        moments = self.look(world)[1]
        n = max(moments[0], 1.0)
        gap = REFERENCE + moments[1] / n - moments[2:8] / n
        gap[5] = 0.0
        return np.asarray(gap)

    def center(self, world: World) -> None:
        """Offsets that follow from means of expectation: where unmet attributes rest, where people start."""
        moments = self.look(world)[1]
        n = max(moments[0], 1.0)
        w = self.tables().world[0]
        expected = moments[8:14] / n - w["norm"] - moments[1] / n
        self.c["world.expect_offset"] = expected
        self.c["world.rest_offset"] = -float(w["theta"]) * expected

    def meet_demand(self, seen: list[Log], haste: float) -> None:
        """Move patience, demand and the wait offset towards what is observed; haste 0 moves the offset only."""
        teams = np.sum([log.teams[0] for log in seen], axis=0)
        touches, points = teams[:, column(TEAMS, "wait_touches")], teams[:, column(TEAMS, "wait_points")]
        works = self.plan.before.teams["works"]
        self.c["world.wait_habit"] = habit = wait_habit(works, touches, points)
        self.c["teams.wait_offset"] = np.where(touches > 0, -points / np.maximum(touches, 1.0), habit[works])
        if "crews.strain" in self.c:
            self.c["crews.strain"] = np.mean([_strains(log.teams[0]) for log in seen], axis=0)
        arrived, hung_up = teams[:, column(TEAMS, "arrived")], teams[:, column(TEAMS, "abandoned")]
        if haste <= 0.0:
            return
        share = np.maximum(hung_up, 0.5) / np.maximum(arrived, 1.0)
        known = np.isfinite(self.abandon) & (arrived > 0)
        ratio = np.where(known, share / np.where(known, self.abandon, 1.0), 1.0)
        scale = self.c["teams.patience_scale"] * np.clip(ratio, 0.5, 2.0) ** haste
        self.c["teams.patience_scale"] = np.clip(scale, 0.2, 5.0)
        if np.isfinite(self.contacts):
            live_teams = self.plan.before.teams["works"] == LIVE
            lived = sum(float(log.people[0, :, column(PEOPLE, "months")].sum()) for log in seen)
            rate = 12.0 * float(arrived[live_teams].sum()) / max(lived, 1.0)
            if rate > 0.0:
                self.c["world.demand_scale"] = self.c["world.demand_scale"] * (self.contacts / rate)

    def look(self, world: World, since: int = 30_000) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Expected hazards by segment and cause, moments, and the cohort with ``since`` months or more."""
        sums, moments, staying = np.zeros((self.shape[0], 6)), np.zeros(14), np.zeros((self.shape[0], 5))
        now = world.state
        outlook(self.tables(), now.people, now.purse, now.bonds, world.month, since, sums, moments, staying)
        return sums, moments, staying

    def settle_churn(self) -> World:
        """kappa by segment and K by cause, inflow equal to outflow (burn-in of 36 months)."""
        names = self.plan.names
        world = World(self.tables(), SEED, 1, 10**6, memory=names.remembered, ages=names.ages)
        loss = -np.log1p(-self.target) / 12.0
        self.c["world.hazard_mean"] = np.array(self._mean_hazard(loss))
        left, base = np.zeros(self.shape[0]), np.zeros(self.shape[0])
        outflow, prospects = np.zeros(self.shape[0]), np.zeros(self.shape[0])
        seen: list[Log] = []
        for month in range(BURN_IN):
            if month < 12:
                self.rake(world, loss)
            if self.words is not None and month in (0, 12, 24):
                self.settle_score(world)         # what people say hangs on it
            if month in (12, 24):
                base, left = self.look(world, 0)[2][:, 1], np.zeros(self.shape[0])
                self.meet_demand(seen[-12:], 1.2)
                outflow, prospects = np.zeros(self.shape[0]), np.zeros(self.shape[0])
            sums, _, staying = self.look(world, max(month - (12 if month < 24 else 24), 0))
            if month < 12:
                self.balance(sums.sum(axis=1) - staying[:, 4], staying[:, 3], seen[-1:])
            out, _ = self.live(world, self.tables(), True)
            seen.append(out)
            exposed = out.people[0, :, column(PEOPLE, "exposed")]
            if month >= 12:
                # the look misses open cases and the month's own news; the cohort shares them with everybody
                left += staying[:, 0] * exposed / np.maximum(staying[:, 2], 1e-12)
                outflow = outflow + exposed - staying[:, 4]
                prospects = prospects + staying[:, 3]
            if month in (11, 23, 35):
                self.meet_spend(world, seen[-3:])
                self.meet_money(world)
            if month in (23, 35):
                self.correct(left, base)
                self.balance(outflow, prospects, seen[-12:])
                if self.words is not None:
                    self.words.refuse_too_many(self.plan)
        if self.words is not None:
            self.words.settle_image(self.c, self.look(world)[1])
        self.meet_demand(seen[-12:], 1.2)
        return world

    def balance(self, outflow: NDArray[np.float64], prospects: NDArray[np.float64], seen: list[Log]) -> None:
        """The chance that advertising wins a prospect, so that each segment gains what it loses (less those won back).

        What words and referral brought in the months ``seen`` is taken off too; first, words are scaled to their share.
        """
        others = self.words.others(self.c, outflow, seen) if self.words is not None else np.zeros(self.shape[0])
        self.c["segments.adoption"] = np.where(
            prospects > 0, np.clip((outflow - others) / np.maximum(prospects, 1.0), 0.0, 1.0), 0.0
        )

    def _mean_hazard(self, loss: NDArray[np.float64]) -> float:
        customers = self.plan.before.segments["customers"].astype(float)
        return float((customers * loss).sum() / max(customers.sum(), 1.0))

    def rake(self, world: World, loss: NDArray[np.float64]) -> None:
        """Two sweeps: segments to their loss, causes to the ledger; mean kappa stays 1."""
        ledger = self.tables().world[0]["ledger"]
        for _ in range(2):
            sums, _, staying = self.look(world, 0)
            n = staying[:, 1]
            exo = sums[:, :2].sum(axis=1)
            want = np.maximum(loss * n - exo, 0.0)
            have = sums[:, 2:].sum(axis=1)
            kappa = np.where(have > 0, want / np.where(have > 0, have, 1), 1.0)
            self.c["segments.kappa"] = self.c["segments.kappa"] * kappa
            sums = self.look(world, 0)[0]
            total = (loss * n).sum()
            have_c = sums.sum(axis=0)
            factor = np.where(have_c > 0, ledger * total / np.where(have_c > 0, have_c, 1.0), 1.0)
            factor[:2] = 1.0
            self.c["world.cause_level"] = self.c["world.cause_level"] * factor
            mean = float(np.average(self.c["segments.kappa"], weights=np.maximum(n, 1e-9)))
            if mean > 0:
                self.c["segments.kappa"] = self.c["segments.kappa"] / mean
                self.c["world.cause_level"][2:] *= mean

    def correct(self, left: NDArray[np.float64], base: NDArray[np.float64]) -> None:
        """Bring a year's loss of a base to its target (model.md 2.6, steps 4 and 5)."""
        achieved = np.clip(left / np.maximum(base, 1.0), 1e-9, 0.999)
        ratio = np.where(self.target > 0, np.log1p(-self.target) / np.log1p(-achieved), 1.0)
        self.c["segments.kappa"] = self.c["segments.kappa"] * ratio
        self.c["world.hazard_mean"] = np.asarray(self.c["world.hazard_mean"] * np.average(ratio, weights=np.maximum(
            base * self.target, 1e-9)))

    def meet_spend(self, world: World, seen: list[Log]) -> None:
        """Purchases of a repertoire segment as many as stated, so that mean spend is one: its observed revenue.

        Purchases are counted, not spend: who happens to have the large wallets is luck that no constant should keep.
        """
        people, segments = np.sum([log.people[0] for log in seen], axis=0), self.plan.before.segments
        mean = people[:, column(PEOPLE, "trips")] / np.maximum(people[:, column(PEOPLE, "months")], 1.0)
        known = (segments["spend"] == REPERTOIRE) & (mean > 0)
        ratio = np.where(known, segments["trips"] / np.where(known, mean, 1.0), 1.0)
        self.c["segments.sow_scale"] = self.c["segments.sow_scale"] * ratio
        # habits of today's customers follow at once, not over a year; whoever joins starts with the mean share, 1
        people_now = world.state.people
        here = people_now["status"] == CUSTOMER
        world.state.purse["sow"][here] *= ratio[people_now["segment"][here]]

    def meet_money(self, world: World) -> None:
        """Products and partial saves of today's customers are in the revenue observed: their mean counts as one."""
        found = np.zeros((self.shape[0], 2))
        money(self.tables(), world.state.people, world.state.bonds, found)
        known = (found[:, 1] > 0) & (found[:, 0] > 0)
        mean = np.where(known, found[:, 0] / np.where(known, found[:, 1], 1.0), 1.0)
        self.c["segments.spend_scale"] = self.c["segments.spend_scale"] / np.where(mean > 0, mean, 1.0)

    def settle_score(self, world: World) -> None:
        """The reporting intercept, so that the surveyed NPS is the one observed (f1, f2)."""
        from scipy.optimize import brentq

        tables = self.tables()
        w = tables.world[0]
        if not np.isfinite(w["observed_nps"]):
            return
        found = np.zeros(len(world.state.people))
        n = scores(tables, world.state.people, found)
        counts, edges = np.histogram(found[:n], bins=400)
        middle, reply = 0.5 * (edges[1:] + edges[:-1]), w["reply"]
        spread = float(np.hypot(w["score_sd"], w["style_sd"]))

        def excess(intercept: float) -> float:
            inner = [recommendation(x, intercept, float(w["score_slope"])) for x in middle.tolist()]
            up = float(np.dot(counts, [promoter_chance(x, spread) for x in inner])) / n * reply[0]
            down = float(np.dot(counts, [detractor_chance(x, spread) for x in inner])) / n * reply[2]
            passive = reply[1] * (1.0 - up / reply[0] - down / reply[2])
            return float(100.0 * (up - down) / (up + down + passive) - w["observed_nps"])

        self.c["world.score_intercept"] = np.array(brentq(excess, -10.0, 25.0, xtol=1e-6))


def _strains(teams: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each team's people were worked above what tires, in one month."""
    busy, staffed, extra = (teams[:, column(TEAMS, name)] for name in _MINUTES)
    planned = np.maximum(staffed - extra, 1e-9)
    return np.array([strain(float(share)) for share in np.where(staffed > extra, busy / planned, 0.0)])


def _remaining(
    first: NDArray[np.float64], second: NDArray[np.float64], third: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What a geometric approach still has to go after three evenly spaced looks."""
    done, now = second - first, third - second
    pace = np.clip(np.where(np.abs(done) > 1e-3, now / np.where(np.abs(done) > 1e-3, done, 1.0), 0.0), 0.0, 0.8)
    return np.asarray(now * pace / (1.0 - pace))
