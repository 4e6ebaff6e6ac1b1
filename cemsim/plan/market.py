"""What an engine reads of who is tied to whom, what they tell each other, and a programme of referral."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cemsim.model.science import plain
from cemsim.model.talk import pull
from cemsim.plan import tables as t
from cemsim.scenario.schema.network import Network
from cemsim.scenario.schema.recipe import Scenario
from cemsim.scenario.ties import read_ties

KINDS: Final = {
    "mixed": t.MIXED, "ring": t.RING, "watts_strogatz": t.WATTS_STROGATZ, "preferential_attachment": t.ATTACHMENT,
    "file": t.TIE_FILE,
}  # fmt: skip


def network_of(scenario: Scenario) -> Network | None:
    """The network of a scenario; None where there is none or nobody talks."""
    return scenario.network if scenario.switches.word_of_mouth else None


def talk(w: Any, scenario: Scenario) -> None:
    """Fill the columns of WORLD that word of mouth reads."""
    w["word_scale"] = w["referred_hazard"] = w["referral_fades"] = 1.0
    network = network_of(scenario)
    if network is None:
        return
    x, brought = network.talk, network.referral
    w["network"], w["strong"], w["weak"], w["rewiring"] = (
        KINDS[network.kind], network.strong, network.weak, network.rewiring,
    )
    w["tell"], w["tell_above"], w["tell_below"] = x.rate, x.per_point, x.per_point * x.below
    w["well"], w["ill"], w["image_step"] = x.well, x.ill, x.image
    w["beta_strong"], w["beta_weak"], w["negative"] = x.strong, x.weak, x.negative
    w["word_share"] = np.nan if network.share is None else network.share
    w["refer"], w["referred_hazard"], w["referral_fades"] = brought.rate, brought.hazard, brought.fades


def edges(scenario: Scenario) -> NDArray[np.int32]:
    """Ties from a file, [tie, 3]: two people and whether it is weak; none where ties are drawn."""
    network = network_of(scenario)
    if network is None or network.file is None or network.kind != "file":
        return np.zeros((0, 3), np.int32)
    return np.array(read_ties(network.file, scenario.market.people), np.int32).reshape(-1, 3)


def settle_talk(w: Any) -> None:
    """What follows from the columns: hazards of being won, and of being put off, for each word heard (f4)."""
    for kind in ("strong", "weak"):
        chance, scale = float(w[f"beta_{kind}"]), float(w["word_scale"])
        w[f"{kind}_pull"] = plain(pull)(chance, scale)
        w[f"{kind}_harm"] = w["negative"] * chance * scale
