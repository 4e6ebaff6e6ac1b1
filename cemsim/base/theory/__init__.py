"""Closed forms that a simulation can be held against: queues, cohorts, scores.

Times are in one unit of the caller's choice; rates are per that unit.
"""

from cemsim.base.theory.cards import card_time, waiting_months
from cemsim.base.theory.cohorts import (
    contacts_per_issue,
    geometric_lifetime,
    lifetime_value,
    retention_sbg,
    survival_sbg,
)
from cemsim.base.theory.diffusion import bass, bass_monthly, bass_peak, circle_monthly
from cemsim.base.theory.laws import Law
from cemsim.base.theory.loss import loss, room
from cemsim.base.theory.queues import FOREVER, Answer, by_priority, desk, erlang_b, erlang_c, one_server
from cemsim.base.theory.scores import nps_rounded_normal, nps_sd, satisfied_rounded_normal
from cemsim.base.theory.staffing import halfin_whitt, learnt, square_root_staffing

__all__ = [
    "FOREVER",
    "Answer",
    "Law",
    "bass",
    "bass_monthly",
    "bass_peak",
    "by_priority",
    "card_time",
    "circle_monthly",
    "contacts_per_issue",
    "desk",
    "erlang_b",
    "erlang_c",
    "geometric_lifetime",
    "halfin_whitt",
    "learnt",
    "lifetime_value",
    "loss",
    "nps_rounded_normal",
    "nps_sd",
    "one_server",
    "retention_sbg",
    "room",
    "satisfied_rounded_normal",
    "square_root_staffing",
    "survival_sbg",
    "waiting_months",
]
