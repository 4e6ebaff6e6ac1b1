"""The whole of a scenario: what may be written (Recipe) and what is loaded (Scenario)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from cemsim.base.errors import Remark
from cemsim.base.text import Text
from cemsim.rules.form import Ruleset
from cemsim.scenario.quantity import Flag, Number, WholeMonths, Word, about, wrong
from cemsim.scenario.schema.campaigns import Campaign
from cemsim.scenario.schema.events import Event
from cemsim.scenario.schema.failures import Failures
from cemsim.scenario.schema.finance import Finance, Investment
from cemsim.scenario.schema.improvement import Improvement
from cemsim.scenario.schema.journey import Journey
from cemsim.scenario.schema.market import NORM, Levels, Market, Observed, Price
from cemsim.scenario.schema.maturity import Maturity
from cemsim.scenario.schema.model import Model
from cemsim.scenario.schema.network import Ties
from cemsim.scenario.schema.noun import Noun
from cemsim.scenario.schema.rules import Packs
from cemsim.scenario.schema.schemes import Scheme
from cemsim.scenario.schema.segment import Segment
from cemsim.scenario.schema.survey import Causes, Survey
from cemsim.scenario.schema.switches import Switches
from cemsim.scenario.schema.team import Team


def _version(value: Any) -> Any:
    if str(value) != "1":
        raise wrong(f'"{value}" is not a version of this language.', "Write cemsim: 1")
    return 1


def _sentence(value: Any) -> Text:
    """A sentence that knows where it was written."""
    if not isinstance(value, str):
        raise wrong("A sentence is needed here.", 'Write "nps stays between 10 and 30".')
    return value if isinstance(value, Text) else Text(value, "", 0)


Sentence = Annotated[Text, PlainValidator(_sentence), WithJsonSchema({"type": "string"})]


class Recipe(Noun):
    """Everything that a scenario file may say."""

    cemsim: Annotated[Literal[1], BeforeValidator(_version)] = about(
        1, "version of the language", role="world"
    )
    name: Word = about(..., "name, for tables and figures")
    question: Word = about("", "the question this scenario answers, in a sentence")
    currency: Word = about("USD", "currency of all money", role="world")
    horizon: WholeMonths = about(
        36, "months simulated", low=1, high=240, role="world", source="model.md 2.2", tag="A"
    )
    burn_in: WholeMonths = about(
        12, "months simulated before, and discarded", low=0, high=240, role="world", source="model.md 2.6",
        tag="A",
    )  # fmt: skip
    market: Market = about(Market(), "everybody who could be a customer")
    network: Ties = about(None, "who is tied to whom, and what they tell each other (none: nobody talks)", role="world")
    quality: Levels = about(
        dict(NORM), "what the firm delivers, by attribute (0-10)",
        source="at the market norm, where not given", tag="A",
    )  # fmt: skip
    norm: Levels = about(
        dict(NORM), "what the market delivers, by attribute (0-10)", role="world",
        source="77.8 of 100 [ACSI], 7.9 of 10 [FMI07]", tag="V",
    )  # fmt: skip
    price: Price = about(Price(), "price indices")
    segments: Mapping[Word, Segment] = about(..., "customer groups", role="world")
    journeys: Mapping[Word, Journey] = about({}, "what makes people get in touch")
    teams: Mapping[Word, Team] = about({}, "who handles contacts")
    shared_platform: Flag = about(True, "what a customer said in one channel is known in the others")
    rules: Packs = about((), "rule files: what is decided when, for whom")
    events: Mapping[Word, Event] = about({}, "what strikes for some months and passes")
    schemes: Mapping[Word, Scheme] = about({}, "loyalty schemes")
    campaigns: Mapping[Word, Campaign] = about({}, "unasked messages, and advertising that promises")
    failures: Failures = about(Failures(), "what goes wrong")
    improvement: Improvement | None = about(None, "how failures are found and mended, from the horizon's start on")
    maturity: Maturity = about(Maturity(), "how mature the firm is at experience management")
    survey: Survey = about(Survey(), "how recommendation is measured", role="world")
    observed: Observed = about(Observed(), "what the firm observes today", role="world")
    advertising: Number = about(
        1.0, "advertising, relative to today", low=0, high=100, source="1 = as today", tag="A"
    )
    causes: Causes = about(Causes(), "why people leave", role="world")
    model: Model = about(Model(), "numbers of the behavioural model", role="world")
    switches: Switches = about(Switches(), "mechanisms turned on or off", role="world")
    finance: Finance = about(Finance(), "how money is counted")
    investment: Investment | None = about(None, "what a plan costs")
    expect: tuple[Sentence, ...] = about((), "what must hold, in sentences that cemsim check --run tests", role="world")
    own_baseline: Flag = about(False, "this patch changes the world, and is calibrated anew", role="world")

    @property
    def rulesets(self) -> tuple[Ruleset, ...]:
        """The rules in force, in the order of the files; what is switched off is left out."""
        return tuple(pack.ruleset for pack in self.rules if pack.ruleset.rules)


@dataclass(frozen=True)
class Change:
    """One thing that a patch changed.

    Attributes: dotted path; verb (to, add, times, new, remove); value as written; the canonical values
    before and after; and where it stands.
    """

    path: str
    verb: str
    value: Any
    before: Any
    after: Any
    file: str
    line: int


@dataclass(frozen=True)
class Assumption:
    """One number in force: the register of assumptions is made of these.

    Attributes: dotted path; value in the kept unit; that unit; text as written (or as it would be written);
    source; plausible range; lever or uncertainty, where the file says so; where it was written (line 0: a
    default); tag of its source (V, Vw, G, A, C, S; empty for the user's own); whether the range was written beside it
    (else it is the field's).
    """

    path: str
    value: Any
    unit: str
    text: str
    source: str
    range: tuple[float, float] | None
    kind: str | None
    file: str
    line: int
    tag: str
    ranged: bool = False

    @property
    def written(self) -> bool:
        """Whether the user wrote it."""
        return self.line > 0


class Scenario(Recipe):
    """A loaded scenario: all its numbers in kept units, and where they came from."""

    path: Path = Field(Path(), description="file it was read from")
    based_on: tuple[Path, ...] = Field((), description="files it is based on, nearest first")
    changes: tuple[Change, ...] = Field((), description="what its patches changed, in order")
    assumptions: tuple[Assumption, ...] = Field((), description="every number in force")
    remarks: tuple[Remark, ...] = Field((), description="oddities that do not stop it")

    @property
    def register(self) -> tuple[Assumption, ...]:
        """Every number in force, with its source."""
        return self.assumptions


__all__ = ["Assumption", "Change", "Recipe", "Scenario"]
