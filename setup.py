"""Everything about the package stands in pyproject.toml; this adds scenarios/ and rules/ to a wheel.

They live at the top of the project, where a strategist finds them. A checkout reads them there
(cemsim.base.shipped); a wheel carries a copy in cemsim/shipped/.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithShippedFiles(build_py):
    """Copy the shipped folders into the package that is being built."""

    def run(self):
        super().run()
        if self.editable_mode:
            return
        for folder in ("scenarios", "rules"):
            if Path(folder).is_dir():
                target = Path(self.build_lib, "cemsim", "shipped", folder)
                shutil.copytree(folder, target, dirs_exist_ok=True)


setup(cmdclass={"build_py": WithShippedFiles})
