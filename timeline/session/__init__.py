"""One open case for commands, the terminal UI and Python: everything they may do, without a terminal."""
