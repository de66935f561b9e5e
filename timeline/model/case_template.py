"""The case.yaml that `leakline new` writes: every key, explained, nothing switched on."""

import json
from typing import Final

_TEMPLATE: Final = """\
# case.yaml: what people know about this case. `leakline help case-file` describes every key.
# An unknown key or a bad value is an error that names its line.

name: {name}
# title: Source map published with the command-line tool

# What the report says first: its state, and your summary for people who read nothing else.
# status: Draft
# summary: The source of our command-line tool was public for nine hours. Two readers took a copy.

# The zone in which times are shown beside UTC: an IANA name or an offset.
zone: UTC
# analyst: kim

# How to read the evidence, by name of the source; later entries win. `*` also matches `/`.
sources: []
#  - path: "web/access.log*"
#    kind: web.access              # else detected
#    tz: Europe/Berlin             # for times that do not state their zone
#    year: 2026                    # for logs that leave the year out
#    clock_offset: 90s             # added to every time of this source; the stated time is kept
#    log_format: '%h %l %u %t "%r" %>s %b'
#    collector: kim                # who collected it, how and when: shown in the report
#    method: copied with rsync from web-1
#    acquired: 2026-04-02T09:30:00+02:00

# Names under which the logs show people.
people: []
#  - name: Dana Example
#    identities: [dana@corp.example, dana-ex]
#    role: developer

# role: own, vpn, ci, cloud, scanner or other
networks: []
#  - name: office
#    cidr: [198.51.100.0/24, "2001:db8::/32"]
#    role: own

# What was said and when: the analyst's statement, never evidence. Times without offset are in `zone`.
markers: []
#  - at: 2026-03-31
#    text: first press article

# Texts that no export may show, beside what the built-in rules find.
secrets: []
"""


def default_case_file(name: str) -> str:
    """Write the text of a new case.yaml for a case called `name`."""
    # a JSON string is a YAML double-quoted scalar, whatever the name holds
    return _TEMPLATE.format(name=json.dumps(name))
