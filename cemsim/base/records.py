"""The tables an engine logs, each column declared once with its unit and meaning.

Engines log quantities, never money. Every array is float64 with a leading month axis;
a run of several replicates stacks them in front: ``[replicate, month, ...]``.
"""

from __future__ import annotations

from typing import Final

import numpy as np

#: people[month, segment, column]
PEOPLE: Final = {
    "active_start": "customers at the start of the month",
    "active": "customers at the end of the month",
    "joined": "people who became customers at the month end",
    "months": "customer-months lived",
    "spend": "sum of individual spend multipliers over customers; times the segment's revenue gives money",
    "promoters": "expected promoters among all customers (true, no reply bias)",
    "detractors": "expected detractors among all customers (true, no reply bias)",
    "asked": "customers asked in a survey",
    "asked_promoters": "promoters among the asked",
    "asked_detractors": "detractors among the asked",
    "replied_promoters": "promoters among those who replied",
    "replied_passives": "passives among those who replied",
    "replied_detractors": "detractors among those who replied",
    "csat_replied": "replies to the satisfaction question",
    "csat_satisfied": "of these, with 7 or more",
    "recommend_sum": "sum over customers of the recommendation score without noise (0-10 points)",
    "trips": "purchases made",
    "exposed": "sum over customers of the monthly probability to leave",
    "year_base": "customers twelve months before (written at the end of each full year)",
    "year_left": "of these, who left since, even if they came back",
    "credits": "credits that rules gave, money",
    "messages": "messages that rules sent",
    "calls": "unasked calls that rules ordered",
    "apologies": "apologies that rules made",
    "points": "loyalty points that rules gave; they reach the scheme at the month end",
    "opted_out": "customers who opted out of messages at the month end",
    "joined_advertising": "of those who joined, won by advertising",
    "joined_word_of_mouth": "of those who joined, won by what others told them",
    "joined_referral": "of those who joined, brought by a customer for a reward",
    "joined_win_back": "of those who joined, people who had left and were won back",
    "offers_taken": "of these, by an offer that costs money",
    "saved": "announced cancellations taken back at the save desk, at the full price",
    "saved_partly": "announced cancellations taken back for less money",
    "products_sold": "products bought beyond the first",
    "extra_products": "products beyond the first of the customers at the month end",
    "in_contract": "customers with months of contract left at the month end",
    "followed": "unhappy customers whom the firm got in touch with by itself",
    "persuaded": "sum over prospects of what words add to the monthly probability to be won (ill words take from it)",
    "spoke_well": "customers who spoke well of the firm in the month",
    "spoke_ill": "customers who spoke ill of it",
    "referred_spend": "spend multipliers of customers brought, each times what is left of its margin premium",
}
#: steps[month, step, segment, column], of contacts that the step's own team took, or self-service;
#: passed[month, taker, step, segment, column], of those that rules passed to another team, by that team
STEPS: Final = {
    "arrived": "contacts that reached the step",
    "served": "contacts handled by the team, or served at once by self-service",
    "abandoned": "contacts that hung up while waiting",
    "sent_away": "contacts turned away: closed, closing, or no room",
    "cancelled": "contacts open when their customer left",
    "open": "contacts waiting or in service at the month end",
    "wait_sum": "minutes waited by served contacts, since they reached the step; until a call-back was promised",
    "wait_sq": "squared minutes waited by served contacts",
    "all_wait_sum": "minutes waited by contacts that were served, hung up, were sent away or left for another channel",
    "within_target": "served contacts answered within the team's target time",
    "handled_minutes": "minutes of handling",
    "resolved": "served contacts that resolved the issue",
    "first": "served contacts on the first walk through the journey, on which who hung up and tried again still is",
    "first_resolved": "of these, resolved",
    "ts_sum": "sum of load-weighted transaction satisfaction (points)",
    "ts_n": "touches behind ts_sum",
    "late": "served contacts finished after the step's promise",
    "escalated": "contacts passed to the second line",
    "moved": "contacts that left the queue for another channel",
    "deflected": "contacts that took another channel as they came, before they reached the team; none of the arrived",
    "promised": "contacts to which a call-back was promised",
    "called": "call-backs made",
    "call_wait": "minutes from these promises until the call",
    "not_called": "call-backs not made, because the team closed",
    "visits": "served visits that were promised for a window",
    "in_window": "of these, within it",
    "losses": "expected losses: resolved contacts at risk, times the chance that somebody tries and is not stopped",
    "prevented": "expected losses that controls prevented",
}
#: teams[month, team, column]
TEAMS: Final = {
    "staffed_minutes": "minutes of people on shift",
    "paid_minutes": "minutes paid, shrinkage included",
    "busy_minutes": "minutes of people handling contacts",
    "queue_area": "minutes times contacts waiting",
    "arrived": "contacts that reached the team",
    "served": "contacts whose handling ended",
    "abandoned": "contacts that hung up",
    "sent_away": "contacts turned away",
    "wait_points": "sum of points that waits took from convenience, before the frozen offset",
    "wait_touches": "touches behind wait_points",
    "overtime_minutes": "minutes of overtime, ordered by rules or to make up for vacancies, not among the paid ones",
    "jobs": "jobs of a team whose people are followed one by one, vacancies included",
    "present": "people who worked this month",
    "staff": "people at the end of the month, after those who left",
    "hired": "people who began to work this month",
    "left": "people who quit or were let go this month",
    "replaced": "people who began to work, each in ordinary replacement costs",
    "productivity_sum": "sum over who worked of productivity (1 = learnt)",
    "morale_sum": "sum over who worked of staff satisfaction (0-10 points)",
    "training_minutes": "minutes of training, among the paid ones",
}
#: hours[team, hour of the week (0 = Monday 00:00), column], over the whole horizon
HOURS: Final = {
    "arrived": "contacts that reached the team",
    "wait_sum": "minutes waited by contacts that began to be handled, calls that we make left out (by hour of arrival)",
    "served_arrived": "contacts behind wait_sum (by hour of arrival)",
    "abandoned": "contacts that hung up (by hour of arrival)",
}
#: failures[month, segment, column]
FAILURES: Final = {
    "happened_back": "failures that came from the back office",
    "happened_front": "failures that came from the front line",
    "happened_usage": "failures in use, outside contacts",
    "silent": "failures the customer did not voice",
    "voiced": "failures the customer voiced",
    "good_fast": "recoveries that worked within the promise",
    "good_slow": "recoveries that worked after the promise",
    "failed": "recoveries that failed (double deviation)",
    "justice_sum": "sum of the justice index over closed recoveries (0-1)",
    "compensation": "compensation paid, in months of the customer's revenue",
    "repeat_failures": "failures within twelve months of an earlier one",
    "excellent_first": "first recoveries that were fast, good and compensated",
}
#: firm[month, column]
FIRM: Final = {
    "level_back": "failures of the back office, relative to the start (1) and to what the scenario says",
    "level_front": "failures of the front line, likewise",
    "worked_back": "share of the causes in the back office that is known and worked on",
    "worked_front": "share of the causes in the front line, likewise",
    "reports": "complaints and unhappy answers that name a cause",
    "organisers": "people who do nothing but experience management",
}
#: rules[month, rule, column]
RULES: Final = {
    "asked": "times the rule was asked",
    "matched": "times it matched",
    "fired": "times it fired",
    "overruled": "of these, times another rule's action went first",
    "cooling": "times it matched but rested",
    "not_taken": "of those fired, times the contact did not go that way: a team closed or full, no such channel",
    "declined": "of those fired, times the customer declined what was offered",
    "credits": "money that it gave customers",
}
#: schemes[month, scheme, segment, column]: points are whole; a stamp is a point too
SCHEMES: Final = {
    "joined": "customers who became members",
    "members": "members at the end of the month",
    "paying": "members who owe the month's fee",
    "issued": "points for purchases",
    "issued_anyway": "of these, for purchases that would have been made without the scheme",
    "given": "points that rules gave, and stamps on new cards",
    "redeemed": "points used",
    "rewards": "times that somebody used points",
    "expired": "points that expired",
    "forfeited": "points of members who left, or whose scheme ended",
    "outstanding": "points of members at the end of the month",
    "sales": "sum of spend multipliers of members",
    "more_trips": "purchases that the scheme brought about",
    "discounts": "sum of spend multipliers that members did not pay; times the segment's revenue gives money",
    "discounts_anyway": "of these, on purchases that would have been made without the scheme",
}
#: campaigns[month, campaign, segment, column]
CAMPAIGNS: Final = {
    "sent": "messages sent",
    "woken": "customers reached by outreach",
    "running": "1 in a month in which the campaign runs (first segment)",
}
#: emotion[month, step, segment, (first contact, repeat), column]
EMOTION: Final = {"n": "touches", "sum": "sum of emotion e", "sum_sq": "sum of e squared"}

#: Upper edges, in minutes, of the histogram of waits: bin 0 is "no wait", the last one is open.
WAIT_BINS: Final = 112
LONGEST_WAIT: Final = 60.0 * 24 * 1000
WAIT_EDGES: Final = np.concatenate(([0.0], np.geomspace(1 / 60, LONGEST_WAIT, WAIT_BINS - 2), [np.inf]))


def column(table: dict[str, str], name: str) -> int:
    """Place of a column in a table's last axis.

    >>> column(PEOPLE, "active")
    1
    """
    return list(table).index(name)
