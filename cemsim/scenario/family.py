"""Whether scenarios can be held against each other: a baseline, and patches on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cemsim.base.errors import CemsimError
from cemsim.scenario.schema.recipe import Scenario


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


def _root(scenario: Scenario) -> Path:
    return scenario.based_on[-1] if scenario.based_on else scenario.path
