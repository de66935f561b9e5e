"""The case file: the only package that opens SQLite. Row ids stay inside; others see public event keys."""
