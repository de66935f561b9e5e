"""Read-only sources: hashing, containers, record framing, Git objects. Never writes to evidence, never trusts it."""
