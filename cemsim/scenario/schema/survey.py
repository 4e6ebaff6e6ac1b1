"""Surveys, and the ledger of why people leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator

from cemsim.base.near import nearest
from cemsim.base.words import CAUSES
from cemsim.scenario.quantity import PerYear, Points, Share, Weight, about, wrong
from cemsim.scenario.schema.noun import Cause, Noun, adds_up

#: Why people leave: shares of death, move, relationship, competition, product, service (model.md 3d).
LEDGERS: Final[Mapping[str, tuple[float, ...]]] = {
    "seed": (0.01, 0.03, 0.05, 0.09, 0.14, 0.68),
    "keaveney": (0.009, 0.027, 0.044, 0.236, 0.260, 0.424),
}


class Reply(Noun):
    """Who answers a survey."""

    promoter: Share = about(
        0.22, "share of asked promoters who reply", low=0, high=1, range=(0.15, 0.29), role="world",
        source="extremes answer more; e-mail 10-30 % [NR] Vw", tag="A",
    )  # fmt: skip
    passive: Share = about(
        0.15, "share of asked passives who reply", low=0, high=1, range=(0.08, 0.22), role="world",
        source="extremes answer more; e-mail 10-30 % [NR] Vw", tag="A",
    )  # fmt: skip
    detractor: Share = about(
        0.16, "share of asked detractors who reply", low=0, high=1, range=(0.09, 0.23), role="world",
        source="extremes answer more; e-mail 10-30 % [NR] Vw", tag="A",
    )  # fmt: skip


class Survey(Noun):
    """How recommendation is measured, and what is measured today."""

    asked: PerYear = about(
        1.0, "times a year each customer is asked", low=0, high=12, role="world", source="once a year",
        tag="A",
    )  # fmt: skip
    reply: Reply = about(Reply(), "who answers", role="world")
    observed_nps: Points | None = about(
        None, "net promoter score measured today (-100 to 100)", low=-100, high=100, role="world",
        source="US averages 2011: cellular 19, banking 18, grocery 49 [NPS11]", tag="V",
    )  # fmt: skip


def _preset(value: Any) -> Any:
    if isinstance(value, str):
        if value not in LEDGERS:
            raise wrong(
                f'There is no ledger "{value}".',
                f"Write seed, keaveney or six shares.{nearest(value, LEDGERS)}",
            )
        return dict(zip(CAUSES, LEDGERS[value], strict=True))
    if isinstance(value, dict) and (missing := [c for c in CAUSES if c not in value]):
        raise wrong(
            f"The ledger says nothing of {', '.join(missing)}.",
            f"Write a share for each of {', '.join(CAUSES)}.",
        )
    return value


def _in_order(value: Mapping[str, float]) -> dict[str, float]:
    return {cause: value[cause] for cause in CAUSES}


class Causes(Noun):
    """Why people leave, as observed; the model reproduces it on the baseline."""

    ledger: Annotated[
        Mapping[Cause, Weight], BeforeValidator(_preset), AfterValidator(_in_order), AfterValidator(adds_up)
    ] = about(
        dict(zip(CAUSES, LEDGERS["seed"], strict=True)),
        "share of leavers by cause: seed, keaveney, or six shares",
        role="world", source="seed ledger; origin not traceable [LEDG], so try both presets", tag="S",
    )  # fmt: skip
