"""Finance: what a plan is worth."""

from cemsim.finance.worth import Worth, present_value, worth

__all__ = ["Worth", "present_value", "worth"]
