"""One module per log format, found by entry point `leakline.parsers`."""
