"""Files that came with messages: what is known of one, and the file itself."""

import mimetypes
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote
from uuid import UUID

from pydantic import Field
from quart import Blueprint, Response

from gateway.plugin.errors import Conflict
from gateway.rules.media import ACTIVE, UNKNOWN
from gateway.runtime import Gateway
from gateway.store.media import MediaContent, MediaView, get_media, read_media, unknown_media
from gateway.web.api.calls import open_call
from gateway.web.api.procedures import Call, procedure
from gateway.web.api.webhook_shapes import Text
from gateway.web.wire import Body

LOCKED: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
"""A file comes from anybody: no browser may take it for a page of this origin."""


class ByRef(Body):
    """A call about one file."""

    id: Text = Field(max_length=64, description="`mediaId` of an attachment.")


@procedure("media.get", "GET /media/{id}/details", scope="messages:read")
async def get(call: Call, asked: ByRef) -> MediaView:
    """What is known of a file that came with a message; the file itself is at `/media/{id}`.

    `contentType` is what its content says, `declaredType` what the sender said. A file whose
    `state` is `failed` has no content, and `reason` says why: `too_large`, `refused_type`, `empty`,
    `wrong_type` for what its provider calls a picture and is none, or `unavailable` when it could
    not be had, for the cause in `detail`. One that is `waiting` is still fetched.
    """
    return await get_media(call.gw.db, user_id=call.user_id, ref=_ref(asked.id))


def media_routes(gw: Gateway) -> Blueprint:
    """`GET /media/{id}`: a file, which is no JSON and so no call like the others."""
    routes = Blueprint("media", __name__, url_prefix="/api/v1")

    @routes.get("/media/<media_id>")
    async def content(media_id: str) -> Response:
        call = await open_call(gw, get)
        file = await read_media(gw.db, user_id=call.user_id, ref=_ref(media_id))
        if file.content is None or file.state != "kept":
            raise Conflict(f"media {media_id} is not there: {file.reason or file.state}")
        return _response(file, file.content)

    return routes


def _ref(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise unknown_media(given) from None


def _response(file: MediaContent, content: bytes) -> Response:
    kind = UNKNOWN if file.content_type in ACTIVE else file.content_type
    name = file.name or f"{file.id}{mimetypes.guess_extension(kind) or ''}"
    plain = "".join(letter if letter.isascii() else "_" for letter in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {**LOCKED, "Content-Disposition": disposition}
    return Response(content, content_type=kind, headers=headers)


PROCEDURES: Final = (get,)
