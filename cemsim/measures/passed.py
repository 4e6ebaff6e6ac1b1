"""What becomes of contacts that rules call back, or pass to another team, and of calls that we make."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from cemsim.measures.books import Array, Books
from cemsim.measures.kpi import SHARE, Kpi, amount, share
from cemsim.measures.service import TEAM, TEAM_CUTS


def _contacts(*names: str) -> Callable[[Books], Array]:
    return lambda books: books.of_contacts(*names)


def _made(books: Books) -> Array:
    """Call-backs made, and those made or never to be made; who still waits for one is not decided."""
    made, not_made = np.moveaxis(books.of_contacts("called", "not_called"), -1, 0)
    return np.stack([made, made + not_made], axis=-1)


def _until_answered(books: Books) -> Array:
    """Minutes from joining a queue to the first word, on the line and off it, and contacts answered."""
    on_line, off_line, served = np.moveaxis(books.of_callers("wait_sum", "call_wait", "served"), -1, 0)
    return np.stack([on_line + off_line, served], axis=-1)


def _made_out(*names: str) -> Callable[[Books], Array]:
    """Columns of the calls that teams make which answer live."""
    return lambda books: np.asarray(
        books.of_contacts(*names, at=books.step_channel == "phone_out") * np.array(books.live)[:, None, None])


def _passed(books: Books) -> Array:
    """Contacts by the team that took them from the step's own one."""
    passed = books.by_taker("arrived")[1]
    found = np.zeros((*passed.shape[:2], len(books.teams), len(books.segments), 1))
    found[:, :, list(books.takers)] = passed.sum(axis=3)
    return found


team = partial(Kpi, group="rules", axes=TEAM, cuts=((), *TEAM_CUTS))
CALLED: Final = "By rules; the wait on the line ends with the promise, and is counted in the waits."
CLOSED: Final = "The others were not called before the team closed, and count as turned away."
MADE: Final = "By teams that answer live; nobody waits on the line for them, and they are in no other wait."
ANSWERED: Final = "Of served contacts; equal to the mean wait where nobody is called back."
TAKER: Final = "By the team that took them. They are that team's contacts in all that is told of teams."

KPIS = (
    team("call_backs", "Call-backs promised", "contacts", 0, _contacts("promised"), amount, note=CALLED),
    team("call_back_wait", "From the promise to the call-back", "min", -1, _contacts("call_wait", "called"), share),
    team("until_answered", "Mean time until answered, on and off the line", "min", -1, _until_answered, share,
         note=ANSWERED),
    team("call_backs_made", "Call-backs made, of those promised", "share", 1, _made, share, SHARE, note=CLOSED),
    team("calls_made", "Calls that we made", "contacts", 0, _made_out("served"), amount, group="service",
         note=MADE),
    team("calls_made_after", "From when a call of ours was due until it was made", "min", -1,
         _made_out("wait_sum", "served"), share, group="service"),
    team("passed", "Contacts that rules passed to another team", "contacts", 0, _passed, amount, note=TAKER),
)


def _calls_back(books: Books) -> bool:
    return bool(books.of_steps("promised").any())


def _calls_out(books: Books) -> bool:
    return bool(_made_out("arrived")(books).any())


#: Measures that say something only where rules order this.
NEEDS: Final[dict[str, Callable[[Books], bool]]] = {
    "call_backs": _calls_back, "call_back_wait": _calls_back, "until_answered": _calls_back,
    "call_backs_made": _calls_back, "calls_made": _calls_out, "calls_made_after": _calls_out,
    "passed": lambda books: bool(books.takers),
}  # fmt: skip
