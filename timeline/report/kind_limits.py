"""What each kind of evidence cannot show, in a sentence: data, by kind or family of kinds."""

from collections.abc import Iterable
from typing import Final

_LIMITS: Final = {
    "aws.cloudtrail": (
        "CloudTrail shows reads of single objects (S3 GetObject, Lambda Invoke and the like) only while data events"
        " were switched on; without them, no such event is no sign that nothing was read."
    ),
    "aws.s3access": (
        "S3 server access logs are delivered on a best-effort basis: a request may be missing from them or arrive late."
    ),
    "git": (
        "A Git repository does not record clones, fetches or views, and author and committer times are set by the"
        " machine of whoever made the commit."
    ),
    "github.audit": (
        "The GitHub audit log keeps Git events (clone, fetch, push) for seven days, and an export holds what was asked"
        " for; views in the browser are not in it."
    ),
    "npm.registry": (
        "Package metadata shows what was published and when, not who downloaded it; an unpublished version may leave"
        " no time."
    ),
    "web.access": (
        "An access log shows requests that reached that server: downloads from a cache, a mirror or a CDN in front of"
        " it are not in it, and its byte counts are what the server says it sent."
    ),
}


def limits_of(kinds: Iterable[str]) -> list[tuple[str, str]]:
    """(kind, sentence) for each kind or its family (`git` for `git.commit`) that has one, in order of kind."""
    found: dict[str, str] = {}
    for kind in kinds:
        for name in (kind, kind.partition(".")[0]):
            if name in _LIMITS:
                found[name] = _LIMITS[name]
    return sorted(found.items())
