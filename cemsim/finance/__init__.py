"""Finance: what a plan is worth."""

from cemsim.finance.case import Case, cases
from cemsim.finance.rates import present_value
from cemsim.finance.worth import Worth, in_short, worth

__all__ = ["Case", "Worth", "cases", "in_short", "present_value", "worth"]
