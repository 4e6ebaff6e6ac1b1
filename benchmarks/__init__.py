"""Side by side with other simulators, and how fast whole populations go: ``python -m benchmarks.queue``."""
