"""Whom a channel takes anything from counts for what comes by another way than HTTP too."""

import pytest

from gateway.plugin.errors import AddressBlocked
from gateway.registry import Registry, load_plugins
from tests.parts import EchoResponder
from tests.stories.house import House
from tests.stories.test_doors import Letters, Postbox, _box, _opened


@pytest.fixture
def registry() -> Registry:
    """A channel that takes letters, and its way in."""
    return load_plugins(["custom_http"], extra=(EchoResponder, Letters, Postbox))


async def test_a_letter_comes_from_where_its_box_allows_or_from_nowhere(house: House) -> None:
    await _box(house, allowedAddresses=["192.0.2.0/24"])
    doors = await _opened(house.gw)
    [door] = doors.open()

    with pytest.raises(AddressBlocked):
        await doors.take(door, b"ann|Hi", headers={}, client_ip="198.51.100.1")
    await doors.take(door, b"ann|Hi", headers={}, client_ip="192.0.2.1")
    await doors.take(door, b"ann|Hi", headers={})

    assert len((await house.api("GET", "/webhooks/1/messages"))["items"]) == 2
