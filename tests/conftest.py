"""No test depends on how fast the machine is; what a regularity promises is asserted and kept in one way."""

import pytest
from hypothesis import settings

from tests.checked import Checked

settings.register_profile("cemsim", deadline=None)
settings.load_profile("cemsim")


@pytest.fixture
def checked(request: pytest.FixtureRequest) -> Checked:
    """``checked("D18", expected, simulated, tolerance, "what")`` asserts, and keeps it for docs/reference/theory.md."""
    return Checked(request.node.nodeid)
