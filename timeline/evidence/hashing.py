"""SHA-256 of evidence."""

import hashlib
from pathlib import Path

from timeline.evidence.reading import BLOCK_BYTES, FileReader
from timeline.model.errors import EvidenceError


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hex. EvidenceError when it cannot be opened or read to its end."""
    hasher = hashlib.sha256()
    reader = FileReader(path)
    try:
        while block := reader.read(BLOCK_BYTES):
            hasher.update(block)
    finally:
        reader.close()
    if changed := reader.problem or reader.note:
        raise EvidenceError(changed, where=path)
    return hasher.hexdigest()
