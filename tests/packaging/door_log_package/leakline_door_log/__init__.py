"""Parsers for Leakline: the logs of our doors."""
