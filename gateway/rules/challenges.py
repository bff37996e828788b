"""The plain handshake, by which a sender makes sure of a URL: what it sent is repeated.

An answer that repeats what a request said can be aimed at somebody's browser, so little may be.
"""

import re
from typing import Final
from urllib.parse import parse_qsl

from gateway.plugin import HttpAnswer, InboundRequest

TOKEN: Final = re.compile(r"[A-Za-z0-9._~-]{1,512}")
QUERY_FIELDS: Final = 50


def plain_challenge(request: InboundRequest) -> HttpAnswer | None:
    """The echo of `?challenge=` in a GET, as Dropbox and many others ask; None for all else."""
    if request.method != "GET" or not request.query:
        return None
    try:
        query = dict(parse_qsl(request.query.decode("latin-1"), max_num_fields=QUERY_FIELDS))
    except ValueError:
        return None
    challenge = query.get("challenge", "")
    return HttpAnswer(body=challenge.encode()) if TOKEN.fullmatch(challenge) else None
