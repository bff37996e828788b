"""What the plugin brings, as the gateway's loader sees it."""

import pluggy

import gateway_custom_http
from gateway.plugin import ENTRY_POINT_GROUP, hookspecs


def test_the_plugin_registers_its_parts() -> None:
    manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(gateway_custom_http)
    manager.check_pending()

    assert {
        role: [
            part.name for [*parts] in getattr(manager.hook, f"register_{role}")() for part in parts
        ]
        for role in ("parsers", "verifiers", "responders", "transports")
    } == {
        "parsers": ["custom_http"],
        "verifiers": ["none", "bearer", "api_key", "hmac"],
        "responders": [],
        "transports": ["custom_http"],
    }
