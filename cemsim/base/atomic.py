"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

#: Ending of a file that is still being written; nothing ever reads one.
DRAFT: Final = ".part"


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> Path:
    """Write a file so that a reader sees all of it or, after a crash or on a full disk, what was there before.

    Args:
        path: the file; its folder exists.
        write: called with a file open for bytes.

    Raises:
        OSError: as the system says (a full disk, no permission); nothing of it stays behind.

    Source: a draft in the same folder, flushed to the disk, renamed over the old one (POSIX rename).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "a.txt", lambda out: out.write(b"whole")).read_bytes()
    b'whole'
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}{DRAFT}")
    try:
        with draft.open("wb") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _flush(path.parent)
    return path


def sweep(folder: Path) -> None:
    """Throw away drafts that a killed process left in a folder."""
    for draft in folder.glob(f".*{DRAFT}"):
        draft.unlink(missing_ok=True)


def _flush(folder: Path) -> None:
    """Let the disk know of the new name; where a folder cannot be opened (Windows), the rename has to do."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
