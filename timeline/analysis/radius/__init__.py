"""What was taken, and how much."""
