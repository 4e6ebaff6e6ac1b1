"""Places of the log's columns, for code that cannot look a name up (see base.records)."""

from __future__ import annotations

from cemsim.base.records import (
    CAMPAIGNS,
    EMOTION,
    FAILURES,
    FIRM,
    HOURS,
    PEOPLE,
    RULES,
    STEPS,
    TEAMS,
    WAIT_BINS,
    column,
)

STEP_WIDTH, FAIL_WIDTH, HOUR_WIDTH, EMOTION_WIDTH = len(STEPS), len(FAILURES), len(HOURS), len(EMOTION)
WAIT_WIDTH = WAIT_BINS
PEOPLE_WIDTH, RULE_WIDTH, TEAM_WIDTH = len(PEOPLE), len(RULES), len(TEAMS)

ARRIVED = column(STEPS, "arrived")
SERVED = column(STEPS, "served")
ABANDONED = column(STEPS, "abandoned")
SENT_AWAY = column(STEPS, "sent_away")
CANCELLED = column(STEPS, "cancelled")
OPEN = column(STEPS, "open")
WAIT_SUM = column(STEPS, "wait_sum")
WAIT_SQ = column(STEPS, "wait_sq")
ALL_WAIT_SUM = column(STEPS, "all_wait_sum")
WITHIN = column(STEPS, "within_target")
HANDLED_MINUTES = column(STEPS, "handled_minutes")
RESOLVED = column(STEPS, "resolved")
FIRST = column(STEPS, "first")
FIRST_RESOLVED = column(STEPS, "first_resolved")
TS_SUM = column(STEPS, "ts_sum")
TS_N = column(STEPS, "ts_n")
LATE = column(STEPS, "late")
ESCALATED = column(STEPS, "escalated")
MOVED = column(STEPS, "moved")

HOUR_ARRIVED = column(HOURS, "arrived")
HOUR_WAIT = column(HOURS, "wait_sum")
HOUR_SERVED = column(HOURS, "served_arrived")
HOUR_ABANDONED = column(HOURS, "abandoned")

FAIL_FIRST = column(FAILURES, "happened_back")           # back, front and use stand side by side
SILENT = column(FAILURES, "silent")
VOICED = column(FAILURES, "voiced")
GOOD_FIRST = column(FAILURES, "good_fast")               # fast, slow and failed stand side by side
JUSTICE = column(FAILURES, "justice_sum")
COMPENSATION = column(FAILURES, "compensation")
REPEAT_FAILURES = column(FAILURES, "repeat_failures")
EXCELLENT = column(FAILURES, "excellent_first")

ACTIVE_START = column(PEOPLE, "active_start")
ACTIVE = column(PEOPLE, "active")
JOINED = column(PEOPLE, "joined")
MONTHS = column(PEOPLE, "months")
SPEND = column(PEOPLE, "spend")
PROMOTERS = column(PEOPLE, "promoters")
DETRACTORS = column(PEOPLE, "detractors")
ASKED = column(PEOPLE, "asked")
ASKED_PROMOTERS = column(PEOPLE, "asked_promoters")
ASKED_DETRACTORS = column(PEOPLE, "asked_detractors")
REPLIED = column(PEOPLE, "replied_promoters")            # promoters, passives and detractors stand side by side
UNHAPPY = column(PEOPLE, "replied_detractors")
CSAT_REPLIED = column(PEOPLE, "csat_replied")
CSAT_SATISFIED = column(PEOPLE, "csat_satisfied")
RECOMMEND = column(PEOPLE, "recommend_sum")
TRIPS = column(PEOPLE, "trips")
EXPOSED = column(PEOPLE, "exposed")
CREDITS = column(PEOPLE, "credits")
MESSAGES = column(PEOPLE, "messages")
CALLS = column(PEOPLE, "calls")
FOLLOWED = column(PEOPLE, "followed")
APOLOGIES = column(PEOPLE, "apologies")
POINTS = column(PEOPLE, "points")
OPTED_OUT = column(PEOPLE, "opted_out")
WON_BY = column(PEOPLE, "joined_advertising") - 1        # plus the source: a place in SOURCES
PERSUADED = column(PEOPLE, "persuaded")
SPOKE = column(PEOPLE, "spoke_well") - 1                 # plus what was said: well 1, ill 2
REFERRED_SPEND = column(PEOPLE, "referred_spend")

STAFFED = column(TEAMS, "staffed_minutes")
PAID = column(TEAMS, "paid_minutes")
BUSY = column(TEAMS, "busy_minutes")
QUEUE_AREA = column(TEAMS, "queue_area")
TEAM_ARRIVED = column(TEAMS, "arrived")                  # arrived, served, abandoned, sent away as in STEPS
TEAM_SERVED, TEAM_ABANDONED, TEAM_SENT_AWAY = TEAM_ARRIVED + 1, TEAM_ARRIVED + 2, TEAM_ARRIVED + 3
WAIT_POINTS = column(TEAMS, "wait_points")
WAIT_TOUCHES = column(TEAMS, "wait_touches")
OVERTIME = column(TEAMS, "overtime_minutes")
JOBS = column(TEAMS, "jobs")
PRESENT = column(TEAMS, "present")
STAFF = column(TEAMS, "staff")
HIRED = column(TEAMS, "hired")
LEFT = column(TEAMS, "left")
REPLACED = column(TEAMS, "replaced")
PRODUCTIVITY = column(TEAMS, "productivity_sum")
MORALE = column(TEAMS, "morale_sum")
TRAINING = column(TEAMS, "training_minutes")

LEVEL, WORKED = column(FIRM, "level_back"), column(FIRM, "worked_back")      # back office and front line side by side
REPORTS, ORGANISERS = column(FIRM, "reports"), column(FIRM, "organisers")

(RULE_ASKED, RULE_MATCHED, RULE_FIRED, RULE_OVERRULED, RULE_COOLING, RULE_NOT_TAKEN, RULE_DECLINED,
 RULE_CREDITS) = range(len(RULES))
RUNNING = column(CAMPAIGNS, "running")
