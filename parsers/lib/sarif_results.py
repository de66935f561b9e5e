"""Results of SARIF logs: what one says of a secret or of a weakness in code, at which places, and when.

Nothing of a log tells that a snippet is a secret. Those of gitleaks and Kingfisher are, and are known by what else these two
put into a result, so that a result can be read by itself; of other tools snippets are lines of code, which may hold one.
Reference: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, section 3.27.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.found_secrets import Finding, SecretMembers
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, count, first_text, inner, items, text
from parsers.lib.times import Stamp, Times

CODE_FINDING: Final = "code_finding"

_SNIPPET_IS_SECRET: Final = SecretMembers(frozenset({"snippet", "offender"}))
_SNIPPET_IS_CODE: Final = SecretMembers(frozenset({"offender"}), frozenset({"snippet"}))
_NO_SECRET: Final = SecretMembers(frozenset())

_SCANNERS: Final = re.compile(
    r"git.?leaks|better.?leaks|truffle.?hog|king.?fisher|nosey.?parker|detect.?secrets|secretlint|talisman|ggshield"
    r"|git.?guardian|cred.?scan|whispers|secret",
    re.IGNORECASE,
)
_OF_SECRETS: Final = re.compile(
    r"secret|credential|hard-?coded|api[-_ ]?key|private[-_ ]?key|access[-_ ]?token|cwe-(?:259|321|798)\b",
    re.IGNORECASE,
)
_CODE_RULE: Final = re.compile(r"[a-z]{2,12}/[a-z0-9/_.-]{3,120}", re.ASCII)
_VERIFIED: Final = {"active credential": True, "inactive credential": False}
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def members_of(result: Record) -> SecretMembers:
    """Which members of a result hold secrets, by the result alone."""
    if _names_its_secret(result):
        return _SNIPPET_IS_SECRET
    rule = _rule_id(result) or ""
    return _NO_SECRET if _CODE_RULE.fullmatch(rule) and not _OF_SECRETS.search(rule) else _SNIPPET_IS_CODE


def findings_of(result: Record, about: Mapping[str, Any], times: Times) -> list[Finding]:
    """The findings of a result: one for each place of a secret, one for a weakness in code; none where it names no rule.

    `about` is what its run says: `tool`, `rules` (by id and by index), `ended`, `repository`.
    """
    rule = _rule_of(result, about)
    kind = _rule_id(result) or first_text(rule, "id", "name")
    said = text(result, "message", "text") or text(result, "message", "markdown")
    if kind is None and said is None:
        return []
    places = [place for place in items(result, "locations") if isinstance(place, dict)] or [{}]
    if _is_of_secret(result, kind, rule, about):
        titles = text(rule, "shortDescription", "text"), text(rule, "name")
        title = next((title for title in titles if title is not None), None)
        return [_finding(result, place, about, times, kind, title) for place in places]
    finding = _finding(result, places[0], about, times, kind, said)
    more = f"and in {len(places) - 1} more places" if len(places) > 1 else None
    return [finding._replace(action=CODE_FINDING, secret=None, remarks=(*finding.remarks, text(result, "level"), more))]


def _finding(
    result: Record, place: Record, about: Mapping[str, Any], times: Times, kind: str | None, title: str | None
) -> Finding:
    physical = inner(place, "physicalLocation")
    region = inner(physical, "region")
    stated = inner(result, "partialFingerprints")  # of gitleaks
    own = inner(result, "properties")  # of gitleaks up to version 7
    git = next((part for part in items(inner(place, "properties"), "git_metadata") if isinstance(part, dict)), {})
    commit, person = inner(git, "commit"), inner(inner(git, "commit"), "committer")
    stamp, clock = _time(result, stated.get("date") or commit.get("date") or own.get("date"), about, times)
    status = (text(place, "properties", "validation_status") or "").lower()
    return Finding(
        type=kind,
        secret=_secret(result, region, own),
        title=title,
        verified=True
        if (text(result, "message", "text") or "").startswith("Found verified ")
        else _VERIFIED.get(status),
        commit=text(stated, "commitSha") or text(commit, "id") or text(own, "commit"),
        remarks=_remarks(result),
        path=text(git, "file", "path") or text(physical, "artifactLocation", "uri") or _logical(place),
        line=count(region, "startLine") or None,
        repository=text(git, "repository_url") or text(own, "repo") or as_text(about.get("repository")),
        actor=first_text(stated, "email", "author") or first_text(person, "email", "name") or first_text(own, "email"),
        stamp=stamp,
        clock=clock,
        uid=text(result, "guid"),
    )


def _names_its_secret(result: Record) -> bool:
    if {"commitSha", "commitMessage"} <= inner(result, "partialFingerprints").keys():
        return True
    places = items(result, "locations")
    return bool(places) and {"validation_status", "fingerprint"} <= inner(_object(places[0]), "properties").keys()


def _secret(result: Record, region: Record, own: Record) -> str | None:
    value = own.get("offender")
    if value is None and _names_its_secret(result):
        value = inner(region, "snippet").get("text")
    return value if isinstance(value, str) and value else None


def _is_of_secret(result: Record, kind: str | None, rule: Record, about: Mapping[str, Any]) -> bool:
    if _names_its_secret(result) or "offender" in inner(result, "properties"):
        return True
    if _SCANNERS.search(as_text(about.get("tool")) or ""):
        return True
    tags = [tag for tag in items(inner(rule, "properties"), "tags") if isinstance(tag, str)]
    return any(_OF_SECRETS.search(said) for said in (kind or "", text(rule, "name") or "", *tags))


def _rule_id(result: Record) -> str | None:
    return text(result, "ruleId") or text(result, "rule", "id")


def _rule_of(result: Record, about: Mapping[str, Any]) -> Record:
    rules = about.get("rules") or {}
    index = count(result, "ruleIndex") if "ruleIndex" in result else count(inner(result, "rule"), "index")
    by_id = rules.get(_rule_id(result))
    return _object(rules.get(index) if by_id is None else by_id)


def _time(result: Record, written: object, about: Mapping[str, Any], times: Times) -> tuple[Stamp | None, str]:
    if isinstance(written, str) and _DAY.fullmatch(written):
        written = f"{written}T00:00:00"
    if (stamp := times.iso(written)) is not None:
        return stamp, "commit"
    if (stamp := times.iso(inner(result, "provenance").get("firstDetectionTimeUtc"))) is not None:
        return stamp, "found"
    return times.iso(about.get("ended")), "scan"


def _remarks(result: Record) -> tuple[str | None, ...]:
    state = text(result, "baselineState")
    return (
        None if state is None else f"compared with the scan before: {state}",
        "suppressed" if items(result, "suppressions") else None,
    )


def _logical(place: Record) -> str | None:
    return next(
        (first_text(_object(one), "fullyQualifiedName", "name") for one in items(place, "logicalLocations")), None
    )


def _object(value: object) -> Record:
    return value if isinstance(value, dict) else {}
