"""Clocks, compared with each other and with themselves."""
