"""What customers think and say: recommendation score, satisfaction by attribute, survey results."""

from __future__ import annotations

from functools import partial
from typing import Final, Literal

import numpy as np

from cemsim.base.words import ATTRIBUTES
from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import SHARE, Kpi, ratio, share
from cemsim.measures.margin import SCORES

SCORE = (-100.0, 100.0)
POINTS = (0.0, 10.0)

TRUE = "Of all customers, whether they answer surveys or not; mean over the months."
SURVEYED = "Of those who replied: what a survey would show."
#: Who answers 9 or 10, who 7 or 8, who less; and whether more of them are better.
GOOD: Final[dict[str, Literal[-1, 0, 1]]] = {"promoters": 1, "passives": 0, "detractors": -1}
OVERALL = "0-10, attributes weighted by their importance to the segment; mean over the months."


def _score(sums: Array, books: Books) -> Array:
    """Promoters less detractors per hundred: parts promoters, detractors, everybody."""
    return 100.0 * ratio(sums[..., 0] - sums[..., 1], sums[..., 2])


def _true(books: Books) -> Array:
    return books.people("promoters", "detractors", "months")


def _csat(books: Books) -> Array:
    return books.people("csat_satisfied", "csat_replied")


def _surveyed(books: Books) -> Array:
    promoters, passives, detractors = np.moveaxis(
        books.people("replied_promoters", "replied_passives", "replied_detractors"), -1, 0
    )
    return np.stack([promoters, detractors, promoters + passives + detractors], axis=-1)


def _group(name: str, books: Books) -> Array:
    """Expected customers who would answer so, of all; what is neither promoter nor detractor is passive."""
    promoters, detractors, everybody = np.moveaxis(_true(books), -1, 0)
    mine = {"promoters": promoters, "detractors": detractors, "passives": everybody - promoters - detractors}[name]
    return np.stack([mine, everybody], axis=-1)


def _replied(name: str, books: Books) -> Array:
    """Replies of a group, of all replies."""
    return np.stack([books.people(f"replied_{name}")[..., 0], _surveyed(books)[..., 2]], axis=-1)


def _replies(books: Books) -> Array:
    return np.stack([_surveyed(books)[..., 2], books.people("asked")[..., 0]], axis=-1)


def _overall(books: Books) -> Array:
    """Satisfaction weighted by what matters to each segment, and customers."""
    total = (books.log.satisfaction * books.importance).sum(axis=-1)
    return np.stack([total, books.people("active")[..., 0]], axis=-1)


def _attribute(number: int, books: Books) -> Array:
    return np.stack([books.log.satisfaction[..., number], books.people("active")[..., 0]], axis=-1)


kpi = partial(Kpi, group="advocacy")

KPIS = (
    kpi("nps", "True net promoter score", "points", 1, _true, _score, SCORE, note=TRUE, own_margin=SCORES),
    kpi("nps_survey", "Surveyed net promoter score", "points", 1, _surveyed, _score, SCORE, note=SURVEYED,
        own_margin=SCORES),  # fmt: skip
    *(
        kpi(name, name.capitalize(), "share", GOOD[name], partial(_group, name), share, SHARE, note=TRUE)
        for name in GOOD
    ),
    *(
        kpi(f"survey_{name}", f"{name.capitalize()} among replies", "share", GOOD[name], partial(_replied, name), share,
            SHARE, note=SURVEYED)
        for name in GOOD
    ),
    kpi("reply_rate", "Replies to surveys", "share", 0, _replies, share, SHARE, note="Of those who were asked."),
    kpi("satisfaction", "Satisfaction", "points", 1, _overall, share, POINTS, note=OVERALL),
    *(
        kpi(f"satisfaction_{name}", f"Satisfaction with {name}", "points", 1, parts, share, POINTS)
        for name, parts in ((name, partial(_attribute, k)) for k, name in enumerate(ATTRIBUTES))
    ),
    kpi("csat", "Satisfied in surveys (7 or more)", "share", 1, _csat, share, SHARE),
)
