"""What every call of the API begins with: who calls, and which page of a list is meant."""

from dataclasses import dataclass
from typing import Final

from quart import request

from gateway.plugin import FieldError, InvalidPayload, JsonValue
from gateway.runtime import Gateway
from gateway.web.auth import Principal, authenticate, require

PAGE: Final = 50
LARGEST_PAGE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a list is asked for: entries with an id below `before_id`, newest first."""

    before_id: int | None
    limit: int


async def caller(gw: Gateway, scope: str) -> Principal:
    """Who calls, when the token holds `scope`. Raises `Unauthorized` or `InsufficientScope`."""
    principal = await authenticate(request.headers.get("Authorization"), now=gw.now())
    require(principal, scope)
    return principal


def page_asked() -> Page:
    """`?cursor=` and `?limit=` of this request. Raises `InvalidPayload`."""
    limit = _whole_number("limit", low=1, high=LARGEST_PAGE)
    return Page(before_id=_whole_number("cursor", low=1, high=2**63 - 1), limit=limit or PAGE)


def page_answer(items: list[JsonValue], page: Page, last_id: int | None) -> dict[str, JsonValue]:
    """`{"items": [...], "nextCursor": ...}`; the cursor is null on the last page."""
    is_full = len(items) == page.limit
    return {"items": items, "nextCursor": str(last_id) if is_full and last_id else None}


def _whole_number(name: str, *, low: int, high: int) -> int | None:
    text = request.args.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or not low <= int(text[:20]) <= high:
        message = f"give a whole number from {low} to {high}"
        raise InvalidPayload(
            f"query parameter {name}: {message}",
            fields=[FieldError(pointer=f"?{name}", message=message)],
        )
    return int(text)
