"""Service: waits, abandonment, first-contact resolution, occupancy, contacts, failures."""

from __future__ import annotations

from functools import partial

import numpy as np

from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import SHARE, Keep, Kpi, amount, per_year, share
from cemsim.measures.waits import percentile

TEAM: Keep = ("team", "segment")
TEAM_CUTS: tuple[Keep, ...] = (("team",), ("team", "segment"))
JOURNEY: Keep = ("journey", "segment")
JOURNEY_CUTS: tuple[Keep, ...] = (("journey",), ("journey", "segment"))


def _of_team(*names: str) -> partial[Array]:
    return partial(_team_columns, names)


def _team_columns(names: tuple[str, ...], books: Books) -> Array:
    return books.of_contacts(*names)


def _of_callers(*names: str) -> partial[Array]:
    return partial(_callers_columns, names)


def _callers_columns(names: tuple[str, ...], books: Books) -> Array:
    return books.of_callers(*names)


def _p90(sums: Array, books: Books) -> Array:
    return percentile(sums, 0.9)


def _on_target(books: Books) -> Array:
    """Within the team's target, of served; a target is for teams that answer live."""
    return np.asarray(books.of_callers("within_target", "served") * np.array(books.live)[:, None, None])


def _in_time(books: Books) -> Array:
    """Within the team's target, of all who came to it: who hung up or was sent away was not served in time."""
    within = books.of_callers("within_target")[..., 0]
    return np.asarray(np.stack([within, _left(books)], axis=-1) * np.array(books.live)[:, None, None])


def _left(books: Books) -> Array:
    """Contacts that left the queue, one way or another."""
    return np.asarray(books.of_callers("served", "abandoned", "sent_away").sum(axis=-1))


def _late(books: Books) -> Array:
    """Finished after the promise, of served at steps that have one."""
    return books.of_contacts("late", "served", at=books.promised)


def _outcome(name: str, books: Books) -> Array:
    """One way to leave the queue, over all of them: a share that cannot leave 0..1 across a month's end."""
    return np.stack([books.of_callers(name)[..., 0], _left(books)], axis=-1)


def _first_walk(books: Books) -> Array:
    """Issues resolved in their first walk through the journey, and issues that walked it.

    A walk ends where it is resolved or when the journey's last step fails.
    """
    first, resolved = np.moveaxis(books.of_steps("first", "first_resolved"), -1, 0)
    ended = resolved.copy()
    for walk in books.walks:
        if walk:
            ended[:, :, walk[-1]] = first[:, :, walk[-1]]
    return books.by_journey(np.stack([resolved, ended], axis=-1))


def contacts(books: Books) -> Array:
    """Contacts that reached a team answering live, calls that we make left out, ``[replicate, month, segment]``."""
    arrived = books.of_contacts("arrived", at=books.step_channel != "phone_out")[..., 0]
    return np.asarray(arrived[:, :, list(books.live)].sum(axis=2))


def _contacts(books: Books) -> Array:
    return np.stack([contacts(books), books.people("months")[..., 0]], axis=-1)


def _self_service(books: Books) -> Array:
    return np.asarray((books.of_steps("arrived") * (books.step_team < 0)[..., None, None]).sum(axis=2))


def _failures(books: Books) -> Array:
    happened = books.failures("happened_back", "happened_front", "happened_usage").sum(axis=-1)
    return np.stack([happened, books.people("months")[..., 0]], axis=-1)


def _recovered(books: Books) -> Array:
    good_fast, good_slow, failed = np.moveaxis(books.failures("good_fast", "good_slow", "failed"), -1, 0)
    return np.stack([good_fast + good_slow, good_fast + good_slow + failed], axis=-1)


def _busy(books: Books) -> Array:
    """Minutes at work over minutes on shift; who finishes a contact after the shift is on shift until then."""
    busy, staffed = np.moveaxis(books.of_teams("busy_minutes", "staffed_minutes"), -1, 0)
    return np.stack([busy, np.maximum(busy, staffed)], axis=-1)


