import base64
import json
import time
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report.secret_samples import SECRETS, Planted
from timeline.report.redact import RULES, Redactor

KEY = b"an invented key of the case"


def _ids(planted: Planted) -> str:
    return f"{planted.type}-{planted.secret[:4]}"


def _nothing_left(output: str, secret: str) -> bool:
    shown = json.dumps(secret)[1:-1]
    parts = [line for line in secret.split("\n") if len(line) > 4]
    plain = unquote(output).replace("\\n", "\n").replace('\\"', '"')
    return not any(part in text for text in (output, plain) for part in (secret, shown, *parts))


def test_there_are_at_least_sixty_kinds_of_planted_secrets() -> None:
    assert len({planted.text for planted in SECRETS}) >= 60
    assert {planted.type for planted in SECRETS} <= {rule.type for rule in RULES}


@pytest.mark.parametrize("planted", SECRETS, ids=_ids)
def test_nothing_is_left_of_a_secret_in_plain_text(planted: Planted) -> None:
    redactor = Redactor(KEY)
    output = redactor.text(planted.text)
    assert f"⟦{planted.type}:" in output
    assert _nothing_left(output, planted.secret)
    assert redactor.counts[planted.type] >= 1


@pytest.mark.parametrize("planted", SECRETS, ids=_ids)
@pytest.mark.parametrize("times", [1, 2])
def test_nothing_is_left_of_a_secret_in_json(planted: Planted, times: int) -> None:
    text = planted.text
    for _ in range(times):
        text = json.dumps({"message": text, "other": "kept"})
    output = Redactor(KEY).text(text)
    assert "⟦" in output
    assert _nothing_left(output, planted.secret)
    assert "kept" in output


@pytest.mark.parametrize("planted", SECRETS, ids=_ids)
@pytest.mark.parametrize("safe", ["", "/"])
def test_nothing_is_left_of_a_secret_in_a_url(planted: Planted, safe: str) -> None:
    text = f"/redirect?to={quote(planted.text, safe=safe)}&then=kept"
    output = Redactor(KEY).text(text)
    assert "⟦" in output
    assert _nothing_left(output, planted.secret)


@pytest.mark.parametrize("planted", SECRETS, ids=_ids)
def test_a_secret_spelled_with_escapes_is_found(planted: Planted) -> None:
    text = "".join(f"\\u{ord(char):04x}" if char in "_-.=:" else char for char in planted.text)
    output = Redactor(KEY).text(text)
    assert "⟦" in output
    assert _nothing_left(output, planted.secret)


@pytest.mark.parametrize("planted", SECRETS, ids=_ids)
def test_redacting_twice_changes_nothing_and_a_scan_finds_nothing(planted: Planted) -> None:
    redactor = Redactor(KEY)
    for text in (planted.text, json.dumps(planted.text), quote(planted.text, safe="")):
        assert redactor.scan(text)
        once = redactor.text(text)
        assert redactor.text(once) == once
        assert redactor.scan(once) == []


