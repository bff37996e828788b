"""New encryption keys: everything sealed anew, under running gateways, however often and when."""

import asyncio
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from gateway import store
from gateway.cli import build_parser
from gateway.config import Config, ConfigError, Redis, decode_keys
from gateway.keys import bar, ignorant, rotate
from gateway.loading import load
from gateway.presence import present
from gateway.registry import Registry
from gateway.runtime import Gateway, open_gateway
from gateway.vault import Vault, new_key
from tests.conftest import Clock, wait_for
from tests.store import add_webhook
from tests.stories.house import House

OLD, NEW = new_key("old"), new_key("new")
Run = Callable[..., Awaitable[int]]


def keyed(config: Config, *entries: str) -> Config:
    return config.model_copy(update={"encryption_keys": SecretStr(",".join(entries))})


def vault(*entries: str) -> Vault:
    return Vault(decode_keys(",".join(entries)))


def silent(_done: int, _total: int) -> None:
    """No progress bar."""


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def config(config: Config) -> Config:
    """Settings of a gateway that knows both keys and still seals with the old one."""
    return keyed(config, OLD, NEW)


@pytest.fixture
def run(config: Config) -> Run:
    """Types a command of `gateway keys`."""

    async def typed(*words: str, settings: Config = config) -> int:
        options = build_parser().parse_args(["keys", *words])
        code = await load(options.command)(options, settings)
        assert isinstance(code, int)
        return code

    return typed


@asynccontextmanager
async def opened(config: Config, clock: Clock, registry: Registry) -> AsyncIterator[Gateway]:
    async with open_gateway(config, now=clock, registry=registry) as gw:
        yield gw


async def test_a_running_gateway_goes_on_while_everything_is_sealed_anew(house: House) -> None:
    channel = await house.create_channel(outboundAuthType="bearer", outboundAuthToken="t-1")
    before = await house.api("GET", "/webhooks/1")
    assert dict(await store.count_sealed(house.gw.db)) == {"old": 3}
    shown: list[tuple[int, int]] = []

    rotation = await rotate(
        house.gw.db, vault(NEW, OLD), lambda done, total: shown.append((done, total))
    )
    await house.says(channel, "Hello")
    await house.drain()

    assert (rotation.done, rotation.problems, shown) == (1, (), [(1, 1)])
    assert dict(await store.count_sealed(house.gw.db)) == {"new": 3}
    assert await house.api("GET", "/webhooks/1") == before
    assert house.listener.requests[0].headers["Authorization"] == "Bearer t-1"
    house.check_signatures(channel.secret)


