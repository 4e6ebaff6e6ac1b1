"""Files that a scenario names: they must lie inside the folder of the file that names them."""

from __future__ import annotations

import csv
import math
import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema

from cemsim.base.near import neighbours
from cemsim.base.text import Text
from cemsim.scenario.quantity import wrong

MOST_BYTES: Final = 64 * 2**20
WEEK_HOURS: Final = 168


def inside(folder: Path, name: str) -> Path:
    """Path of a named file, links followed; an error where it leaves the folder or is no plain file."""
    if "\0" in name or len(name) > 500 or not name.strip():
        raise wrong("That is not a file's name.", "Write a name such as profiles/phone.csv.")
    home = folder.resolve()
    try:
        path = (home / name).resolve()
    except (OSError, RuntimeError):
        raise wrong(f'"{name}" cannot be followed.', "Name a plain file.") from None
    if Path(name).is_absolute() or not path.is_relative_to(home):
        raise wrong(
            f'"{name}" lies outside the folder of the file that names it.',
            f"Put it under {folder or '.'} and write its path from there.",
        )
    return path


def plain_file(path: Path, name: str, most: int = MOST_BYTES) -> Path:
    """The path again, if it is a plain readable file of bearable size."""
    try:
        info = os.stat(path)
    except (OSError, ValueError):
        raise wrong(f'There is no file "{name}".', neighbours(path)) from None
    if stat.S_ISDIR(info.st_mode):
        raise wrong(f'"{name}" is a folder, not a file.', neighbours(path / "x"))
    if not stat.S_ISREG(info.st_mode):
        raise wrong(f'"{name}" is not a plain file.', "Name a plain file.")
    if info.st_size > most:
        raise wrong(
            f'"{name}" has {info.st_size / 2**20:.0f} MB; at most {most / 2**20:g} MB are read.',
            "Name a smaller file.",
        )
    if not os.access(path, os.R_OK):
        raise wrong(f'"{name}" may not be read.', "Change its permissions.")
    return path


def _file(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, Path):
        return value
    if not isinstance(value, str):
        raise wrong("A file's name is needed here.", "Write a name such as profiles/phone.csv.")
    folder = Path(value.file).parent if isinstance(value, Text) else Path()
    return plain_file(inside(folder, value), str(value))


FILE_SCHEMA: Final = WithJsonSchema(
    {"type": "string", "description": "file in the scenario's folder or below"}
)
#: A file that exists inside the folder of the scenario that names it; kept as an absolute path.
File = Annotated[Path, BeforeValidator(_file), PlainSerializer(str, when_used="json"), FILE_SCHEMA]


def read_rows(
    path: Path, columns: tuple[str, ...], if_there: tuple[str, ...] = ()
) -> Iterator[tuple[int, list[str]]]:
    """Line number and the asked columns of each row, then those ``if_there``; lines that begin with # are comments."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            head: list[int] | None = None
            more: list[int] = []
            for line, row in enumerate(csv.reader(lines), start=1):
                if not row or row[0].lstrip().startswith("#"):
                    continue
                cells = [cell.strip() for cell in row]
                if head is None:
                    missing = [c for c in columns if c not in cells]
                    if missing:
                        raise wrong(
                            f"{path.name}:{line} has no column {missing[0]}.",
                            f"Its first line must be: {','.join(columns)}",
                        )
                    head = [cells.index(c) for c in columns]
                    more = [cells.index(c) if c in cells else -1 for c in if_there]
                    continue
                if len(cells) <= max(head):
                    raise wrong(
                        f"{path.name}:{line} has too few cells.", f"Each line needs {','.join(columns)}"
                    )
                yield line, [cells[i] for i in head] + [cells[i] if 0 <= i < len(cells) else "" for i in more]
    except UnicodeDecodeError:
        raise wrong(f"{path.name} is not a text file.", "Save it as CSV in UTF-8.") from None
    except csv.Error as error:
        raise wrong(f"{path.name} is not CSV: {error}.", "Save it as CSV in UTF-8.") from None


def read_number(cell: str, path: Path, line: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        raise wrong(f'{path.name}:{line} reads "{cell}".', "Write numbers of 0 or more.")
    return value


def read_profile(path: Path) -> tuple[float, ...]:
    """Weights of the 168 hours of a week, hour 0 = Monday 00:00, adding up to 1.

    The CSV has columns weekday (0 = Monday ... 6), hour (0 ... 23) and weight; hours left out weigh nothing.
    """
    weights = [0.0] * WEEK_HOURS
    seen: set[int] = set()
    for line, (day, hour, weight) in read_rows(path, ("weekday", "hour", "weight")):
        place = read_number(day, path, line) * 24 + read_number(hour, path, line)
        fits = float(day).is_integer() and float(hour).is_integer() and float(day) < 7 and float(hour) < 24
        if not fits or int(place) in seen:
            raise wrong(
                f"{path.name}:{line} has weekday {day}, hour {hour}{'' if not fits else ' a second time'}.",
                "Write each weekday 0 to 6 and hour 0 to 23 once.",
            )
        seen.add(int(place))
        weights[int(place)] = read_number(weight, path, line)
    total = math.fsum(weights)
    if total <= 0:
        raise wrong(f"{path.name} has no weight above 0.", "Write at least one.")
    return tuple(w / total for w in weights)


def read_minutes(file: Any, info: ValidationInfo | None = None) -> tuple[float, ...]:
    """Times in minutes of an empirical law: a CSV with a column named minutes."""
    path = file if isinstance(file, Path) else _file(file, info)  # type: ignore[arg-type]
    times = tuple(read_number(cell, path, line) for line, (cell,) in read_rows(path, ("minutes",)))
    if not times:
        raise wrong(
            f"{path.name} has no times.", "Write one time in minutes on each line, under the word minutes."
        )
    return times


def read_trace(path: Path) -> tuple[float, ...]:
    """Minutes of recorded arrivals, in order, from Monday 00:00 of the week of the first time stamp.

    The CSV has a column ``time``: ISO time stamps, or minutes (then taken as they are).
    """
    found: list[float] = []
    monday: datetime | None = None
    stamps: bool | None = None
    for line, (cell,) in read_rows(path, ("time",)):
        try:
            moment = datetime.fromisoformat(cell).replace(tzinfo=None) if not _is_number(cell) else None
        except ValueError:
            raise wrong(
                f'{path.name}:{line} reads "{cell}".',
                "Write time stamps such as 2024-03-04T09:15:00, or minutes.",
            ) from None
        if stamps is not None and stamps != (moment is not None):
            raise wrong(f"{path.name}:{line} mixes time stamps and minutes.", "Write one kind only.")
        stamps = moment is not None
        if moment is None:
            minute = read_number(cell, path, line)
        else:
            if monday is None:
                monday = datetime.fromordinal(moment.toordinal() - moment.weekday())
            minute = (moment - monday).total_seconds() / 60
        if found and minute < found[-1]:
            raise wrong(f"{path.name}:{line} goes back in time.", "Sort the file by time.")
        found.append(minute)
    if not found:
        raise wrong(f"{path.name} has no times.", "Write one time on each line, under the word time.")
    return tuple(found)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
