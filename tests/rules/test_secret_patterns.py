"""Patterns of secrets. The samples are put together here, so that no scanner finds them in this file."""

import random
import string

import pytest

from timeline.model.errors import CaseFileError
from timeline.model.yaml_reading import parse_tree
from timeline.rules.secret_pack import own_secret_pack, read_secret_pack
from timeline.rules.secret_patterns import find_hits, own_secret_patterns, read_secret_patterns

LETTERS = string.ascii_letters + string.digits


def some(count: int, letters: str = LETTERS, seed: int = 1) -> str:
    dice = random.Random(seed)
    return "".join(dice.choice(letters) for _ in range(count))


AWS_ID = "AKIA" + some(16, string.ascii_uppercase + "234567")
SAMPLES = {
    "aws-access-key-id": (f"key = {AWS_ID}\n", AWS_ID),
    "aws-secret-access-key": (f"aws_secret_access_key = {some(40)}\n", some(40)),
    "github-token": (f"token: ghp_{some(36)}", f"ghp_{some(36)}"),
    "github-fine-grained-token": (f"x github_pat_{some(22)}_{some(59)} y", f"github_pat_{some(22)}_{some(59)}"),
    "gitlab-token": (f"glpat-{some(20)}", f"glpat-{some(20)}"),
    "npm-token": (f"//registry/:_authToken=npm_{some(36)}", f"npm_{some(36)}"),
    "pypi-token": (f"pypi-AgE{some(60)}", f"pypi-AgE{some(60)}"),
    "slack-token": (f"xoxb-{some(30)}", f"xoxb-{some(30)}"),
    "google-api-key": (f"k=AIza{some(35)}", f"AIza{some(35)}"),
    "private-key": (f"-----BEGIN RSA PRIVATE KEY-----\n{some(64)}\n{some(64)}\n-----END RSA PRIVATE KEY-----", None),
    "azure-sas": (f"https://a.example/c?sv=2020-08-04&se=2051-01-01&sp=r&sig={some(43)}%3D", f"{some(43)}%3D"),
    "azure-storage-key": (f"AccountKey={some(86)}==;", f"{some(86)}=="),
    "huggingface-token": (f"hf_{some(34, string.ascii_letters)}", f"hf_{some(34, string.ascii_letters)}"),
    "openai-key": (f"sk-proj-{some(30)}T3BlbkFJ{some(30)}", None),
    "anthropic-key": (f"sk-ant-api03-{some(95)}", f"sk-ant-api03-{some(95)}"),
    "stripe-key": (f"sk_live_{some(24)}", f"sk_live_{some(24)}"),
    "slack-webhook": (f"https://hooks.slack.com/services/T{'A1B2C3D4'}/B{'A1B2C3D4'}/{some(24)}", None),
    "url-password": (f"postgres://app:{some(20)}@db.example.com/app", some(20)),
    "assigned-secret": (f'client_secret = "{some(30)}"', some(30)),
}


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.pattern.name, hit.secret.decode()) for hit in find_hits(text.encode(), own_secret_patterns())]


def test_every_pattern_has_a_sample() -> None:
    assert set(SAMPLES) == {pattern.name for pattern in own_secret_patterns()}


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name: str) -> None:
    text, secret = SAMPLES[name]
    ((pattern, value),) = found(text)
    assert pattern == name
    assert secret is None or value == secret


@pytest.mark.parametrize(
    "text",
    [
        "AKIAAAAAAAAAAAAAAAAA",
        "ghp_" + "x" * 36,
        'password = "xxxxxxxxxxxxxxxxxxxxxxxx"',
        'token = "${GITHUB_TOKEN_FROM_ENVIRONMENT}"',
        "https://user:${PASSWORD}@example.com/",
        "https://example.com:8080/a@b",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        f"commit 0{some(39, '0123456789abcdef')}",
    ],
)
def test_what_is_no_secret(text: str) -> None:
    assert found(text) == []


def test_places() -> None:
    text = f"a\nb ghp_{some(36)}\nghp_{some(36, seed=2)}\n"
    hits = list(find_hits(text.encode(), own_secret_patterns()))
    assert [(hit.line, hit.column) for hit in hits] == [(2, 3), (3, 1)]


def test_hostile_bytes_take_no_time() -> None:
    for piece in (b"-----BEGIN RSA PRIVATE KEY-----", b"?sv=a&sig=", b"token=token=", b"://a:b@", b"aws_key_aws_key="):
        assert len(list(find_hits(piece * 20_000, own_secret_patterns()))) < 20_000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("patterns: [{pattern: a, title: A, words: [x], regex: '('}]", "is no regex"),
        ("patterns: [{pattern: a, title: A, words: [x], regex: 'x', entropy: much}]", "is no number"),
        ("patterns: [{pattern: a, title: A, words: [x], regex: 'x', hashed: md5}]", "cannot be `md5`"),
        ("patterns: [{pattern: a, title: A, regex: 'x'}]", "has no `words`"),
    ],
)
def test_what_is_wrong_in_patterns(text: str, message: str) -> None:
    with pytest.raises(CaseFileError) as error:
        read_secret_patterns(parse_tree(text.encode(), "pack.yaml"))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("moments: [{moment: lost, title: A, query: 'kind:x', id: uid}]", "cannot be `lost`"),
        ("moments: [{moment: revoked, title: A, query: 'kind:x'}]", "needs exactly one of id and fingerprint"),
        ("moments: [{moment: revoked, title: A, query: 'kind:x', id: colour}]", "names no field: colour"),
    ],
)
def test_what_is_wrong_in_moments(text: str, message: str) -> None:
    with pytest.raises(CaseFileError) as error:
        read_secret_pack(parse_tree(text.encode(), "pack.yaml"))
    assert message in str(error.value)


def test_our_own_moments() -> None:
    assert {rule.moment for rule in own_secret_pack()} >= {"committed", "reported", "revoked", "reactivated"}
