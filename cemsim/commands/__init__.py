"""The command line. A command's module is imported only when it is called, so that help answers at once."""

from __future__ import annotations

import importlib
import sys
from typing import Final

import click

from cemsim import __version__

#: Where each command lives, and what it does in a line (shown by ``cemsim --help`` without importing it).
COMMANDS: Final = {
    "demo": ("cemsim.commands.demo:demo", "Compare the shipped mobile operator with four plans."),
    "compare": (
        "cemsim.commands.compare:compare",
        "Compare scenarios with their baseline and write a report.",
    ),
    "case": ("cemsim.commands.case:case", "Print the investment case of a plan; other prices need no new run."),
    "ledger": (
        "cemsim.commands.ledger:ledger",
        "Say customer by customer whom a plan saves, loses and wins, and what they are worth.",
    ),
    "why": ("cemsim.commands.why:why", "Say which part of a plan earns its difference, and by which path."),
    "run": ("cemsim.commands.run:run", "Simulate one scenario and print its measures."),
    "resume": ("cemsim.commands.resume:resume", "Go on with a run that was interrupted."),
    "verify": ("cemsim.commands.verify:verify", "Run results again and say whether they are identical."),
    "check": (
        "cemsim.commands.check:check",
        "Say what is wrong with scenario files, or list their assumptions.",
    ),
    "diff": ("cemsim.commands.diff:diff", "Say in sentences what differs between two scenarios."),
    "rules": ("cemsim.commands.rules:rules", "Test rules, tell them in plain sentences, and list what they may say."),
    "parity": (
        "cemsim.commands.parity:parity",
        "Compare the fast engine with the readable one, bit for bit.",
    ),
    "explain": (
        "cemsim.commands.explain:explain",
        "Tell one customer's story: what happened, what was felt, why they left.",
    ),
    "watch": ("cemsim.commands.watch:watch", "Open a page on which a company is seen living, step by step."),
    "risk": ("cemsim.commands.risk:risk", "Say how sure a plan's net present value is."),
    "sensitivity": (
        "cemsim.commands.sensitivity:sensitivity",
        "Say which assumptions a plan's worth hangs on, and where it turns.",
    ),
    "voi": ("cemsim.commands.voi:voi", "Say what it would be worth to know more before deciding."),
    "schema": ("cemsim.commands.schema:schema", "Print the JSON Schema of scenario files, for editors."),
}


class Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Names of all commands."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of a name, imported now."""
        if name not in COMMANDS:
            return None
        module, _, function = COMMANDS[name][0].partition(":")
        command = getattr(importlib.import_module(module), function)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As usual, but a misspelt name is answered with the nearest."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from cemsim.base.near import nearest

            context.fail(
                f'There is no command "{name}". Commands are: {", ".join(COMMANDS)}.{nearest(name, COMMANDS)}'
            )
        return super().resolve_command(context, args)


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="cemsim %(version)s")
def cemsim() -> None:
    """Simulate what a customer-experience plan does, before money is spent."""


def main() -> None:
    """Run the command line; what the user can mend is printed plainly and ends with exit code 2."""
    from cemsim.base.errors import CemsimError

    try:
        cemsim(prog_name="cemsim")
    except CemsimError as error:
        from cemsim.commands.show import problems

        problems(error.problems)
        sys.exit(2)
