"""`python -m tests.corpus.incident FOLDER`: whether the documented facts of a third party's incident come out.

A root account is taken over; from there a key is made for a user of the attacker's, who starts a machine and reads objects.
"""

import sys
import tempfile
from pathlib import Path

from timeline.session.case import Case, open_case

NETWORK = "92.55.146.0/24"
KEY = "AKIASWJJJ66ZZZII4IYY"
READ = {f"s3://acme.customerdata-prod/id-0{n}.pdf" for n in (1, 2, 3)}


def facts(case: Case) -> dict[str, bool]:
    """Each documented fact, and whether Leakline says so."""
    credential = next(one for one in case.findings.hypotheses() if one.name == "credential")
    decided = [words for signal in credential.found if signal.decides for words in signal.words]
    links = [(link.one.value, link.other.value, link.rule) for link in case.findings.links()]
    radius = case.findings.radius(query="person:tracy_stone" if _has(case, "tracy_stone") else f"person:{KEY}")
    return {
        "who and from where: root, from a network new to it": any(":root" in w and NETWORK in w for w in decided),
        "a stolen credential, and nothing speaks against it": credential.words
        == "deciding evidence for it, none against",
        "which key: made by root": any(
            o.endswith(":root") and k == KEY for o, k, r in links if r == "access-key-made-by"
        ),
        "which key: of the attacker's user": any("tracy_stone" in o and k == KEY for o, k, _ in links),
        "what was read": {download.name for download in radius.downloads} == READ,
        "logging was to be cut": any(s.name == "trail-off" for s in case.findings.tampering()),
    }


def _has(case: Case, name: str) -> bool:
    return any(name == identity.value for actor in case.findings.actors().actors for identity in actor.identities)


def main() -> int:
    """Exit code 1 when a fact is missing."""
    with tempfile.TemporaryDirectory() as scratch:
        case = open_case(Path(scratch) / "case.db", create=True, analyst="ci")
        case.ingest([Path(sys.argv[1])], jobs=1)
        found = facts(case)
    for fact, holds in found.items():
        sys.stdout.write(f"{'yes' if holds else 'NO '}  {fact}\n")
    return 0 if all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
