"""Pictures and other media of a message, fetched from where Twilio keeps them.

The account's login goes to the one form of URL that Twilio's API has for them, and nowhere else.
"""

import base64
import re
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin, urlsplit

from gateway.plugin import (
    Attachment,
    HttpResponse,
    PartContext,
    PermanentFailure,
    TemporaryFailure,
)
from gateway_sms_twilio.answers import is_passing, retry_after, told
from gateway_sms_twilio.rest import VERSION
from gateway_sms_twilio.settings import API_URL, TwilioSettings

FETCH_SECONDS: Final = 30.0
REDIRECTS: Final = 3


class Pictures:
    """Fetches what came with messages to one account."""

    def __init__(self, settings: TwilioSettings, context: PartContext) -> None:
        self._settings = settings
        self._context = context
        account = f"{VERSION}/Accounts/{settings.twilio_account_sid}"
        self._own = re.compile(
            rf"(?:{re.escape(settings.twilio_base_url.rstrip('/'))}|{re.escape(API_URL)})"
            rf"{re.escape(account)}/Messages/(?:MM|SM)[0-9a-fA-F]{{32}}/Media/ME[0-9a-fA-F]{{32}}"
        )

    def keeps(self, attachment: Attachment) -> bool:
        """Whether this is the URL of a file of the account's own messages."""
        return self._own.fullmatch(attachment.url) is not None

    async def fetch(self, attachment: Attachment, *, limit_bytes: int) -> bytes:
        """One attempt; Twilio sends on to where the file lies, which gets no login.

        Raises `TemporaryFailure` and `PermanentFailure`.
        """
        if not self.keeps(attachment):
            raise PermanentFailure("this is no file of the account's own messages")
        url = attachment.url
        for _ in range(REDIRECTS + 1):
            response = await self._context.http.request(
                "GET",
                url,
                headers=self._login if url == attachment.url else {},
                body=b"",
                timeout_seconds=FETCH_SECONDS,
                limit_bytes=limit_bytes + 1,
            )
            if not _is_redirect(response):
                return _content(response)
            url = self._next(url, response)
        raise PermanentFailure(f"Twilio sent on more than {REDIRECTS} times")

    @property
    def _login(self) -> dict[str, str]:
        user, password = self._settings.login
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        return {"Authorization": f"Basic {login}"}

    def _next(self, url: str, response: HttpResponse) -> str:
        """Where a redirect leads. Raises `PermanentFailure` for a place that is not Twilio's."""
        try:
            following = urljoin(url, response.headers.get("location", ""))
            place = urlsplit(following)
        except ValueError as error:  # such as a bracket that is not closed
            raise PermanentFailure(f"Twilio sent on to what is no URL: {error}") from error
        base = urlsplit(self._settings.twilio_base_url)
        is_own = (place.scheme, place.netloc) == (base.scheme, base.netloc)
        hosts = self._settings.twilio_media_hosts
        # A stand-in for Twilio speaks http; whoever names its host knows that.
        schemes = {"https", base.scheme}
        is_known = place.scheme in schemes and place.netloc.lower() in {h.lower() for h in hosts}
        if not (is_own or is_known):
            raise PermanentFailure(
                f"Twilio sent on to {place.hostname or 'nowhere'}: if it keeps files there now, "
                "add the host to twilioMediaHosts"
            )
        return following


def _is_redirect(response: HttpResponse) -> bool:
    return response.status in {301, 302, 303, 307, 308}


def _content(response: HttpResponse) -> bytes:
    """The file. Raises what any other answer means."""
    status = response.status
    if status == HTTPStatus.OK:
        return response.body
    sentence = f"Twilio answered {told(response)}"
    if status == HTTPStatus.NOT_FOUND or is_passing(status):
        # A file may be there some seconds after its message.
        raise TemporaryFailure(
            sentence, retry_after_seconds=retry_after(response), response_status=status
        )
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        sentence = f"{sentence}; check the auth token or API key"
    raise PermanentFailure(sentence, response_status=status)
