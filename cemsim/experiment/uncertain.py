"""What is not known of a family of scenarios: its numbers with a range, the model's priors, and choices of model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from cemsim.base.errors import CemsimError
from cemsim.base.near import near_pattern
from cemsim.base.priors import Prior
from cemsim.scenario.cut import cut
from cemsim.scenario.schema.recipe import Assumption, Scenario
from cemsim.scenario.schema.survey import LEDGERS
from cemsim.scenario.vary import has_effect, vary, with_values

#: Priors of the model's own numbers (model.md section 9); {median} is the number in force.
PRIORS: Final[Mapping[str, Prior]] = {
    "model.churn.beta1": Prior("lognormal", 0.25, 0.35),
    "model.churn.beta3": Prior("uniform", 0.02, low=0.0, high=0.04),
    "model.experience.gamma": Prior("uniform", 0.5, low=0.2, high=0.8),
    "model.experience.loss_ratio": Prior("normal", 1.955, 0.07, 1.0, 2.5),
    "model.experience.eta": Prior("lognormal", 0.15, 0.6, high=0.95),
    "model.experience.alpha_min": Prior("uniform", 0.1, low=0.05, high=0.2),
    "model.experience.imitation": Prior("uniform", 0.2, low=0.0, high=0.6),
    "model.waiting.repeat_penalty": Prior("uniform", 0.6, low=0.4, high=1.2),
}
#: Half-widths of what every firm is unsure of, where the file gives no range (model.md section 9).
AROUND: Final = {"churn": 0.15, "margin": 0.10}
RAMP_SPREAD: Final = 0.4
#: A plan achieves between half and one and a half of what it promises; nobody's measurement, so overwrite it.
EFFECT: Final = Prior("triangular", 1.0, low=0.5, high=1.5)
SOURCE: Final = "prior, model.md section 9"
Design = Literal["latin", "sobol"]


@dataclass(frozen=True)
class Uncertain:
    """One thing that is not known.

    ``paths`` change together (a number that several places share is one number). ``scenario``: name of the patch
    that it belongs to, empty where it belongs to the world of all. ``effect``: it is the share of a plan's effect.
    """

    name: str
    paths: tuple[str, ...]
    prior: Prior
    value: float
    unit: str
    source: str
    scenario: str = ""
    effect: bool = False


@dataclass(frozen=True)
class Choice:
    """One way to model: a name and what it sets."""

    name: str
    values: Mapping[str, Any]


def reach(thing: Uncertain) -> tuple[float, float, float]:
    """Tenth percentile, value in force, ninetieth percentile."""
    return float(thing.prior.quantile(0.1)), thing.value, float(thing.prior.quantile(0.9))


def uncertain(family: Sequence[Scenario], only: Iterable[str] = ()) -> tuple[Uncertain, ...]:
    """Everything that is not known of a family, its baseline first.

    The numbers that the baseline writes with a range, unless it says ``kind: lever``; then priors of the model's own
    numbers; then of each plan the numbers that it writes with a range, its ramp, and how much it achieves of what it
    changes without one.
    ``only``: patterns of names (``segments.*``, ``effect*``); default all.

    Errors: CemsimError where a pattern matches nothing.

    >>> from cemsim.base.shipped import shipped
    >>> from cemsim.scenario import load
    >>> names = [u.name for u in uncertain([load(shipped("scenarios", "telecom", "baseline.yaml"))])]
    >>> "segments.loyalist.churn" in names, "model.churn.beta1" in names
    (True, True)
    """
    base = family[0]
    found = [*_written(base), *_model(base)]
    for patch in family[1:]:
        found += _planned(base, patch)
    patterns = tuple(only)
    for pattern in patterns:
        if not any(fnmatchcase(u.name, pattern) for u in found):
            near = near_pattern(pattern, [u.name for u in found])
            raise CemsimError(
                f'No assumption is called "{pattern}". {near} To list all {len(found)}, write --dry-run and no --only.'
            )
    kept = [u for u in found if not patterns or any(fnmatchcase(u.name, p) for p in patterns)]
    if not kept:
        raise CemsimError("Nothing here is uncertain: give a number a range, {value: 61 %, range: [55 %, 67 %]}.")
    return tuple(kept)


def _fits(a: Assumption) -> bool:
    if a.range is None or a.kind == "lever" or isinstance(a.value, bool) or not isinstance(a.value, int | float):
        return False
    return a.range[0] < a.range[1] and a.range[0] <= a.value <= a.range[1]


def _written(base: Scenario) -> list[Uncertain]:
    found = _by_range(a for a in base.register if a.path not in PRIORS)
    taken = {path for u in found for path in u.paths}
    for a in base.register:
        name = a.path.rsplit(".", 1)[-1]
        fixed = isinstance(a.value, bool) or not isinstance(a.value, int | float) or a.kind == "lever"
        if name in AROUND and a.path.startswith("segments.") and a.path not in taken and not fixed and a.value > 0:
            reach = AROUND[name] * a.value
            prior = Prior("triangular", a.value, low=a.value - reach, high=min(a.value + reach, 1.0))
            found.append(Uncertain(a.path, (a.path,), prior, float(a.value), a.unit, SOURCE))
    return found


def _by_range(register: Iterable[Assumption], patch: str = "") -> list[Uncertain]:
    """What is written with a range; a number that several places share is one."""
    groups: dict[tuple[Any, ...], list[Assumption]] = {}
    for a in register:
        if a.written and _fits(a):
            groups.setdefault((a.file, a.line, a.path.rsplit(".", 1)[-1], a.text, a.range), []).append(a)
    found = []
    for same in groups.values():
        a = same[0]
        low, high = a.range or (a.value, a.value)
        prior = Prior("triangular", float(a.value), low=low, high=high)
        source = a.source or "range of the field, value your own"
        name = f"{a.path} of {patch}" if patch else a.path
        found.append(Uncertain(name, tuple(s.path for s in same), prior, float(a.value), a.unit, source, patch))
    return found


def _model(base: Scenario) -> list[Uncertain]:
    known = {a.path: a for a in base.register}
    found = []
    for path, prior in PRIORS.items():
        a = known.get(path)
        idle = path.endswith("imitation") and not base.switches.norm
        if a is None or idle or a.kind == "lever":
            continue
        if a.written and a.value != prior.middle and _fits(a):
            low, high = a.range or (a.value, a.value)
            prior = Prior("triangular", float(a.value), low=low, high=high)
        found.append(Uncertain(path, (path,), prior, float(a.value), a.unit, SOURCE))
    return found


def _planned(base: Scenario, patch: Scenario) -> list[Uncertain]:
    known, theirs = {a.path for a in base.register}, {(a.file, a.line) for a in base.register}
    found = _by_range((a for a in patch.register if (a.file, a.line) not in theirs and (
        a.ranged or a.path not in known and not a.path.startswith("investment."))), patch.name)
    taken = {path for thing in found for path in thing.paths}
    ramp = patch.investment.ramp if patch.investment is not None else 0.0
    if ramp > 0 and "investment.ramp" not in taken:
        prior = Prior("lognormal", ramp, RAMP_SPREAD, high=120.0)
        found.append(Uncertain(f"investment.ramp of {patch.name}", ("investment.ramp",), prior, ramp,
                               "months", SOURCE, patch.name))
    if has_effect(patch, taken):
        found.append(Uncertain(f"effect of {patch.name}", (), EFFECT, 1.0, "of what is planned",
                               "assumption: half to one and a half of the plan", patch.name, effect=True))
    return found


def choices(base: Scenario, without: Iterable[str] = ()) -> tuple[Choice, ...]:
    """Ways to model that count as equally likely: ledger presets, and mechanisms switched off.

    A baseline with a ledger of its own keeps it. ``without``: names of switches, each making one more way.

    Errors: CemsimError where there is no such switch.
    """
    presets = {name: tuple(shares) for name, shares in LEDGERS.items()}
    now = tuple(round(x, 9) for x in base.causes.ledger.values())
    names = [name for name, shares in presets.items() if np.allclose(_normal(shares), now, atol=1e-6)]
    found = [Choice(f"{n} ledger", {"causes.ledger": n}) for n in (*names, *(p for p in presets if p not in names))]
    if not names:
        found = [Choice("as written", {})]
    for name in without:
        if name not in type(base.switches).model_fields:
            names = list(type(base.switches).model_fields)
            raise CemsimError(f'There is no switch "{name}". Switches are: {", ".join(names)}.')
        found.append(Choice(f"without {name}", {f"switches.{name}": False}))
    return tuple(found)


def _normal(shares: Sequence[float]) -> NDArray[np.float64]:
    values = np.asarray(shares, dtype=float)
    return np.asarray(values / values.sum())


def design(count: int, things: int, how: Design = "latin", seed: int = 1) -> NDArray[np.float64]:
    """Points of the unit cube, ``[point, thing]``: a Latin hypercube, or a scrambled Sobol sequence.

    ``count`` points of a Sobol sequence are balanced where it is a power of two.
    """
    from scipy.stats import qmc

    if how == "latin":
        return np.asarray(qmc.LatinHypercube(things, rng=seed).random(count))
    return np.asarray(qmc.Sobol(things, rng=seed).random(count))


def at(
    family: Sequence[Scenario], known: Sequence[Uncertain], values: Sequence[float], choice: Choice | None = None,
    share: float = 1.0,
) -> list[Scenario]:
    """The family where the uncertain things have these values, under one way to model, then cut to a share of it.

    Values are those of the whole company; only the company made of them is cut.
    """
    world: dict[str, Any] = {}
    own: dict[str, dict[str, Any]] = {}
    effect: dict[str, float] = {}
    for thing, value in zip(known, values, strict=True):
        if thing.effect:
            effect[thing.scenario] = float(value)
        elif thing.scenario:
            own.setdefault(thing.scenario, {}).update(dict.fromkeys(thing.paths, float(value)))
        else:
            world.update(dict.fromkeys(thing.paths, float(value)))
    made = vary(family, world, own, effect)
    if choice is not None and choice.values:
        made = [with_values(s, choice.values) for s in made]
    return cut(made, share, nearly=True)


def defaults(known: Sequence[Uncertain]) -> NDArray[np.float64]:
    """The values in force."""
    return np.array([thing.value for thing in known])


def values_at(known: Sequence[Uncertain], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of points in the unit cube, ``[point, thing]``."""
    return np.column_stack([thing.prior.quantile(points[:, i]) for i, thing in enumerate(known)])