def _every_wait(books: Books) -> Array:
    """Minutes waited by all who left the queue, served or not or for another channel, and how many they are."""
    waited, moved = np.moveaxis(books.of_callers("all_wait_sum", "moved"), -1, 0)
    return np.stack([waited, _left(books) + moved], axis=-1)


kpi = partial(Kpi, group="service")
team = partial(kpi, axes=TEAM, cuts=TEAM_CUTS)
journey = partial(kpi, axes=JOURNEY, cuts=JOURNEY_CUTS)

WAIT = _of_callers("wait_sum", "served")
FIRST = _of_callers("first_resolved", "first")
ABANDONED, AWAY = partial(_outcome, "abandoned"), partial(_outcome, "sent_away")
SERVED = ("Of served contacts; where a rule passed one on, at all teams together; where one is called back, until that "
          "was promised. Calls that we make are left out.")
PROMISED = "Of served contacts at steps that promise a time; where a rule passed one on, at all teams together."
CAME = "As within_target, but of served, hung up and turned away together."
NOT_CALLED = ("Who was promised a call and not called before the team closed is counted, too; calls that we make are "
              "left out.")
OWN = "Of what customers came for; calls that we make are left out."
OURS = "Calls that we make are left out: nobody waits on the line for them."
LIVE = ("Contacts that reached teams answering live; what a rule passes to a back office is none any more, and calls "
        "that we make are none. Who was sent to another channel and came back has come twice.")
OFFERED = ("All who came, who hung up or was turned away among them; what a rule passed on counts where it went. Who "
           "was sent to another channel and came back has come twice.")
LEFT = "And who left the queue for another channel that a rule offered. Calls that we make are left out."
HISTOGRAM = "Of served contacts, but for calls that we make; read from a histogram with steps of about 18 %."
WALK = "Issues that no step resolved come back: they count against this share."

KPIS = (
    team("offered", "Contacts offered", "contacts", 0, _of_team("arrived"), amount, note=OFFERED),
    team("answered", "Contacts answered", "contacts", 0, _of_team("served"), amount),
    team("wait", "Mean wait", "min", -1, WAIT, share, note=SERVED),
    team("wait_p90", "Wait that 90 % do not exceed", "min", -1, lambda b: b.log.waits, _p90, note=HISTOGRAM),
    team("within_target", "Answered within target", "share", 1, _on_target, share, SHARE, note=SERVED),
    team("service_level", "Service level (in time, of all who came)", "share", 1, _in_time, share, SHARE, note=CAME),
    team("late", "Finished after the promise", "share", -1, _late, share, SHARE, note=PROMISED),
    team("abandonment", "Hung up while waiting", "share", -1, ABANDONED, share, SHARE, note=OURS),
    team("wait_all", "Mean wait, hung up and sent away included", "min", -1, _every_wait, share,
         note=LEFT),
    team("open", "Waiting or in work at the end", "contacts", -1, _of_team("open"), amount, last=True),
    team("sent_away", "Turned away (closed or full)", "share", -1, AWAY, share, SHARE, note=NOT_CALLED),
    team("first_contact", "First-contact resolution", "share", 1, FIRST, share, SHARE, note=OWN),
    journey("first_walk", "Resolved without coming back", "share", 1, _first_walk, share, SHARE, note=WALK),
    kpi("occupancy", "Occupancy", "share", 0, _busy, share, SHARE, axes=("team",), cuts=(("team",),)),
    kpi("contacts", "Live contacts", "contacts", 0, _contacts, amount, note=LIVE),
    kpi(
        "contacts_per_customer",
        "Live contacts per customer-year",
        "contacts/customer-year",
        -1,
        _contacts,
        per_year,
        note=LIVE,
    ),
    kpi("self_service", "Self-service tries", "contacts", 0, _self_service, amount),
    kpi("failures", "Failures per customer-year", "failures/customer-year", -1, _failures, per_year),
    kpi("recovered", "Complaints put right", "share", 1, _recovered, share, SHARE),
)
