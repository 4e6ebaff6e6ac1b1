"""Laws of times: how handling times, patience and lags are spread around their mean."""

from __future__ import annotations

import math
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, ValidationInfo, model_validator

from cemsim.scenario.files import File, read_minutes
from cemsim.scenario.quantity import Minutes, Number, about, wrong
from cemsim.scenario.schema.noun import Noun

Kind = Literal["exponential", "deterministic", "lognormal", "gamma", "weibull", "empirical"]

#: Coefficient of variation that a kind cannot choose.
FIXED_CV: Final = {"exponential": 1.0, "deterministic": 0.0}


class Law(Noun):
    """How a time is spread: a kind, a mean in minutes and a coefficient of variation.

    >>> Law(kind="exponential", mean=5.0).cv
    1.0
    """

    kind: Kind = about("lognormal", "shape of the law", stated="exponential for patience, lognormal for other times")
    mean: Minutes = about(..., "mean", low=0)
    cv: Number = about(
        1.0, "coefficient of variation (standard deviation over mean)", low=0, high=20,
        stated="1.2 for handling times, 1 for other times; exponential always 1, deterministic 0",
    )  # fmt: skip
    file: File | None = about(None, "CSV with one column of times in minutes, for an empirical law")

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, dict):
            return value
        filled = dict(value)
        kind = str(filled.get("kind", "lognormal"))
        if kind in FIXED_CV:
            filled.setdefault("cv", FIXED_CV[kind])
        if kind == "empirical" and isinstance(filled.get("file"), str) and "mean" not in filled:
            times = read_minutes(filled["file"], info)
            mean = math.fsum(times) / len(times)
            spread = math.sqrt(math.fsum((t - mean) ** 2 for t in times) / len(times))
            filled |= {"mean": mean, "cv": spread / mean if mean else 0.0}
        return filled

    @model_validator(mode="after")
    def _agrees(self) -> Law:
        if self.kind in FIXED_CV and self.cv != FIXED_CV[self.kind]:
            raise wrong(
                f"A law of kind {self.kind} always has cv {FIXED_CV[self.kind]:g}.",
                "Leave cv out, or choose lognormal, gamma or weibull.",
            )
        if (self.kind == "empirical") != (self.file is not None):
            raise wrong(
                "An empirical law needs a file, and only it has one.",
                "Write {kind: empirical, file: times.csv}.",
            )
        if self.kind in ("gamma", "weibull", "lognormal") and self.cv == 0:
            raise wrong(f"A law of kind {self.kind} cannot have cv 0.", "Write kind: deterministic.")
        if self.kind not in ("deterministic", "empirical") and self.mean == 0:
            raise wrong(f"A law of kind {self.kind} cannot have mean 0.", "Write 0 for no time at all.")
        return self


NO_TIME: Final = Law(kind="deterministic", mean=0.0, cv=0.0)


def _filler(kind: Kind, cv: float) -> BeforeValidator:
    def fill(value: Any) -> Any:
        if isinstance(value, str):
            if value.strip() == "0":
                return NO_TIME
            return {"kind": kind, "mean": value, "cv": cv}
        if isinstance(value, int | float) and not isinstance(value, bool):
            return {"kind": kind, "mean": value, "cv": cv} if value else NO_TIME
        if isinstance(value, dict):
            filled: dict[str, Any] = {"kind": kind} | value
            if "cv" not in filled and str(filled["kind"]) not in FIXED_CV and "file" not in filled:
                filled["cv"] = cv
            return filled
        if value is None or isinstance(value, list):
            raise wrong(
                "A time or a law is needed here.", 'Write "5 min" or {kind: lognormal, mean: 5 min, cv: 1.2}.'
            )
        return value

    return BeforeValidator(fill)


Handling = Annotated[Law, _filler("lognormal", 1.2)]
Lag = Annotated[Law, _filler("lognormal", 1.0)]
Patience = Annotated[Law, _filler("exponential", 1.0)]
