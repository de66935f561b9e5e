"""Fingerprints of secrets: texts that stand for a secret in one case, and from which it cannot be guessed outside of it.

A fingerprint is an HMAC over the bytes of the secret and nothing else, with the case's own random key. So the same secret
has the same fingerprint wherever it was seen (a commit, the files of several scanners, an access log), and other cases
have other ones. The key is `DecodeContext.fingerprint_key`, and `Case.redaction_key()`; it stays in the case.

    fingerprint(key, "the secret")        secret-fp:6e3a58c17d20b94f
    sha1_fingerprint(key, "the secret")   secret-sha1-fp:0b5c7f9a81d2e346

The second kind is for what knows only the SHA-1 of a secret (baselines of detect-secrets): `fingerprint_of_sha1` makes it of
that SHA-1, `sha1_fingerprint` of the secret itself, and the two agree. The first ten digits of a `fingerprint` are those of
the token that a redacted text shows in place of the secret.
"""

import hashlib
import hmac
import re
from typing import Final

PREFIX: Final = "secret-fp:"
SHA1_PREFIX: Final = "secret-sha1-fp:"
DIGITS: Final = 16
LAST_FOUR_FROM: Final = 12  # characters; of a shorter secret four would say too much

_SHA1_DOMAIN: Final = b"sha1 of a secret\0"  # sets these HMACs apart from those over secrets
_FINGERPRINT: Final = re.compile(rf"(?:{PREFIX}|{SHA1_PREFIX})[0-9a-f]{{{DIGITS}}}")
_SHA1: Final = re.compile(r"[0-9a-fA-F]{40}")


def fingerprint(key: bytes, secret: str | bytes) -> str:
    """The fingerprint of a secret. ValueError without a key: what anybody can compute, anybody can guess from."""
    return PREFIX + keyed_hex(key, secret)[:DIGITS]


def keyed_hex(key: bytes, secret: str | bytes) -> str:
    """All 64 digits that a fingerprint is the beginning of. ValueError without a key."""
    return _hmac(key, _bytes(secret))


def sha1_fingerprint(key: bytes, secret: str | bytes) -> str:
    """What `fingerprint_of_sha1` gives for the SHA-1 of this secret. ValueError without a key."""
    digest = hashlib.sha1(_bytes(secret), usedforsecurity=False).digest()
    return SHA1_PREFIX + _hmac(key, _SHA1_DOMAIN + digest)[:DIGITS]


def fingerprint_of_sha1(key: bytes, sha1_hex: str) -> str | None:
    """The fingerprint of a secret of which only the SHA-1 is known, in hex; None where that is no SHA-1.

    ValueError without a key.
    """
    if _SHA1.fullmatch(sha1_hex) is None:
        return None
    return SHA1_PREFIX + _hmac(key, _SHA1_DOMAIN + bytes.fromhex(sha1_hex))[:DIGITS]


def last_four(secret: str) -> str | None:
    """The last four characters, by which people tell secrets apart; None for a secret shorter than LAST_FOUR_FROM."""
    return secret[-4:] if len(secret) >= LAST_FOUR_FROM else None


def is_fingerprint(text: str) -> bool:
    """Whether the text is a fingerprint of either kind."""
    return _FINGERPRINT.fullmatch(text) is not None


def _hmac(key: bytes, message: bytes) -> str:
    if not key:
        raise ValueError("a fingerprint needs a key")
    return hmac.digest(key, message, "sha256").hex()


def _bytes(secret: str | bytes) -> bytes:
    return secret.encode("utf-8", "surrogatepass") if isinstance(secret, str) else secret
