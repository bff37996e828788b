"""What the plugin brings."""

import subprocess
import sys

import pluggy

import gateway_sms_vonage
from gateway.plugin import ENTRY_POINT_GROUP, hookspecs
from gateway.plugin.testing import check_settings
from gateway_sms_vonage.vonage import VonageSms


def test_one_part_plays_three_roles() -> None:
    manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(gateway_sms_vonage)
    manager.check_pending()

    assert manager.hook.register_parsers() == [[VonageSms]]
    assert manager.hook.register_verifiers() == [[VonageSms]]
    assert manager.hook.register_transports() == [[VonageSms]]
    assert VonageSms.channel_type == "sms"


def test_its_settings_can_be_drawn() -> None:
    check_settings(VonageSms)


def test_the_fake_is_not_imported_with_the_plugin() -> None:
    program = (
        "import sys, gateway_sms_vonage; "
        "print([m for m in ('aiohttp', 'gateway_sms_vonage.fake') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert shown.stdout.strip() == b"[]"
