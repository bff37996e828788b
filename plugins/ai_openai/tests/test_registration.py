"""What the plugin brings, and what it does not do before it is asked to."""

import subprocess
import sys

import pluggy
import pytest
from pydantic import ValidationError

import gateway_ai_openai
from gateway.plugin import ENTRY_POINT_GROUP, hookspecs
from gateway.plugin.testing import check_settings
from gateway_ai_openai.chat import OpenAIResponder
from gateway_ai_openai.settings import OpenAISettings
from gateway_ai_openai.speech import OpenAISpeech


def test_the_plugin_registers_a_responder_and_a_reader() -> None:
    manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(gateway_ai_openai)
    manager.check_pending()

    [parts] = manager.hook.register_responders()
    assert parts == [OpenAIResponder]
    assert manager.hook.register_media_readers() == [[OpenAISpeech]]
    check_settings(OpenAIResponder)
    check_settings(OpenAISpeech)


def test_the_sdk_is_not_imported_before_a_question_is_asked() -> None:
    program = "import sys, gateway_ai_openai; print('openai' in sys.modules)"

    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert shown.stdout.strip() == b"False"


@pytest.mark.parametrize(
    "given",
    [
        {"openaiModel": "m"},
        {"openaiModel": "m", "openaiApiKey": ""},
        {"openaiModel": "m", "openaiBaseUrl": "https://API.OpenAI.com/v1"},
    ],
)
def test_openai_itself_wants_a_key(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="OpenAI needs openaiApiKey"):
        OpenAISettings.model_validate(given)


def test_a_server_of_ones_own_wants_a_model_and_no_key() -> None:
    given = {"openaiModel": "qwen", "openaiBaseUrl": "http://10.0.0.5:11434/v1"}

    assert OpenAISettings.model_validate(given).openai_api_key is None
    with pytest.raises(ValidationError, match="openaiModel"):
        OpenAISettings.model_validate({"openaiBaseUrl": "http://10.0.0.5:11434/v1"})
