"""From the flat settings of a request to the settings of each part, and back without a secret."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, Field, SecretStr

from gateway.channel_settings import (
    ChannelPlan,
    OpenedSettings,
    WantedChannel,
    open_settings,
    plan_channel,
    seal_settings,
    shown_settings,
)
from gateway.part_settings import settings_for
from gateway.plugin import (
    Answer,
    Conversation,
    InboundRequest,
    InvalidPayload,
    JsonValue,
    OutboundMessage,
    OutboundUrl,
    Parsed,
    Parser,
    Part,
    PartSettings,
    PermanentFailure,
    Responder,
    Sent,
    SigningSecret,
    Transport,
    Verifier,
)
from gateway.records import Webhook
from gateway.registry import Registry
from gateway.vault import Vault, VaultError
from tests.foundations.test_limits import webhook

KEY = ("k1", bytes(32))
ENDS = datetime(2026, 1, 2, tzinfo=UTC)


class Login(BaseModel):
    """A table within the settings."""

    user: str
    password: SecretStr


class ReceivingSettings(PartSettings):
    """What the parser needs."""

    country: str = Field("es", title="Country", description="Of numbers.")
    shared_name: SecretStr = Field(SecretStr(""), title="Shared", description="A secret here.")


class SendingSettings(PartSettings):
    """What the transport needs."""

    sender_id: str = Field(min_length=2, title="Sender", description="Shown to people.")
    api_token: SecretStr | None = Field(None, title="Token", description="Of the provider.")
    headers: dict[str, SecretStr] = Field({}, title="Headers", description="More of them.")
    callback_url: OutboundUrl | None = Field(None, title="Callback", description="Called back.")
    mirrors: tuple[OutboundUrl, ...] = Field((), title="Mirrors", description="Called as well.")
    logins: tuple[Login, ...] = Field((), title="Logins", description="By region.")
    shared_name: str = Field("", title="Shared", description="No secret here.")


class Phone(Parser[ReceivingSettings]):
    """A parser."""

    name, title, channel_type = "phone", "Phone", "sms"
    Settings = ReceivingSettings

    def parse(self, _request: InboundRequest) -> Parsed:
        """Nothing."""
        return Parsed()


class PhoneOut(Transport[SendingSettings]):
    """Its transport, under the same name."""

    name, title = "phone", "Phone"
    Settings = SendingSettings

    async def send(self, _message: OutboundMessage) -> Sent:
        """Nothing."""
        return Sent()


class OtherPhone(Phone):
    """A second one for the same type, which cannot send."""

    name = "other"


class FarSettings(ReceivingSettings):
    """What the third one needs."""

    region: str = Field("eu", title="Region", description="Where it stands.")


class FarPhone(Phone):
    """A third one for the same type, with a setting of its own."""

    name = "far"
    Settings = FarSettings


class FurtherPhone(FarPhone):
    """A fourth one, with the settings of the third."""

    name = "further"


class Open(Verifier[PartSettings]):
    """Lets everybody in."""

    name, title = "hmac", "Open"

    async def verify(self, _request: InboundRequest) -> None:
        """Nothing."""


class Echo(Responder[PartSettings]):
    """Answers."""

    name, title = "echo", "Echo"

    async def respond(self, _conversation: Conversation) -> Answer:
        """Nothing."""
        return Answer(reply="")


def registry(*parsers: type[Part[Any]]) -> Registry:
    return Registry(
        parts={
            "parsers": {part.name: part for part in parsers or (Phone,)},
            "verifiers": {"hmac": Open},
            "responders": {"echo": Echo},
            "transports": {"phone": PhoneOut},
        }
    )


def vet_url(url: str) -> None:
    if "internal" in url:
        raise PermanentFailure(f"{url} is refused")


def plan(
    config: Mapping[str, JsonValue],
    outbound: Mapping[str, JsonValue] | None = None,
    *,
    parts: Registry | None = None,
    **wanted: Any,
) -> ChannelPlan:
    asked = {"channel_type": "sms", "provider": None, "responder": "echo", **wanted}
    return plan_channel(
        parts or registry(),
        WantedChannel(**asked),
        vet_url,
        config=config,
        outbound=outbound or {},
    )


def faults(
    config: Mapping[str, JsonValue],
    outbound: Mapping[str, JsonValue] | None = None,
    *,
    parts: Registry | None = None,
    **wanted: Any,
) -> dict[str, str]:
    with pytest.raises(InvalidPayload) as refused:
        plan(config, outbound, parts=parts, **wanted)
    return {fault.pointer: fault.message for fault in refused.value.fields}


def test_each_side_keeps_the_settings_that_it_needs() -> None:
    made = plan({"country": "de", "senderId": "Acme"}, {"apiToken": "t"})

    assert (made.parser, made.verifier, made.transport, made.responder) == (
        "phone",
        "hmac",
        "phone",
        "echo",
    )
    assert made.provider_config == {"country": "de"}
    assert made.outbound_config == {"senderId": "Acme", "apiToken": "t"}


def test_a_setting_of_both_sides_is_kept_by_both() -> None:
    made = plan({"senderId": "Acme", "sharedName": "x"})

    assert made.provider_config == {"sharedName": "x"}
    assert made.outbound_config == {"senderId": "Acme", "sharedName": "x"}


def test_a_url_that_leads_inside_is_refused_at_its_place() -> None:
    urls = ["https://example.org/", "http://internal/"]
    bad: JsonValue = "http://internal/x"

    assert faults({"senderId": "Acme", "callbackUrl": bad, "mirrors": [*urls]}) == {
        "/providerConfig/callbackUrl": "http://internal/x is refused",
        "/providerConfig/mirrors/1": "http://internal/ is refused",
    }
    assert faults({"senderId": "Acme"}, {"callbackUrl": bad}) == {
        "/outboundConfig/callbackUrl": "http://internal/x is refused",
    }
    assert plan({"senderId": "Acme", "callbackUrl": urls[0]}).outbound_config == {
        "senderId": "Acme",
        "callbackUrl": urls[0],
    }


def test_every_mistake_is_named_at_its_place() -> None:
    found = faults({"sendrId": "Acme", "country": 7}, {"senderId": "A", "color": "red"})

    assert set(found) == {
        "/providerConfig/sendrId",
        "/providerConfig/country",
        "/outboundConfig/color",
        "/outboundConfig/senderId",
    }
    assert "senderId, sharedName" in found["/providerConfig/sendrId"]
    assert "at least 2 characters" in found["/outboundConfig/senderId"]


def test_a_setting_that_is_missing_is_named() -> None:
    assert faults({}) == {"/providerConfig/senderId": "Field required"}


def test_a_mistake_in_a_secret_does_not_show_it() -> None:
    found = faults({"senderId": "Acme", "apiToken": ["hunter2"], "headers": {"a": ["hunter2"]}})

    assert set(found) == {"/providerConfig/apiToken", "/providerConfig/headers/a"}
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("wanted", "pointer", "said"),
    [
        ({"channel_type": "fax"}, "/channelType", "valid here: sms"),
        ({"provider": "fax"}, "/provider", "offers 'fax' for 'sms'; valid: phone"),
        ({"responder": "oracle"}, "/aiConfig/responder", "valid: echo"),
    ],
)
def test_a_part_that_nobody_offers_is_named_with_those_that_are(
    wanted: dict[str, Any], pointer: str, said: str
) -> None:
    found = faults({}, **wanted)

    assert set(found) == {pointer}
    assert said in found[pointer]


@pytest.mark.parametrize("auth", ["magic", 7, ["hmac"], {"a": 1}, ""])
def test_an_authentication_that_nobody_offers_is_named_with_those_that_are(
    auth: JsonValue,
) -> None:
    assert "valid: hmac" in faults({"authType": auth})["/providerConfig/authType"]


def test_where_several_plugins_serve_a_type_one_must_be_chosen() -> None:
    both = registry(Phone, OtherPhone)

    assert faults({}, parts=both) == {
        "/provider": "several plugins serve 'sms'; say which: other, phone"
    }
    assert plan({"senderId": "Acme"}, parts=both, provider="phone").parser == "phone"
    assert faults({}, parts=both, provider="other") == {
        "/provider": "no enabled plugin can send for 'other'"
    }


def test_a_setting_that_only_one_plugin_has_says_which_one_is_meant() -> None:
    one_each = registry(Phone, FarPhone)
    asked = {"/provider": "several plugins serve 'sms'; say which: far, phone"}

    assert faults({"region": "us"}, parts=one_each) == {
        "/provider": "no enabled plugin can send for 'far'"
    }
    assert faults({"country": "de", "senderId": "Acme"}, parts=one_each) == asked
    assert plan({"senderId": "Acme"}, parts=one_each, provider="phone").parser == "phone"
    assert faults({"region": "us"}, parts=registry(Phone, FarPhone, FurtherPhone)) == {
        "/provider": "several plugins serve 'sms'; say which: far, further, phone"
    }


def test_a_parser_that_verifies_but_is_not_registered_for_it_is_not_used_as_verifier() -> None:
    class Both(Phone, Verifier[ReceivingSettings]):
        async def verify(self, _request: InboundRequest) -> None:
            """Nothing."""

    parts = registry(Both)
    made = plan({"senderId": "Acme"}, parts=parts)

    assert parts.find("verifiers", made.verifier) is not None


def test_a_part_gets_its_own_settings_only() -> None:
    settings = settings_for(Phone, {"country": "de", "senderId": "Acme"})

    assert isinstance(settings, ReceivingSettings)
    assert settings.country == "de"


def sealed(vault: Vault, opened: OpenedSettings, **changes: str) -> Webhook:
    provider, outbound, secrets = seal_settings(vault, 7, opened)
    columns = {
        "provider_config": provider,
        "outbound_config": outbound,
        "signing_secrets": secrets,
    } | changes
    hook = webhook(id_=7)
    values = {name: getattr(hook, name) for name in Webhook.__slots__}
    names = {"parser": "phone", "verifier": "hmac", "transport": "phone", "responder": "echo"}
    return Webhook(**{**values, **names, **columns})


OPENED = OpenedSettings(
    provider_config={"country": "ñ", "sharedName": "hunter2"},
    outbound_config={
        "senderId": "Acme",
        "apiToken": "hunter2",
        "headers": {"X-Key": "hunter2"},
        "logins": [{"user": "u", "password": "hunter2"}],
    },
    secrets=(SigningSecret(value="new"), SigningSecret(value="old", expires_at=ENDS)),
)


def test_settings_open_as_they_were_sealed() -> None:
    vault = Vault([KEY])

    opened = open_settings(vault, sealed(vault, OPENED))

    assert opened == OPENED
    assert "hunter2" not in repr(opened)
    assert "old" not in repr(opened.secrets)


def test_a_column_that_was_swapped_with_another_does_not_open() -> None:
    vault = Vault([KEY])
    provider, outbound, secrets = seal_settings(vault, 7, OPENED)

    for changes in (
        {"provider_config": outbound},
        {"outbound_config": provider},
        {"signing_secrets": provider},
        {"signing_secrets": seal_settings(vault, 8, OPENED)[2]},
    ):
        with pytest.raises(VaultError):
            open_settings(vault, sealed(vault, OPENED, **changes))
    assert open_settings(vault, sealed(vault, OPENED, signing_secrets=secrets)) == OPENED


def test_settings_are_shown_without_any_secret() -> None:
    hook = sealed(Vault([KEY]), OPENED)

    shown = shown_settings(registry(), hook, OPENED)

    assert "hunter2" not in str(shown)
    assert (shown["country"], shown["senderId"], shown["authType"]) == ("ñ", "Acme", "hmac")
    kept = shown["secretsSet"]
    assert isinstance(kept, list)
    assert {"apiToken", "headers", "logins", "sharedName"} <= set(map(str, kept))


def test_nothing_is_shown_of_a_part_that_is_away() -> None:
    hook = sealed(Vault([KEY]), OPENED)
    empty = Registry(parts={role: {} for role in registry().parts})

    shown = shown_settings(empty, hook, OPENED)

    assert set(shown) == {"authType", "secretsSet"}
