"""Simulate what a customer-experience plan does to retention, advocacy and cost, before money is spent.

From a notebook: :func:`load` a scenario, :func:`run` it with its patches, :func:`compare` the runs;
:func:`plan` shows the numbers an engine reads.

>>> import cemsim
>>> from cemsim.base.shipped import shipped
>>> cemsim.load(shipped("scenarios", "textbook", "geometric.yaml")).horizon > 0
True
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
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


class _Public(ModuleType):
    """Public functions, imported when they are first asked for, so that ``cemsim --help`` stays light.

    ``plan`` and ``compare`` are also rooms of the package; whoever asks for the name gets the function.
    """

    def __getattribute__(self, name: str) -> Any:
        homes = super().__getattribute__("__dict__").get("_HOMES", {})
        if name in homes:
            return getattr(import_module(homes[name]), name)
        return super().__getattribute__(name)


sys.modules[__name__].__class__ = _Public
