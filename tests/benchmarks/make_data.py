"""Seeded data to measure with, on its own.

python -m tests.benchmarks.make_data narrow 1000000 access.log    lines, some 6,000 distinct values
python -m tests.benchmarks.make_data wide 20000000 access.log     lines, up to 5 M distinct values
python -m tests.benchmarks.make_data unique 10000000 access.log   lines, each with a resource of its own
python -m tests.benchmarks.make_data trail 6 FOLDER               CloudTrail files of 15,000 records
python -m tests.benchmarks.make_data settled 20 FOLDER            the same, of people and machines that keep to their places
python -m tests.benchmarks.make_data tiny 3000 FOLDER             CloudTrail .json.gz files of one to five records
python -m tests.benchmarks.make_data git 25000 history.git        commits
"""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tests.benchmarks.make_access import narrow, unique, wide, write_access_log
from tests.benchmarks.make_cloudtrail import write_large_files, write_settled_files, write_tiny_files
from tests.benchmarks.make_git import make_repository

MAKERS: Final[Mapping[str, Callable[[Path, int], None]]] = {
    "narrow": lambda path, count: write_access_log(path, narrow(count)),
    "wide": lambda path, count: write_access_log(path, wide(count)),
    "unique": lambda path, count: write_access_log(path, unique(count)),
    "trail": write_large_files,
    "settled": write_settled_files,
    "tiny": write_tiny_files,
    "git": make_repository,
}


def main() -> None:
    """Make what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=tuple(MAKERS))
    parser.add_argument("count", type=int)
    parser.add_argument("path", type=Path)
    arguments = parser.parse_args()
    MAKERS[arguments.what](arguments.path, arguments.count)


if __name__ == "__main__":
    main()
