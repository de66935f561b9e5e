"""The activity log of the subscription, as a diagnostic setting exports it: keys listed every day, keys made anew twice."""

import json
from typing import Final

from _shared.clock import DAY, HOUR, MINUTE, SECOND, at, moment
from _shared.dice import Dice

from generator.story import ACCOUNT, LOGS_FROM, LOGS_TO, REVOKED, SUBSCRIPTION

_GROUP: Final = f"/SUBSCRIPTIONS/{SUBSCRIPTION.upper()}/RESOURCEGROUPS/ML"
_STORAGE: Final = f"{_GROUP}/PROVIDERS/MICROSOFT.STORAGE/STORAGEACCOUNTS"
_UPN: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"


def make_activity() -> bytes:
    """Give the log, one record a line."""
    dice, rows = Dice(4301), []

    def add(when: int, operation: str, resource: str, result: str, who: str, address: str) -> None:
        stamp = f"{moment(when):%Y-%m-%dT%H:%M:%S}.{dice.below(10_000_000):07d}Z"
        claims = {_UPN: who} if "@" in who else {"appid": who}
        rows.append((when, {
            "time": stamp, "resourceId": resource, "operationName": operation.upper(), "category": "Administrative",
            "resultType": result, "resultSignature": f"{result}.", "durationMs": "0", "callerIpAddress": address,
            "correlationId": dice.uuid(), "level": "Information", "location": "global", "identity": {"claims": claims},
        }))  # fmt: skip

    list_keys = "Microsoft.Storage/storageAccounts/listKeys/action"
    regenerate = "Microsoft.Storage/storageAccounts/regenerateKey/action"
    start, machine = "Microsoft.Compute/virtualMachines/start/action", f"{_GROUP}/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/GPU-1"
    for day in range((LOGS_TO - LOGS_FROM) // DAY):
        when = LOGS_FROM + day * DAY + 5 * HOUR + dice.below(3600) * SECOND
        add(when, list_keys, f"{_STORAGE}/{ACCOUNT.upper()}", "Success", "0a1b2c3d-pipeline", "192.0.2.70")
        if dice.chance(0.3):
            add(when + HOUR, start, machine, "Success", "jon@corp.example", "192.0.2.9")
    # the keys of another account are changed by plan: that closes nothing here
    add(at("2023-05-02T08:00:04Z"), regenerate, f"{_STORAGE}/CORPBACKUPS", "Success", "priya@corp.example", "192.0.2.5")
    add(REVOKED - SECOND, regenerate, f"{_STORAGE}/{ACCOUNT.upper()}", "Start", "priya@corp.example", "192.0.2.5")
    add(REVOKED, regenerate, f"{_STORAGE}/{ACCOUNT.upper()}", "Success", "priya@corp.example", "192.0.2.5")
    add(REVOKED + 2 * MINUTE, regenerate, f"{_STORAGE}/{ACCOUNT.upper()}", "Success", "priya@corp.example", "192.0.2.5")
    ordered = sorted(rows, key=lambda row: row[0])
    return "".join(json.dumps(record, separators=(",", ":")) + "\n" for _, record in ordered).encode()
