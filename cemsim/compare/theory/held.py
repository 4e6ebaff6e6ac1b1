"""Which closed forms apply to a scenario, and what its simulation says beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cemsim.compare.interval import interval
from cemsim.compare.theory.cohorts import cohort
from cemsim.compare.theory.desks import desk
from cemsim.compare.theory.diffusion import diffusion
from cemsim.compare.theory.form import Case, Form, Line, Without
from cemsim.compare.theory.learning import learning
from cemsim.compare.theory.members import scheme_form
from cemsim.compare.theory.repeats import repeats
from cemsim.measures.books import books
from cemsim.scenario import Scenario

REPLICATES = 8


def forms(scenario: Scenario) -> tuple[list[Form], list[Without]]:
    """Closed forms that apply to a scenario's teams, journeys, segments, schemes and network, and where none does, why.

    Reads the scenario only; nothing is simulated.
    """
    found: list[Form] = []
    without: list[Without] = []
    answers = [desk(scenario, name) for name in scenario.teams]
    answers += [learning(scenario, name) for name in scenario.teams]
    answers += [repeats(scenario, name) for name in scenario.journeys]
    answers += [cohort(scenario, name) for name in scenario.segments]
    answers += [scheme_form(scenario, name) for name in scenario.schemes]
    answers.append(diffusion(scenario))
    for answer in answers:
        if isinstance(answer, Form):
            found.append(answer)
        elif answer is not None:
            without.append(answer)
    return found, without


def beside(found: Sequence[Form], run: Any) -> list[Case]:
    """Each closed form with what a run says of its quantities.

    Args:
        run: a ``cemsim.experiment.Run`` of the scenario that the forms were found for.
    """
    opened = books(run)
    return [
        Case(
            form.title,
            form.source,
            tuple(Line(q.what, q.unit, q.exact, interval(q.measure(opened)), q.side) for q in form.quantities),
        )
        for form in found
    ]


def against_theory(
    scenario: Scenario, replicates: int = REPLICATES, seed: int = 1, workers: int | None = None
) -> tuple[list[Case], list[Without]]:
    """Simulate a scenario and set every closed form that applies beside what came out.

    Args:
        scenario: a loaded scenario.
        replicates: independent runs; they make the intervals.

    Returns:
        The cases, and the parts without a closed form; nothing is simulated when there is no case.

    Raises:
        CemsimError: the scenario cannot be simulated.
    """
    found, without = forms(scenario)
    if not found:
        return [], without
    from cemsim.experiment import run

    (done,) = run([scenario], replicates=replicates, seed=seed, workers=workers)
    return beside(found, done), without
