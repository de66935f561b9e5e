"""The audit log of an organisation, as the forge exports it: a JSON array, newest first."""

import base64
import hashlib
import json

from _shared.dice import Dice

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Gecko/20100101 Firefox/136.0"
GIT = "git/2.47.1"


class AuditLog:
    """Collects records of an organisation; every one gets a document id of its own."""

    def __init__(self, org: str, seed: int) -> None:
        self.org = org
        self.records: list[dict[str, object]] = []
        self._dice = Dice(seed)

    def add(self, when: int, action: str, actor: str, address: str | None, **rest: object) -> None:
        """Add one record; `when` in microseconds UTC is written in milliseconds."""
        document_id = base64.urlsafe_b64encode(bytes(self._dice.below(256) for _ in range(15))).decode()
        record: dict[str, object] = {"@timestamp": when // 1000, "_document_id": document_id, "action": action}
        record |= {"actor": actor, "org": self.org, "org_id": 41872201}
        if address is not None:
            record |= {"actor_ip": address, "actor_location": {"country_code": "ZZ"}}
        self.records.append(record | rest | {"created_at": when // 1000})

    def export(self) -> bytes:
        """Give the export, one record a line."""
        records = sorted(self.records, key=lambda record: (record["@timestamp"], record["_document_id"]), reverse=True)
        return ("[\n" + ",\n".join(json.dumps(record, separators=(",", ":")) for record in records) + "\n]\n").encode()


def token_hash(name: str) -> str:
    """Give what the audit log writes of a token: base64 of a SHA-256, here of its name."""
    return base64.b64encode(hashlib.sha256(f"token of {name}".encode()).digest()).decode()
