"""Authentication-Results: what a mail server says of a mail that it took (RFC 8601). Pure, linear.

Anybody can write such a header. One counts when its authserv-id is that of a server which the
channel believes, and only the topmost: that server wrote it last, above all that came to it.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

HEADER: Final = "authentication-results"
LONGEST: Final = 20_000
RESULTS: Final = 50
# What is quoted and never ends takes the rest: looked for from each quote anew, it would take long.
_TOKEN: Final = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*+)(?P<end>"|\\?\Z)|[();]|[^\s();"]+', re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One method, such as `dkim`, its result, and the properties that it is about."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationResults:
    """One header; all in lower case."""

    authserv_id: str
    results: tuple[Result, ...]


def believed_results(
    headers: Sequence[tuple[str, str]], authserv_ids: Collection[str]
) -> tuple[Result, ...]:
    """What the topmost header of a believed server says; nothing where there is none."""
    for name, value in headers:
        if authserv_ids and name == HEADER:
            read = read_results(value)
            if read.authserv_id in authserv_ids:
                return read.results
    return ()


def read_results(value: str) -> AuthenticationResults:
    """A header's value, as far as it can be read.

    >>> read_results("mx.a.example; dkim=pass (ok) header.d=B.example").results[0].properties
    {'header.d': 'b.example'}
    """
    first, *parts = _parts(value[:LONGEST].lower())
    # Without an id (`spf=pass ...` at once) nobody said who says it.
    authserv_id = first[0] if first and not any("=" in token for token in first) else ""
    found = tuple(result for part in parts[:RESULTS] if (result := _result(part)) is not None)
    return AuthenticationResults(authserv_id=authserv_id, results=found)


def _parts(value: str) -> list[list[str]]:
    """The tokens between semicolons; comments, nested or not closed, are left out.

    What is quoted is one token: its writer may be the sender, who would like to add results. What
    stands right beside it belongs to it: the domain of `"ann@bank.example"@evil.example` is its
    last one.
    """
    parts: list[list[str]] = [[]]
    depth, end = 0, -1
    for found in _TOKEN.finditer(value):
        text = found[0]
        if text in {"(", ")"}:
            depth = max(0, depth + (1 if text == "(" else -1))
        elif text == ";" and not depth:
            parts.append([])
        elif not depth and found.start() == end:
            parts[-1][-1] += _unquoted(found)
            end = found.end()
        elif not depth:
            parts[-1].append(_unquoted(found))
            end = found.end()
    return parts


def _unquoted(token: re.Match[str]) -> str:
    if token["quoted"] is None:
        return token[0]
    return re.sub(r"\\(.)", r"\1", token["quoted"], flags=re.DOTALL) if token["end"] == '"' else ""


def _result(tokens: Sequence[str]) -> Result | None:
    """`method=result`, then `property=value` as often as there is one."""
    pairs = list(_pairs(tokens))
    if not pairs:
        return None
    (method, result), *properties = pairs
    # The first of a name counts: what follows may be made of what the sender chose.
    return Result(
        method=method.partition("/")[0], result=result, properties=dict(reversed(properties))
    )


def _pairs(tokens: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names with their values, written together or around an equals sign of its own."""
    for place, token in enumerate(tokens):
        name, sign, value = token.partition("=")
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if sign and not name and place:
            name, value = tokens[place - 1], value or following
        if sign and name and (value or following):
            yield name, value or following
