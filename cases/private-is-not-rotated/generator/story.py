"""What happened, when, and who was there: the facts that all parts of the evidence agree on."""

from typing import Final

from _shared.clock import at
from _shared.history import Author

COMMITTED: Final = at("2017-08-23T12:12:09Z")
REMOVED: Final = at("2019-02-11T09:40:51Z")
AUDIT_FROM: Final = at("2025-11-17T07:00:00Z")
ALERTED: Final = at("2026-05-12T13:41:07Z")
PRIVATE: Final = at("2026-05-12T14:20:31Z")
FOREIGN_USE: Final = at("2026-05-13T03:12:44Z")
NEW_KEY_CREATED: Final = at("2026-05-14T09:02:11Z")
SWITCHED_OFF: Final = at("2026-05-14T09:31:40Z")
RESOLVED: Final = at("2026-05-14T10:20:02Z")
DELETED: Final = at("2026-05-14T16:05:13Z")
TRAIL_FROM: Final = "2026-05-11T00:00:00Z"
TRAIL_TO: Final = "2026-05-15T00:00:00Z"
EXPORTED: Final = at("2026-05-15T08:00:00Z")

REPOSITORY: Final = "corp/route-planner"
LEAKED_FILE: Final = "deploy/import.env"
# Invented: of the form of an access key, with letters that no generator of keys gives in this order.
OLD_KEY: Final = "AKIA2LEAKLINE7TARIFF"
OLD_OTHER_HALF: Final = "invented/EvidenceOnly+NotAKey0123456789ab"
NEW_KEY: Final = "AKIA6LEAKLINE2NEWKEY"
BUCKET: Final = "corp-tariffs"
IMPORTER: Final = "tariff-import"
FOREIGN: Final = "198.51.100.77"
JOB_ADDRESSES: Final = ("192.0.2.70", "192.0.2.71")

CONTRACTOR: Final = Author("Milo Berg", "milo.berg@contractor.example", 2)
PRIYA: Final = Author("Priya Nair", "priya@corp.example", 1)
TOM: Final = Author("Tom Weber", "tom@corp.example", 1)
LENA: Final = Author("Lena Costa", "lena@corp.example", 0)
TOM_LOGIN: Final = "tweber"
LOGINS: Final = {"priya-nair": "192.0.2.5", TOM_LOGIN: "192.0.2.7", "lenac": "192.0.2.35"}
