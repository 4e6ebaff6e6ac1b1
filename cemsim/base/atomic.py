"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

#: Ending of a file that is still being written; nothing ever reads one.
DRAFT: Final = ".part"
#: File that a process locks while it writes to a folder.
LOCK: Final = ".lock"


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A draft to write to, of the same ending, which takes the file's place once all of it is written.

    Whoever reads the file sees all of it or, after a crash or on a full disk, what was there before.

    Errors: OSError, as the system says (a full disk, no permission); nothing of the draft stays behind.
    Source: a draft in the same folder, flushed to the disk, renamed over the old one (POSIX rename).
    """
    draft = path.with_name(f".{path.stem}.{os.getpid()}{DRAFT}{path.suffix}")
    try:
        yield draft
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _flush(path.parent)


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> Path:
    """Write a file so that it is there whole or not at all; its folder exists. Errors: OSError.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "a.txt", lambda out: out.write(b"whole")).read_bytes()
    b'whole'
    """
    with whole(path) as draft, draft.open("wb") as out:
        write(out)
    return path


def sweep(folder: Path) -> None:
    """Throw away drafts that a killed process left in a folder."""
    for draft in folder.glob(f".*{DRAFT}*"):
        draft.unlink(missing_ok=True)


def lock(folder: Path) -> IO[bytes]:
    """Let one process at a time write to a folder, until the file given back is closed or the process ends.

    Errors: BlockingIOError where another process writes to it. Where the system has no such locks, all may.
    """
    held = (folder / LOCK).open("wb")
    with contextlib.suppress(ImportError):
        import fcntl

        try:
            fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.close()
            raise
    return held


def _flush(folder: Path) -> None:
    """Let the disk know of the new name; where a folder cannot be opened (Windows), the rename has to do."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
