"""``cemsim explain``: one customer's story in words, month by month, and where a plan makes it another one."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cemsim.base.errors import CemsimError
from cemsim.commands.simulate import Meter
from cemsim.scenario import Scenario, load

if TYPE_CHECKING:
    from cemsim.engine.glass.story import Life, Lived

LONGEST = 24
PICTURES = (".svg", ".png")
ITEM = "  - "
KEPT = "\N{NO-BREAK SPACE}"
#: The space between a number and its unit, where no line is broken.
BETWEEN = re.compile(r"(?<=\d) (?=%|(?:s|min|h|days)\b)")


class Number(click.IntRange):
    """A person's number; what is none is answered with what to write."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        try:
            int(value)
        except ValueError:
            self.fail(f'"{value}" is no number: write one in digits, such as --customer 5.', param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--customer", type=Number(0), default=None, help="Number of the person, 0 the first.")
@click.option("--pick", "kind", type=click.Choice(["lost", "saved", "angry", "rescued"]), default=None,
              help="Find somebody instead: lost (left), saved (leaves in FILE, stays with --against), angry (felt the "
                   "worst contact), rescued (had a failure, was recovered well, stayed).")
@click.option("--fired", "rule", default=None, metavar="RULE",
              help="Find somebody for whom this rule of FILE, or of --against, fired instead.")
@click.option("--against", type=click.Path(path_type=Path), default=None,
              help="A patch of the same baseline: tell the same customer's life in it too, and where the lives part.")
@click.option("--plot", type=click.Path(path_type=Path), default=None, help="Also draw it: a .svg or .png file.")
@click.option("--customers", type=click.IntRange(1, 1_000_000), default=2_000, show_default=True,
              help="Cut the company to about so many customers: the glass engine is slow. In its full size the persons "
                   "are those of run and compare, as --events numbers them; that takes minutes.")
@click.option("--months", type=click.IntRange(1, 240), default=None,
              help=f"Months of the horizon to tell; default all, at most {LONGEST}.")
@click.option("--replicate", "-r", type=click.IntRange(0, 100_000), default=0, show_default=True,
              help="Which repetition, 0 the first.")
@click.option("--seed", type=click.IntRange(0, 2**62), default=1, show_default=True,
              help="Start of all random draws; the same seed gives the same life.")
@click.option("--quiet", "-q", is_flag=True, help="No progress line.")
def explain(
    file: Path, customer: int | None, kind: str | None, rule: str | None, against: Path | None, plot: Path | None,
    customers: int, months: int | None, replicate: int, seed: int, quiet: bool,
) -> None:  # fmt: skip
    """Tell one customer's story in FILE: what happened, what was expected and felt, and why the customer left."""
    if sum(each is not None for each in (customer, kind, rule)) != 1:
        raise CemsimError("Choose one, to say whose story: --customer NUMBER, --pick lost, saved, angry or rescued, or "
                          "--fired RULE.")
    if kind == "saved" and against is None:
        raise CemsimError("A customer is saved by a plan: write --against with its file.")
    if plot is not None and plot.suffix.lower() not in PICTURES:
        raise CemsimError(f'"{plot}" is not a picture that can be drawn; write a name that ends in .svg or .png.')
    if plot is not None and not plot.parent.is_dir():
        raise CemsimError(f'There is no folder "{plot.parent}" for the picture; make it, or write --plot with another.')
    scenarios = [load(file)] + ([load(against)] if against is not None else [])
    baseline = _baseline(scenarios)
    lasts = min(s.horizon for s in scenarios)
    if months is not None and months > lasts:
        raise CemsimError(f"The horizon has {lasts} months; {months} cannot be told. Write --months {lasts} or less.")

    from cemsim.engine.glass.chapters import beginning
    from cemsim.engine.glass.picks import chosen, chosen_for, pick, pick_fired, rule_of
    from cemsim.experiment.cut import cut

    fired = None if rule is None else rule_of(rule, scenarios)
    told = min(lasts, LONGEST) if months is None else months
    small = [cut(s, customers) for s in scenarios]
    with Meter(quiet) as meter:
        lived = _lives(baseline, small, cut(baseline, customers), told, seed, replicate, customer, meter)
    who = customer
    if who is None:
        who = pick(str(kind), *lived) if fired is None else pick_fired(*fired[1:], lived[fired[0]])
    lives = [each.life(who) for each in lived]
    names = [s.name for s in scenarios]
    width = max(60, min(shutil.get_terminal_size((100, 24)).columns, 180))
    title = f"{names[0]}, person {who}" + (f", against {names[1]}" if len(names) > 1 else "")
    click.echo(click.style(title, bold=True))
    _write(f"Seed {seed}, replicate {replicate}, months 0 to {told - 1} of {lasts}. {_cut(scenarios, small)}", width)
    for name, each in zip(names, lived, strict=True):
        if each.plan.scenario.investment is not None:
            _write(f"{name} begins to change the company in month {each.plan.starts}.", width)
    if fired is not None:
        _write(f"Picked: {chosen_for(*fired[1:], lives[fired[0]])}", width)
    if kind is not None:
        _write(f"Picked ({kind}): {chosen(kind, *lives[: 2 if kind == 'saved' else 1])}", width)
    _write(beginning(lives[0]), width)
    _tell(lives, names, width)
    if plot is not None:
        from cemsim.report.figures.life import draw

        draw(plot, lives, names)
        click.echo(f"Picture: {plot}")


def _baseline(scenarios: Sequence[Scenario]) -> Scenario:
    """The baseline that all scenarios share; an error where they do not, or where they are the same file."""
    roots = [(s.based_on[-1] if s.based_on else s.path).resolve() for s in scenarios]
    for s, root in zip(scenarios[1:], roots[1:], strict=True):
        if s.path.resolve() == scenarios[0].path.resolve():
            raise CemsimError(f"{s.path} is named twice; --against needs another scenario.")
        if root != roots[0]:
            raise CemsimError(f"{s.path} and {scenarios[0].path} have different baselines, and so no customers in "
                              f"common. Name scenarios that are based on {roots[0].name}.")
    for s in scenarios:
        if s.own_baseline and len(scenarios) > 1:
            raise CemsimError(f"{s.path} has a baseline of its own (own_baseline: true): its customers are others.")
    first = scenarios[0]
    return load(first.based_on[-1]) if first.based_on and not first.own_baseline else first


def _lives(
    baseline: Scenario, scenarios: Sequence[Scenario], small: Scenario, months: int, seed: int, replicate: int,
    customer: int | None, meter: Meter,
) -> list[Lived]:
    """Live each scenario; constants are those of the baseline in full size."""
    from cemsim.engine.glass.story import live
    from cemsim.experiment.constants import constants_of
    from cemsim.plan.compile import plan

    base = plan(small)
    people = int(base.before.world["people"][0])
    if customer is not None and customer >= people:
        raise CemsimError(
            f"There is no person {customer}: the cut company's market has the persons 0 to {people - 1}, of whom the "
            f"first {sum(s.customers for s in small.segments.values())} begin as customers."
        )
    constants = constants_of(plan(baseline), meter.tell)
    found = []
    for s in scenarios:
        ours = base if s.path == small.path else plan(s, base)
        found.append(live(ours, constants, months, small.burn_in, seed, replicate, customer,
                          lambda share, name=s.name: meter.tell(f"living {name}", share)))  # type: ignore[misc]
    return found


def _cut(full: Sequence[Scenario], small: Sequence[Scenario]) -> str:
    """How the company was cut, in a sentence; nothing where it was not."""
    have = sum(s.customers for s in small[0].segments.values())
    all_of = sum(s.customers for s in full[0].segments.values())
    if have == all_of:
        return f"The company has its full size of {have:,} customers."
    parts = []
    for team in dict.fromkeys(name for s in small for name in s.teams):
        sizes = [(s.teams[team].on_shift, f.teams[team].on_shift) for s, f in zip(small, full, strict=True)
                 if team in s.teams and s.teams[team].on_shift is not None]
        if sizes:
            parts.append(f"{team.replace('_', ' ')} " + " and ".join(dict.fromkeys(f"{a} for {b}" for a, b in sizes)))
    staff = f" (people on shift: {'; '.join(parts)})" if parts else ""
    return (f"The company is cut to {have:,} of {all_of:,} customers, market and staff in proportion, staff rounded "
            f"up{staff}: its waits are not those of the full company, nor are its persons. Write --customers {all_of} "
            "for these, and wait some minutes.")


def _tell(lives: Sequence[Life], names: Sequence[str], width: int) -> None:
    """The story, chapter by chapter: once while the lives are the same, then side by side."""
    from cemsim.engine.glass.chapters import chapters, ending
    from cemsim.engine.glass.reasons import why

    apart = lives[0].lived.months
    moment: list[str] = []
    if len(lives) == 2:
        from cemsim.engine.glass.parting import parted, parting

        moment = parted(lives[0], lives[1], (names[0], names[1]))
        found = parting(lives[0], lives[1])
        if found is not None:
            apart = lives[0].month_of(found.first)
    for both in chapters(lives):
        if both[0].last >= apart and moment:
            click.echo("\n" + click.style("Here the lives part", bold=True))
            for sentence in moment:
                _write(sentence, width)
            moment = []
        same = len(both) == 1 or both[0].paragraphs == both[1].paragraphs
        alike = " (the same in both lives)" if same and both[0].last >= apart else ""
        click.echo("\n" + click.style(both[0].title + alike, bold=True))
        if same:
            for paragraph in both[0].paragraphs:
                _write(paragraph, width)
        else:
            _beside([b.paragraphs for b in both], names, width)
    click.echo("\n" + click.style("In the end", bold=True))
    for sentence in moment:
        _write(sentence, width)
    for name, life in zip(names, lives, strict=True):
        _write(f"{name}: {ending(life)}", width)
        if because := why(life):
            _write(because, width)


def _write(text: str, width: int) -> None:
    for line in _lines(text, width - 2):
        click.echo(f"  {line}")


def _lines(paragraph: str, width: int) -> list[str]:
    """A paragraph's lines: its own ones after the first are indented."""
    return [line for part in _parts(paragraph) for line in _wrapped(part, width)]


def _parts(paragraph: str) -> list[str]:
    """A paragraph's own lines, those after the first as items of a list."""
    first, *more = BETWEEN.sub(KEPT, paragraph).split("\n")
    return [first, *(f"{ITEM}{line}" for line in more)]


def _wrapped(part: str, width: int) -> list[str]:
    """A part of a paragraph in lines of a width."""
    rest = " " * len(ITEM) if part.startswith(ITEM) else "  "
    found = textwrap.wrap(part, width, subsequent_indent=rest, break_on_hyphens=False)
    return [line.replace(KEPT, " ") for line in found]


def _beside(both: Sequence[Sequence[str]], names: Sequence[str], width: int) -> None:
    """Paragraphs of two lives: what both tell is written once, what differs in two columns, line by line."""
    half = (width - 5) // 2
    one, other = ([line for text in paragraphs or ("Nothing.",) for line in _parts(text)] for paragraphs in both)
    heads = [[name[:half], "-" * min(len(name), half)] for name in names]
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            for part in one[a:b]:
                for line in _wrapped(part, width - 2):
                    click.echo(f"  {line}")
            continue
        sides = [[line for part in parts for line in _wrapped(part, half)] for parts in (one[a:b], other[c:d])]
        for left, right in zip_longest(*([*h, *s] for h, s in zip(heads, sides, strict=True)), fillvalue=""):
            click.echo(f"  {left:<{half}} | {right}".rstrip())
        heads = [[], []]                                         # columns are named where they are met first
