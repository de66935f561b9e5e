"""The query language: text -> tree -> conditions. Pure: no database, no terminal."""
