"""Word of mouth between month ends: who talks, who hears it, who is won by it (model.md f3-f6); both engines call it.

Words of a month lie in a byte for each person and are read by their ties at the next month end, so the order of people
changes nothing.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.base.compiled import entry
from cemsim.base.draws import Stream, uniform
from cemsim.engine.state import BY_ADVERTISING, BY_REFERRAL, BY_WORD_OF_MOUTH, CUSTOMER
from cemsim.model.advocacy import adoption
from cemsim.model.experience import bounded
from cemsim.model.science import inlined, science
from cemsim.model.talk import ILL, WELL, image_heard, persuasion, telling, valence, won
from cemsim.plan.tables import MIXED

TELL, HEAR, BRING = int(Stream.TELL), int(Stream.HEAR), int(Stream.BRING)
#: Added to a customer's byte who speaks well when asked, whether they talk this month or not: one who may bring others.
PROMOTES: Final = 4
#: How often a customer who brings somebody looks for a prospect where everybody meets everybody.
TRIES: Final = 64


@inlined
def speak(world: Any, segment: Any, satisfied: float, score: float, u: float) -> int:
    """What a customer's byte is this month: WELL, ILL or nothing, and PROMOTES (f3)."""
    word = valence(score, world.well, world.ill)
    said = PROMOTES if word == WELL else 0
    if word != 0 and u < telling(satisfied, world.tell, world.tell_above, world.tell_below, segment.telling):
        said += word
    return said


@inlined
def expected(world: Any, mood: Any) -> tuple[float, float, float, float]:
    """Words that anybody hears where everybody meets everybody; ``mood`` [2]: shares that spoke well and ill."""
    return world.strong * mood[0], world.weak * mood[0], world.strong * mood[1], world.weak * mood[1]


@science
def heard(world: Any, starts: Any, ties: Any, said: Any, mood: Any, i: int) -> tuple[float, float, float, float]:
    """Words that person ``i`` hears: good ones over strong and weak ties, then ill ones likewise.

    ``said`` are last month's bytes. Where everybody meets everybody, they are what is expected of ``mood``.
    """
    if world.network == MIXED:
        return expected(world, mood)
    good_strong, good_weak, ill_strong, ill_weak = 0.0, 0.0, 0.0, 0.0
    for place in range(starts[i], starts[i + 1]):
        tie = ties[place]
        word = said[tie >> 1] & 3
        if word == WELL:
            if tie & 1:
                good_weak += 1.0
            else:
                good_strong += 1.0
        elif word == ILL:
            if tie & 1:
                ill_weak += 1.0
            else:
                ill_strong += 1.0
    return good_strong, good_weak, ill_strong, ill_weak


@entry
def spread(starts: Any, ties: Any, said: Any, words: Any) -> None:
    """Count in ``words`` [person, 4] what everybody hears, as `heard` does: few talk, so words are taken to their ties.

    Ties go both ways, so who hears somebody is whom that person hears.
    """
    for i in range(said.shape[0]):
        word = said[i] & 3
        if word == 0:
            continue
        kind = 0 if word == WELL else 2
        for place in range(starts[i], starts[i + 1]):
            tie = ties[place]
            words[tie >> 1, kind + (tie & 1)] += 1


@inlined
def reached(world: Any, words: Any, mood: Any, i: int) -> tuple[float, float, float, float]:
    """Words that person ``i`` hears, from what `spread` counted."""
    if world.network == MIXED:
        return expected(world, mood)
    return float(words[i, 0]), float(words[i, 1]), float(words[i, 2]), float(words[i, 3])


@science
def listen(world: Any, person: Any, words: tuple[float, float, float, float], u: float) -> None:
    """Let one of the words that a customer heard move the image of the firm (f5)."""
    good, ill = words[0] + words[1], words[2] + words[3]
    total = good + ill
    if total <= 0.0:
        return
    any_word = persuasion(total) if world.network == MIXED else 1.0
    if u < any_word:
        word = WELL if u * total < good * any_word else ILL
        person.satisfaction[5] = bounded(image_heard(person.satisfaction[5], word, world.image_step))


@science
def approached(
    world: Any, segment: Any, words: tuple[float, float, float, float], invited: bool, u: float
) -> tuple[int, float]:
    """Whether a prospect is won and how, a place in SOURCES or 0; and what words add to the chance of it (f4, f6)."""
    base = adoption(segment.adoption, world.advertising)
    if words[0] + words[1] + words[2] + words[3] == 0.0:             # as below, without the exponentials
        source = BY_ADVERTISING if u < base else 0
        return (BY_REFERRAL if invited else source), 0.0
    persuaded = persuasion(words[0] * world.strong_pull + words[1] * world.weak_pull)
    harm = words[2] * world.strong_harm + words[3] * world.weak_harm
    chance = won(base, persuaded, harm)
    source = 0
    if invited:
        source = BY_REFERRAL
    elif u < won(base, 0.0, harm):
        source = BY_ADVERTISING
    elif u < chance:
        source = BY_WORD_OF_MOUTH
    return source, chance - base


@entry
def invite(
    tables: Any, people: Any, starts: Any, ties: Any, said: Any, invited: Any, keys: Any, month: int
) -> None:
    """Let customers who spoke well last month bring a prospect: mark in ``invited`` whom (f6)."""
    world = tables.world[0]
    n = people.shape[0]
    chance = world.refer / 12.0
    for i in range(n):
        if said[i] & PROMOTES == 0 or people[i].status != CUSTOMER:
            continue
        if uniform(keys[BRING], i, month * (TRIES + 1)) >= chance:
            continue
        if world.network == MIXED:
            for attempt in range(TRIES):
                other = int(uniform(keys[BRING], i, month * (TRIES + 1) + 1 + attempt) * n)
                if people[other].status != CUSTOMER and invited[other] == 0:
                    invited[other] = 1
                    break
            continue
        free = 0
        for place in range(starts[i], starts[i + 1]):
            other = ties[place] >> 1
            if people[other].status != CUSTOMER and invited[other] == 0:
                free += 1
        wanted = int(uniform(keys[BRING], i, month * (TRIES + 1) + 1) * free)
        for place in range(starts[i], starts[i + 1]):
            other = ties[place] >> 1
            if people[other].status != CUSTOMER and invited[other] == 0:
                if wanted == 0:
                    invited[other] = 1
                    break
                wanted -= 1


def moods(said: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Shares of the market that spoke well and ill, from everybody's bytes."""
    words = said & 3
    return np.array([np.count_nonzero(words == WELL), np.count_nonzero(words == ILL)]) / max(len(said), 1)
