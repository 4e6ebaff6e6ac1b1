"""3f: who tells others, what it does to prospects and to customers, and customers brought (model.md f3-f6)."""

from __future__ import annotations

from math import exp, log1p

from cemsim.model.experience import REFERENCE
from cemsim.model.science import inlined, science

#: What a word says.
SILENT, WELL, ILL = 0, 1, 2
#: Points by which a word that is heard lies above or below the reference (f5).
REACH = 2.5


@inlined
def telling(overall: float, rate: float, above: float, below: float, relative: float) -> float:
    """Monthly probability that a customer with overall satisfaction ``overall`` talks: a valley at the reference (f3).

    ``above`` and ``below`` are added for each point beyond the reference, ``relative`` is the segment's own.

    >>> telling(7.5, 0.05, 0.05, 0.075, 1.2), telling(5.5, 0.05, 0.05, 0.075, 1.0)
    (0.06, 0.2)
    """
    gap = overall - REFERENCE
    return min(relative * (rate + (above * gap if gap > 0.0 else -below * gap)), 1.0)


@inlined
def valence(score: float, well: float, ill: float) -> int:
    """What a customer says who talks: WELL, ILL or nothing, from the inner recommendation score (f3).

    >>> valence(9.2, 9.0, 6.0), valence(6.0, 9.0, 6.0), valence(8.0, 9.0, 6.0)
    (1, 2, 0)
    """
    if score >= well:
        return WELL
    return ILL if score <= ill else SILENT


@science
def pull(chance: float, scale: float) -> float:
    """Hazard of being won that one word brings, from its chance; ``scale`` is fitted to a stated share (f4)."""
    return -log1p(-chance) * scale


@inlined
def persuasion(hazard: float) -> float:
    """Probability that words with a total ``hazard`` win a prospect: one less the chance that each fails (f4).

    >>> persuasion(0.0), round(persuasion(pull(0.03, 1.0) + 2.0 * pull(0.01, 1.0)), 6)
    (0.0, 0.049303)
    """
    return 1.0 - exp(-hazard)


@inlined
def won(advertised: float, persuaded: float, harm: float) -> float:
    """Probability that a prospect is won by advertising or by words; ill words take a share of it away (f4).

    >>> won(0.02, 0.0, 0.0), round(won(0.02, 0.05, 0.0), 6), round(won(0.02, 0.05, 0.1) / won(0.02, 0.05, 0.0), 6)
    (0.02, 0.069, 0.904837)
    """
    return (advertised + (1.0 - advertised) * persuaded) * exp(-harm)


@inlined
def image_heard(image: float, word: int, step: float) -> float:
    """Image after one word: a ``step`` of the way towards what it says (f5).

    >>> image_heard(7.5, WELL, 0.1), image_heard(7.5, ILL, 0.1)
    (7.75, 7.25)
    """
    goal = REFERENCE + REACH if word == WELL else REFERENCE - REACH
    return image + step * (goal - image)


@inlined
def premium_left(tenure: int, fades: float) -> float:
    """Share of a brought customer's margin premium that is left after ``tenure`` months: a straight line to 0.

    >>> premium_left(0, 30.0), premium_left(15, 30.0), premium_left(40, 30.0)
    (1.0, 0.5, 0.0)
    """
    return max(1.0 - tenure / fades, 0.0)
