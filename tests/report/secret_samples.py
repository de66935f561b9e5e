"""Invented secrets, put together at run time so that no scanner takes this file for a leak."""

from dataclasses import dataclass

_UPPER = "Q7W2E9R4T1Y8U3I6O5P0A2S7D4F9G1H8J3K6L5Z0"
_MIXED = "q7W2e9R4t1Y8u3I6o5P0a2S7d4F9g1H8j3K6l5Z0x7C2v9B4n1M8"
_HEX = "9f3ac1e07b52d486" * 4


@dataclass(frozen=True, slots=True)
class Planted:
    """`text` holds `secret`, of which nothing may be left; `type` is what the redactor calls it."""

    type: str
    text: str
    secret: str


def _alone(kind: str, *pieces: str) -> Planted:
    secret = "".join(pieces)
    return Planted(kind, f"before {secret} after", secret)


def _within(kind: str, before: str, secret: str, after: str = "") -> Planted:
    return Planted(kind, before + secret + after, secret)


def _pem(name: str) -> Planted:
    body = "\n".join((_MIXED * 2)[:64] for _ in range(3))
    secret = f"-----BEGIN {name}-----\n{body}\n-----END {name}-----"
    return Planted("private-key", f"key: {secret}\nnext line", body)


SECRETS = (
    *(_alone("github-token", "gh", f"{kind}_", _MIXED[:36]) for kind in "pousr"),
    _alone("github-token", "github", "_pat_", _UPPER[:22], "_", _MIXED[:40]),
    *(_alone("gitlab-token", f"gl{kind}", "-", _MIXED[:20]) for kind in ("pat", "dt", "rt", "ptt")),
    _alone("npm-token", "np", "m_", _MIXED[:36]),
    _alone("pypi-token", "py", "pi-AgEIcHlwaS5vcmc", _MIXED),
    _alone("slack-token", "xo", "xb-", "123456789012-", _MIXED[:24]),
    _alone("slack-token", "xo", "xp-", "123456789012-", _MIXED[:24]),
    _alone("slack-token", "xa", "pp-1-", _MIXED[:24]),
    _within("slack-webhook", "https://hooks.slack" + ".com/services/", "T0INVENTED/B0INVENTED/" + _MIXED[:24]),
    _within("discord-webhook", "https://discord" + ".com/api/webhooks/", "123456789012345678/" + _MIXED),
    _alone("stripe-key", "sk", "_live_", _MIXED[:24]),
    _alone("stripe-key", "rk", "_test_", _MIXED[:24]),
    _alone("stripe-key", "wh", "sec_", _MIXED[:32]),
    _alone("google-key", "AI", "za", _MIXED[:35]),
    _alone("google-secret", "GOC", "SPX-", _MIXED[:28]),
    _alone("google-token", "ya", "29.", _MIXED),
    _alone("ai-key", "s", "k-", _MIXED[:48]),
    _alone("ai-key", "s", "k-ant-api03-", _MIXED),
    _alone("ai-key", "s", "k-proj-", _MIXED),
    _alone("hugging-face-token", "h", "f_", _MIXED[:34]),
    _alone("sendgrid-key", "S", "G.", _MIXED[:22], ".", _MIXED[:43]),
    _alone("digitalocean-token", "do", "p_v1_", _HEX),
    _alone("databricks-token", "da", "pi", _HEX[:32]),
    _alone("vault-token", "hv", "s.", _MIXED[:24]),
    _alone("terraform-token", _MIXED[:14], ".atlas", "v1.", _MIXED),
    _alone("doppler-token", "d", "p.st.", _MIXED[:40]),
    _alone("docker-token", "dckr", "_pat_", _MIXED[:27]),
    _alone("atlassian-token", "ATA", "TT3", _MIXED, "=1A2B3C4D"),
    _alone("shopify-token", "shp", "at_", _HEX[:32]),
    _alone("square-token", "sq0", "atp-", _MIXED[:22]),
    _alone("telegram-token", "123456789", ":AA", _MIXED[:33]),
    _alone("grafana-token", "gl", "sa_", _MIXED[:32], "_1a2b3c4d"),
    _alone("new-relic-key", "NR", "AK-", _UPPER[:27]),
    _alone("rubygems-key", "ruby", "gems_", _HEX[:48]),
    _alone("linear-key", "lin", "_api_", _MIXED[:40]),
    _alone("postman-key", "PM", "AK-", _HEX[:24], "-", _HEX[:34]),
    _alone("figma-token", "fi", "gd_", _MIXED[:40]),
    _alone("notion-token", "nt", "n_", _MIXED[:46]),
    _alone("age-key", "AGE-SECRET", "-KEY-1", _UPPER, _UPPER[:18]),
    _alone("azure-secret", "aB1", "8", "Q~", _MIXED[:34]),
    _alone("jwt", "ey", "JhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxIn0.", _MIXED[:43]),
    _alone("jwt", "ey", "JhbGciOiJSU0EtT0FFUCJ9", ".", _MIXED, ".", _MIXED, ".", _MIXED, ".", _MIXED),
    _pem("RSA PRIVATE " + "KEY"),
    _pem("PRIVATE " + "KEY"),
    _pem("OPENSSH PRIVATE " + "KEY"),
    _pem("EC PRIVATE " + "KEY"),
    _within("url-password", "https://deploy:", _MIXED[:16], "@git.example.com/repo.git"),
    _within("url-password", "postgres://app:", "p@ss:" + _MIXED[:9], "@db.example.com:5432/main"),
    _within("url-token", "https://", _MIXED[:40], "@git.example.com/repo.git"),
    _within("authorization", "Authorization: Bearer ", _MIXED[:32]),
    _within("authorization", "Authorization: Basic ", "Zm9vOmJhcmJheg=="),
    _within("authorization", "curl -H 'authorization: token ", _HEX[:40], "'"),
    _within("authorization", "sent bearer ", _MIXED[:30]),
    _within("url-signature", "https://a.example.com/c?sv=2021-08-06&sr=c&sig=", _MIXED[:40], "&se=2051-10-06"),
    _within("url-signature", "GET /k?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE&X-Amz-Signature=", _HEX, " HTTP/1.1"),
    _within("url-signature", "/k?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=", _MIXED[:27], "&Expires=1"),
    _within("session-token", "/k?X-Amz-Security-Token=", "FwoG" + _MIXED, "&x=1"),
    _within("session-token", '{"sessionToken": "', "FwoG" + _MIXED, '"}'),
    _within("aws-secret-key", "aws_secret_access_key = ", "wJalr/" + _MIXED[:34]),
    _within("aws-secret-key", '{"secretAccessKey": "', "wJalr/" + _MIXED[:34], '"}'),
    _within("aws-secret-key", "AKIAIOSFODNN7EXAMPLE,", "wJalr/" + _MIXED[:34], "\nrest"),
    _within("account-key", "DefaultEndpointsProtocol=https;AccountKey=", _MIXED[:40] + "==", ";"),
    _within("api-key", "x-api-key: ", _HEX[:32]),
    _within("api-key", "apiKey=", "short1"),
    _within("password", "DB_PASSWORD=", "hunter2", "\nX=1"),
    _within("password", '{"password": "', "correct horse, battery", '"}'),
    _within("password", "<password>", "tr0ub4dor", "</password>"),
    _within("secret", "client_secret='", "s3cr3t value", "'"),
    _within("secret", "?client_secret=", _HEX[:32], "&x=1"),
    _within("token", "//registry.example.com/:_authToken=", _HEX[:36]),
    _within("token", "/download?access_token=", "0pen5esame", "&x=1"),
    _within("password", "IRC_PASS=", "irc4ever"),
    _within("password", '{"pass": "', "irc4ever", '"}'),
    _within("password", "<Pass>", "Example123", "</Pass>"),
    _within("password", "machine imap.example.com login kim@example.com password ", "letmein42", "\n"),
    _within("password", 'password "', "letmein42", '"'),
    _within("password-hash", "kim:", "$6$q7RkW2vNx0bTzE5d$8sYt3LmPf6JhGc1Aa9UoXeBi4KrZn7Dw", ":19000:0"),
    _within("password-hash", "kim:", "$apr1$Ab3dEf6h$" + _MIXED[:22], "\n"),
    _within("secret", "define('AUTH_KEY',         '", "Qv7!tKz(2bLw%9Rd x)4#eN1|8$hG", "');"),
    _within("secret", "APP_KEY=", "base64:" + _MIXED[:43] + "="),
    _within("registry-auth", '{"auths": {"https://registry.example.com": {"auth": "', "a2ltOmxldG1laW40Mg==", '"}}}'),
    _within("url-password", "https://kim@example.com:", "p!#@498x", "@git.example.com/"),
    _within("cli-option", "tool --api-token ", "0pen5esame", " --verbose"),
)
