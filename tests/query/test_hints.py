import pytest
from hypothesis import given, settings

from tests.query.reading import read
from tests.query.test_properties import GIBBERISH
from timeline.query.hints import hints


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("acter:alice", "`acter:` is not a field; did you mean actor?"),
        ("-Actor:alice", "did you mean actor?"),
        ("scr_ip:192.0.2.7", "did you mean src_ip"),
        ("alice or bob", "`or` is a word here; operators are upper case: OR"),
        ("bytes_out>10MB", "write bytes_out:>10MB"),
        ("status=404", "write status:404"),
        ("status >400", "`>400` is a word here"),
        ("[400 TO 499]", "`TO` is a word here"),
        ("raw:/a[/]b/c/", "is read as text"),
        ("raw:/AKIA[0-9", "is read as text"),
        (r"resource:C:\Users\*", r"write \\*"),
        ("outcome:failed", "it is one of success, denied, failure, unknown"),
        ('outcome:"ok"', "no outcome is `ok`"),
        ("src_ip:300.1.1.1", "is no address"),
        ("src_ip:192.0.2", "is no address"),
        ("actor:“alice”", "“ at column 7 is not a quote here"),
        ("actor:al\u200bice", "an invisible character at column 9 (U+200B)"),
    ],
)
def test_what_is_noticed(query: str, part: str) -> None:
    read(query)
    assert any(part in hint for hint in hints(query)), hints(query)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "or",
        "actor:alice AND status:404",
        "arn:aws:iam::111122223333:user/alice",
        "https://x.example/a?b=c",
        "s3:GetObject",
        "2001:db8::1",
        r"C:\Users\alice",
        "/etc/passwd",
        "resource:/login?next=/admin",
        "outcome:d*",
        "outcome:denied",
        "src_ip:192.0.2.7",
        "src_ip:10.0.*",
        "src_ip:cloudtrail.amazonaws.com",
        "raw:/AKIA[0-9A-Z]{16}/",
        r"actor:CORP\\*",
        "(unreadable",
    ],
)
def test_what_is_left_alone(query: str) -> None:
    assert hints(query) == []


@settings(max_examples=300, deadline=None)
@given(GIBBERISH)
def test_any_text_has_hints_or_none(text: str) -> None:
    assert all(isinstance(hint, str) and hint for hint in hints(text))
