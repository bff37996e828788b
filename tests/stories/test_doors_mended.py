"""A channel that its listener could not use is used once what it lacked is there."""

from dataclasses import replace
from pathlib import Path

from structlog.testing import capture_logs

from gateway.config import decode_keys
from gateway.doors import OpenDoors
from gateway.vault import KeyFile, Vault, new_key
from tests.store import rows
from tests.stories import test_doors
from tests.stories.house import House
from tests.stories.test_doors import Postbox, _box, _boxes

registry = test_doors.registry
"""The parts of that page."""


async def test_a_channel_whose_key_was_missing_is_open_once_the_key_is_there(
    house: House, tmp_path: Path
) -> None:
    await _box(house)
    file = tmp_path / "keys"
    file.write_text(new_key("k9"))
    vault = Vault(decode_keys(file.read_text()), KeyFile(file))
    doors = OpenDoors(replace(house.gw, vault=vault), Postbox)
    with capture_logs() as logs:
        for _ in range(3):
            await doors.look()
    assert (_boxes(doors), doors.is_whole) == ([], False)
    assert [line["event"] for line in logs] == ["channel.unusable"]

    ring = house.gw.config.encryption_keys.get_secret_value()
    file.write_text(f"{file.read_text()},{ring}")
    await doors.look()

    assert (_boxes(doors), doors.is_whole) == (["blue"], True)
    await doors.take(doors.open()[0], b"ann|Hello", headers={})
    assert len(await rows(house.gw, "SELECT FROM inbound_messages")) == 1


async def test_a_channel_whose_settings_were_put_right_by_hand_is_open(house: House) -> None:
    record = await _box(house)
    kept = (await rows(house.gw, "SELECT provider_config FROM user_webhooks"))[0][0]
    await rows(house.gw, "UPDATE user_webhooks SET provider_config = 'v1.k1.broken'")
    doors = OpenDoors(house.gw, Postbox)
    await doors.look()
    assert _boxes(doors) == []

    await rows(house.gw, "UPDATE user_webhooks SET provider_config = $1", kept)
    await doors.look()

    [door] = doors.open()
    assert door.webhook_id == record["id"]


async def test_a_channel_that_is_broken_stays_quiet_beside_the_others(house: House) -> None:
    await _box(house, "blue")
    await _box(house, "red")
    await rows(house.gw, "UPDATE user_webhooks SET provider_config = 'v1.k1.broken' WHERE id = 1")
    doors = OpenDoors(house.gw, Postbox)
    with capture_logs() as logs:
        await doors.look()
        before = doors.open()
        await doors.look()

    assert (_boxes(doors), doors.open() is before) == (["red"], True)
    assert [line["webhook_id"] for line in logs] == [1]
