"""Where a run was made: figures that explain times and name nobody, and which peers are there."""

import importlib.metadata
import os
import platform
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from typing import Final

import pyarrow as pa

import timeline

_VERSION_OF: Final = {"lnav": "-V", "goaccess": "--version", "git": "--version", "rg": "--version"}
PEERS: Final = (*_VERSION_OF, "duckdb")


def peer_versions() -> Mapping[str, str]:
    """Name -> version of every peer that is installed here."""
    found = {name: _version(name, option) for name, option in _VERSION_OF.items() if shutil.which(name)}
    try:
        found["duckdb"] = importlib.metadata.version("duckdb")
    except importlib.metadata.PackageNotFoundError:
        return found
    return found


def _version(name: str, option: str) -> str:
    done = subprocess.run([name, option], capture_output=True, text=True, check=False)
    number = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
    return number[0] if number else "version unknown"


def machine_facts(peers: Mapping[str, str]) -> str:
    """One line for below the tables."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    facts = [
        f"{len(os.sched_getaffinity(0))} cores, {memory_gib:.0f} GiB of memory, {platform.machine()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, pyarrow {pa.__version__}",
        f"Leakline {timeline.__version__}",
        "beside it " + ", ".join(f"{name} {peers[name]}" if name in peers else f"{name} absent" for name in PEERS),
    ]
    return "; ".join(facts) + "."
