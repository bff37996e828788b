"""Whom a webhook takes anything from, decided before anything of a request is read."""

from gateway.plugin.errors import AddressBlocked
from gateway.rules.addresses import is_allowed
from gateway.runtime import Gateway


async def admit(gw: Gateway, token: str, address: str) -> None:
    """Returns where a webhook takes requests from an address.

    Raises `AddressBlocked`, and what `Channels.by_token` raises.
    """
    webhook = (await gw.channels.by_token(token)).webhook
    ranges = webhook.allowed_addresses
    if ranges is not None and not is_allowed(address, ranges):
        raise AddressBlocked(
            f"this webhook takes nothing from {address}; if it should, its owner adds it to "
            "allowedAddresses"
        )
