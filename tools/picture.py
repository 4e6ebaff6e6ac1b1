"""Draw the picture in README.md: what the shipped plans do, by customer group. ``python -m tools.picture``"""

from __future__ import annotations

from pathlib import Path

from cemsim.base.shipped import shipped
from cemsim.compare import compare
from cemsim.experiment import run
from cemsim.report import figures
from cemsim.scenario import load

PLANS = ("baseline", "more_people", "knowledge_base", "back_office")
TARGET = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "plans.svg"


def main() -> None:
    """Twenty pairs of each shipped plan, as one figure."""
    runs = run([load(shipped("scenarios", "telecom", f"{plan}.yaml")) for plan in PLANS])
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(figures.forest(compare(runs)), encoding="utf-8")
    print(f"Written: {TARGET.name}")


if __name__ == "__main__":
    main()
