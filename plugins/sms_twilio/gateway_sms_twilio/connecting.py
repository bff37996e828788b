"""How a channel is set up at Twilio: credentials, senders, and which URL their texts go to."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from gateway.plugin import (
    Checkup,
    Choice,
    HttpResponse,
    PartContext,
    PermanentFailure,
    SetupFinding,
    TemporaryFailure,
)
from gateway.plugin.sms import is_number
from gateway_sms_twilio.answers import excerpt, is_passing, told
from gateway_sms_twilio.rest import Account
from gateway_sms_twilio.settings import API_URL, TwilioSettings

# An answer is cut at 64 KiB, and a number takes two of them.
NUMBERS_SHOWN: Final = 20
REPEATING: Final = "#rc=3&rp=ct,rt,5xx"
"""Has Twilio call again after a failure, as it does not by itself; no part of what is signed."""
REFUSALS: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)

M = TypeVar("M", bound=BaseModel)


class _Account(BaseModel):
    friendly_name: str = ""
    status: str = ""
    type: str = ""


class _Number(BaseModel):
    sid: str
    phone_number: str
    friendly_name: str = ""
    capabilities: Mapping[str, bool | None] = {}
    sms_url: str | None = None
    sms_method: str | None = None
    sms_application_sid: str | None = None


class _Numbers(BaseModel):
    incoming_phone_numbers: Sequence[_Number]


class _Pool(BaseModel):
    friendly_name: str = ""
    inbound_request_url: str | None = None
    inbound_method: str | None = None
    use_inbound_webhook_on_number: bool = False


class Connector:
    """Looks after one channel at Twilio."""

    def __init__(self, settings: TwilioSettings, context: PartContext) -> None:
        self._settings = settings
        self._url = context.inbound_url
        self._account = Account(settings, context.http)

    async def check(self) -> Checkup:
        """What Twilio has, against what it should have."""
        account = await self._of_account()
        if account.status == "problem":
            return Checkup(findings=[account, *self._of_url()])
        numbers = await self._numbers()
        findings = [account, *self._of_url(), *await self._of_senders(numbers)]
        return Checkup(findings=findings, choices=_choices(numbers))

    async def connect(self) -> Checkup:
        """Writes the channel's URL to the Messaging Service, or else to the number."""
        settings = self._settings
        if settings.twilio_messaging_service_sid:
            form = {
                "InboundRequestUrl": self._url + REPEATING,
                "InboundMethod": "POST",
                "UseInboundWebhookOnNumber": "false",
            }
            response = await self._account.service(form=[*form.items()])
            if response.status != HTTPStatus.NOT_FOUND:
                _read(response, _Pool)
        elif is_number(settings.twilio_phone_number or ""):
            number = next(iter(await self._numbers(settings.twilio_phone_number)), None)
            if number is not None:
                # An application on a number would overrule the URL.
                form = {
                    "SmsUrl": self._url + REPEATING,
                    "SmsMethod": "POST",
                    "SmsApplicationSid": "",
                }
                path = f"/IncomingPhoneNumbers/{number.sid}.json"
                _read(await self._account.post(path, [*form.items()]), _Number)
        return await self.check()

    async def _of_account(self) -> SetupFinding:
        response = await self._account.get(".json")
        if response.status in REFUSALS and self._settings.twilio_api_key_sid:
            # A key of restricted rights may not read the account.
            response = await self._account.get("/IncomingPhoneNumbers.json", [("PageSize", "1")])
            if response.status == HTTPStatus.OK:
                return _finding("credentials", "ok", "the API key counts")
        if response.status in REFUSALS:
            return _wrong_credentials(response)
        return _of_account(_read(response, _Account))

    async def _numbers(self, phone: str | None = None) -> Sequence[_Number]:
        query = [("PageSize", str(NUMBERS_SHOWN))]
        if phone:
            query.append(("PhoneNumber", phone))
        response = await self._account.get("/IncomingPhoneNumbers.json", query)
        return _read(response, _Numbers).incoming_phone_numbers

    def _of_url(self) -> list[SetupFinding]:
        place = urlsplit(self._url)
        is_for_twilio = self._settings.twilio_base_url.rstrip("/") == API_URL
        if is_for_twilio and (place.scheme != "https" or place.hostname in {"localhost", "::1"}):
            return [
                _finding(
                    "public_url",
                    "problem",
                    f"Twilio is to call {place.scheme}://{place.netloc}: set public_url to the "
                    "https address by which the internet reaches this gateway",
                )
            ]
        return []

    async def _of_senders(self, numbers: Sequence[_Number]) -> list[SetupFinding]:
        settings = self._settings
        sender, service = settings.twilio_phone_number, settings.twilio_messaging_service_sid
        if not sender and not service:
            return [
                _finding(
                    "sender",
                    "problem",
                    "the channel has none: set twilioPhoneNumber to one of the choices, or "
                    "twilioMessagingServiceSid",
                )
            ]
        if service:
            response = await self._account.service()
            if response.status == HTTPStatus.NOT_FOUND:
                return [
                    _finding("sender", "problem", f"the account has no Messaging Service {service}")
                ]
            return [_of_service(_read(response, _Pool), self._url)]
        assert sender is not None
        if not is_number(sender):
            return [
                _finding(
                    "sender",
                    "warning",
                    f"texts go out from {sender!r}, whose settings Twilio's API does not show: "
                    "make sure that answers to it reach the gateway, if it can be answered at all",
                )
            ]
        known = {number.phone_number: number for number in numbers}
        if sender not in known:
            known = {number.phone_number: number for number in await self._numbers(sender)}
        if sender not in known:
            return [_finding("sender", "problem", f"{sender} is no number of this account")]
        return _of_number(known[sender], self._url)


