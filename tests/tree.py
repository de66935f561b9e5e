"""Where the source tree is: beside these tests, or where LEAKLINE_TREE says when an installed wheel is tested."""

import os
from pathlib import Path
from typing import Final

TREE: Final = Path(os.environ.get("LEAKLINE_TREE") or Path(__file__).resolve().parents[1])
"""The folder with pyproject.toml."""

NPM_SOURCE_MAP: Final = TREE / "cases" / "npm-source-map"
"""The worked incident's folder."""
