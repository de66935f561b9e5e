import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.lib.addresses import client_address


@pytest.mark.parametrize(
    ("written", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:5678", "192.0.2.7"),
        ("192.0.2.7, 198.51.100.2, 198.51.100.3", "192.0.2.7"),
        ("192.0.2.7:443,198.51.100.2", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[fe80::1%eth0]:443", "fe80::1%eth0"),
        ("2001:db8::5:443", "2001:db8::5:443"),
        ("cloudtrail.amazonaws.com", "cloudtrail.amazonaws.com"),
        ("AWS Internal", "AWS Internal"),
        ("gce-internal-ip", "gce-internal-ip"),
        ("-", None),
        ("", None),
        (", 192.0.2.7", None),
        (None, None),
    ],
)
def test_clients(written: str | None, client: str | None) -> None:
    assert client_address(written) == client


@given(st.text(max_size=60))
def test_any_text_gives_a_text_that_is_not_empty_or_none(written: str) -> None:
    assert client_address(written) not in {"", "-"}
