"""Who may post to a custom webhook: anybody, or who knows a token, a key or a secret."""

from datetime import timedelta

import pytest
from pydantic import SecretStr, ValidationError

from gateway.plugin import (
    InboundRequest,
    InvalidAuth,
    InvalidSignature,
    PartContext,
    PartSettings,
    SigningSecret,
)
from gateway.plugin.signatures import prd_signature, signed_headers, whsec
from gateway.plugin.testing import (
    NOW,
    MemoryHttp,
    check_settings,
    check_verifier,
    inbound_request,
    part_context,
)
from gateway_custom_http.verifiers import (
    ApiKeySettings,
    ApiKeyVerifier,
    BearerVerifier,
    HmacSettings,
    HmacVerifier,
    OpenVerifier,
    TokenSettings,
)

BODY = '{"content": "Héllo"}'.encode()
TOKEN = SecretStr("t0ken-0123456789")


def with_headers(**headers: str) -> InboundRequest:
    return inbound_request(
        BODY, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def standard(secret: str, *, seconds_ago: int = 0) -> dict[str, str]:
    then = NOW - timedelta(seconds=seconds_ago)
    headers = signed_headers([secret], "evt_1", now=then, body=BODY, event="message.received")
    return {n: value for n, value in headers.items() if n.startswith("webhook-")}


async def refusal(verifier: HmacVerifier, headers: dict[str, str]) -> str:
    with pytest.raises(InvalidSignature) as refused:
        await verifier.verify(inbound_request(BODY, headers=headers))
    return refused.value.message


def hmac_verifier(settings: HmacSettings | None = None) -> HmacVerifier:
    return HmacVerifier(settings or HmacSettings(), part_context())


async def test_an_open_webhook_takes_every_request() -> None:
    check_settings(OpenVerifier)
    await check_verifier(OpenVerifier(PartSettings(), part_context()), with_headers(x_any="1"))


async def test_a_bearer_token_is_wanted() -> None:
    check_settings(BearerVerifier)
    verifier = BearerVerifier(TokenSettings(auth_token=TOKEN), part_context())
    await check_verifier(
        verifier,
        with_headers(authorization="Bearer t0ken-0123456789"),
        with_headers(),
        with_headers(authorization="t0ken-0123456789"),
        with_headers(authorization="Basic t0ken-0123456789"),
        with_headers(authorization="Bearer"),
        with_headers(authorization="Bearer t0ken-012345678"),
        with_headers(authorization="Bearer t0ken-0123456789x"),
        with_headers(authorization="Bearer T0KEN-0123456789"),
        with_headers(authorization="Bearer t0ken-0123456789, Bearer t0ken-0123456789"),
    )
    await verifier.verify(with_headers(authorization="bEARER  t0ken-0123456789 "))


async def test_an_api_key_is_wanted_in_the_header_of_the_owners_choice() -> None:
    check_settings(ApiKeyVerifier)
    settings = ApiKeySettings.model_validate({"authToken": TOKEN, "authHeader": "X-Own-Key"})
    await check_verifier(
        ApiKeyVerifier(settings, part_context()),
        with_headers(x_own_key="t0ken-0123456789"),
        with_headers(),
        with_headers(x_api_key="t0ken-0123456789"),
        with_headers(x_own_key="t0ken-012345678"),
        with_headers(authorization="Bearer t0ken-0123456789"),
    )


async def test_the_api_key_header_is_x_api_key_unless_named() -> None:
    verifier = ApiKeyVerifier(ApiKeySettings(auth_token=TOKEN), part_context())
    await verifier.verify(with_headers(x_api_key="t0ken-0123456789"))
    with pytest.raises(InvalidAuth, match="X-API-Key is missing: send the authToken"):
        await verifier.verify(with_headers())


async def test_no_refusal_repeats_a_token() -> None:
    verifier = BearerVerifier(TokenSettings(auth_token=TOKEN), part_context())
    with pytest.raises(InvalidAuth) as refused:
        await verifier.verify(with_headers(authorization="Bearer guess"))
    assert "t0ken" not in refused.value.message
    assert "guess" not in refused.value.message


async def test_the_prd_signature_is_accepted() -> None:
    check_settings(HmacVerifier)
    await check_verifier(
        hmac_verifier(),
        with_headers(x_webhook_signature=prd_signature("s3cret", BODY)),
        with_headers(),
        with_headers(x_webhook_signature=prd_signature("other", BODY)),
        with_headers(x_webhook_signature=prd_signature("s3cret", BODY + b" ")),
        with_headers(x_webhook_signature=prd_signature("s3cret", BODY)[:-1]),
        with_headers(x_webhook_signature="sha256="),
    )


async def test_standard_webhooks_are_accepted() -> None:
    genuine = standard("s3cret")
    await check_verifier(
        hmac_verifier(),
        inbound_request(BODY, headers=genuine),
        inbound_request(BODY, headers=standard("other")),
        inbound_request(BODY + b" ", headers=genuine),
        inbound_request(BODY, headers=genuine | {"webhook-id": "evt_2"}),
        *(
            inbound_request(BODY, headers={n: v for n, v in genuine.items() if n != missing})
            for missing in genuine
        ),
    )


async def test_a_standard_signature_that_is_present_must_hold() -> None:
    headers = standard("other") | {"x-webhook-signature": prd_signature("s3cret", BODY)}
    assert (await refusal(hmac_verifier(), headers)).startswith("webhook-signature does not match")


async def test_an_unsigned_request_is_told_both_ways_to_sign() -> None:
    message = await refusal(hmac_verifier(), {"webhook-id": "evt_1"})
    assert "X-Webhook-Signature" in message
    assert "webhook-signature" in message


async def test_a_replay_is_refused_after_the_tolerance() -> None:
    for age in (299, -299):
        headers = standard("s3cret", seconds_ago=age)
        await hmac_verifier().verify(inbound_request(BODY, headers=headers))
    for age in (301, -301):
        message = await refusal(hmac_verifier(), standard("s3cret", seconds_ago=age))
        assert message.startswith("webhook-timestamp is 301 seconds away")


async def test_the_owner_sets_the_tolerance() -> None:
    verifier = hmac_verifier(HmacSettings(hmac_tolerance_seconds=10))
    await verifier.verify(inbound_request(BODY, headers=standard("s3cret", seconds_ago=10)))
    assert "10 allowed" in await refusal(verifier, standard("s3cret", seconds_ago=11))


async def test_during_a_rotation_both_secrets_count_until_the_old_one_expires() -> None:
    secrets = (
        SigningSecret(value="new"),
        SigningSecret(value="old", expires_at=NOW + timedelta(seconds=1)),
        SigningSecret(value="older", expires_at=NOW),
    )
    context = PartContext(webhook_id=1, secrets=secrets, http=MemoryHttp(), now=lambda: NOW)
    verifier = HmacVerifier(HmacSettings(), context)

    for secret in ("new", "old"):
        await verifier.verify(inbound_request(BODY, headers=standard(secret)))
        await verifier.verify(with_headers(x_webhook_signature=prd_signature(secret, BODY)))
    assert "does not match" in await refusal(verifier, standard("older"))


@pytest.mark.parametrize(
    "secret", ["own secret", "0123456789abcdef" * 4, whsec("bytes of 24 to 64")]
)
async def test_a_secret_of_the_sender_is_the_only_key(secret: str) -> None:
    verifier = hmac_verifier(HmacSettings(hmac_secret=SecretStr(secret)))

    await verifier.verify(inbound_request(BODY, headers=standard(secret)))
    await verifier.verify(inbound_request(BODY, headers=standard(whsec(secret))))
    await verifier.verify(with_headers(x_webhook_signature=prd_signature(secret, BODY)))
    assert "does not match" in await refusal(verifier, standard("s3cret"))


async def test_an_empty_hmac_secret_means_the_channels_own() -> None:
    verifier = hmac_verifier(HmacSettings(hmac_secret=SecretStr("")))
    await verifier.verify(inbound_request(BODY, headers=standard("s3cret")))


@pytest.mark.parametrize("secret", ["whsec_", "whsec_not base64!", "whsec_===="])
def test_a_whsec_secret_must_be_base64(secret: str) -> None:
    with pytest.raises(ValidationError, match="whsec_ must be followed by base64") as refused:
        HmacSettings.model_validate({"hmacSecret": secret})
    assert "not base64!" not in str(refused.value)


@pytest.mark.parametrize(
    "token", ["", "two words", "line\nbreak", "ünïcode", "nul\x00", "x" * 4097]
)
def test_a_token_that_no_header_can_carry_is_refused_unrepeated(token: str) -> None:
    with pytest.raises(ValidationError, match="visible ASCII") as refused:
        TokenSettings.model_validate({"authToken": token})
    assert not token or token not in str(refused.value)


@pytest.mark.parametrize("header", ["", "X Key", "X:Key", "X\r\nKey", "X-Ké", "X" * 101])
def test_a_name_that_is_no_header_name_is_refused(header: str) -> None:
    with pytest.raises(ValidationError):
        ApiKeySettings.model_validate({"authToken": TOKEN, "authHeader": header})


def test_settings_never_show_their_secrets() -> None:
    shown = repr(TokenSettings(auth_token=TOKEN)) + repr(HmacSettings(hmac_secret=TOKEN))
    assert "t0ken" not in shown
