"""Numbers of a scenario: a type that reads units, and what is known of each field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from cemsim.base import units
from cemsim.base.units import Unit, UnitError

Role = Literal["lever", "world"]


def wrong(message: str, cure: str = "") -> PydanticCustomError:
    """Error that the loader turns into a Problem: why it cannot be, and what to write."""
    return PydanticCustomError("wrong", "{message}", {"message": message, "cure": cure})


@dataclass(frozen=True)
class In:
    """Marks a number as written in a unit: text is read, a plain number is already in the kept unit."""

    unit: Unit

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_before_validator_function(self._read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return self.json()

    def json(self) -> dict[str, Any]:
        """JSON Schema of what may be written: text with a unit, or {value, source, range, kind}."""
        text = {"type": "string", "pattern": self.unit.pattern(), "examples": list(self.unit.examples)}
        plain = {"type": "integer" if self.unit.whole else "number"}
        kinds: list[dict[str, Any]] = [text, plain if self.unit.bare else {"const": 0}]
        sure = {
            "type": "object",
            "required": ["value"],
            "additionalProperties": False,
            "properties": {
                "value": {"anyOf": list(kinds)},
                "source": {"type": "string"},
                "range": {"type": "array", "items": {"anyOf": list(kinds)}, "minItems": 2, "maxItems": 2},
                "kind": {"enum": ["lever", "uncertainty"]},
            },
        }
        return {"anyOf": [*kinds, sure]}

    def _read(self, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, str):
            try:
                return self.unit.read(value, (info.context or {}).get("currency", ""))
            except UnitError as error:
                raise wrong(error.message, error.cure) from None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        cure = self.unit._example((info.context or {}).get("currency", ""))
        raise wrong(f"{_what(value)} stands where a number is needed.", f"Write {cure}.")


def _what(value: Any) -> str:
    if isinstance(value, dict):
        return "A block"
    if isinstance(value, list | tuple):
        return "A list"
    return "Nothing" if value is None else f'"{value}"'


@dataclass(frozen=True)
class About:
    """What is known of a field: who may change it, plausible range, source, tag (model.md, section 0)."""

    role: Role = "lever"
    range: tuple[float, float] | None = None
    source: str = ""
    tag: str = "A"
    stated: str = ""
    """Default in words, where it follows from other fields."""

    def __call__(self, schema: dict[str, Any]) -> None:
        """Say it in the JSON Schema too."""
        schema["x-role"] = self.role
        schema["x-tag"] = self.tag
        if self.source:
            schema["x-source"] = self.source
        if self.stated:
            schema["x-default"] = self.stated
        if self.range is not None:
            schema["x-plausible"] = list(self.range)


def about(
    default: Any,
    description: str,
    *,
    low: float | None = None,
    high: float | None = None,
    over: float | None = None,
    role: Role = "lever",
    range: tuple[float, float] | None = None,
    source: str = "",
    tag: str = "A",
    stated: str = "",
) -> Any:
    """A field: default (``...`` where it must be given), meaning, possible bounds and what is known of it."""
    extra: Any = About(role, range, source, tag, stated)
    bounds: dict[str, Any] = {k: v for k, v in (("ge", low), ("le", high), ("gt", over)) if v is not None}
    return Field(default, description=description, json_schema_extra=extra, **bounds)


def about_of(info: FieldInfo) -> About:
    """What ``about`` said of a field."""
    extra = info.json_schema_extra
    return extra if isinstance(extra, About) else About()


def unit_of(annotation: Any, metadata: tuple[Any, ...] | list[Any] = ()) -> Unit | None:
    """Unit of a type, looked for through ``| None``, mappings and annotations."""
    for mark in metadata:
        if isinstance(mark, In):
            return mark.unit
    for inner in get_args(annotation):
        if isinstance(inner, In):
            return inner.unit
        if (found := unit_of(inner)) is not None:
            return found
    return None


def _flag(value: Any) -> Any:
    if isinstance(value, str) and value in ("true", "false", "True", "False", "on", "off"):
        return value in ("true", "True", "on")
    if isinstance(value, bool):
        return value
    raise wrong(f"{_what(value)} is neither true nor false.", "Write true or false, or on or off.")


def _word(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    raise wrong(f"{_what(value)} stands where words are needed.", "Write text.")


Number = Annotated[float, In(units.NUMBER)]
Count = Annotated[int, In(units.COUNT)]
Weight = Annotated[float, In(units.WEIGHT)]
Points = Annotated[float, In(units.POINTS)]
Share = Annotated[float, In(units.SHARE)]
Minutes = Annotated[float, In(units.MINUTES)]
Months = Annotated[float, In(units.MONTHS)]
WholeMonths = Annotated[int, In(units.WHOLE_MONTHS)]
MonthIndex = Annotated[int, In(units.MONTH_INDEX)]
PerYear = Annotated[float, In(units.PER_YEAR)]
PerMonth = Annotated[float, In(units.PER_MONTH)]
PointsPerYear = Annotated[float, In(units.POINTS_PER_YEAR)]
SharePerYear = Annotated[float, In(units.SHARE_PER_YEAR)]
SharePerMonth = Annotated[float, In(units.SHARE_PER_MONTH)]
Money = Annotated[float, In(units.MONEY)]
MoneyPerMonth = Annotated[float, In(units.MONEY_PER_MONTH)]
MoneyPerHour = Annotated[float, In(units.MONEY_PER_HOUR)]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"enum": [True, False, "on", "off"]})]
Word = Annotated[str, BeforeValidator(_word)]
