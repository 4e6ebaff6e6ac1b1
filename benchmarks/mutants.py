"""Mistakes that somebody could make in the fast engine, one a row: what it is, where, and the words that change."""

from __future__ import annotations

from typing import Final, NamedTuple


class Mutant(NamedTuple):
    """A mistake: its name and meaning, the file under cemsim/engine, and what it turns into what."""

    name: str
    meaning: str
    file: str
    old: str
    new: str


MUTANTS: Final = (
    Mutant("comparison", "a threshold counts only once it is passed", "decide.py",
           'ask["edges"][edge] <= value', 'ask["edges"][edge] < value'),
    Mutant("unknown", "an unknown number is taken for a very small one", "decide.py",
           "np.uint64(value != _UNKNOWN)", "_ONE"),
    Mutant("hit", "first is taken for all, and all for first", "decide.py",
           '    if book.rulesets[s]["hit_all"]:', '    if not book.rulesets[s]["hit_all"]:'),
    Mutant("stream", "the draw of another stream says what is resolved", "fast/live.py",
           "uniform(keys[codes.RESOLVE], who, counter)", "uniform(keys[codes.HANDLING], who, counter)"),
    Mutant("tie", "patience that ends as a desk frees is over", "fast/live.py",
           "            if t_soon == now and (book", "            if t_soon == now and t_limit > now and (book"),
    Mutant("tie_of_arrivals", "of arrivals at one instant the new ones come first", "fast/live.py",
           "(t_after > now or event_order(ARRIVAL, newcomer.number) < after[FIRST].order)",
           "(t_after > now or after[FIRST].order >> KIND_SHIFT == ARRIVAL)"),
    Mutant("priority", "the last rank is served first", "fast/desks.py",
           "    rank = desk.foremost\n    while desk.head[at(rank)] < 0:\n        rank += 1\n    desk.foremost = rank",
           "    rank = desk.head.shape[0] - 1\n    while desk.head[at(rank)] < 0:\n        rank -= 1"),
    Mutant("rank", "a rule's first rank is not heard", "fast/ruled.py",
           "return errand.level if errand.level >= 0 else", "return errand.level if errand.level > 0 else"),
    Mutant("place_in_queue", "who gets another rank goes to its end", "fast/ruled.py",
           "join_in_order(desks[issue.team], issues, errands, slot, m.level)",
           "join(desks[issue.team], issues, slot, m.level)"),
    Mutant("passed_on", "what was passed on comes back to the team it came from", "fast/ruled.py",
           "return int(errand.passed_to)", "return int(tables.steps[issue.step].team)"),
    Mutant("deadline", "a deadline outlives its complaint", "fast/ruled.py",
           "issue.state == FREE or issue.state >= GONE or issue.number != (order & codes.NUMBER_BITS)",
           "issue.state >= GONE"),
    Mutant("overtime", "overtime lasts until the shift changes", "fast/reviewed.py",
           "desk.shift_at = min(desk.shift_at, send_home(desk, now))", "send_home(desk, now)"),
    Mutant("hour_of_review", "teams are reviewed an hour late", "fast/reviewed.py",
           "return counts[HOUR_NOW] * 60.0", "return (counts[HOUR_NOW] + 1) * 60.0"),
    Mutant("call_back", "a wait goes on being felt after a call-back was promised", "fast/ruled.py",
           "errand.called_back != 0:\n        until =", "errand.called_back < 0:\n        until ="),
    Mutant("cooldown", "rules do not rest", "ruling.py",
           "rest(rule, ruled, errand, desk, m, now + rule.time)", "rest(rule, ruled, errand, desk, m, now)"),
    Mutant("quiet", "who was quiet last month is not reviewed", "ruling.py",
           "return ruled.quiet == 0 or drifts != 0", "return ruled.quiet == 0"),
    Mutant("credit", "of two credits the smaller is given", "ruling.py",
           "if deed.much <= m.credit:", "if m.credit > 0.0 and deed.much >= m.credit:"),
    Mutant("acceptance", "who declines is called back", "ruling.py",
           "        if u < deed.much:\n            m.way_by", "        if u >= deed.much:\n            m.way_by"),
    Mutant("used", "an accepted channel is passed by like any other", "ruling.py",
           "return bool(errand.taken == issue.step and errand.routed == issue.attempt)", "return False"),
    Mutant("tried", "a channel is offered where it has not settled the matter", "ruling.py",
           "not errand.tried >> channel & 1 and", "True and"),
    Mutant("both_ways", "a call-back is promised to who goes to another channel", "ruling.py",
           "if m.route >= 0 or m.offer >= 0 or m.call_back > 0:", "if m.route >= 0 or m.call_back > 0:"),
    Mutant("pleased", "who is not served is pleased by a short wait", "../model/waiting.py",
           "return min(points + habit, 0.0) if unserved else points + habit", "return points + habit"),
    Mutant("hidden", "who gives up meets no failure", "mishap.py",
           "return how in (HUNG_UP, TURNED_AWAY) and again < 0.0", "return False"),
    Mutant("once", "a rule fires anew at each longer wait that is named", "ruling.py",
           "    if head.once < 0:\n        return able\n", "    if head.once < 64:\n        return able\n"),
    Mutant("new_wait", "what fired in an earlier wait does not fire in the next", "ruling.py",
           "    for s in range(MOST_WAITING):\n        errand.done[s] = 0\n", ""),
    Mutant("put_off", "a call that was not made is tried again in a quarter of an hour", "fast/onward.py",
           "later = opens_next(heads[issue.team], now)", "later = now + 15.0"),
    Mutant("safe", "a risk is taken to be small that is not", "facts.py",
           "steps_of(12.0 * ruled.hazard, 10000.0) <= lowest", "steps_of(ruled.hazard, 10000.0) <= lowest"),
    Mutant("year", "the chance of leaving this month is taken for a year's", "ties.py",
           "return others + (total - others) * (factors / 12.0 / now)", "return total"),
    Mutant("term", "a contract's last month is told as if there were none", "facts.py",
           "return int(ruled.contract) if ruled.contract > 0", "return int(ruled.contract) if ruled.contract > 1"),
    Mutant("signed", "rules do not hear of a contract that is signed on joining", "ties.py",
           "    known.contract = bond.contract\n", ""),
    Mutant("flags", "flags of the decision before still stand", "fast/asking.py",
           "    m.flags, m.matched = 0, 0\n", "    m.matched = 0\n"),
    Mutant("column", "contacts are counted instead of failures", "facts.py",
           "return since(ruled.failures, now, DAYS_30)", "return since(ruled.contacts, now, DAYS_30)"),
    Mutant("window", "spending of eleven months is taken for a year's", "facts.py",
           "        for k in range(12):\n            spent +=", "        for k in range(11):\n            spent +="),
    Mutant("hour", "the clock of rules is an hour fast", "facts.py",
           "= hour % 24,", "= (hour + 1) % 24,"),
    Mutant("relief", "a credit is not felt as a lower price", "fast/month_end.py",
           "credited = known[i].relief", "credited = 0.0 * known[i].relief"),
    Mutant("survey", "an answer in the survey is not remembered", "fast/month_end.py",
           "                known[i].reported = rating\n", ""),
)  # fmt: skip
