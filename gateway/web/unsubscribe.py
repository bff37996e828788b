"""`/api/unsubscribe/{token}`: where the reader of a notification ends them (RFC 8058).

A GET shows a button and changes nothing, for scanners open every link of a mail. A POST needs
nothing but the link: mail programs send it by themselves, without cookies, and follow no redirect.
"""

from typing import Final

from quart import Blueprint, Response

from gateway.runtime import Gateway
from gateway.unsubscribing import PATH, end_notifications, subscriber_of

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Notifications</title>
<style>body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto;
padding: 0 1.5rem }} button {{ font: inherit; padding: .6rem 1.2rem }}</style>
<h1>{title}</h1><p>{text}</p>{form}
"""
_FORM: Final = '<form method="post"><button>Stop notifications</button></form>'
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def unsubscribe_routes(gw: Gateway) -> Blueprint:
    """The page behind the link, and what its button does."""
    routes = Blueprint("unsubscribe", __name__, url_prefix=PATH)

    @routes.get("/<token>")
    async def ask(token: str) -> Response:
        subscriber_of(gw, token)
        return _page(
            "Stop notifications?",
            "You get a mail when a task ends. Answers to your own mails go on either way.",
            _FORM,
        )

    @routes.post("/<token>")
    async def end(token: str) -> Response:
        await end_notifications(gw, token)
        return _page(
            "Notifications are stopped",
            "You get no more of them here. Answers to your own mails go on.",
        )

    return routes


def _page(title: str, text: str, form: str = "") -> Response:
    return Response(
        _PAGE.format(title=title, text=text, form=form),
        content_type="text/html; charset=utf-8",
        headers=_HEADERS,
    )
