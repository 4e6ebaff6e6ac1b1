"""Running scenarios: calibration, replicates, branches."""
