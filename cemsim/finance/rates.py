"""What a row of payments is worth: present value, rates of return, payback, break-even.

Every function takes payments at even distances, the first of them now, and rates a year; ``periods`` is how
many payments make a year (12, unless said). Where a figure does not exist the answer is None (or an empty
tuple), never a guess.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

#: Intervals of the discount factor this small hold one rate of return (several at once, where roots coincide).
NARROW: Final = 1e-9
#: Discount factors nearer than this are one root: coinciding ones are known no better.
SAME: Final = 1e-6
#: Below this, nothing is left of what was paid; nearer to −100 % a rate has no digits that mean anything.
LOWEST: Final = -0.99
#: Sums below this share of what was added up are rounding.
ROUNDING: Final = 1e-13


def present_value(flows: Array, rate: float | Array, periods: int = 12) -> Array:
    """Value now of payments ``[..., period]``; the payment of period t is divided by (1 + rate)^(t / periods).

    ``rate``: a number, or an array that broadcasts against ``flows`` without its last axis (one rate a draw).

    >>> round(float(present_value(np.array([-1000.0, 200, 300, 400, 500]), 0.10, periods=1)), 2)
    71.78
    """
    flows = np.asarray(flows, float)
    factors = discounts(rate, flows.shape[-1], periods)
    return np.asarray((flows * factors).sum(axis=-1))


def discounts(rate: float | Array, count: int, periods: int = 12) -> Array:
    """Factors that bring ``count`` payments to now, ``[..., period]``.

    >>> discounts(0.21, 3, periods=2).round(6).tolist()
    [1.0, 0.909091, 0.826446]
    """
    each = 1.0 + np.asarray(rate, float)
    return np.asarray(each[..., None] ** (-np.arange(count) / periods))


def internal_rates(flows: Array, periods: int = 12) -> tuple[float, ...]:
    """All internal rates of return above −99 % a year, in rising order; empty where there is none.

    These are the real roots of the present value. They are isolated by Descartes' rule in Bernstein's basis,
    so none is missed whatever the number of changes of sign. Roots that coincide are given once.

    >>> [round(r, 5) for r in internal_rates(np.array([-1000.0, 200, 300, 400, 500]), periods=1)]
    [0.12826]
    >>> [round(r, 6) for r in internal_rates(np.array([-100.0, 230, -132]), periods=1)]
    [0.1, 0.2]
    >>> internal_rates(np.array([100.0, 200.0]))
    ()
    """
    paid = np.flatnonzero(flows)
    if len(paid) < 2:
        return ()
    row = np.asarray(flows, float)[paid[0] : paid[-1] + 1]
    row = row / np.abs(row).max()
    gains = _roots(row)  # rates of 0 and more: factors in (0, 1]
    losses = [1.0 / x for x in _roots(row[::-1]) if x < 1.0]  # the rest, by the mirrored row
    found = (float(x) ** -periods - 1.0 for x in _apart([*gains, *losses]))
    return tuple(sorted(rate for rate in found if rate > LOWEST))


def modified_rate(flows: Array, finance: float, reinvest: float, periods: int = 12) -> float | None:
    """Modified internal rate of return a year: receipts reinvested, outlays financed at stated rates.

    None without an outlay or without a receipt.

    >>> round(modified_rate(np.array([-1000.0, 200, 300, 400, 500]), 0.10, 0.10, periods=1), 5)
    0.11923
    """
    import numpy_financial

    def each(rate: float) -> float:
        return float((1.0 + rate) ** (1.0 / periods) - 1.0)

    found = float(numpy_financial.mirr(np.asarray(flows, float), each(finance), each(reinvest)))
    return None if np.isnan(found) else float((1.0 + found) ** periods - 1.0)


def payback(flows: Array) -> float | None:
    """Periods until what was paid out has come back for good, with the fraction of the last period.

    A row that goes below zero again is paid back only after the last time. 0 where nothing is ever owed,
    None where it does not come back. For the discounted payback, give discounted payments.

    >>> row = np.array([-1000.0, 200, 300, 400, 500])
    >>> payback(row), round(payback(row * discounts(0.10, 5, periods=1)), 2)
    (3.2, 3.79)
    """
    owed = np.cumsum(flows)
    below = np.flatnonzero(owed < -ROUNDING * np.abs(flows).sum())
    if len(below) == 0:
        return 0.0
    last = int(below[-1])
    if last == len(owed) - 1:
        return None
    return float(last + -owed[last] / flows[last + 1])


def return_on_investment(gain: float, cost: float) -> float | None:
    """Gain less cost, over cost, neither discounted; None where nothing is spent.

    >>> return_on_investment(1400.0, 1000.0)
    0.4
    """
    return (gain - cost) / cost if cost > 0 else None


def profitability(gain: float, cost: float) -> float | None:
    """Profitability index: present value of the gain over that of the cost; None where nothing is spent.

    >>> round(profitability(1071.78, 1000.0), 5)
    1.07178
    """
    return gain / cost if cost > 0 else None


def break_even(gain: float, cost: float) -> float | None:
    """Break-even effect: what the gain may be multiplied by until the net present value is 0.

    ``gain``, ``cost``: present values. Below 1, a plan pays even with so much less of an effect. Where both are
    negative (money saved, customers lost) it says how many times as bad the loss may get. None where gain and
    cost have different signs: no effect of the same kind makes it 0.

    >>> break_even(2000.0, 500.0)
    0.25
    """
    return cost / gain if gain * cost > 0 else None


def break_even_lift(cost: float, margin: float) -> float | None:
    """Share by which sales must rise until a reward on all sales pays: c / (g − c) (model.md 3g).

    ``cost``: of the reward, a share of sales (earn rate times one less breakage); ``margin``: share of sales.
    None where the reward costs more than the margin.

    >>> [round(100 * break_even_lift(c, g), 2) for c, g in ((0.008, 0.25), (0.05, 0.25), (0.008, 0.10))]
    [3.31, 25.0, 8.7]
    """
    return cost / (margin - cost) if margin > cost else None


def _roots(row: Array) -> list[float]:
    """Roots in (0, 1] of the polynomial with coefficients ``row``, lowest power first."""
    net = _bernstein(row)
    found: list[float] = []
    if abs(row.sum()) <= ROUNDING * np.abs(row).sum():
        found, net[-1] = [1.0], 0.0
    todo = [(0.0, 1.0, net)]
    while todo:
        low, high, net = todo.pop()
        changes = _changes(net)
        if changes == 0:
            continue
        middle = (low + high) / 2
        if changes == 1 and net[0] * net[-1] < 0:
            found.append(_crossing(row, low, high, (float(net[0]), float(net[-1]))))
        elif high - low < NARROW:
            found.append(middle)
        else:
            left, right = _halves(net)
            if abs(right[0]) <= ROUNDING * np.polyval(np.abs(row[::-1]), middle):  # a root, to the last digits
                found.append(middle)
                left[-1] = right[0] = 0.0
            todo += [(low, middle, left), (middle, high, right)]
    return _apart(found)


def _apart(found: list[float]) -> list[float]:
    """In rising order, each root once."""
    found = sorted(found)
    return [x for i, x in enumerate(found) if i == 0 or x - found[i - 1] > SAME]


def _bernstein(row: Array) -> Array:
    """Coefficients on [0, 1] in Bernstein's basis: b[j] = sum over i <= j of C(j, i) / C(n, i) row[i]."""
    n = len(row) - 1
    shares = np.cumprod([1.0, *((i + 1) / (n - i) for i in range(n))])  # 1 / C(n, i)
    out = np.asarray(row * shares)
    for level in range(1, n + 1):  # repeated sums make the binomials C(j, i)
        out[level:] = out[level:] + out[level - 1 : -1]
    return out


def _halves(net: Array) -> tuple[Array, Array]:
    """De Casteljau: the coefficients of the two halves of the interval."""
    left, right = np.empty_like(net), np.empty_like(net)
    row = net
    for i in range(len(net)):
        left[i], right[-1 - i] = row[0], row[-1]
        row = (row[1:] + row[:-1]) / 2
    return left, right


def _changes(net: Array) -> int:
    signs = np.sign(net[net != 0.0])
    return int((signs[1:] != signs[:-1]).sum())


def _crossing(row: Array, low: float, high: float, ends: tuple[float, float]) -> float:
    """The one root between two ends, at which the polynomial has the values ``ends`` of different signs."""
    from scipy.optimize import brentq

    known = {low: ends[0], high: ends[1]}  # evaluated anew, a value near 0 could come out with the other sign

    def value(x: float) -> Any:
        return known.get(x, np.polyval(row[::-1], x))

    return float(brentq(value, low, high, xtol=1e-15, rtol=8.9e-16))