async def test_an_interrupted_rotation_is_finished_by_the_next_one(gw: Gateway) -> None:
    user_id = (await store.create_user(name="Agency")).id
    for _ in range(3):
        await add_webhook(gw, user_id=user_id)

    def interrupt(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rotate(gw.db, vault(NEW, OLD), interrupt)
    assert dict(await store.count_sealed(gw.db)) == {"new": 6, "old": 3}

    assert (await rotate(gw.db, vault(NEW, OLD), silent)).done == 1
    assert dict(await store.count_sealed(gw.db)) == {"new": 9}
    assert (await rotate(gw.db, vault(NEW, OLD), silent)).done == 0


async def test_two_rotations_and_a_change_at_once_undo_nothing(house: House) -> None:
    for _ in range(3):
        await house.create_channel()

    rotated = [rotate(house.gw.db, vault(NEW, OLD), silent) for _ in range(2)]
    change = house.api("PATCH", "/webhooks/2", {"providerConfig": {"outboundMethod": "PUT"}})
    await asyncio.gather(*rotated, change)
    await rotate(house.gw.db, vault(NEW, OLD), silent)

    assert dict(await store.count_sealed(house.gw.db)) == {"new": 9}
    webhooks = (await house.api("GET", "/webhooks"))["items"]
    assert [w["providerConfig"]["outboundMethod"] for w in webhooks if w["id"] == 2] == ["PUT"]
    assert not [w for w in webhooks if "problem" in w["providerConfig"]]


async def test_an_answer_that_is_kept_for_a_repeated_call_holds_its_key(house: House) -> None:
    await house.create_channel()
    house.headers = house.headers | {"Idempotency-Key": "once"}
    await house.api("POST", "/webhooks/1/regenerate-secret", {})

    rotation = await rotate(house.gw.db, vault(NEW, OLD), silent)

    assert (rotation.done, rotation.problems) == (1, ())
    assert dict(await store.count_sealed(house.gw.db)) == {"new": 3, "old": 1}


async def test_what_cannot_be_opened_is_named_and_all_else_is_done(gw: Gateway) -> None:
    first = await add_webhook(gw)
    async with gw.db.connection() as connection:
        await connection.execute(
            "UPDATE user_webhooks SET signing_secrets = 'v1.gone.AAAA' WHERE id = $1", first.id
        )
    second = await add_webhook(gw)

    rotation = await rotate(gw.db, vault(NEW, OLD), silent)

    assert rotation.done == 1
    [problem] = rotation.problems
    assert f"user_webhooks:{first.id}:secrets" in problem
    assert "'gone'" in problem
    renewed = await store.get_webhook(gw.db, user_id=second.user_id, webhook_id=second.id)
    assert renewed.provider_config.startswith("v1.new.")
    assert renewed.version == second.version


async def test_the_commands_lead_from_one_key_to_the_next(
    config: Config,
    clock: Clock,
    registry: Registry,
    run: Run,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with opened(config, clock, registry) as gw:
        await add_webhook(gw)

    assert await run("list") == 0
    assert (
        capsys.readouterr().out == "old\tencrypts\tseals 3 values\nnew\tdecrypts\tseals 0 values\n"
    )
    front = keyed(config, NEW, OLD)
    with pytest.raises(ConfigError, match="still seals 3 values"):
        await run("remove", "old", settings=front)
    assert await run("rotate", settings=front) == 0
    assert "re-encrypted 1 webhooks with new; 0 left" in capsys.readouterr().out
    assert await run("remove", "old", settings=front) == 0
    assert "take it out of GATEWAY_ENCRYPTION_KEYS" in capsys.readouterr().out
    assert await run("list", settings=keyed(config, OLD)) == 1
    assert "new\tMISSING\tseals 3 values" in capsys.readouterr().out


async def test_a_key_that_encrypts_or_is_unknown_cannot_be_removed(run: Run) -> None:
    with pytest.raises(ConfigError, match="is the key that encrypts"):
        await run("remove", "old")
    with pytest.raises(ConfigError, match="no key 'other'"):
        await run("remove", "other")


async def test_a_new_key_for_the_environment_is_printed_with_what_to_do(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run("add") == 0

    entry, *steps = capsys.readouterr().out.splitlines()
    assert decode_keys(entry)[0][0] == "k3"
    assert "append it to GATEWAY_ENCRYPTION_KEYS" in "".join(steps)
    with pytest.raises(ConfigError, match="in the ring already"):
        await run("add", "--id", "new")
    with pytest.raises(ConfigError, match="not `id:base64`"):
        await run("add", "--id", "no name")


async def test_the_key_file_of_an_embedded_gateway_is_rewritten_for_its_owner_alone(
    config: Config, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "encryption-keys"
    file.write_text(f"{OLD}\n")
    embedded = keyed(config).model_copy(update={"redis": Redis()})
    data = ("--data", str(tmp_path))

    assert await run("add", *data, settings=embedded) == 0

    ring = decode_keys(file.read_text().strip())
    assert [identifier for identifier, _ in ring] == ["k2", "old"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "takes it up by itself" in capsys.readouterr().out
    assert await run("rotate", *data, settings=embedded) == 0
    assert await run("remove", "old", *data, settings=embedded) == 0
    assert decode_keys(file.read_text().strip()) == ring[:1]
    assert names(tmp_path) == ["encryption-keys"]


def test_the_bar_fills_as_the_work_is_done() -> None:
    assert bar(0, 4).startswith("[....")
    assert bar(2, 4).count("#") == bar(2, 4).count(".")
    assert "." not in bar(4, 4)
    assert bar(0, 0).endswith("] 0/0")


async def test_a_key_that_every_running_process_knows_may_be_used(gw: Gateway) -> None:
    async with present(gw, "web"), present(gw, "worker"):
        holders = await store.key_holders(gw.db)

        assert {tuple(holder.keys) for holder in holders} == {gw.vault.fingerprints}
        assert [holder.name.partition(" ")[0] for holder in holders] == ["web", "worker"]
        assert await ignorant(gw.db, vault(NEW).fingerprints[0]) == ()

    assert await store.key_holders(gw.db) == []


async def test_a_key_that_a_living_process_does_not_know_may_not_be_used(gw: Gateway) -> None:
    holder_id = uuid4()

    async def beat(*entries: str) -> None:
        keys = vault(*entries).fingerprints
        await store.beat(gw.db, holder_id, name="web process 7", keys=keys, now=gw.now())

    await beat(OLD)
    asked = asyncio.create_task(ignorant(gw.db, vault(NEW).fingerprints[0]))

    async def is_answered() -> bool:
        # A key of the same name with other bytes is another key.
        await beat(OLD, new_key("new"))
        return asked.done()

    await wait_for(is_answered)
    assert await asked == ["web process 7"]
    assert await ignorant(gw.db, vault(OLD).fingerprints[0]) == ()


async def test_a_process_that_fell_silent_does_not_hold_a_key_up(gw: Gateway) -> None:
    keys = vault(OLD).fingerprints
    await store.beat(gw.db, uuid4(), name="killed", keys=keys, now=gw.now())

    assert await ignorant(gw.db, vault(NEW).fingerprints[0], patience_seconds=0.6) == ()


async def test_who_fell_silent_long_ago_is_forgotten(gw: Gateway, clock: Clock) -> None:
    await store.beat(gw.db, uuid4(), name="killed", keys=(), now=gw.now())
    clock.advance(90_000)

    async with present(gw, "web"):
        assert len(await store.key_holders(gw.db)) == 1
