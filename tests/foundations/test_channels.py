"""Channels: built from their rows, kept for a second, each harmed by its own plugin alone."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from pydantic import Field, SecretStr
from structlog.testing import capture_logs

from gateway.channels import FRESH_SECONDS, Channel, Channels
from gateway.plugin import OutboundMessage, Part, PartContext, PartSettings, Sent, Transport
from gateway.plugin.errors import PluginUnavailable, WebhookInactive, WebhookNotFound
from gateway.records import Webhook
from gateway.registry import Registry
from gateway.runtime import Gateway
from tests.conftest import wait_for
from tests.foundations import idle
from tests.parts import FakeProvider
from tests.store import add_webhook, rows, value

UNKNOWN = "00000000-0000-4000-8000-000000000000"
RENAME = "UPDATE user_webhooks SET channel_name = $1 WHERE id = $2"


@dataclass
class Life:
    """What becomes of the parts under test."""

    built: list[Transport[PartSettings]] = field(default_factory=list)
    closed: list[Transport[PartSettings]] = field(default_factory=list)
    fails: str = ""


class FragileSettings(PartSettings):
    """Stricter than those that channels were created with."""

    auth_token: SecretStr = Field(min_length=8, title="Token", description="At least eight.")


class Fragile(Transport[PartSettings]):
    """Fails where it is told to."""

    name = "fragile"
    title = "Fragile"
    life: ClassVar[Life] = Life()

    def __init__(self, settings: PartSettings, context: PartContext) -> None:
        super().__init__(settings, context)
        self._fail_at("built")
        self.life.built.append(self)

    def wants(self, event: str) -> bool:
        """Everything."""
        self._fail_at("wants")
        return bool(event)

    async def send(self, message: OutboundMessage) -> Sent:
        """Nothing."""
        return Sent(provider_id=str(message.id))

    async def aclose(self) -> None:
        """Notes it."""
        self._fail_at("closed")
        self.life.closed.append(self)

    def _fail_at(self, place: str) -> None:
        if self.life.fails == place:
            raise ZeroDivisionError(place)


class Strict(Fragile):
    """Takes only long tokens."""

    name = "strict"
    Settings = FragileSettings


@pytest.fixture(autouse=True)
def life() -> Iterator[Life]:
    """What becomes of the parts of one test."""
    Fragile.life = Life()
    yield Fragile.life
    Fragile.life = Life()


@pytest.fixture
def registry(registry: Registry) -> Registry:
    """The fakes of all tests, and the fragile ones of these."""
    transports: dict[str, type[Part[Any]]] = {"fragile": Fragile, "strict": Strict}
    transports |= registry.parts["transports"]
    return Registry(parts={**registry.parts, "transports": transports}, plugins=registry.plugins)


def named(channel: Channel) -> str:
    return channel.webhook.channel_name


async def seen(channels: Channels, hook: Webhook, name: str) -> bool:
    return named(await channels.by_token(str(hook.webhook_token))) == name


async def test_a_channel_is_found_by_token_and_by_id_with_its_parts(gw: Gateway) -> None:
    hook = await add_webhook(gw)

    for channel in (
        await gw.channels.by_token(str(hook.webhook_token)),
        await gw.channels.by_id(user_id=hook.user_id, webhook_id=hook.id),
    ):
        assert isinstance(channel.parser, FakeProvider)
        assert channel.parser.settings.auth_token.get_secret_value() == "t"
        assert channel.responder.name == "echo"
        assert channel.transport.context.webhook_id == hook.id
        assert [secret.value for secret in channel.transport.context.secrets] == ["s3cret"]
        where = f"/api/webhooks/inbound/{hook.webhook_token}"
        assert channel.transport.context.inbound_url == gw.config.public_url + where


@pytest.mark.parametrize("token", ["", "x", UNKNOWN, "../../etc", "\x00", "é" * 40])
async def test_an_unknown_token_is_not_found(gw: Gateway, token: str) -> None:
    with pytest.raises(WebhookNotFound, match="copy webhookUrl"):
        await gw.channels.by_token(token)


async def test_another_users_channel_is_not_found(gw: Gateway) -> None:
    mine, other = await add_webhook(gw), await add_webhook(gw)
    await gw.channels.by_id(user_id=other.user_id, webhook_id=other.id)

    with pytest.raises(WebhookNotFound):
        await gw.channels.by_id(user_id=mine.user_id, webhook_id=other.id)


async def test_an_inactive_channel_receives_nothing_and_may_still_finish(gw: Gateway) -> None:
    hook = await add_webhook(gw)
    await rows(gw, "UPDATE user_webhooks SET is_active = false")

    with pytest.raises(WebhookInactive, match="switched off"):
        await gw.channels.by_token(str(hook.webhook_token))
    channel = await gw.channels.by_id(user_id=hook.user_id, webhook_id=hook.id)
    assert not channel.wants("message.reply")


async def test_a_channel_is_built_once_and_read_once_a_second(gw: Gateway, life: Life) -> None:
    hook = await add_webhook(gw, transport="fragile")
    await gw.channels.by_token(str(hook.webhook_token))

    await rows(gw, RENAME, "changed", hook.id)
    assert await seen(gw.channels, hook, "Phone")
    await wait_for(lambda: seen(gw.channels, hook, "changed"))

    assert len(life.built) == 2
    await wait_for(lambda: life.closed == life.built[:1])


async def test_the_parts_of_a_changed_channel_were_closed_while_an_attempt_used_them(
    gw: Gateway, life: Life
) -> None:
    hook = await add_webhook(gw, transport="fragile")
    in_use = await gw.channels.by_token(str(hook.webhook_token))
    await rows(gw, RENAME, "changed", hook.id)
    gw.channels.forget(hook.user_id)
    assert await seen(gw.channels, hook, "changed")
    await idle()
    assert life.closed == []

    del in_use

    await wait_for(lambda: life.closed == life.built[:1])


async def test_an_unchanged_channel_keeps_its_parts(gw: Gateway, life: Life) -> None:
    hook = await add_webhook(gw, transport="fragile")
    before = await gw.channels.by_token(str(hook.webhook_token))

    gw.channels.forget(hook.user_id)
    after = await gw.channels.by_token(str(hook.webhook_token))

    assert after is before
    assert life.closed == []


async def test_a_change_can_be_shown_at_once_and_only_to_its_user(gw: Gateway) -> None:
    hook, other = await add_webhook(gw), await add_webhook(gw)
    for one in (hook, other):
        await gw.channels.by_token(str(one.webhook_token))
        await gw.channels.by_id(user_id=one.user_id, webhook_id=one.id)
        await rows(gw, RENAME, "changed", one.id)

    gw.channels.forget(hook.user_id)

    assert await seen(gw.channels, hook, "changed")
    assert named(await gw.channels.by_id(user_id=hook.user_id, webhook_id=hook.id)) == "changed"
    assert await seen(gw.channels, other, "Phone")


async def test_every_part_is_closed_exactly_once(gw: Gateway, life: Life) -> None:
    hook = await add_webhook(gw, transport="fragile")
    token = str(hook.webhook_token)
    await asyncio.gather(*(gw.channels.by_token(token) for _ in range(5)))
    await rows(gw, RENAME, "changed", hook.id)
    gw.channels.forget(hook.user_id)
    await asyncio.gather(*(gw.channels.by_token(token) for _ in range(5)))

    await gw.channels.aclose()

    assert sorted(map(id, life.closed)) == sorted(map(id, life.built))


async def test_a_missing_part_names_the_channel_and_the_remedy(gw: Gateway) -> None:
    good = await add_webhook(gw)
    hook = await add_webhook(gw, parser="sms_unheard_of", channel_name="Support")

    with pytest.raises(PluginUnavailable) as refused:
        await gw.channels.by_token(str(hook.webhook_token))

    assert str(refused.value) == (
        "channel 'Support': parser 'sms_unheard_of' is not available (pip install "
        "gateway-sms-unheard-of, enable it in gateway.toml, then see `gateway check`)"
    )
    assert await seen(gw.channels, good, "Phone")


async def test_a_part_that_does_not_start_harms_its_channel_alone(gw: Gateway, life: Life) -> None:
    good, hook = await add_webhook(gw), await add_webhook(gw, transport="fragile")
    life.fails = "built"

    with pytest.raises(PluginUnavailable, match=r"transport 'fragile' does not start \(ZeroDivis"):
        await gw.channels.by_token(str(hook.webhook_token))

    assert await seen(gw.channels, good, "Phone")


async def test_a_part_that_did_not_start_is_tried_again(gw: Gateway, life: Life) -> None:
    hook = await add_webhook(gw, transport="fragile")
    life.fails = "built"
    with pytest.raises(PluginUnavailable):
        await gw.channels.by_token(str(hook.webhook_token))

    life.fails = ""
    gw.channels.forget(hook.user_id)

    assert await seen(gw.channels, hook, "Phone")


async def test_a_failure_that_is_told_again_and_again_does_not_grow(gw: Gateway) -> None:
    hook = await add_webhook(gw, parser="missing")

    depths = []
    for _ in range(50):
        with pytest.raises(PluginUnavailable) as refused:
            await gw.channels.by_token(str(hook.webhook_token))
        depths.append(len(refused.traceback))

    assert depths[-1] == depths[1]


async def test_settings_that_stopped_to_be_valid_are_not_shown_in_the_log(gw: Gateway) -> None:
    hook = await add_webhook(gw, transport="strict", settings={"authToken": "hunt3r"})

    with capture_logs() as logged, pytest.raises(PluginUnavailable, match="'strict' does not sta"):
        await gw.channels.by_token(str(hook.webhook_token))

    assert "hunt3r" not in str(logged)


async def test_settings_that_cannot_be_decrypted_make_their_channel_unusable(gw: Gateway) -> None:
    damage = "UPDATE user_webhooks SET provider_config = $1 WHERE id = $2"
    for sealed in ("v1.gone.AAAA", "v1.k1.AAAA", (await add_webhook(gw)).provider_config):
        hook = await add_webhook(gw)
        await rows(gw, damage, sealed, hook.id)

        with pytest.raises(PluginUnavailable, match="cannot be decrypted; see `gateway check`"):
            await gw.channels.by_token(str(hook.webhook_token))


async def test_listeners_are_the_users_active_channels_that_want_the_event(gw: Gateway) -> None:
    first = await add_webhook(gw, transport="fragile")
    user = first.user_id
    await add_webhook(gw, user_id=user, transport="fragile", outbound_enabled=False)
    await add_webhook(gw, user_id=user, transport="missing")
    off = await add_webhook(gw, user_id=user, transport="fragile")
    words = await add_webhook(gw, user_id=user)
    await add_webhook(gw, transport="fragile")
    await rows(gw, "UPDATE user_webhooks SET is_active = false WHERE id = $1", off.id)

    assert await gw.channels.listeners(user, "task.created") == (first.id,)
    assert await gw.channels.listeners(user, "message.reply") == (first.id, words.id)
    assert await gw.channels.listeners(999, "task.created") == ()


async def test_a_new_listener_is_seen_within_a_second_or_at_once(gw: Gateway) -> None:
    first = await add_webhook(gw, transport="fragile")
    assert await gw.channels.listeners(first.user_id, "task.created") == (first.id,)
    second = await add_webhook(gw, user_id=first.user_id, transport="fragile")
    assert await gw.channels.listeners(first.user_id, "task.created") == (first.id,)

    gw.channels.forget(first.user_id)

    assert await gw.channels.listeners(first.user_id, "task.created") == (first.id, second.id)
    assert FRESH_SECONDS <= 1


async def test_a_listener_that_was_deleted_meanwhile_is_left_out(gw: Gateway) -> None:
    first = await add_webhook(gw, transport="fragile")
    gone = await add_webhook(gw, user_id=first.user_id, transport="fragile")
    await gw.channels.listeners(first.user_id, "task.created")
    gw.channels.forget(first.user_id)
    await rows(gw, "DELETE FROM user_webhooks WHERE id = $1", gone.id)

    assert await gw.channels.listeners(first.user_id, "task.created") == (first.id,)


async def test_a_transport_that_fails_when_asked_what_it_wants_is_left_out(
    gw: Gateway, life: Life
) -> None:
    fragile = await add_webhook(gw, transport="fragile")
    words = await add_webhook(gw, user_id=fragile.user_id)
    life.fails = "wants"

    assert await gw.channels.listeners(fragile.user_id, "message.reply") == (words.id,)


async def test_a_part_that_fails_to_close_stops_neither_its_channel_nor_the_others(
    gw: Gateway, life: Life
) -> None:
    hook = await add_webhook(gw, transport="fragile")
    await gw.channels.by_token(str(hook.webhook_token))
    await rows(gw, RENAME, "changed", hook.id)
    gw.channels.forget(hook.user_id)
    life.fails = "closed"

    try:
        assert await seen(gw.channels, hook, "changed")
        await gw.channels.aclose()
    finally:
        life.fails = ""


async def test_the_policy_of_a_channel_is_its_owners(gw: Gateway) -> None:
    plain = await add_webhook(gw)
    config = {
        "personality": "friendly",
        "language": "es",
        "autoCreateTasks": False,
        "timeZone": "Europe/Madrid",
    }
    told = await add_webhook(gw, ai_config=config)
    odd = await add_webhook(gw, ai_config={"personality": 7, "language": 7, "timeZone": None})

    policies = [
        (await gw.channels.by_id(user_id=hook.user_id, webhook_id=hook.id)).policy
        for hook in (plain, told, odd)
    ]

    assert [p.personality for p in policies] == ["professional", "friendly", "professional"]
    assert [p.language for p in policies] == [None, "es", None]
    assert [p.auto_create_tasks for p in policies] == [True, False, True]
    assert [p.time_zone for p in policies] == ["UTC", "Europe/Madrid", "UTC"]
    assert await value(gw, "SELECT count(*) FROM user_webhooks") == 3
