"""Say in words what this machine lacks to build cemsim. Kept plain, so that an old Python can run it too."""

import importlib.util
import os
import shutil
import sys
import sysconfig


def missing() -> "list[str]":
    """List what has to be installed first, as sentences."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = []
    if (sys.version_info[0], sys.version_info[1]) < (3, 11):
        found.append(
            f"Python 3.11 or newer is needed, and {sys.executable} is {version}. "
            "Install one, or name it: make PYTHON=python3.12 ..."
        )
    else:
        if not os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")):
            found.append(f"Python's headers (Python.h) are missing. Debian: apt install python{version}-dev")
        if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
            found.append(f"Python's venv module is missing. On Debian: apt install python{version}-venv")
    compilers = (os.environ.get("CC", "").split(" ")[0], "cc", "gcc", "clang")
    if not any(name and shutil.which(name) for name in compilers):
        found.append("A C compiler is missing. On Debian: apt install build-essential")
    return found


if __name__ == "__main__":
    problems = missing()
    for problem in problems:
        print("cemsim: " + problem, file=sys.stderr)
    sys.exit(1 if problems else 0)
