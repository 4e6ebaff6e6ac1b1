"""The arrays an engine reads, each a table of records; columns declared once.

Floats are continuous: a ramp blends them. Integers are discrete: they step in at the start of a change.
Columns under FROZEN are solved on the baseline and shared by all its scenarios.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cemsim.base.words import CHANNELS
from cemsim.rules.vocabulary import TIERS

MAX_PEOPLE: Final = 2**27
MAX_MONTHS: Final = 512
MAX_SEGMENTS: Final = 16
MAX_JOURNEYS: Final = 64
MAX_STEPS: Final = 256
MAX_TEAMS: Final = 32
SLOTS: Final = 672
"""Quarter hours in a week."""
TENURES: Final = 361
"""Months of tenure that the learning table tells apart; older customers count as 360."""
QUANTILES: Final = 1201
"""Points of a tabled law, evenly spaced in the normal score from -6 to 6."""
SCORES: Final = 4097
"""Points of the table of promoter and detractor chances, from L* = -10 to 20."""

MAX_SCHEMES: Final = 16
MAX_CAMPAIGNS: Final = 32
#: What is remembered of people beside what the core needs: nothing, what ties them to the firm, or what rules may ask.
NO_MEMORY, OF_TIES, OF_RULES = 0, 1, 2

NEED, JOINING, COMPLAINT, TRACE, RULED = 0, 1, 2, 3, 4
LIVE, BACK_OFFICE = 0, 1
OUTGOING: Final = CHANNELS.index("phone_out")
"""The channel in which we call: a live team dials when somebody is free, and nobody waits on a line."""
CONTRACTUAL, REPERTOIRE = 0, 1
NO_NETWORK, MIXED, RING, WATTS_STROGATZ, ATTACHMENT, TIE_FILE = range(6)

LAW: Final = np.dtype([
    ("kind", "i4"), ("table", "i4"),
    ("mean", "f8"), ("cv", "f8"),
    ("a", "f8"), ("b", "f8"),              # derived from mean and cv
])
STEP: Final = np.dtype([
    ("journey", "i4"), ("team", "i4"), ("next", "i4"), ("handling", "i4"), ("lag", "i4"), ("skip", "i4"),
    ("escalate_to", "i4"), ("escalate_after", "i4"), ("stage", "i4"), ("channel", "i4"),
    ("felt", "i4"),                        # whether it loads any attribute
    ("partner", "i4"), ("blueprint", "i4"),   # whether a partner delivers it; whether any column of the last line acts
    ("used_by", "f8"), ("resolves", "f8"), ("promise", "f8"), ("escalate_share", "f8"),
    ("loads", "f8", 6), ("quality", "f8", 6),
    ("window", "f8"), ("in_window", "f8"), ("delay", "f8"), ("at_risk", "f8"), ("stopped", "f8"),
])
TEAM: Final = np.dtype([
    ("works", "i4"), ("room", "i4"), ("attempts", "i4"), ("patience", "i4"), ("redial", "i4"),
    ("rank", "i4", MAX_SEGMENTS),
    ("acceptable", "f8"), ("within", "f8"), ("same_day", "f8"), ("next_day", "f8"), ("empowerment", "f8"),
    ("paid_factor", "f8"),
    ("patience_scale", "f8"), ("wait_offset", "f8"),                      # FROZEN
])
JOURNEY: Final = np.dtype([
    ("first", "i4"), ("restart", "i4"), ("starts", "i4"), ("repeat", "i4"), ("stage", "i4"),
    ("trace_from", "i4"), ("trace_to", "i4"),
    ("need", "f8", MAX_SEGMENTS), ("salience", "f8"), ("failure", "f8"), ("overdispersion", "f8"),
])
SEGMENT: Final = np.dtype([
    ("customers", "i8"), ("spend", "i4"), ("brands", "i4"), ("group", "i8"), ("revenue", "f8"),
    ("churn", "f8"), ("slope", "f8"), ("reaction", "f8"), ("importance", "f8", 6),
    ("telling", "f8"),
    ("proneness", "f8"), ("cards", "f8"), ("reward_response", "f8"), ("ideal", "f8"),
    ("dispersion", "f8"), ("sow_speed", "f8"), ("trips", "f8"), ("trip_shape", "f8"), ("basket", "f8"),
    ("service_share", "f8"), ("relationship_share", "f8"),                # derived from importance
    ("attraction", "f8"), ("cross_top", "f8"),      # derived: exp(reaction * attraction); most that cross_rate can be
    # contract, cross-selling, save desk, win-back (plan.ties)
    ("contract", "i4"), ("most_extra", "i4"), ("within", "i4"), ("offer", "i4"),
    ("in_contract", "f8"), ("at_expiry", "f8"), ("locked", "f8"), ("signs", "f8"), ("renewal", "f8"),
    ("cross_rate", "f8"), ("cross_slope", "f8"), ("cross_step", "f8"),
    ("save_full", "f8"), ("save_part", "f8"), ("part_revenue", "f8"), ("win_back", "f8"),
    ("tariff", "f8"),                                                     # of events: own price this month, relative
    ("kappa", "f8"), ("sow_scale", "f8"), ("adoption", "f8"), ("spend_scale", "f8"),          # FROZEN
])
WORLD: Final = np.dtype([
    ("people", "i8"), ("price_moved", "i4"), ("complaint", "i4"), ("loaded", "i4"),
    ("quality", "f8", 6), ("norm", "f8", 6), ("price", "f8"), ("rival_price", "f8"), ("price_sensitivity", "f8"),
    ("attraction", "f8"), ("advertising", "f8"),
    ("theta", "f8"), ("gamma", "f8"), ("gain", "f8", 6), ("loss", "f8", 6), ("recentre", "f8", 6),
    ("kano", "f8", 6), ("kano_speed", "f8"),
    ("gain_stage", "f8", 3), ("loss_stage", "f8", 3),
    ("alpha_0", "f8"), ("alpha_min", "f8"), ("tau_alpha", "f8"),
    ("xi", "f8"), ("promised", "f8", 6),
    ("usage_salience", "f8"), ("failure_salience", "f8"),
    ("fade", "f8"), ("eta", "f8"), ("eta_norm", "f8"), ("peak", "f8"), ("end", "f8"), ("noise", "f8"),
    ("match_sd", "f8"), ("image_up", "f8"), ("image_down", "f8"), ("norm_drift", "f8"), ("imitation", "f8"),
    ("overestimate", "f8"), ("exponent", "f8"), ("kappa_wait", "f8"), ("abandon_penalty", "f8"),
    ("repeat_penalty", "f8"), ("at_home", "f8"),
    ("beta1", "f8"), ("beta3", "f8"), ("precision", "f8"), ("heterogeneous", "f8"), ("ledger", "f8", 6),
    ("switching", "f8"), ("wake_ratio", "f8"), ("wake_months", "i4"), ("returns", "f8", 6), ("second_life", "f8", 4),
    ("complaint_returns", "f8"), ("recovery_returns", "f8"),
    ("opt_out", "f8"), ("pressure_left", "f8"), ("welcome", "f8"), ("reactance", "f8"),
    ("short", "f8"), ("lasting", "f8"), ("carry_over", "f8"), ("promise_pull", "f8"),
    ("goal_power", "f8"), ("heavy", "f8"), ("heavy_from", "f8"), ("rewarded", "f8"), ("rewarded_months", "i4"),
    ("scheme_fading", "f8"), ("selection", "f8"), ("enrolment", "f8"), ("economic", "f8"), ("fee_aversion", "f8"),
    ("failure_loss", "f8"),
    ("score_slope", "f8"), ("score_sd", "f8"), ("style_sd", "f8"), ("rating_sd", "f8"),
    ("asked", "f8"), ("reply", "f8", 3), ("observed_nps", "f8"), ("observed_contacts", "f8"),
    ("back_share", "f8"), ("back_factor", "f8"), ("front_factor", "f8"), ("minor", "f8"), ("major", "f8"),
    ("major_share", "f8"), ("voice", "f8"), ("voice_lag", "i4"), ("recovery", "f8"), ("per_empowerment", "f8"),
    ("workload", "f8"), ("promise", "f8"), ("pay_minor", "f8"), ("pay_major", "f8"), ("usage_rate", "f8"),
    ("fail_loads", "f8", (3, 6)),
    # word of mouth
    ("network", "i4"), ("strong", "i4"), ("weak", "i4"), ("rewiring", "f8"),
    ("tell", "f8"), ("tell_above", "f8"), ("tell_below", "f8"), ("well", "f8"), ("ill", "f8"), ("image_step", "f8"),
    ("beta_strong", "f8"), ("beta_weak", "f8"), ("negative", "f8"),
    ("word_share", "f8"), ("refer", "f8"), ("referred_hazard", "f8"), ("referral_fades", "f8"),
    ("strong_pull", "f8"), ("weak_pull", "f8"), ("strong_harm", "f8"), ("weak_harm", "f8"),     # derived
    ("follow_up", "i4"), ("follow_journey", "i4"), ("follow_within", "f8"), ("follow_found", "f8"),
    # FROZEN
    ("word_scale", "f8"), ("image_start", "f8"),
    ("cause_level", "f8", 6), ("hazard_mean", "f8"), ("offset", "f8", 6), ("rest_offset", "f8", 6),
    ("expect_offset", "f8", 6),
    ("gap_mean", "f8", 6), ("wait_habit", "f8", 2), ("score_intercept", "f8"), ("demand_scale", "f8"),
])
#: People of a team one by one (model.md 3i).
CREW: Final = np.dtype([
    ("on", "i4"), ("present", "i4"),       # whether the team has such people; as many as its roster needs
    ("attrition", "f8"), ("by_occupancy", "f8"), ("by_morale", "f8"), ("first", "f8"), ("tau", "f8"), ("lead", "f8"),
    ("overtime", "f8"), ("off_phone", "f8"), ("handling", "f8"), ("resolves", "f8"), ("service", "f8"),
    ("recovery", "f8"), ("skill_points", "f8"), ("morale_points", "f8"), ("strain_points", "f8"), ("rest", "f8"),
    ("start", "f8"), ("care", "f8"),       # first-month productivity of newcomers; what replacing one costs, in costs
    ("presence", "f8"), ("skill", "f8"), ("morale", "f8"), ("strain", "f8"),                  # FROZEN
])
#: How failures are found and mended, and how mature the firm is (model.md 3j); pairs are of back office and front line.
FIRM: Final = np.dtype([
    ("improves", "i4"), ("reviews", "i4"), ("lead", "i4"), ("mature", "i4"), ("crosses", "i4", 2),
    ("detection", "f8"), ("pace", "f8", 2), ("floor", "f8"), ("injected", "f8"), ("decay", "f8"), ("people", "f8"),
    ("levels", "f8", 10), ("weak", "f8"), ("strong", "f8"),
])


POINTS, STAMPS = 1, 2
SCHEME: Final = np.dtype([
    ("on", "i4"), ("counts", "i4"),                 # whether it runs; what is counted: POINTS, STAMPS or nothing (0)
    ("threshold", "i4"), ("free", "i4"),            # points for a reward; of these, on a new card
    ("lives", "i4"),                                # months after which points expire, 0 for never
    ("tiered", "i4"), ("open", "i4", MAX_SEGMENTS),
    ("earn", "f8"), ("value", "f8"), ("use", "f8"), ("pull", "f8"), ("discount", "f8"),
    ("fee", "f8"), ("uplift", "f8"), ("benefit", "f8"),
    ("above", "f8", len(TIERS)), ("closer", "f8", len(TIERS)),      # of tiers: spending, points on relationship
])
CAMPAIGN: Final = np.dtype([
    ("on", "i4"), ("outreach", "i4"), ("to", "i4", MAX_SEGMENTS), ("starts", "i4"), ("lasts", "i4"),
    ("sent", "f8"), ("advertising", "f8"), ("promise", "f8", 6),
])


class Tables(NamedTuple):
    """All that an engine reads in one month."""

    steps: NDArray[np.void]
    teams: NDArray[np.void]
    journeys: NDArray[np.void]
    segments: NDArray[np.void]
    laws: NDArray[np.void]
    world: NDArray[np.void]                 # one record
    heads: NDArray[np.int32]                # [team, SLOTS] people on shift
    profiles: NDArray[np.float64]           # [journey, 168] arrivals by hour of the week, mean 1
    daytime: NDArray[np.float64]            # [journey, 7, 25] cumulative arrivals over each weekday's hours, 0 to 1
    quantiles: NDArray[np.float64]          # [tabled law, QUANTILES] minutes, of a law with mean 1 where scaled
    edges: NDArray[np.int32]                # [tie, 3] ties from a file: two people, and whether it is weak
    trace: NDArray[np.float64]              # minutes since the horizon's start, all traces one after the other
    pull: NDArray[np.float64]               # [journey + 3, TENURES] learning rate; last: contact, usage, failure
    pull_contact: NDArray[np.float64]       # [TENURES] learning rate of an ordinary contact
    learn: NDArray[np.float64]              # [journey + 3] share by which expectation adapts
    scores: NDArray[np.float64]             # [SCORES, 2] promoter and detractor chance by L*
    nowhere: NDArray[np.void]               # one empty step: where a failure in use is felt
    rules: NDArray[np.void]                 # one record: the rules in force (see plan.rulebook)
    crews: NDArray[np.void]                 # CREW, one record a team
    firm: NDArray[np.void]                  # FIRM, one record
    schemes: NDArray[np.void]
    campaigns: NDArray[np.void]


def clock(months: int) -> NDArray[np.int64]:
    """First day of each month since the start, in a 365-day year with calendar month lengths.

    Returns ``months + 1`` day numbers; the last is the end of the last month.

    >>> clock(3).tolist()
    [0, 31, 59, 90]
    """
    lengths = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    return np.concatenate(([0], np.cumsum(np.resize(lengths, months)))).astype(np.int64)
