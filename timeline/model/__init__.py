"""The vocabulary that every other package shares: events, time, parsers, case.yaml, errors. Imports nothing but text."""
