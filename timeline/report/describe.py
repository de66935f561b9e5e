"""An event in words: who did what on what from where, how much left. Plain text, not yet made inert for any medium."""

from timeline.model.event import Event


def amount(event: Event) -> str | None:
    """`1,234 bytes`, as logged; None where the record states none."""
    if event.bytes_out is None:
        return None
    return f"{event.bytes_out:,} byte{'' if event.bytes_out == 1 else 's'}"


def result(event: Event) -> str | None:
    """`success, status 200`; None where neither is known."""
    status = None if event.status is None else f"status {event.status}"
    known = [part for part in (event.outcome if event.outcome != "unknown" else None, status) if part]
    return ", ".join(known) or None


def sentence(event: Event) -> str:
    """One line that names the kind first and leaves out what is not known; never empty."""
    parts = [part for part in (event.actor, event.action, event.resource) if part]
    if event.src_ip:
        parts.append(f"from {event.src_ip}")
    tail = [part for part in (amount(event), result(event)) if part]
    text = " ".join(parts) + (f" ({', '.join(tail)})" if tail else "")
    if event.message:
        text = f"{text}: {event.message}" if text else event.message
    return f"{event.kind}: {text}" if text else event.kind
