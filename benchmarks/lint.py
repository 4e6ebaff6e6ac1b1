"""How many seeded defects a look at rules finds, and how often it calls sound rules wrong.

Run: python -m benchmarks.lint [--json]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cemsim.base.errors import ScenarioError
from cemsim.commands.rules_lint import held
from cemsim.rules.lint import lint
from cemsim.scenario import Scenario, load
from cemsim.scenario.packs import of_file

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "rules" / "lint"


@dataclass(frozen=True)
class Specimen:
    """One file of rules, or a folder of files that belong together.

    Attributes: its name; kinds of findings that it was made for (none where it is sound); kinds found.
    """

    name: str
    seeded: frozenset[str]
    found: frozenset[str]

    @property
    def missed(self) -> bool:
        """Whether a defect was not found."""
        return not self.seeded <= self.found

    @property
    def extra(self) -> frozenset[str]:
        """What was found though it is not there."""
        return self.found - self.seeded


def specimens(kind: str, corpus: Path = CORPUS) -> list[Specimen]:
    """Looks at all rules of a folder of the corpus, ``defects`` or ``sound``.

    A defect's file says what was seeded in its first line, before the colon.
    """
    company = load(corpus / "company.yaml")
    found = []
    for place in sorted((corpus / kind).iterdir()):
        files = sorted(place.glob("*.yaml")) if place.is_dir() else [place]
        heads = [file.read_text(encoding="utf-8").partition("\n")[0] for file in files]
        seeded = frozenset(head.removeprefix("# ").partition(":")[0] for head in heads if kind == "defects")
        found.append(Specimen(place.stem, seeded, kinds(files, company)))
    return found


def kinds(files: Sequence[Path], company: Scenario | None) -> frozenset[str]:
    """Kinds of findings in files of rules; ``unreadable`` where they cannot be read at all."""
    try:
        packs = [of_file(file, file.name, "USD") for file in files]
    except ScenarioError:
        return frozenset({"unreadable"})
    found = lint([pack.ruleset for pack in packs]) if company is None else held(packs, company)
    return frozenset(each.kind for each in found)


def main() -> None:
    """Print both shares, and every specimen that was told wrongly."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    bad, good = specimens("defects"), specimens("sound")
    caught = sum(not each.missed for each in bad)
    alarms = [each for each in (*bad, *good) if each.extra]
    if as_json:
        print(json.dumps({
            "defects": len(bad), "found": caught, "recall": caught / len(bad), "sound": len(good),
            "false_alarms": len(alarms), "missed": [each.name for each in bad if each.missed],
            "alarms": {each.name: sorted(each.extra) for each in alarms},
        }, indent=1))  # fmt: skip
        return
    print(f"Seeded defects found: {caught} of {len(bad)} (recall {caught / len(bad):.3f}).")
    print(f"False alarms: {len(alarms)}, on {len(good)} sound and {len(bad)} faulty specimens.")
    for each in (*bad, *good):
        if each.missed or each.extra:
            print(f"  {each.name}: seeded {sorted(each.seeded)}, found {sorted(each.found)}")


if __name__ == "__main__":
    main()
