"""Rules of the house that linters cannot check, read from the syntax tree."""
