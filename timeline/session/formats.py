"""What is known of each format, from the registry itself: `leakline formats`, the manual's topic, and scripts."""

import difflib
import re
from dataclasses import asdict, dataclass
from typing import Any, Final

from timeline.ingest.detect import sniffed
from timeline.ingest.registry import parsers
from timeline.model.errors import UsageError
from timeline.model.mapping_file import shipped_mappings
from timeline.model.parser import ANY_KIND, Parser, Sample

# beginnings of kinds, by what they are about; a kind belongs where the longest of them is
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "Git and forges": ("git", "github", "gitlab", "bitbucket", "gitea", "gerrit"),
    "Cloud audit": ("aws", "azure", "entra", "gcp", "google", "m365", "k8s", "oci", "alibaba", "cloudflare.audit", "terraform"),
    "Identity and collaboration": (
        "okta", "auth0", "keycloak", "onepassword", "slack", "atlassian", "doppler", "vault", "vaultwarden", "teleport", "zoom",
    ),
    "Access logs": (
        "web", "iis", "haproxy", "envoy", "nginx", "traefik", "aws.s3access", "aws.alb", "aws.elb", "aws.cloudfront", "aws.vpcflow",
        "azure.storage", "gcs", "cloudflare", "jira", "confluence", "akamai", "fastly",
    ),
    "Registries": ("npm", "nexus", "jfrog", "harbor", "pypi", "oci.registry", "docker", "registry", "huggingface"),
    "Hosts": ("ssh", "shell", "linux", "journal", "auditd", "windows", "osquery", "bash", "syslog"),
    "Findings": (
        "aws.guardduty", "github.secret_scanning", "github.code_scanning", "gitleaks", "trufflehog", "kingfisher",
        "detect_secrets", "sarif", "leakline.secrets",
    ),
    "Interchange": ("timesketch", "plaso", "leakline", "analyst"),
    "Mappings": ("mapped",),
}  # fmt: skip
OTHERS: Final = "Others"
_COUNTED: Final = re.compile(r"\d+ of the first \d+ (records|lines) ")


@dataclass(frozen=True, slots=True)
class Format:
    """One format. `detected` says, in its parser's own words, by what it is recognised; `events` are the kinds it gives."""

    kind: str
    group: str
    title: str
    detected: tuple[str, ...]
    events: tuple[str, ...]
    framing: str
    columnar: bool
    version: int
    reference: str
    samples: tuple[str, ...]

    @property
    def way(self) -> str:
        """How it is decoded, in words."""
        return "by columns" if self.columnar else "by record"

    @property
    def event_kinds(self) -> str:
        """The kinds of its events, in words."""
        return "any kind" if ANY_KIND in self.events else ", ".join(self.events)

    def values(self) -> dict[str, Any]:
        """All of it, without the samples."""
        found = asdict(self)
        del found["samples"]
        return found


def formats() -> list[Format]:
    """Every format, group by group."""
    order = [*GROUPS, OTHERS]
    found = [_format(kind, parser) for kind, parser in parsers().items()]
    return sorted(found, key=lambda one: (order.index(one.group), one.kind))


def format_named(kind: str) -> Format:
    """The format of a kind. UsageError, with the nearest name, when there is none."""
    known = parsers()
    if kind not in known:
        near = difflib.get_close_matches(kind, known, 3, 0.5)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise UsageError(f"there is no format {kind}", hint=f"{hint}`leakline formats` lists them")
    return _format(kind, known[kind])


def mappings() -> list[tuple[str, str, str]]:
    """(name, title, kind) of the mappings that come with Leakline."""
    return [(name, mapping.title or "", mapping.kind) for name, mapping in shipped_mappings().items()]


def _format(kind: str, parser: Parser) -> Format:
    return Format(
        kind=kind,
        group=_group(kind),
        title=parser.TITLE,
        detected=_reasons(parser),
        events=parser.EMITS,
        framing=parser.FRAMING,
        columnar=parser.COLUMNAR,
        version=parser.VERSION,
        reference=parser.REFERENCE,
        samples=tuple(sample.decode("utf-8", "replace") for sample in parser.SAMPLES),
    )


def _group(kind: str) -> str:
    starts = {start: group for group, names in GROUPS.items() for start in names}
    parts = kind.split(".")
    known = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((starts[start] for start in known if start in starts), OTHERS)


def _reasons(parser: Parser) -> tuple[str, ...]:
    """Why a parser takes its own samples, without their counts; of reasons that begin alike the first."""
    found: dict[str, str] = {}
    for sample in parser.SAMPLES:
        for reason in sniffed(parser, Sample(sample)).reasons:
            plain = _COUNTED.sub(r"\1 ", reason)
            found.setdefault(" ".join(plain.replace(",", "").split()[:2]), plain)
    return tuple(found.values())
