"""What a strategist writes: YAML, read into frozen objects that know every number's unit and source."""

from cemsim.base.errors import Problem, Remark, ScenarioError
from cemsim.scenario.load import check, load
from cemsim.scenario.schema.recipe import Assumption, Change, Scenario

__all__ = ["Assumption", "Change", "Problem", "Remark", "Scenario", "ScenarioError", "check", "load"]
