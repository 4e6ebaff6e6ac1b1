"""Running scenarios: calibration, replicates, branches."""

from cemsim.experiment.run import REPLICATES, Run, run
from cemsim.experiment.targets import Target

__all__ = ["REPLICATES", "Run", "Target", "run"]
