"""What a secret looks like: a table of rules, ours, by the tokens' public shapes.

Each pattern starts with fixed characters or at a border, and repeats possessively, so that matching is linear in
the text. Identifiers stay readable: access-key ids, object ids, digests, UUIDs and ARNs are no secrets.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

OPEN, CLOSE = "⟦", "⟧"
Found = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of secret.

    `needles` are lower-case texts of which one must be there before `find` is tried. `contextual` rules need the
    text around the secret (a key's name before it), so that two fields side by side could look like one of them.
    """

    type: str
    needles: tuple[str, ...]
    find: Callable[[str], Iterator[Found]]
    contextual: bool = False


def _by_pattern(pattern: str, check: Callable[[str], bool] | None = None) -> Callable[[str], Iterator[Found]]:
    """Find what group 1 matches or, without groups, the whole match; `check` may refuse it."""
    compiled = re.compile(pattern)
    group = 1 if compiled.groups else 0

    def find(text: str) -> Iterator[Found]:
        for match in compiled.finditer(text):
            if check is None or check(match[group]):
                yield match.span(group)

    return find


def _mixed(value: str) -> bool:
    return any(char.isdigit() for char in value) and any(char.isupper() for char in value)


def _numbered(value: str) -> bool:
    return any(char.isdigit() for char in value) and not value.startswith(("AKIA", "APKA", "ASIA"))


_PEM_BEGIN: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PEM_BODY: Final = re.compile(r"[A-Za-z0-9+/=\s:,.\\-]*+")
_PEM_LONGEST: Final = 65_536


def _private_keys(text: str) -> Iterator[Found]:
    """From BEGIN to END or, where END is missing or far, as far as it looks like the body."""
    done = next_end = 0
    for match in _PEM_BEGIN.finditer(text):
        if match.start() < done:
            continue
        if next_end < match.end():
            next_end = text.find("-----END", match.end())
            next_end = len(text) + _PEM_LONGEST if next_end < 0 else next_end
        if next_end - match.end() < _PEM_LONGEST and next_end < len(text):
            close = text.find("-----", next_end + 8, next_end + 80)
            done = close + 5 if close >= 0 else next_end + 8
        else:
            body = _PEM_BODY.match(text, match.end())
            done = body.end() if body else match.end()
        yield match.start(), done


_DOTTED: Final = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]*+){2,}")


def _web_tokens(text: str) -> Iterator[Found]:
    """JWTs and JWEs: dotted base64url whose first part is a JSON object (`eyJ`)."""
    for match in _DOTTED.finditer(text):
        start = match[0].find("eyJ")
        if start < 0:
            continue
        parts = match[0][start:].split(".")
        if len(parts) >= 3 and len(parts[0]) >= 10 and len(parts[1]) >= 4:
            yield match.start() + start, match.end()


def _token(kind: str, prefix: str, body: str, check: Callable[[str], bool] | None = None) -> Rule:
    """Make the rule for a token that a fixed prefix gives away."""
    return Rule(kind, (prefix.lower(),), _by_pattern(re.escape(prefix) + body, check))


_WORD: Final = "[A-Za-z0-9]"
_SLUG: Final = "[A-Za-z0-9_-]"

