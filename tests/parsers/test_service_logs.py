"""Logs of Gitea, Vaultwarden, Keycloak and Harbor: who tried to log in, from where, and with what result."""

import pytest

from tests.parsers.registry import Event, load
from timeline.model.parser import Chunk, DecodeContext, Parser, Sample

PARSERS = GITEA_LOG, HARBOR_LOG, KEYCLOAK_LOG, VAULTWARDEN_LOG = tuple(
    load(f"{name}.log") for name in ("gitea", "harbor", "keycloak", "vaultwarden")
)
VAULT = "[2026-03-30 22:36:48.424][vaultwarden::api::identity]"
CLOAK = "2026-03-30 22:36:48,424 WARN  [org.keycloak.events] (executor-thread-1) "
HARBOR = '2026-03-30T22:36:48Z [ERROR] [/core/a.go:72][client IP="198.51.100.9, 172.18.0.2" user agent="a \\(b\\)"]: '
GITEA = "2026/03/30 22:36:48 ...ers/web/auth/auth.go:206:SignInPost() [W] "


def one(parser: Parser, line: str) -> Event:
    context = DecodeContext(evidence_mtime_us=1_777_600_000_000_000)
    (event,) = parser.decode(Chunk(line.encode(), context=context)).events.to_pylist()
    return Event(event)


@pytest.mark.parametrize(
    ("parser", "line", "actor", "address", "outcome"),
    [
        (GITEA_LOG, GITEA + "Failed authentication attempt for dana from [2001:db8::7]:0: x", "dana", "2001:db8::7", "failure"),
        (GITEA_LOG, GITEA + "Failed authentication attempt from 198.51.100.9:22", None, "198.51.100.9", "failure"),
        (GITEA_LOG, GITEA + "Failed authentication attempt for a from b from 192.0.2.9:2: x", "a from b", "192.0.2.9", "failure"),
        (VAULTWARDEN_LOG, VAULT + "[ERROR] Wrong. IP: ::1. Username: d.n@example.com.", "d.n@example.com", "::1", "failure"),
        (VAULTWARDEN_LOG, VAULT + "[ERROR] Invalid admin token. IP: 198.51.100.9", None, "198.51.100.9", "failure"),
        (VAULTWARDEN_LOG, VAULT + "[INFO] User d@example.com logged in successfully. IP: 198.51.100.9",
         "d@example.com", "198.51.100.9", "success"),
        (KEYCLOAK_LOG, CLOAK + 'type="LOGIN_ERROR", userId="null", ipAddress="198.51.100.9", username="dana"',
         "dana", "198.51.100.9", "failure"),
        (KEYCLOAK_LOG, CLOAK + "type=LOGIN, userId=4711, ipAddress=198.51.100.9", "4711", "198.51.100.9", "success"),
        (HARBOR_LOG, HARBOR + "failed to authenticate user:dana, error:x", "dana", "198.51.100.9", "failure"),
    ],
)  # fmt: skip
def test_logins(parser: Parser, line: str, actor: str | None, address: str, outcome: str) -> None:
    event = one(parser, line)
    assert (event["kind"], event["actor"], event["src_ip"], event["outcome"]) == (parser.KIND, actor, address, outcome)
    assert event["timestamp"] // 1_000_000 == 1_774_910_208


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("line", ["\tat com.example.Main.run(Main.java:7)", "goroutine 1 [running]:"])
def test_every_other_line_is_an_event_too(parser: Parser, line: str) -> None:
    event = one(parser, line)
    assert (event["message"], event["action"], event["timestamp"]) == (line.strip(), None, None)


def test_requests_of_the_router_and_of_vaultwarden() -> None:
    done = one(
        GITEA_LOG, "2026/03/30 22:36:48 [I] router: completed GET /a.git/info/refs for 198.51.100.9:0, 401 Unauthorized"
    )
    names = ("timestamp_desc", "action", "resource", "src_ip", "status", "outcome")
    assert [done[name] for name in names] == ["request", "GET", "/a.git/info/refs", "198.51.100.9", 401, "denied"]
    asked = one(VAULTWARDEN_LOG, "[2026-03-30 22:36:48][response][INFO] (login) POST /identity/connect/token => 200 OK")
    assert [asked[name] for name in names] == ["request", "POST", "/identity/connect/token", None, 200, "success"]


def test_zones() -> None:
    offset = one(VAULTWARDEN_LOG, "[2026-03-31 00:36:48.424+0200][vaultwarden::api][ERROR] x")
    assert (offset["timestamp"], offset["timestamp_basis"]) == (1_774_910_208_424_000, "stated")
    assert one(GITEA_LOG, GITEA + "x")["timestamp_basis"] == "zone_assumed"
    assert one(HARBOR_LOG, HARBOR + "x")["timestamp_basis"] == "stated"
    assert one(HARBOR_LOG, "Mar 30 22:36:48 172.18.0.1 core[1]: a plain line")["timestamp_basis"] == "year_inferred"


def test_events_of_administrators_and_the_details_of_harbor() -> None:
    made = one(KEYCLOAK_LOG, CLOAK + "operationType=CREATE, realmId=r, resourceType=USER, resourcePath=users/4712")
    assert (made["action"], made["resource"], made["account"]) == ("CREATE USER", "users/4712", "r")
    assert one(HARBOR_LOG, HARBOR + "x")["user_agent"] == "a (b)"


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    "data",
    [
        b"2026/03/30 22:36:48 [error] 7#7: *1 open() failed, client: 198.51.100.9\n",
        b"2026-03-30 22:36:48,424 INFO  [com.example.Main] (main) started\n",
        b"[2026-03-30 22:36:48][app][ERROR] IP: 198.51.100.9\n",
        b"Mar 30 22:36:48 host core[1]: main.go:7: hello\n",
        b"",
    ],
)
def test_look_alikes_are_left_alone(parser: Parser, data: bytes) -> None:
    assert parser.sniff(Sample(data)).confidence == 0


def test_gitea_asks_itself_about_git_over_ssh() -> None:
    head = "2026/03/30 22:36:48 ...eb/routing/logger.go:102:func1() [I] router: completed GET "
    target = "/api/internal/serv/command/7/ml/w?mode=2&verb=git-receive-pack"
    event = one(
        GITEA_LOG, f"{head}{target} for 127.0.0.1:0, 403 Forbidden in 8.9ms @ private/serv.go:80(private.ServCommand)"
    )
    names = ("kind", "action", "credential", "resource", "src_ip", "status", "outcome", "timestamp_desc")
    assert [event[name] for name in names] == [
        "git.ssh", "git-receive-pack", "key-7", "ml/w", None, 403, "denied", "event",
    ]  # fmt: skip
    other = one(GITEA_LOG, f"{head}/api/internal/serv/none for 127.0.0.1:0, 200 OK in 8.9ms")
    assert (other["kind"], other["src_ip"]) == ("gitea.log", "127.0.0.1")
