"""The life of secrets: found where, public since when, used by whom, revoked when."""
