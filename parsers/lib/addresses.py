"""Client addresses as logs write them, made plain: one address, no port, no brackets. Names stay as they are."""

import re
from functools import lru_cache
from typing import Final

_WITH_PORT: Final = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}|\[([0-9A-Fa-f:.%\w]+)\](?::\d{1,5})?")


@lru_cache(maxsize=16_384)
def client_address(text: str | None) -> str | None:
    """The client of `client, proxy1, proxy2`, without port; None where nothing is there.

    Names (`cloudtrail.amazonaws.com`, `AWS Internal`) are kept, as some providers log a service there.
    """
    if text is None:
        return None
    first = text.partition(",")[0].strip()
    if ":" not in first and "[" not in first:  # no port
        return first if first not in {"", "-"} else None
    if match := _WITH_PORT.fullmatch(first):
        first = match[1] or match[2]
    return first if first not in {"", "-"} else None
