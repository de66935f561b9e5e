"""From when to when something was open to whom, and who touched it then."""
