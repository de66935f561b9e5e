"""How the tests read queries: a fixed present, UTC, and three lists."""

from collections.abc import Sequence

from timeline.query import Node, parse

NOW_US = 1_774_915_200_000_000  # 2026-03-31T00:00:00Z
LISTS = {
    "ips.txt": ["# known bad", "192.0.2.7", "", "198.51.100.0/24", "2001:db8::1", "192.0.2.7"],
    "names.txt": ["alice", " b*b ", "carol smith"],
    "my names.txt": ["dave"],
    "codes.txt": ["404", "500"],
    "empty.txt": ["", "# nothing"],
    "bad.txt": ["200", "many"],
    "badnet.txt": ["192.0.2.0/99"],
}


def read_list(name: str) -> Sequence[str]:
    if name == "binary.txt":
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")
    if name not in LISTS:
        raise FileNotFoundError(2, "No such file or directory", name)
    return LISTS[name]


def read(text: str) -> Node:
    return parse(text, now_us=NOW_US, read_list=read_list)
