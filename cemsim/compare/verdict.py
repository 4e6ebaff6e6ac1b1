"""From an interval to a word: better, worse, or not distinguishable at this precision."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf, isnan
from typing import Literal

from cemsim.base.language import say
from cemsim.compare.interval import MANY, Interval, replicates_needed

Word = Literal["better", "worse", "higher", "lower", "negligible", "identical", "unclear", "single", "none"]


@dataclass(frozen=True)
class Verdict:
    """What a difference says. ``more``: replicates still missing to tell, where ``word`` is unclear.

    better, worse; higher, lower (a measure that is neither good nor bad); negligible (the whole interval lies where
    a difference does not matter); identical (every pair equal); unclear (the interval holds 0, and differences that
    would matter); single (one replicate, no interval); none (nothing to compare).
    """

    word: Word
    more: float = 0.0

    @property
    def text(self) -> str:
        """The verdict in words.

        >>> Verdict("unclear", 12).text
        'not distinguishable at this precision (if the difference is as seen, 12 more replicates would tell)'
        """
        match self.word:
            case "unclear":
                return say("not distinguishable at this precision ({cure})", cure=self.cure)
            case "single":
                return say("one replicate: no interval")
            case "none":
                return say("nothing to compare")
            case "negligible":
                return say("no difference that matters")
            case word:
                return say(word)

    @property
    def brief(self) -> str:
        """The verdict in a word or two, for a table.

        >>> Verdict("unclear", 12).brief
        'not distinguishable (12 more replicates)'
        """
        match self.word:
            case "none":
                return ""
            case "single":
                return say("no interval")
            case "negligible":
                return say("no difference that matters")
            case word if word != "unclear":
                return say(word)
        if self.more <= 1:
            return say("not distinguishable (1 more replicate)")
        if self.more <= MANY:
            return say("not distinguishable ({count} more replicates)", count=f"{self.more:,.0f}")
        return say("not distinguishable (over {count} more replicates)", count=f"{MANY:,}")

    @property
    def cure(self) -> str:
        """How many more replicates would tell, in words; empty when the verdict is clear."""
        if self.word != "unclear":
            return ""
        if isinf(self.more):
            return say("the mean difference is 0: no number of replicates would tell")
        if self.more > MANY:
            return say("more than {count} replicates would be needed to tell so small a difference", count=f"{MANY:,}")
        if self.more <= 1:
            return say("if the difference is as seen, 1 more replicate would tell")
        return say("if the difference is as seen, {count} more replicates would tell", count=f"{self.more:,.0f}")


def judge(gap: Interval, good: int, margin: float = 0.0) -> Verdict:
    """The verdict on a paired difference.

    ``good``: the measure's good direction. ``margin``: differences up to it, either way, matter to nobody.

    >>> judge(Interval(0.3, 0.2, 0.4, 0.1, 10), 1).word, judge(Interval(0.3, 0.2, 0.4, 0.1, 10), 1, 0.5).word
    ('better', 'negligible')
    """
    if isnan(gap.mean):
        return Verdict("none")
    if gap.n == 1:
        return Verdict("single")
    if gap.mean == 0 and gap.sd == 0:
        return Verdict("identical")
    if max(abs(gap.low), abs(gap.high)) < margin:
        return Verdict("negligible")
    if gap.low <= 0 <= gap.high:
        # told is also, often sooner, that what is seen does not matter
        inside = replicates_needed(margin - abs(gap.mean), gap.sd) if abs(gap.mean) < margin else inf
        needed = min(replicates_needed(gap.mean, gap.sd), inside)
        # never "0 more": a difference at the edge of the interval is told by a few more, not by none
        return Verdict("unclear", max(1.0, needed - gap.n))
    if good == 0:
        return Verdict("higher" if gap.mean > 0 else "lower")
    return Verdict("better" if gap.mean * good > 0 else "worse")
