"""The page on which a company is watched, on Mesa's own visualisation: play, pause, step and reset are Mesa's."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final

from cemsim.base.errors import CemsimError
from cemsim.engine.glass.watched import STEPS, Company, WatchedWorld

NEEDED: Final = ("altair", "solara", "solara_assets")
PLAY_EVERY: Final = 200
"""Milliseconds between two steps while it plays; the page has a slider for it."""
MOST_REPLICATES: Final = 20

Page: Any = None
"""What Solara's server looks for in this module; `server` puts it here."""


def installed() -> None:
    """Raise CemsimError where the packages of the page are missing."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise CemsimError("The page needs packages that are not installed: pip install 'cemsim[watch]'")


def server(company: Company, told: Callable[[WatchedWorld], str], port: int) -> Any:
    """A server of the page on this machine, started: it has ``base_url``, ``join`` and ``stop_serving``.

    ``told`` gives a world as HTML; each browser tab watches a world of its own.
    """
    global Page
    os.environ["SOLARA_APP"] = __name__
    os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] = "false"     # nothing is told to anybody
    os.environ["SOLARA_THEME_SHOW_BANNER"] = "false"
    os.environ["SOLARA_CHECK_HOOKS"] = "off"                     # Mesa's own components would be complained of
    warnings.filterwarnings("ignore", "Cookies with samesite")   # the page is on this machine only
    from solara.server.starlette import ServerStarlette

    Page = page(company, told)
    started = ServerStarlette(port, "127.0.0.1", log_level="warning")
    started.serve_threaded()
    started.wait_until_serving()
    return started


def page(company: Company, told: Callable[[WatchedWorld], str]) -> Any:
    """The page as a Solara component; the first world is lived to its start now, those of further tabs when opened."""
    import solara
    from mesa.visualization import SolaraViz
    from mesa.visualization.utils import update_counter

    ready = [WatchedWorld(company)]

    @solara.component
    def View(world: WatchedWorld) -> None:
        update_counter.get()                                     # drawn again after every step
        solara.HTML(tag="div", unsafe_innerHTML=told(world))

    @solara.component
    def Watch() -> None:
        world = solara.use_reactive(solara.use_memo(lambda: ready.pop() if ready else WatchedWorld(company), []))
        length = solara.use_reactive("hour")
        world.value.length = STEPS[length.value]
        solara.Title("cemsim watch")
        with solara.Sidebar(), solara.Card("One step is"):
            solara.ToggleButtonsSingle(length, values=list(STEPS), dense=True)
        replicate = {"type": "SliderInt", "label": "Replicate, from Reset on", "value": 0,
                     "min": 0, "max": MOST_REPLICATES - 1, "step": 1}
        View(world.value)
        SolaraViz(world, components=[], play_interval=PLAY_EVERY, name=company.plan.scenario.name,
                  model_params={"company": company, "replicate": replicate})

    return Watch
