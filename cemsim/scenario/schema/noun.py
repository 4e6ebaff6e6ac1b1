"""What all nouns of a scenario share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from cemsim.base.near import nearest
from cemsim.base.words import ATTRIBUTES
from cemsim.scenario.quantity import wrong

Attribute = Literal["product", "service", "relationship", "price", "convenience", "image"]
Cause = Literal["death", "move", "relationship", "competition", "product", "service"]
Channel = Literal["face_to_face", "phone_in", "phone_out", "web", "app", "mail", "other"]
Stage = Literal["before", "during", "after"]
Group = Literal["true_friend", "butterfly", "barnacle", "stranger"]

#: How far written shares may miss 1 before it is an error; nearer than this they are normalised.
ROUNDING: Final = 0.005
#: Nearer than this they add up to 1 as well as binary fractions can.
EXACT: Final = 1e-12


class Noun(BaseModel):
    """A part of a scenario: frozen, and unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _none_is_a_word(cls, value: Any) -> Any:
        """``none`` means nothing where nothing is allowed."""
        if not isinstance(value, dict):
            return value
        fields = cls.model_fields
        return {
            key: None
            if inner == "none" and key in fields and type(None) in get_args(fields[key].annotation)
            else inner
            for key, inner in value.items()
        }


def adds_up(shares: Mapping[str, float]) -> dict[str, float]:
    """Weights that add up to one; small rounding is put right, more is an error."""
    total = sum(shares.values())
    if min(shares.values(), default=0.0) < 0:
        raise wrong("A weight is negative.", "Write weights from 0 to 1.")
    if abs(total - 1) > ROUNDING:
        raise wrong(f"The weights add up to {total:.4g}, not to 1.", "Write weights that add up to 1.")
    if abs(total - 1) < EXACT:                   # so that weights read back from a file stay as they are
        return dict(shares)
    return {name: share / total for name, share in shares.items()}


def _known_attributes(value: Any) -> Any:
    if isinstance(value, dict):
        for name in value:
            if name not in ATTRIBUTES:
                raise wrong(
                    f'There is no attribute "{name}".',
                    f"Attributes are: {', '.join(ATTRIBUTES)}.{nearest(str(name), ATTRIBUTES)}",
                )
    return value


def _in_order(value: Mapping[str, float]) -> dict[str, float]:
    return {name: value[name] for name in ATTRIBUTES if name in value}


#: Put on a mapping from attributes: keys are checked by name, and kept in the order of ATTRIBUTES.
BY_ATTRIBUTE: Final = (BeforeValidator(_known_attributes), AfterValidator(_in_order))
