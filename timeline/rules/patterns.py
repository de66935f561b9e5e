"""Patterns of rule packs: texts with placeholders in braces, and `*` for anything."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from timeline.model.errors import CaseFileError, QueryError
from timeline.model.yaml_reading import Value
from timeline.query.parsing import parse
from timeline.query.patterns import escaped
from timeline.query.tree import Node, TextTest

PLACEHOLDER: Final = re.compile(r"\{([a-z]+)\}")


def filled(pattern: str, named: Mapping[str, str]) -> str:
    """The pattern with its placeholders filled in."""
    return PLACEHOLDER.sub(lambda match: named[match[1]], pattern)


def resource_test(pattern: str, named: Mapping[str, str]) -> TextTest:
    """The condition on a resource that a pattern is."""
    if "*" not in pattern:
        return TextTest("resource", "exact", filled(pattern, named))
    if "*" not in pattern[:-1]:
        return TextTest("resource", "prefix", filled(pattern[:-1], named))
    return TextTest("resource", "wildcard", PLACEHOLDER.sub(lambda match: escaped(named[match[1]]), pattern))


def read_patterns(value: Value, known: Collection[str]) -> tuple[str, ...]:
    """A list of patterns. CaseFileError for one without placeholder, or with one that is not `known`."""
    patterns = value.texts()
    for pattern in patterns:
        _check_pattern(value, pattern, known)
    return patterns


def read_pattern(value: Value, known: Collection[str]) -> str:
    """One pattern. CaseFileError as for several."""
    pattern = value.text()
    _check_pattern(value, pattern, known)
    return pattern


def _check_pattern(value: Value, pattern: str, known: Collection[str]) -> None:
    names = PLACEHOLDER.findall(pattern)
    if not names or not set(names) <= set(known):
        raise value.error(f"has the pattern {pattern}", f"with one of {', '.join(sorted(known))} in braces")


def read_regex(value: Value) -> re.Pattern[str]:
    """A regular expression. CaseFileError when it is none."""
    try:
        return re.compile(value.text())
    except re.error as error:
        raise value.error(f"is no regex: {error}") from error


def read_query(value: Value) -> Node:
    """A query of Leakline's language. CaseFileError with the column when it is none."""
    try:
        return parse(value.text(), now_us=0)
    except QueryError as error:
        raise value.error(f"is no query: {error.what}", f"column {error.column}; `leakline help query`") from error


def needed(holder: Value, keys: Mapping[str, Value], name: str) -> Value:
    """The value of a key that must be there."""
    if name not in keys:
        raise CaseFileError(f"`{holder.name}` has no `{name}`", where=f"{holder.file}:{holder.line}")
    return keys[name]
