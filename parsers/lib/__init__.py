"""What parsers share: reading JSON records, times, addresses."""
