"""Simulate what a customer-experience plan does to retention, advocacy and cost, before money is spent."""

__version__ = "0.1.0"
