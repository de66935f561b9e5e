"""One line of Azure's Storage Analytics logs split into its fields by position, by the names of the documentation.

Fields that may hold a quote, a semicolon or a line end are quoted, and inside the quotes written as in HTML.
Reference: https://learn.microsoft.com/rest/api/storageservices/storage-analytics-log-format.
"""

import re
from typing import Final

FIELDS_1: Final = (
    "version_number", "request_start_time", "operation_type", "request_status", "http_status_code",
    "end_to_end_latency_in_ms", "server_latency_in_ms", "authentication_type", "requester_account_name",
    "owner_account_name", "service_type", "request_url", "requested_object_key", "request_id_header", "operation_count",
    "requester_ip_address", "request_version_header", "request_header_size", "request_packet_size", "response_header_size",
    "response_packet_size", "request_content_length", "request_md5", "server_md5", "etag_identifier", "last_modified_time",
    "conditions_used", "user_agent_header", "referrer_header", "client_request_id",
)  # fmt: skip
FIELDS_2: Final = (
    *FIELDS_1, "user_object_id", "tenant_id", "application_id", "audience", "issuer", "user_principal_name",
    "reserved_field", "authorization_detail",
)  # fmt: skip
_FIELD = re.compile(r'(?:"([^"]*)"|([^;]*))(;|$)')
VERSION_NUMBER: Final = r"[0-9]{1,2}\.[0-9]{1,2}"
_VERSION = re.compile(VERSION_NUMBER)
_ESCAPE = re.compile(r"&(?:amp|quot|lt|gt|apos|#[0-9]{1,6}|#x[0-9A-Fa-f]{1,5});")
_NAMED: Final = {"&amp;": "&", "&quot;": '"', "&lt;": "<", "&gt;": ">", "&apos;": "'"}
_MOST_FIELDS: Final = 64
_HIGHEST: Final = 0x10FFFF


def split_storage_line(text: str) -> dict[str, str] | None:
    """The fields of one line, quotes removed; None when it is not such a line. What later versions add is `extra_39` ..."""
    values: list[str] = []
    position = 0
    while len(values) < _MOST_FIELDS:
        match = _FIELD.match(text, position)
        if match is None:
            return None
        values.append(match[1] if match[1] is not None else match[2])
        if not match[3]:
            break
        position = match.end()
    if len(values) < len(FIELDS_1) or not _VERSION.fullmatch(values[0]):
        return None
    named = dict(zip(FIELDS_2, values, strict=False))
    return named | {f"extra_{place}": value for place, value in enumerate(values[len(FIELDS_2) :], len(FIELDS_2) + 1)}


def without_html(text: str) -> str:
    """The text with its HTML escapes made what they stand for."""
    return _ESCAPE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    found = match[0]
    if found[1] != "#":
        return _NAMED[found]
    number = int(found[3:-1], 16) if found[2] == "x" else int(found[2:-1])
    return chr(number) if 0 < number <= _HIGHEST and not 0xD800 <= number <= 0xDFFF else found
