"""The questions to begin with: chosen by what a case holds, always the same for the same case. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from timeline.model.finding_rows import Findings
from timeline.model.outline import Outline
from timeline.tui.pivot import starred

MOST: Final = 8

_AUDITS: Final = (
    "aws.cloudtrail", "github.audit", "gitlab.audit", "gcp.audit", "azure.activity", "entra.audit", "m365.audit",
    "google.workspace", "k8s.audit", "bitbucket.audit", "slack.audit", "okta.system", "vault.audit", "teleport.audit",
    "cloudflare.audit", "leakline.", "timesketch.", "plaso.",
)  # fmt: skip
_OPENED: Final = (
    "aws.cloudtrail", "aws.config", "github.audit", "gitlab.audit", "gcp.audit", "azure.activity", "azure.storage", "npm.registry",
    "pypi.", "oci.registry", "m365.audit", "google.workspace", "bitbucket.audit", "leakline.", "timesketch.",
)  # fmt: skip
_READS: Final = (
    "web.", "aws.s3access", "aws.cloudtrail", "aws.alb", "aws.elb", "aws.cloudfront", "gcs.usage", "azure.storage",
    "cloudflare.http", "envoy.", "haproxy.", "iis.", "jfrog.", "nexus.", "harbor.", "oci.registry", "git.ssh", "gitlab.api",
    "github.audit", "gitea.", "bitbucket.access", "confluence.", "jira.", "pypi.downloads", "leakline.", "timesketch.",
)  # fmt: skip
_SIGN_INS: Final = (
    "okta.", "entra.signin", "auth0.", "keycloak.", "onepassword.signin", "ssh.auth", "teleport.", "google.workspace",
    "vaultwarden.",
)  # fmt: skip
_SECRETS: Final = (
    "git", "gitleaks.", "trufflehog.", "kingfisher.", "detect_secrets.", "github.secret_scanning", "leakline.secrets", "sarif.",
)  # fmt: skip
_HISTORIES: Final = ("git", "github.", "gitlab.", "bitbucket.", "gitea.")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what answers it: one of the findings, or a query, or evidence that is yet to be read, or the sources."""

    text: str
    findings: Findings | None = None
    query: str | None = None
    wants_evidence: bool = False


def first_questions(outline: Outline) -> list[Question]:
    """At most MOST of them, the first things to know first; of a case without events only where its evidence is."""
    if not outline.events:
        return [Question("Where is the evidence? Read a file, folder, archive or repository", wants_evidence=True)]
    kinds = [kind.kind for kind in outline.kinds if kind.kind is not None and kind.events]
    asked = [*_unread(outline), *_of_kinds(kinds), *_always(kinds)]
    starred_ones = [Question("What is starred so far?", query=starred())] if outline.starred else []
    return [*asked[: MOST - len(starred_ones)], *starred_ones]


def _unread(outline: Outline) -> list[Question]:
    if not (outline.unread or outline.rejects):
        return []
    parts = [f"{outline.unread:,} source{'' if outline.unread == 1 else 's'} not read"] if outline.unread else []
    parts += [f"{outline.rejects:,} record{'' if outline.rejects == 1 else 's'} rejected"] if outline.rejects else []
    return [Question(f"What could not be read, and why? ({', '.join(parts)})")]


def _of_kinds(kinds: Collection[str]) -> list[Question]:
    choices: tuple[tuple[tuple[str, ...], Question], ...] = (
        (_OPENED, Question("What was open to outsiders, since when, and who read it?", "exposures")),
        (_SECRETS, Question("Which secrets were committed, and were they used?", "secrets")),
        (_READS, Question("What was downloaded, and was it whole?", "downloads")),
        ((*_AUDITS, *_HISTORIES), Question("Was logging cut, or history rewritten?", "tampering")),
        (("",), Question("What do these logs not show?", "coverage")),
        (_READS, Question("Who read much in a short time?", "bursts")),
        (_SIGN_INS, Question("Which sign-ins failed or were denied?", query="outcome:denied OR outcome:failure")),
        ((*_AUDITS, *_SIGN_INS), Question("Which networks and programs are new to a credential?", "first seen")),
    )
    return [question for prefixes, question in choices if any(kind.startswith(prefixes) for kind in kinds)]


def _always(kinds: Collection[str]) -> list[Question]:
    found = [
        Question("Who acts here, and under which names?", "actors"),
        Question("Which explanations do the logs speak for or against?", "hypotheses"),
        Question("What is noise: scanners, crawlers, health checks?", "noise"),
        Question("What was refused, and to whom?", query="outcome:denied"),
    ]
    return [Question("Do the clocks of the sources agree?", "clocks"), *found] if len(kinds) > 1 else found
