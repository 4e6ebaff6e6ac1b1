"""Hold a scenario's simulation against the closed forms that apply to it."""

from cemsim.compare.theory.form import Case, Form, Line, Without
from cemsim.compare.theory.held import REPLICATES, against_theory, beside, forms

__all__ = ["REPLICATES", "Case", "Form", "Line", "Without", "against_theory", "beside", "forms"]
