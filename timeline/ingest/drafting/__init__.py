"""Drafts of mappings: what the fields of a log that nobody knows may mean, guessed from its first records."""
