"""What the plugin brings, and what it does not do before it is asked to."""

import subprocess
import sys

import pluggy
import pytest
from pydantic import ValidationError

import gateway_ai_claude
from gateway.plugin import ENTRY_POINT_GROUP, hookspecs
from gateway.plugin.testing import check_settings
from gateway_ai_claude.claude import ClaudeResponder
from gateway_ai_claude.settings import ClaudeSettings


def test_the_plugin_registers_a_responder() -> None:
    manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(gateway_ai_claude)
    manager.check_pending()

    [parts] = manager.hook.register_responders()
    assert parts == [ClaudeResponder]
    check_settings(ClaudeResponder)


def test_the_sdk_is_not_imported_before_a_question_is_asked() -> None:
    program = "import sys, gateway_ai_claude; print('anthropic' in sys.modules)"

    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert shown.stdout.strip() == b"False"


@pytest.mark.parametrize("given", [{}, {"claudeApiKey": ""}])
def test_a_channel_without_a_key_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="claudeApiKey"):
        ClaudeSettings.model_validate(given)


def test_the_key_is_never_shown() -> None:
    assert "sk-1" not in repr(ClaudeSettings.model_validate({"claudeApiKey": "sk-1"}))
