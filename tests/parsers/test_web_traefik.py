"""Traefik's common log: what each field is taken from, and what it is not."""

from parsers.web_traefik import NOT_THIS_FORMAT
from tests.parsers.registry import load, run
from timeline.model.parser import Sample

_COMBINED = b'192.0.2.7 - - [30/Mar/2026:22:36:48 +0000] "GET /a HTTP/1.1" 200 414 "-" "curl/8.5.0"\n'


def test_lines_say_who_asked_for_what() -> None:
    parser = load("web.traefik")
    first, second = run(parser, parser.SAMPLES[0]).events
    assert (first["actor"], first["src_ip"], first["action"], first["resource"]) == (
        "alice",
        "192.0.2.7",
        "GET",
        "/a?b=c",
    )
    assert (first["status"], first["bytes_out"], first["user_agent"]) == (200, 414, "curl/8.5.0")
    assert first["timestamp"] == 1774910208000000
    assert (second["outcome"], second["actor"], second["user_agent"]) == ("denied", None, None)


def test_the_combined_format_is_another() -> None:
    parser = load("web.traefik")
    assert not parser.sniff(Sample(_COMBINED)).confidence
    assert [refusal[3] for refusal in run(parser, _COMBINED).refused] == [NOT_THIS_FORMAT]
