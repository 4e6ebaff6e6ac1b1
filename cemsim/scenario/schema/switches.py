"""Switches: each mechanism can be turned off, and is then exactly neutral (model.md, section 4)."""

from __future__ import annotations

from cemsim.scenario.quantity import Flag, about
from cemsim.scenario.schema.noun import Noun


class Switches(Noun):
    """Which mechanisms act."""

    disconfirmation: Flag = about(True, "surprise moves satisfaction", role="world")
    asymmetry: Flag = about(True, "losses weigh more than gains", role="world")
    peak_end: Flag = about(True, "a journey's peak and end weigh more", role="world")
    kano: Flag = about(False, "attributes age from delighter to must-be", role="world")
    norm: Flag = about(False, "the market norm drifts and rivals imitate", role="world")
    imitation: Flag = about(True, "of these, rivals imitate", role="world")
    waiting: Flag = about(True, "waits are felt, and people hang up", role="world")
    redial: Flag = about(True, "people who hung up try again", role="world")
    failure: Flag = about(True, "things go wrong", role="world")
    satisfaction_churn: Flag = about(True, "satisfaction moves churn", role="world")
    heterogeneity: Flag = about(True, "people differ in how readily they leave", role="world")
    resolution: Flag = about(True, "contacts may fail to resolve an issue", role="world")
    fade: Flag = about(True, "satisfaction with attributes not met fades", role="world")
    survey_bias: Flag = about(True, "who replies depends on the answer", role="world")
    noise: Flag = about(True, "touchpoints vary", role="world")
    adaptation: Flag = about(True, "expectations learn from experience", role="world")
    contract: Flag = about(True, "contracts hold customers, where a segment has them", role="world")
    cross_sell: Flag = about(True, "customers buy more products, where a segment sells them", role="world")
    switching_cost: Flag = about(True, "each further product makes leaving harder", role="world")
    save_desk: Flag = about(True, "announced cancellations are answered, where a segment has a desk", role="world")
    win_back: Flag = about(True, "those who left come back, where a segment says how", role="world")
    wake_up: Flag = about(True, "outreach that nobody asked for makes people think of leaving", role="world")
    workforce: Flag = about(True, "staff learn, tire, quit and are replaced, where a team says so", role="world")
    word_of_mouth: Flag = about(True, "people of a network talk, and are moved by what they hear", role="world")
    improvement: Flag = about(True, "failures are found and mended, where the scenario says how", role="world")
    maturity: Flag = about(False, "maturity multiplies what the firm does", role="world")
    blueprints: Flag = about(
        True, "partners, hand-offs between channels, controls and windows of visits act, where they are written",
        role="world",
    )  # fmt: skip
    schemes: Flag = about(True, "loyalty schemes act, where there are any", role="world")
    communication: Flag = about(True, "unasked messages wear, wake up and drive away; campaigns act", role="world")
    calibration: Flag = about(
        True, "constants are solved so that the baseline shows what is observed", role="world"
    )