@pytest.mark.parametrize(
    "text",
    [
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
        "e/4f1b2b0b822cd15d:9f86d081884c7d65#author",
        "123e4567-e89b-12d3-a456-426614174000",
        '{"Resource": "arn:aws:secretsmanager:*:*:secret:rds-example!*"}',
        '{"password":"[FILTERED]"}',
        "access-token:id:263466287238",
        "ok7dEt_Isk-lPk7u5BVYvDPhPswVHoxYQcubUkNE9M",
        "AKIAIOSFODNN7EXAMPLE",
        "AKIAIOSFODNN7EXAMPLE 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
        "arn:aws:iam::111122223333:user/alice",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf",
        '{"secretId": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf"}',
        '{"hashed_token": "Zm9vYmFyYmF6Zm9vYmFyYmF6", "token_id": 17, "programmatic_access_type": "x"}',
        '{"nextToken": "abcdef0123456789", "clientRequestToken": "123e4567-e89b-12d3-a456-426614174000"}',
        '{"clientToken":"123e4567-e89b-12d3-a456-426614174000"}',
        '{"responseElements": {"password": null, "x": "HIDDEN_DUE_TO_SECURITY_REASONS"}}',
        '{"password":"HIDDEN_DUE_TO_SECURITY_REASONS"}',
        "Failed password for root from 203.0.113.7 port 22 ssh2",
        "kim : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/bin/sh",
        "password=*** token=${{ secrets.NPM }} secret=<none>",
        "GET /tokens/list?page=2 HTTP/1.1",
        "https://host.example.com:8443/a@b",
        "http://host.example.com:8080?mail=kim@example.com",
        "Accepted password for kim from 203.0.113.7",
        "[identity][ERROR] Username or password is incorrect. Try again. IP: 203.0.113.7",
        'user "toto": password mismatch, client: 203.0.113.7',
        "spf=pass dkim=pass; 5 pass: 3 fail: 2",
        '{"define":"KEY","auth":true,"$ref":"#/a"}',
        "ssh://git@git.example.com/repo",
        "scikit-learn task-force-one risk-assessment-number-seventeen",
        "npm_config_registry=https://registry.example.com/",
        "Basic authentication is on",
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260330/us-east-1/s3/aws4_request",
        "eyJ",
        "-----BEGIN CERTIFICATE-----",
        "⟦token:0123456789:abcd⟧",
        "secret-fp:0123456789abcdef",
        "39406e42cb832f683daa691dd652a8dc36ee8930:src/settings.py:generic-api-key:12",
        "deploy/private_key:1",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    redactor = Redactor(KEY)
    assert redactor.text(text) == text
    assert redactor.count == 0


def test_the_token_says_type_fingerprint_and_from_twenty_characters_on_the_last_four() -> None:
    redactor = Redactor(KEY)
    secret = "gh" + "p_" + "A1b2" * 9
    assert redactor.text(secret) == f"⟦github-token:{redactor.fingerprint(secret)}:A1b2⟧"
    assert redactor.text("password=hunter2") == f"password=⟦password:{redactor.fingerprint('hunter2')}⟧"
    assert redactor.counts == {"github-token": 1, "password": 1}


def test_a_fingerprint_follows_a_secret_through_encodings_and_depends_on_the_key() -> None:
    secret = "gh" + "p_" + "A1b2" * 9
    redactor = Redactor(KEY)
    forms = (secret, secret.replace("_", "%5F"), secret.replace("_", "\\u005f"))
    assert len({redactor.text(form) for form in forms}) == 1
    assert Redactor(b"other").text(secret) != redactor.text(secret)


def test_a_forged_token_hides_nothing() -> None:
    secret = "gh" + "p_" + "A1b2" * 9
    output = Redactor(KEY).text(f"⟦github-token:{secret}⟧ ⟦{secret}⟧")
    assert secret not in output


def test_declared_secrets_are_found_in_every_form() -> None:
    literal = 'Zeppelin "42"/ü'
    redactor = Redactor(KEY, [literal])
    forms = [literal, json.dumps(literal), quote(literal), quote(literal, safe="")]
    forms += [base64.b64encode(pad + literal.encode() + b"..").decode() for pad in (b"", b"a", b"ab")]
    for form in forms:
        output = redactor.text(f"x {form} y")
        assert "⟦declared-secret:" in output, form
        assert form not in output
        assert redactor.text(output) == output


@pytest.mark.parametrize(
    "text", ["password:1234", "a/password: 1234", "a/password=1234", "//u:password:1234@host", "x/token:1234567"]
)
def test_a_number_is_a_line_only_behind_a_place(text: str) -> None:
    assert "1234" not in Redactor(KEY).text(text)


def test_secrets_may_be_declared_for_one_text() -> None:
    redactor = Redactor(KEY, ["first horse"])
    wider = redactor.declaring(["second horse"])
    assert "horse" not in wider.text("first horse, second horse")
    assert redactor.counts == wider.counts == {"declared-secret": 2}
    assert "second horse" in redactor.text("second horse")
    assert redactor.declaring([]) is redactor


def test_a_scan_without_context_ignores_neighbouring_fields() -> None:
    redactor = Redactor(KEY)
    text = '{"actor":"password=","resource":"/x"}'
    assert redactor.scan(text, contextual=False) == []
    assert redactor.scan("gh" + "p_" + "A1b2" * 9, contextual=False) == [("github-token", 0, 40)]


SHORT_PIECES = ("ghp_", "password=", '"', "\\", "%", "5F", "://", ":", "@", "eyJ", ".", "⟦", "⟧", "token", "sk-", "=")
MORE_PIECES = ("&", "⟦token:0123456789⟧", "-----END", "sig=", "\n", " ", "AKIA" + "A" * 16, "\\u005f", "A1b2" * 8)
PIECES = st.sampled_from(
    [*SHORT_PIECES, *MORE_PIECES, "-----BEGIN PRIVATE " + "KEY-----", *(planted.text for planted in SECRETS[:8])]
)


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=6), max_size=14).map("".join))
def test_redaction_is_idempotent_whatever_the_text(text: str) -> None:
    redactor = Redactor(KEY, ["Zeppelin"])
    once = redactor.text(text)
    assert redactor.text(once) == once
    assert redactor.scan(once) == []


@pytest.mark.parametrize(
    "unit",
    ["a", "eyJ", "eyJ.", "://", "://a:", "-----BEGIN PRIVATE " + "KEY-----!", "sk-", "password", "password=",
     'password="', "token: ", "%41", "\\u0041", "\\", "⟦", "⟦token:0123456789⟧", "Q~", "0", "A.", "ghp_", "npm_a",
     "--token ", "&sig=", "AKIA"],
)  # fmt: skip
def test_time_is_linear_in_the_text(unit: str) -> None:
    redactor = Redactor(KEY)
    size = 40_000

    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        start = time.process_time()
        redactor.text(text)
        return time.process_time() - start

    assert min(seconds(size * 4), seconds(size * 4)) < 12 * max(seconds(size), 0.02)
