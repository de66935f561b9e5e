"""Gitea's log: columns and single lines agree, whatever stands in the lines."""

from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import gitea_log
from tests.parsers.agreeing import outcome
from timeline.model.parser import Chunk, DecodeContext

ROUTED = "2026/03/30 22:36:48 ...eb/routing/logger.go:102:func1() [I] router: completed GET"
LINES = [
    f"{ROUTED} /ml/w?a=b for 198.51.100.9:0, 200 OK in 9.1ms @ repo/githttp.go:548(repo.GetInfoRefs)",
    f"{ROUTED} /api/internal/serv/command/7/ml/w?mode=1&verb=git-upload-pack for 127.0.0.1:0, 200 OK in 8.9ms",
    "2026/03/30 22:36:48 ...ers/web/auth/auth.go:206:SignInPost() [W] [645e12aa] Failed authentication attempt for dana from ::1",
    "2026/03/30 22:37:00 cmd/web.go:223:runWeb() [I] Starting Gitea on PID: 7",
]  # fmt: skip
TOKENS = [
    "", "-", "[I]", "[645e12aa]", "[x]", "2026/02/30", "25:00:00", "22:36:48.5", "router:", "completed", "slow", "000", "403",
    "for",
    "[2001:db8::7]:0,", "2001:db8::7,", ",", "invalid credentials from 192.0.2.7", "a.go:1:b() [W]", "a" * 90, "\x1b[1m", "\u00e9",
    "\udcff", "\0", "\t", "/api/internal/serv/command/",
]  # fmt: skip


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A line with a few words in place of others, or between them."""
    words = draw(st.sampled_from(LINES)).split(" ")
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(words) - 1))
        word = draw(st.one_of(st.sampled_from(TOKENS), st.text(max_size=4)))
        words[place : place + draw(st.integers(0, 1))] = [word]
    return " ".join(words).replace("\n", " ").encode("utf-8", "surrogateescape" if draw(st.booleans()) else "replace")


@settings(max_examples=60, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=6), st.sampled_from([None, "Europe/Berlin"]))
def test_columns_and_single_lines_agree(found: list[bytes], zone: str | None) -> None:
    chunk = Chunk(b"\n".join(found), offset=77, first_record=5, context=DecodeContext(zone=zone))
    assert outcome(gitea_log.decode(chunk)) == outcome(gitea_log.decode_singly(chunk))
