"""Git repositories and bundles as evidence: read without running or obeying anything that they configure.

`open_repository` and `open_bundle` give a `GitStream`, whose bytes are described in `records`.
"""

from timeline.evidence.git.reader import GitStream, open_bundle, open_repository

__all__ = ["GitStream", "open_bundle", "open_repository"]
