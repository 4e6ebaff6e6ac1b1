"""Scenarios that are compared: their baseline first, however they are named."""

from __future__ import annotations

import pytest

from cemsim.base.errors import CemsimError
from cemsim.base.shipped import shipped
from cemsim.commands.simulate import family


def test_a_whole_folder_may_be_named() -> None:
    files = [shipped("scenarios", "bank", f"{name}.yaml") for name in ("app", "baseline", "more_people")]
    assert [s.path.stem for s in family(files)] == ["baseline", "app", "more_people"]
    assert [s.path.stem for s in family(files[:1])] == ["baseline", "app"]
    with pytest.raises(CemsimError, match="comparison's baseline"):      # before anything is written or simulated
        family([files[0], shipped("scenarios", "grocery", "points.yaml")])
    with pytest.raises(CemsimError, match="named twice"):
        family([*files, files[2]])
