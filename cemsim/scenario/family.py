"""Whether scenarios can be held against each other: a baseline, and patches on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cemsim.base.errors import CemsimError
from cemsim.scenario.schema.recipe import Scenario

PRICES: Final = ("acquisition_cost", "message_cost")
"""Fields of ``finance`` that a plan may change; the others say how money is counted."""


def related(family: Sequence[Scenario]) -> None:
    """Raise CemsimError where a scenario neither is a patch on the baseline that comes first nor has one of its own.

    >>> from cemsim.base.shipped import shipped
    >>> from cemsim.scenario import load
    >>> related([load(shipped("scenarios", "telecom", f"{name}.yaml")) for name in ("baseline", "more_people")])
    """
    root = _root(family[0])
    for s in family[1:]:
        if _root(s) != root and not s.own_baseline:
            raise CemsimError(f"{s.path} is based on {_root(s)}, but the comparison's baseline is {root}.")
        for what, here, there in _counted(family[0], s) if s.own_baseline else ():
            if here != there:
                raise CemsimError(
                    f"{s.path} has another {what} than the baseline ({here}, not {there}): months and money of the two "
                    f"cannot be held against each other. Change it in {family[0].path}, for all alike."
                )


def _counted(baseline: Scenario, scenario: Scenario) -> list[tuple[str, object, object]]:
    """What all scenarios of a comparison are counted by: name, the scenario's, the baseline's."""
    own, first = scenario.finance, baseline.finance
    money = [(f"finance.{name}", getattr(own, name), getattr(first, name))
             for name in type(own).model_fields if name not in PRICES]  # fmt: skip
    return [("horizon", scenario.horizon, baseline.horizon), ("currency", scenario.currency, baseline.currency), *money]


def _root(scenario: Scenario) -> Path:
    return scenario.based_on[-1] if scenario.based_on else scenario.path
