"""What the plugin brings."""

import subprocess
import sys

import pluggy

import gateway_sms_twilio
from gateway.plugin import ENTRY_POINT_GROUP, hookspecs
from gateway_sms_twilio.twilio import TwilioSms


def test_one_part_plays_three_roles() -> None:
    manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(gateway_sms_twilio)
    manager.check_pending()

    assert manager.hook.register_parsers() == [[TwilioSms]]
    assert manager.hook.register_verifiers() == [[TwilioSms]]
    assert manager.hook.register_transports() == [[TwilioSms]]
    assert TwilioSms.channel_type == "sms"
    assert TwilioSms.reconciles


def test_neither_the_fake_nor_an_sdk_is_imported_with_the_plugin() -> None:
    program = (
        "import sys, gateway_sms_twilio; "
        "print([m for m in ('twilio', 'aiohttp', 'gateway_sms_twilio.fake') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert shown.stdout.strip() == b"[]"
