"""Running scenarios: calibration, replicates, branches; and the folders that hold what came out."""

from cemsim.experiment.run import REPLICATES, Run, run
from cemsim.experiment.store import Store, load_results, open_store
from cemsim.experiment.targets import Target

__all__ = ["REPLICATES", "Run", "Store", "Target", "load_results", "open_store", "run"]