def _wrong_credentials(response: HttpResponse) -> SetupFinding:
    return _finding(
        "credentials",
        "problem",
        f"Twilio answered {told(response)}: copy twilioAccountSid and twilioAuthToken from the "
        "front page of the Console; a key of restricted rights must be allowed to read numbers",
    )


def _of_account(account: _Account) -> SetupFinding:
    name = account.friendly_name[:100]
    if account.status != "active":
        return _finding("credentials", "problem", f"the account {name!r} is {account.status}")
    if account.type == "Trial":
        return _finding(
            "credentials",
            "warning",
            f"{name!r} is a trial account: it sends to verified numbers only",
        )
    return _finding("credentials", "ok", f"the account {name!r} is active")


def _of_service(service: _Pool, url: str) -> SetupFinding:
    what = f"texts to the Messaging Service {service.friendly_name[:100]!r}"
    if service.use_inbound_webhook_on_number:
        return _finding(
            "inbound_url", "problem", f"{what} go to the URLs of its numbers", mended=True
        )
    return _of_target(what, service.inbound_request_url, service.inbound_method, url)


def _of_number(number: _Number, url: str) -> list[SetupFinding]:
    what = f"texts to {number.phone_number}"
    carries = bool(number.capabilities.get("sms"))
    found = [
        _finding("sender", "ok", f"{number.phone_number} is the account's and carries texts")
        if carries
        else _finding("sender", "problem", f"{number.phone_number} carries no texts")
    ]
    if number.sms_application_sid:
        found.append(
            _finding(
                "inbound_url",
                "problem",
                f"{what} go to the application {number.sms_application_sid}, whatever its URL is",
                mended=True,
            )
        )
    else:
        found.append(_of_target(what, number.sms_url, number.sms_method, url))
    return found


def _of_target(what: str, target: str | None, method: str | None, url: str) -> SetupFinding:
    """Where texts go, against where they should; what follows `#` says how Twilio calls."""
    if not target:
        return _finding("inbound_url", "problem", f"{what} go nowhere", mended=True)
    if target.partition("#")[0] != url:
        other = urlsplit(target)
        message = f"{what} go to another URL, at {other.scheme}://{other.netloc}"
        return _finding("inbound_url", "problem", message, mended=True)
    if (method or "POST").upper() != "POST":
        return _finding("inbound_url", "problem", f"{what} come by HTTP {method}", mended=True)
    return _finding("inbound_url", "ok", f"{what} come to this channel")


def _choices(numbers: Sequence[_Number]) -> list[Choice]:
    return [
        Choice(
            setting="twilioPhoneNumber",
            value=number.phone_number,
            label=f"{number.friendly_name[:100]} ({', '.join(_abilities(number))})",
        )
        for number in numbers
        if number.capabilities.get("sms")
    ]


def _abilities(number: _Number) -> list[str]:
    return [name for name in ("sms", "mms", "voice") if number.capabilities.get(name)]


def _finding(
    name: str, status: Literal["ok", "warning", "problem"], message: str, *, mended: bool = False
) -> SetupFinding:
    return SetupFinding(name=name, status=status, message=message, is_mended_by_connect=mended)


def _read(response: HttpResponse, model: type[M]) -> M:
    """What Twilio shows. Raises `TemporaryFailure` or `PermanentFailure` for anything else."""
    status = response.status
    if status in range(200, 300):
        try:
            return model.model_validate_json(response.body)
        except ValidationError:
            raise PermanentFailure(
                "something else than Twilio answered: check twilioBaseUrl",
                response_status=status,
                response_excerpt=excerpt(response),
            ) from None
    failure = TemporaryFailure if is_passing(status) else PermanentFailure
    raise failure(
        f"Twilio answered {told(response)}",
        response_status=status,
        response_excerpt=excerpt(response),
    )
