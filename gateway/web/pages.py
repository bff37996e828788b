"""What a browser is shown: pages that load nothing from elsewhere and are put into no frame."""

from typing import Final

from quart import Response

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' blob:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Scripts of the gateway alone, which write text and never markup."""


def page_response(text: str, kind: str) -> Response:
    """A page, or a style, script or picture of one; browsers ask for it anew each time."""
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    return Response(text, content_type=f"{kind}; charset=utf-8", headers=headers)
