"""Basic authentication in the URL that a provider calls, compared in constant time."""

import base64
import binascii
import hmac

from gateway.plugin import InboundRequest, InvalidAuth
from gateway_email_smtp.settings import EmailSettings


def check_login(settings: EmailSettings, request: InboundRequest, *, provider: str) -> None:
    """Returns for the user and password of the settings. Raises `InvalidAuth`."""
    scheme, _, given = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != "basic" or settings.mail_webhook_password is None:
        raise InvalidAuth(
            f"Authorization is missing: give {provider} the URL with user and password, "
            "https://<mailWebhookUser>:<mailWebhookPassword>@…"
        )
    try:
        login = base64.b64decode(given.strip(), validate=True)
    except (binascii.Error, ValueError):
        login = b""
    password = settings.mail_webhook_password.get_secret_value()
    if not hmac.compare_digest(login, f"{settings.mail_webhook_user}:{password}".encode()):
        raise InvalidAuth(
            f"user or password is wrong: the URL at {provider} must have the channel's "
            "mailWebhookUser and mailWebhookPassword"
        )
