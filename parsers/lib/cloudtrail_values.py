"""What the members of a CloudTrail record come to in the event, for whole records and for those read as structs alike.

Reference: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html.
"""

from functools import lru_cache
from typing import Final

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, first_text, object_of, text
from parsers.lib.times import MILLISECOND_US, Stamp, Times
from timeline.model.time import SECOND_US

LOGIN: Final = "ConsoleLogin"

_DENIALS: Final = ("AccessDenied", "Unauthorized", "Forbidden")
_DOMAINS: Final = (".amazonaws.com", ".amazonaws.com.cn")


@lru_cache(maxsize=8_192)
def action_of(source: str | None, name: str | None) -> str | None:
    """`s3:GetObject` of eventSource and eventName; the one of them that there is."""
    if source is None:
        return name
    service = next((source.removesuffix(end) for end in _DOMAINS if source.endswith(end)), "") or source
    return service if name is None else f"{service}:{name}"


def outcome_of(error: str | None) -> str:
    """By errorCode alone."""
    if error is None:
        return "success"
    return "denied" if any(denial in error for denial in _DENIALS) else "failure"


def login_outcome(response: object) -> str:
    """Of a console login without errorCode, by its responseElements."""
    said = text(object_of(response), LOGIN)
    return "success" if said is None or said == "Success" else "failure"


def actor_of(identity: Record) -> str | None:
    """Who, by userIdentity."""
    return first_text(identity, "arn", "userName", "principalId", "invokedBy")


def session_of(identity: Record) -> str | None:
    """The role-session name; None for what is no assumed role."""
    arn = as_text(identity.get("arn")) or ""
    if ":assumed-role/" in arn:
        return as_text(arn.rpartition("/")[2])
    if identity.get("type") == "AssumedRole":
        return as_text((text(identity, "principalId") or "").partition(":")[2])
    return None


def time_of(value: object, times: Times) -> Stamp | None:
    """The time of eventTime, however it is written."""
    # seconds (the AWS command line) before milliseconds, which would be later than the year 9999 as seconds
    return times.iso(value) or times.epoch(value, SECOND_US) or times.epoch(value, MILLISECOND_US)
