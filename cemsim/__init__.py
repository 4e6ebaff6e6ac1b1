"""Simulate what a customer-experience plan does to retention, advocacy and cost, before money is spent.

From a notebook: :func:`load` a scenario, :func:`run` it with its patches, :func:`compare` the runs;
:func:`plan` shows the numbers an engine reads.

>>> import cemsim
>>> from cemsim.base.shipped import shipped
>>> cemsim.load(shipped("scenarios", "textbook", "geometric.yaml")).horizon > 0
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from cemsim.compare import compare
    from cemsim.experiment import run
    from cemsim.plan.compile import plan
    from cemsim.scenario import load

_HOMES = {
    "load": "cemsim.scenario", "plan": "cemsim.plan.compile", "run": "cemsim.experiment", "compare": "cemsim.compare",
}
__all__ = ["compare", "load", "plan", "run"]


def __getattr__(name: str) -> Any:
    """Import a public function when it is first asked for, so that ``cemsim --help`` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cemsim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
