from parsers import confluence_access
from timeline.model.parser import Chunk, DecodeContext, Sample

LINE = (
    "[30/Mar/2026:23:17:59 +0200] dana http-nio-8090-exec-6 192.0.2.7 GET /pages/viewpage.action?pageId=7 HTTP/1.1 404 88ms 2048"
    " https://wiki.example.com/ curl/8.5.0"
)


def test_a_line() -> None:
    decoded = confluence_access.decode(Chunk(f"{LINE}\n\n{LINE.replace('dana', '-')}".encode()))
    first, second = decoded.events.to_pylist()
    assert (first["kind"], first["action"], first["resource"]) == (
        "confluence.access",
        "GET",
        "/pages/viewpage.action?pageId=7",
    )
    assert (first["status"], first["outcome"], first["bytes_out"]) == (404, "failure", 2048)
    assert (first["actor"], first["src_ip"], first["user_agent"]) == ("dana", "192.0.2.7", "curl/8.5.0")
    assert first["timestamp"] == 1774905479000000
    assert (second["record"], second["actor"]) == (3, None)
    assert len(decoded.ignored) == 1


def test_sniffing_and_fields() -> None:
    assert confluence_access.sniff(Sample(LINE.encode())).confidence == 97
    assert confluence_access.sniff(Sample(f"{LINE}\nmore\n".encode())).confidence == 88
    assert confluence_access.fields(LINE.encode(), b"", DecodeContext())["thread"] == "http-nio-8090-exec-6"
