"""A call under the conditions of its headers: made once, or only on a version that is known."""

import re
from dataclasses import replace
from typing import Final

from werkzeug.datastructures import Headers

from gateway.plugin import InvalidPayload
from gateway.web.api.idempotency import Made, Written, make, make_once
from gateway.web.api.procedures import Call, Procedure
from gateway.web.wire import Body, wire_value

CONDITIONS: Final = ("Idempotency-Key", "If-Match")
VERSION: Final = re.compile(r'"(\d{1,9})"')


async def make_under(
    headers: Headers,
    procedure: Procedure,
    call: Call,
    asked: Body,
    *,
    written: Written = wire_value,
) -> Made:
    """Makes a call as its headers ask for. Raises what it raises, and `InvalidPayload`."""
    call = replace(call, expected=expected(headers, procedure))
    key = headers.get("Idempotency-Key") if procedure.takes_key else None
    if key is None:
        return await make(procedure, call, asked, written=written)
    return await make_once(procedure, call, asked, key, written=written)


def expected(headers: Headers, procedure: Procedure) -> frozenset[int] | None:
    """The versions in `If-Match`; None when any will do. Raises `InvalidPayload`."""
    given = headers.get("If-Match")
    if given is None or procedure.is_query or given.strip() == "*":
        return None
    if not procedure.knows_versions:
        raise InvalidPayload("this call knows no versions; leave If-Match out")
    tags = [tag.strip() for tag in given.split(",")]
    found = [VERSION.fullmatch(tag) for tag in tags]
    if not all(found):
        raise InvalidPayload('If-Match takes an ETag as it was answered, such as "3"')
    return frozenset(int(match[1]) for match in found if match)
