"""What a case could have seen, from where and when; and what follows for the question who read something."""
