"""What one customer's story says of points, tiers and offers is what the fast engine counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cemsim.base.words import EXOGENOUS
from cemsim.engine.glass.chapters import chapters, is_quiet
from cemsim.engine.glass.decided import decided
from cemsim.engine.glass.rewards import COUNTED, is_routine
from cemsim.engine.glass.sentences import Narrator
from cemsim.engine.glass.story import Lived, live
from cemsim.engine.glass.told import Told
from cemsim.engine.parity import lived_fast
from cemsim.plan.compile import plan
from cemsim.rules.vocabulary import TIERS
from cemsim.scenario import load
from tests.parity.test_parity import moving

WORLDS = Path(__file__).resolve().parents[1] / "parity" / "worlds"


def told_of(name: str, months: int) -> tuple[Lived, dict[str, np.ndarray]]:
    ours = plan(load(WORLDS / f"{name}.yaml"))
    return live(ours, moving(ours), months, 0, 1, 0), lived_fast(ours, moving(ours), months, 0)


@pytest.fixture(scope="module")
def cards() -> tuple[Lived, dict[str, np.ndarray]]:
    return told_of("loyalty", 14)


@pytest.fixture(scope="module")
def ties() -> tuple[Lived, dict[str, np.ndarray]]:
    return told_of("ties", 10)


def rows(lived: Lived, kind: str) -> list[Told]:
    return [row for each in lived.rows.values() for row in each if row.kind == kind]


def test_points_told_are_points_counted(cards: tuple[Lived, dict[str, np.ndarray]]) -> None:
    lived, fast = cards
    told = [one for row in rows(lived, "rewards") for one in row.facts["schemes"]]
    for name in COUNTED:
        for scheme in range(len(lived.plan.names.schemes)):
            counted = fast["points"][fast["points"]["scheme"] == scheme][name].sum()
            assert sum(one[name] for one in told if one["scheme"] == scheme) == counted, name
    assert all(sum(one[name] for one in told) > 0 for name in COUNTED)
    for who in lived.rows:
        last = [row for row in lived.rows[who] if row.kind == "rewards"][-1:]
        for one in (one for row in last for one in row.facts["schemes"] if row.month == 13):
            card = fast["cards"].reshape(len(lived.people), -1)[who][one["scheme"]]
            assert one["balance"] == card["balance"]


def test_a_month_with_a_reward_says_so(cards: tuple[Lived, dict[str, np.ndarray]]) -> None:
    lived, _ = cards
    used = next(row for row in rows(lived, "rewards") if row.facts["tier"] > row.facts["before"] and any(
        one["redeemed"] and not one["stamps"] and one["issued"] for one in row.facts["schemes"]))
    said = Narrator(lived.life(used.who)).say(used)
    one = next(one for one in used.facts["schemes"] if one["redeemed"] and not one["stamps"])
    assert f"earns {one['issued']} point" in said and f"uses {one['redeemed']} for" in said
    assert f"; {one['balance']} left." in said and f"Rises to the tier {TIERS[used.facts['tier']]}." in said
    assert not is_quiet(lived.life(used.who), used.month)


def test_quiet_months_say_what_was_earned() -> None:
    scenario = load(WORLDS / "loyalty.yaml").model_copy(update={"rules": ()})    # rules are asked every month
    ours = plan(scenario)
    lived = live(ours, moving(ours), 5, 0, 1, 0)
    quiet = next(
        row for row in rows(lived, "rewards") if is_routine(row.facts) and is_quiet(lived.life(row.who), row.month)
        and any(one["issued"] for one in row.facts["schemes"])
    )
    (found,) = (
        chapter for (chapter,) in chapters([lived.life(quiet.who)]) if chapter.first <= quiet.month <= chapter.last
    )
    card = next(one for one in quiet.facts["schemes"] if one["issued"])
    told = [row for row in rows(lived, "rewards") if row.who == quiet.who]
    earned = sum(one["issued"] for row in told for one in row.facts["schemes"]
                 if one["scheme"] == card["scheme"] and found.first <= row.month <= found.last)
    assert found.paragraphs[0].startswith("No contact.")
    assert f"{earned} {'stamp' if card['stamps'] else 'point'}" in found.paragraphs[0].split(" Earns ")[1]


def test_offers_told_are_offers_counted(ties: tuple[Lived, dict[str, np.ndarray]]) -> None:
    lived, _ = ties
    kept = [Narrator(lived.life(row.who)).say(row) for row in rows(lived, "saved")]
    assert all("accepts what the save desk offers" in said for said in kept) and len(kept) > 5
    lost = rows(lived, "leaves")
    declined = [row for row in lost if row.facts["asked_to_stay"]]
    bound = lived.plan.names.segments.index("bound")
    assert declined == [
        row for row in lost if row.facts["cause"] >= EXOGENOUS and lived.people[row.who]["segment"] == bound
    ]
    assert 0 < len(declined) < len(lost)
    for row in lost:
        said = Narrator(lived.life(row.who)).say(row)
        assert ("Declines what the save desk offers." in said) == row.facts["asked_to_stay"]
    back = [Narrator(lived.life(row.who)).say(row) for row in rows(lived, "joins") if row.facts["offer"]]
    assert back and all("Is won back with the offer bundle" in said for said in back)


def test_a_rule_s_offer_is_accepted_or_declined() -> None:
    lived, fast = told_of("everything", 2)
    answers = [row for row in rows(lived, "decision") if row.facts["accepted"] or row.facts["declined"]]
    assert {kind for row in answers for kind in ("accepted", "declined") if row.facts[kind]} == {"accepted", "declined"}
    for row in answers:
        said = decided(row, lived.plan.scenario.rulesets, "USD")
        assert ("The customer accepts." in said) == bool(row.facts["accepted"])
        assert ("The customer declines." in said) == bool(row.facts["declined"])
    names = [name for _, name in lived.plan.names.rules]
    fired = [names[row["rule"]] for row in fast["firings"]]
    for name in {name for row in answers for name in (*row.facts["accepted"], *row.facts["declined"])}:
        told = sum(name in (*row.facts["accepted"], *row.facts["declined"]) for row in answers)
        assert told == fired.count(name)
