"""The closed vocabularies of the model, in the one order that arrays use."""

from typing import Final

ATTRIBUTES: Final = ("product", "service", "relationship", "price", "convenience", "image")
CAUSES: Final = ("death", "move", "relationship", "competition", "product", "service")
CHANNELS: Final = ("face_to_face", "phone_in", "phone_out", "web", "app", "mail", "other")
STAGES: Final = ("before", "during", "after")
GROUPS: Final = ("true_friend", "butterfly", "barnacle", "stranger")
LAWS: Final = ("exponential", "deterministic", "lognormal", "gamma", "weibull", "empirical")

#: Causes that no firm controls; they come first in CAUSES.
EXOGENOUS: Final = 2
"""Number of leading causes that do not depend on satisfaction."""
