"""``cemsim watch``: a page on which a company is seen living, step by step."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from pathlib import Path

import click

from cemsim.commands.simulate import family


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--customers", type=click.IntRange(1, 100_000), default=2_000, show_default=True,
              help="Cut the company to about so many customers: the glass engine is slow.")
@click.option("--port", type=click.IntRange(0, 65_535), default=0,
              help="Port of the page on this machine; without it, one that is free.")
@click.option("--no-browser", is_flag=True, help="Only say where the page is.")
def watch(file: Path, customers: int, port: int, no_browser: bool) -> None:
    """Open a page on which FILE's company lives: queues, teams, satisfaction, leavers, rules. Ctrl-C ends it."""
    from cemsim.engine.glass.page import installed, server
    from cemsim.engine.glass.watched import Company
    from cemsim.experiment.constants import constants_of
    from cemsim.experiment.cut import cut
    from cemsim.plan.compile import plan
    from cemsim.report.live import told

    installed()
    scenarios = family([file])
    free(port)
    constants = constants_of(plan(scenarios[0]), lambda what, share: None)
    base = plan(cut(scenarios[0], customers))
    ours = base if len(scenarios) == 1 else plan(cut(scenarios[1], customers), base)
    whole = sum(segment.customers for segment in scenarios[-1].segments.values())
    running = server(Company(ours, constants, 1, whole), told, port)
    click.echo(f"The page is at {running.base_url}  Ctrl-C ends it.")
    if not no_browser:
        webbrowser.open(running.base_url)
    try:
        while running.is_alive():
            running.join(1.0)
    except KeyboardInterrupt:
        leave(running.stop_serving)


def leave(stop: Callable[[], None]) -> None:
    """End the server and the process: a page that is still open may hold the server up, and nothing would be lost."""
    import logging
    import os
    import sys
    import threading

    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)    # else it tells of its own end as an error
    ending = threading.Thread(target=stop, daemon=True)
    ending.start()
    ending.join(5.0)
    sys.stdout.flush()
    os._exit(0)


def free(port: int) -> None:
    """Raise CemsimError where a port cannot be had."""
    import socket

    from cemsim.base.errors import CemsimError

    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            raise CemsimError(
                f"Port {port} cannot be had ({error.strerror}). Name another one with --port, or leave it out."
            ) from None
