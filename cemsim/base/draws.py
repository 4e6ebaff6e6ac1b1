"""A draw is a function of what the decision is, never of how many draws came before.

``uniform(key, person, counter)`` hashes a world's stream key, a person and a packed description of the
decision to one number in (0, 1). One more contact, customer or worker therefore shifts nobody else's draws.
The mixing step is Stafford's variant 13 of the 64-bit finaliser used by SplitMix (Steele, Lea & Flood 2014).
"""

from __future__ import annotations

from enum import IntEnum
from math import exp, log, sqrt
from typing import Any

import numpy as np

from cemsim.base.compiled import inlined, kept

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_ODD = np.uint64(0xD1B54A32D192ED03)


class Stream(IntEnum):
    """What a draw decides; each stream is independent of all others."""

    HAZARD = 0
    MATCH = 1
    TENURE = 2
    SEGMENT = 3
    ORIGIN = 4
    WALLET = 5
    NEED = 6
    USE_STEP = 7
    LAG = 8
    PATIENCE = 9
    HANDLING = 10
    RESOLVE = 11
    ESCALATE = 12
    REPEAT_LAG = 13
    REDIAL = 14
    REDIAL_LAG = 15
    FAIL = 16
    SEVERITY = 18
    VOICE = 19
    VOICE_LAG = 20
    RECOVER = 21
    NOISE = 22
    LEAVE = 28
    CAUSE = 29
    JOIN = 30
    ASKED = 31
    SCORE = 32
    STYLE = 33
    REPLY = 34
    RATING = 35
    DAY = 36
    TRACE = 37
    TRIP_RATE = 38
    TRIPS = 39
    BASKET = 40
    RIVAL = 41
    ACCEPT = 42
    CALL = 43
    HOUR = 44
    OPT_OUT = 45
    CONTRACT = 46
    PRODUCTS = 47
    SAVE = 48
    WIN_BACK = 49
    ENROL = 50
    TRIP_TIME = 51
    MORE_TRIPS = 52
    MORE_BASKET = 53
    REDEEM = 54
    SEND = 55
    VISIT = 59
    QUIT = 60
    HIRE = 61
    STAFF = 62
    FOLLOW_UP = 63
    TIE = 70
    SEAT = 71
    TELL = 72
    HEAR = 73
    BRING = 74


#: NOISE takes one stream an attribute: NOISE + 0 .. NOISE + 5.
STREAMS = 80


@inlined
def mix(z: Any) -> Any:
    """Scramble 64 bits so that each input bit moves every output bit."""
    z = np.uint64(z)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@inlined
def uniform(key: int, person: int, counter: int) -> float:
    """One number in (0, 1) for a decision of a person; the same arguments give the same number for ever.

    ``key`` is one entry of :func:`stream_keys`; ``counter`` is packed by :func:`decision`.
    """
    z = mix(np.uint64(key) + np.uint64(person) * _GOLDEN)
    z = mix(z + np.uint64(counter) * _ODD)
    return (float(z >> np.uint64(12)) + 0.5) * (1.0 / 4503599627370496.0)


@kept
def decision(month: int, journey: int, need: int, attempt: int, step: int) -> int:
    """Pack what a decision is about: month 9 bits, journey 6, need 11, attempt 6, step 8."""
    return (((month * 64 + journey) * 2048 + need) * 64 + attempt) * 256 + step


def stream_keys(seed: int, replicate: int) -> np.ndarray:
    """Keys of all streams of one world.

    Returns an array of ``STREAMS`` unsigned 64-bit keys.

    >>> keys = stream_keys(1, 0)
    >>> bool(uniform(keys[Stream.LEAVE], 5, 7) == uniform(stream_keys(1, 0)[Stream.LEAVE], 5, 7))
    True
    """
    mask = (1 << 64) - 1
    plain: Any = mix
    scramble = plain.py_func                     # a few calls: not worth compiling in every process
    start = (seed * 0x9E3779B97F4A7C15 + replicate * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & mask
    with np.errstate(over="ignore"):
        world = int(scramble(np.uint64(int(scramble(np.uint64(start))) ^ (replicate & mask))))
        return np.array(
            [int(scramble(np.uint64((world + (s + 1) * 0xA0761D6478BD642F) & mask))) for s in range(STREAMS)],
            dtype=np.uint64,
        )


_ROOT_HALF = np.float64(sqrt(0.5)).view(np.int64)
_LN2 = log(2.0)


@inlined
def ln(x: float) -> float:
    """Natural logarithm of a normal positive number, to two units in the last place.

    Without a branch, a table or a call: the compiler makes eight side by side in the time of one of the C library.
    A number is a power of two times m, and ln m = 2 artanh s with s = (m - 1) / (m + 1), whose series is cut where it
    no longer counts.

    >>> round(ln(10.0), 14)
    2.30258509299405
    """
    bits: Any = np.float64(x).view(np.int64)
    doublings = (bits - _ROOT_HALF) >> 52
    m: Any = np.int64(bits - (doublings << 52)).view(np.float64)       # between the roots of a half and of two
    f = m - 1.0
    s = f / (m + 1.0)
    z = s * s
    w = z * z
    odd = 2 / 3 + w * (2 / 7 + w * (2 / 11 + w * (2 / 15 + w * (2 / 19))))
    even = 2 / 5 + w * (2 / 9 + w * (2 / 13 + w * (2 / 17 + w * (2 / 21))))
    return float(doublings) * _LN2 + (f - s * (f - z * (odd + z * even)))


@inlined
def exponential(u: float) -> float:
    """Exponential quantile, of mean 1, of ``u`` in (0, 1).

    >>> round(exponential(0.5), 6)
    0.693147
    """
    return -ln(1.0 - u)


@kept
def normal(u: float) -> float:
    """Standard normal quantile of ``u`` in (0, 1), to about 1e-16 relative.

    Source: Wichura 1988, Algorithm AS 241 (PPND16), Applied Statistics 37(3).

    >>> round(normal(0.975), 6)
    1.959964
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = ((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                  + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
               + 133.14166789178437745) * r + 3.387132872796366608
        low = ((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                  + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
               + 42.313330701600911252) * r + 1.0
        return q * top / low
    r = u if q < 0.0 else 1.0 - u
    r = sqrt(-log(r))
    if r <= 5.0:
        r -= 1.6
        top = ((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                  + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
               + 4.6303378461565452959) * r + 1.42343711074968357734
        low = ((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r
                   + 0.0151986665636164571966) * r + 0.14810397642748007459) * r
                 + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0
    else:
        r -= 5.0
        top = ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
                   + 0.0012426609473880784386) * r + 0.026532189526576123093) * r
                 + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r \
            + 6.6579046435011037772
        low = ((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r
                   + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r
                 + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
               + 0.59983220655588793769) * r + 1.0
    return -top / low if q < 0.0 else top / low


@kept
def poisson(u: float, mean: float) -> int:
    """Poisson count with the given mean by inversion of one uniform; meant for small means.

    >>> poisson(0.5, 1.0)
    1
    """
    p = exp(-mean)
    total = p
    n = 0
    while u > total and n < 10_000:
        n += 1
        p *= mean / n
        total += p
        if p < 1e-300:
            break
    return n
