"""``cemsim verify``: identical, or the place of the first difference."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from cemsim.commands import cemsim
from cemsim.experiment.quantities import Label, restore, save
from cemsim.experiment.receipt import Receipt
from cemsim.experiment.store import QUANTITIES
from cemsim.experiment.verify import verify
from tests.experiment.shop import write_shop


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of results that nobody touched; the files it was made of are gone."""
    folder = tmp_path_factory.mktemp("made")
    _, more = write_shop(folder)
    answer = CliRunner().invoke(cemsim, ["run", str(more), "-r", "3", "-q", "--events", "--out", str(folder / "out")])
    assert answer.exit_code == 0, answer.output
    for path in folder.glob("*.*"):
        path.unlink()
    return folder / "out"


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "out"))


def check(folder: Path, *more: str) -> tuple[int, str]:
    answer = CliRunner().invoke(cemsim, ["verify", str(folder), "-q", *more])
    return answer.exit_code, answer.output


def test_results_come_out_again(out: Path) -> None:
    assert check(out) == (0, "identical: 3 replicates simulated again, 15 files as written\n")
    assert check(out, "--files-only") == (0, "identical: 15 files as written\n")


def test_a_changed_byte_in_a_table_is_found_and_named(out: Path) -> None:
    lines = (out / "monthly.csv").read_bytes().split(b"\n")
    fields = lines[40].split(b",")
    was = fields[-2]
    fields[-2] = was[:-1] + (b"1" if was[-1:] != b"1" else b"2")
    lines[40] = b",".join(fields)
    (out / "monthly.csv").write_bytes(b"\n".join(lines))
    code, said = check(out, "--files-only")
    assert code == 1 and "monthly.csv was changed after it was written: line 41 (scenario One more: =1+1" in said
    assert f"column value: {fields[-2].decode()} there, {was.decode()} here" in said
    assert "replicate" in said and "month" in said


@pytest.mark.parametrize("name", ["monthly.parquet", "visits.parquet", "receipt/written_0/hours.csv"])
def test_a_changed_byte_elsewhere_is_named(out: Path, name: str) -> None:
    raw = bytearray((out / name).read_bytes())
    raw[len(raw) // 3] ^= 1
    (out / name).write_bytes(raw)
    code, said = check(out, "--files-only")
    assert code == 1 and f"{name} was changed after it was written" in said


def test_other_numbers_are_named_by_replicate_month_and_column(out: Path) -> None:
    receipt = Receipt.read(out)
    assert receipt is not None
    label = Label(receipt.experiment, 1, 1)
    told = restore(out / QUANTITIES, label)
    assert told is not None
    told[0].people[4, 1, 1] += 1.0
    digest = save(out / QUANTITIES, label, told)
    forged = replace(receipt, quantities={**receipt.quantities, label.file: digest})
    forged.write(out)                                # somebody who knows the format, and mends the receipt as well
    code, said = check(out)
    assert code == 1
    assert "One more: =1+1, replicate 1: people, month 4, segment fickle, column active:" in said
    assert "monthly.csv is not what the kept quantities give: line " in said


def elsewhere(receipt: Receipt) -> Receipt:
    return replace(receipt, versions={**receipt.versions, "numpy": "1.0"}, machine={**receipt.machine, "cpu": "z80"})


def test_a_folder_that_is_not_finished_says_so(out: Path) -> None:
    receipt = Receipt.read(out)
    assert receipt is not None
    replace(receipt, replicates=5, finished=False).write(out)
    code, said = check(out, "--files-only")
    assert code == 0 and "is not finished: 2 of its replicates are missing." in said and "identical: " in said


def test_another_machine_is_a_likely_reason(out: Path) -> None:
    receipt = Receipt.read(out)
    assert receipt is not None
    elsewhere(receipt).write(out)
    assert check(out)[0] == 0                        # it is no difference by itself
    (out / "monthly.csv").write_text("nothing\n")
    code, said = check(out, "--files-only")
    assert code == 1 and "A likely reason:\n  numpy 1.0 there, " in said and "cpu z80 there, " in said


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda out: (out / "receipt.json").unlink(), "holds no results of cemsim"),
        (lambda out: (out / "receipt.json").write_text("{"), "is not a receipt of cemsim"),
        (lambda out: _swap(out / "receipt.json", '"seed": 1', '"seed": 2'), "was changed after it was written"),
    ],
)
def test_a_receipt_that_is_not_whole(out: Path, spoil: Callable[[Path], object], says: str) -> None:
    spoil(out)
    answer = CliRunner().invoke(cemsim, ["verify", str(out)])
    assert answer.exit_code != 0 and says in str(answer.exception)


def test_a_changed_scenario_is_found(out: Path) -> None:
    _swap(out / "receipt/0_desk.yaml", "on_shift: 2", "on_shift: 3")
    found = verify(out)
    assert "receipt/0_desk.yaml was changed after it was written" in found.differences
    assert not found.identical


def test_a_missing_file_is_found(out: Path) -> None:
    (out / "monthly.parquet").unlink()
    (out / QUANTITIES / Label("", 2, 0).file).unlink()
    said = verify(out, again=False).differences
    assert "monthly.parquet cannot be read: No such file or directory" in said
    assert f"{QUANTITIES}/{Label('', 2, 0).file} is missing" in said


def _swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