TOKEN_RULES: Final[tuple[Rule, ...]] = (
    Rule("private-key", ("private key",), _private_keys),
    Rule("jwt", ("eyj",), _web_tokens),
    *(_token("github-token", f"gh{kind}_", _WORD + "{20,}+") for kind in "pousr"),
    _token("github-token", "github_pat_", "[A-Za-z0-9_]{20,}+"),
    *(
        _token("gitlab-token", f"gl{kind}-", r"[A-Za-z0-9_.-]{16,}+")
        for kind in ("pat", "dt", "rt", "cbt", "ptt", "ft", "soat", "oas", "agent", "imt", "ffct", "wt")
    ),
    _token("npm-token", "npm_", _WORD + "{30,}+"),
    _token("pypi-token", "pypi-Ag", _SLUG + "{16,}+"),
    Rule("slack-token", ("xox", "xapp-"), _by_pattern(r"(?:xox[a-z]|xapp)-[A-Za-z0-9.-]{10,}+")),
    Rule("slack-webhook", ("hooks.slack",), _by_pattern(r"hooks\.slack\.com/services/([A-Za-z0-9/]{16,}+)")),
    Rule("discord-webhook", ("/webhooks/",), _by_pattern(r"/webhooks/([0-9]{5,30}/[A-Za-z0-9_-]{20,}+)")),
    Rule("stripe-key", ("k_live_", "k_test_"), _by_pattern(r"[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}+")),
    _token("stripe-key", "whsec_", r"[A-Za-z0-9+/=]{16,}+"),
    _token("google-key", "AIza", _SLUG + "{30,}+"),
    _token("google-secret", "GOCSPX-", _SLUG + "{16,}+"),
    _token("google-token", "ya29.", r"[A-Za-z0-9_.-]{20,}+"),
    Rule("ai-key", ("sk-",), _by_pattern(r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{20,}+", _mixed)),
    _token("hugging-face-token", "hf_", _WORD + "{20,}+"),
    _token("hugging-face-token", "api_org_", _WORD + "{20,}+"),
    _token("sendgrid-key", "SG.", r"[A-Za-z0-9_-]{16,}+\.[A-Za-z0-9_-]{16,}+"),
    Rule("digitalocean-token", ("_v1_",), _by_pattern(r"do[opr]_v1_[a-f0-9]{40,}+")),
    _token("databricks-token", "dapi", r"[0-9a-f]{32}(?:-[0-9])?"),
    Rule("vault-token", ("hvs.", "hvb.", "hvr."), _by_pattern(r"hv[sbr]\.[A-Za-z0-9_-]{20,}+")),
    Rule("terraform-token", (".atlasv1.",), _by_pattern(r"[A-Za-z0-9]{10,20}+\.atlasv1\.[A-Za-z0-9_=-]{40,}+")),
    Rule("doppler-token", ("dp.",), _by_pattern(r"(?<![A-Za-z0-9])dp\.[a-z]{2,5}\.[A-Za-z0-9]{30,}+")),
    _token("docker-token", "dckr_pat_", _SLUG + "{16,}+"),
    _token("atlassian-token", "ATATT3", r"[A-Za-z0-9_=-]{40,}+"),
    Rule("shopify-token", ("shp",), _by_pattern(r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}")),
    Rule("square-token", ("sq0",), _by_pattern(r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,}+")),
    Rule("telegram-token", (":aa",), _by_pattern(r"(?<![0-9])[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}+")),
    Rule("grafana-token", ("glc_", "glsa_"), _by_pattern(r"gl(?:c|sa)_[A-Za-z0-9_+/=]{30,}+")),
    _token("new-relic-key", "NRAK-", _WORD + "{20,}+"),
    _token("rubygems-key", "rubygems_", "[a-f0-9]{40,}+"),
    _token("linear-key", "lin_api_", _WORD + "{30,}+"),
    _token("postman-key", "PMAK-", "[a-f0-9-]{40,}+"),
    _token("figma-token", "figd_", _SLUG + "{30,}+"),
    _token("notion-token", "ntn_", _WORD + "{40,}+"),
    _token("age-key", "AGE-SECRET-KEY-1", "[A-Z0-9]{40,}+"),
    _token("aws-bedrock-key", "ABSK", r"[A-Za-z0-9+/]{100,}+={0,2}"),
    Rule(
        "password-hash",
        ("$",),
        _by_pattern(r"\$(?:1|2[abxy]|5|6|7|y|apr1|argon2(?:id|i|d))\$[A-Za-z0-9./$=,+]{20,}+"),
    ),
    Rule("azure-secret", ("q~",), _by_pattern(r"[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,40}")),
)

_URL_PART: Final = rf"\s/?#\"'<>`|{OPEN}{CLOSE}"
_PORT: Final = re.compile(r"[0-9]{1,5}[?#]")


def _no_port(value: str) -> bool:
    """`http://host:8080?mail=a@b` has a port there, no password."""
    return _PORT.match(value) is None


URL_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "url-password",
        ("://",),
        _by_pattern(rf"://[^:\s/\"'<>`|{OPEN}{CLOSE}]*+:([^\s/\"'<>`|{OPEN}{CLOSE}]+)@", _no_port),
    ),
    Rule(
        "url-token", ("://",), _by_pattern(rf"://([^:@{_URL_PART}]{{20,}}+)(?::[^@{_URL_PART}]*+)?@", _numbered)
    ),
    Rule(
        "url-signature",
        ("sig",),
        _by_pattern(
            rf"(?:^|(?<=[?&;,\s\"'{{]))(?i:sig|signature|x-amz-signature|x-goog-signature)="
            rf"([^&,;\s\"'<>`|\\{OPEN}{CLOSE}]{{10,}}+)"
        ),
    ),
)
