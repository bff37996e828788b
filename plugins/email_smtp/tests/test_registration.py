"""What the plugin brings."""

import subprocess
import sys

import pluggy

import gateway_email_smtp
from gateway.plugin import ENTRY_POINT_GROUP, hookspecs
from gateway_email_smtp.email import EmailSmtp


def test_one_part_plays_three_roles() -> None:
    manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(gateway_email_smtp)
    manager.check_pending()

    assert manager.hook.register_parsers() == [[EmailSmtp]]
    assert manager.hook.register_verifiers() == [[EmailSmtp]]
    assert manager.hook.register_transports() == [[EmailSmtp]]
    assert (EmailSmtp.name, EmailSmtp.channel_type) == ("email_smtp", "email")
    assert EmailSmtp.body_limit_bytes > 35_000_000
    assert EmailSmtp.busy_status == 503


def test_no_fake_is_imported_with_the_plugin() -> None:
    program = (
        "import sys, gateway_email_smtp; "
        "print([m for m in ('aiohttp', 'gateway_email_smtp.fake') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert shown.stdout.strip() == b"[]"
