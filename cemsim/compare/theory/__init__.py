"""Hold a scenario's simulation against the closed forms that apply to it."""

from cemsim.compare.theory.form import Case, Form, Line, Without
from cemsim.compare.theory.held import against_theory, forms

__all__ = ["Case", "Form", "Line", "Without", "against_theory", "forms"]
