import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.model.fingerprint import (
    LAST_FOUR_FROM,
    fingerprint,
    fingerprint_of_sha1,
    is_fingerprint,
    last_four,
    sha1_fingerprint,
)
from timeline.report.redact import Redactor

KEY = b"an invented key of the case"
OTHER = b"the key of another case"


def test_it_is_an_hmac_over_the_secret_alone() -> None:
    expected = hmac.new(KEY, b"not-a-secret", hashlib.sha256).hexdigest()[:16]
    assert fingerprint(KEY, "not-a-secret") == fingerprint(KEY, b"not-a-secret") == f"secret-fp:{expected}"
    assert fingerprint(OTHER, "not-a-secret") != fingerprint(KEY, "not-a-secret")


def test_it_begins_like_the_token_of_a_redacted_text() -> None:
    assert (
        fingerprint(KEY, "not-a-secret")
        .removeprefix("secret-fp:")
        .startswith(Redactor(KEY).fingerprint("not-a-secret"))
    )


@given(secret=st.text(max_size=40))
def test_the_sha1_of_a_secret_and_the_secret_itself_meet(secret: str) -> None:
    sha1 = hashlib.sha1(secret.encode("utf-8", "surrogatepass")).hexdigest()
    assert fingerprint_of_sha1(KEY, sha1) == sha1_fingerprint(KEY, secret) == fingerprint_of_sha1(KEY, sha1.upper())
    assert sha1_fingerprint(KEY, secret).partition(":")[2] != fingerprint(KEY, secret).partition(":")[2]
    assert is_fingerprint(sha1_fingerprint(KEY, secret))
    assert is_fingerprint(fingerprint(KEY, secret))


@pytest.mark.parametrize("text", ["", "0beec7", "g" * 40, "0" * 41, "0" * 39 + "\n"])
def test_what_is_no_sha1_has_no_fingerprint(text: str) -> None:
    assert fingerprint_of_sha1(KEY, text) is None


def test_without_a_key_there_is_none() -> None:
    with pytest.raises(ValueError, match="key"):
        fingerprint(b"", "x")
    with pytest.raises(ValueError, match="key"):
        sha1_fingerprint(b"", "x")


def test_the_last_four_characters_are_told_of_long_secrets_only() -> None:
    assert last_four("a" * (LAST_FOUR_FROM - 5) + "bcdef") == "cdef"
    assert last_four("a" * (LAST_FOUR_FROM - 1)) is None


@pytest.mark.parametrize(
    "text", ["secret-fp:", "secret-fp:0123456789abcdeF", "x secret-fp:0123456789abcdef", "AKIAEXAMPLE"]
)
def test_what_is_no_fingerprint(text: str) -> None:
    assert not is_fingerprint(text)


@pytest.mark.parametrize("prefix", ["secret-fp", "secret-sha1-fp"])
def test_a_fingerprint_is_no_secret(prefix: str) -> None:
    for text in (f"{prefix}:0123456789abcdef", f'{{"credential":"{prefix}:0123456789abcdef"}}'):
        assert Redactor(KEY).text(text) == text
