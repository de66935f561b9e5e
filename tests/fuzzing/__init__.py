"""Long fuzzing of parsers, apart from the tests: see README.md in this folder."""
