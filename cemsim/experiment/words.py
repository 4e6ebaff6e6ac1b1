"""Calibrating word of mouth: how much words bring, what advertising then has to bring, and the image they leave."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cemsim.base.errors import CemsimError
from cemsim.base.records import PEOPLE, column
from cemsim.engine.log import Log
from cemsim.model.experience import REFERENCE
from cemsim.plan.plan import Plan
from cemsim.plan.tables import NO_NETWORK

Floats = NDArray[np.float64]
#: Won without advertising; what words bring is taken as expected, which is less a matter of luck.
ELSEWHERE = ("persuaded", "joined_referral")


@dataclass
class Words:
    """One calibration's word of mouth: the stated ``share`` of new customers it brings (None: as the chances say).

    ``short`` is what was too many by segment when it was last asked, against what left.
    """

    share: float | None
    short: tuple[Floats, Floats] | None = field(default=None)

    @classmethod
    def of(cls, plan: Plan) -> Words | None:
        """That of a plan; None where nobody talks."""
        world = plan.before.world[0]
        share = float(world["word_share"])
        return None if world["network"] == NO_NETWORK else cls(None if np.isnan(share) else share)

    def others(self, constants: dict[str, Floats], outflow: Floats, seen: list[Log]) -> Floats:
        """Customers won otherwise than by advertising, by segment, while ``outflow`` leave, in the months ``seen``.

        Words are first scaled to their stated share.
        """
        found = {name: sum_of(seen, name) for name in ELSEWHERE}
        brought = float(found["persuaded"].sum())
        if self.share is not None and brought > 0.0:
            ratio = float(np.clip(self.share * float(outflow.sum()) / brought, 0.5, 2.0))
            constants["world.word_scale"] = np.asarray(constants["world.word_scale"] * ratio)
            found["persuaded"] = found["persuaded"] * ratio
        total = np.asarray(sum(found.values()), dtype=np.float64)
        self.short = (total, outflow) if brought > 0.0 or self.share is None else None
        return total

    def refuse_too_many(self, plan: Plan) -> None:
        """Raises CemsimError where words alone win more than leave, or win nobody although a share is stated."""
        where = f"{plan.scenario.path}: "
        if self.short is None:
            raise CemsimError(
                f"{where}nobody is won by word of mouth, so it cannot bring the stated share of customers "
                "(network.share). Write more ties, a higher score, or no share."
            )
        for name, brought, left in zip(plan.names.segments, *self.short, strict=True):
            if brought > left * 1.001:
                raise CemsimError(
                    f"{where}without any advertising, {brought:.0f} people a year would join the segment {name} by "
                    f"word of mouth and referral, and {left:.0f} leave: such a market cannot be in balance. Write "
                    "smaller chances under network.talk, fewer ties, or what share of customers words bring "
                    "(network.share)."
                )

    def settle_image(self, constants: dict[str, Floats], moments: Floats) -> None:
        """What words have made of the image, on average: the base starts there."""
        n = max(float(moments[0]), 1.0)
        constants["world.image_start"] = np.array(float(moments[7]) / n - REFERENCE - float(moments[1]) / n)


def sum_of(seen: list[Log], name: str) -> Floats:
    """A column of the people table over months, by segment."""
    return np.asarray(sum((log.people[0, :, column(PEOPLE, name)] for log in seen), np.zeros(1)), dtype=np.float64)
