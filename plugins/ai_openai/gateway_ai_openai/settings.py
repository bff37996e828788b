"""What the owner of a channel says of the model that answers on it, and of where it runs."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from gateway.plugin import OutboundUrl
from gateway.plugin.assistant import ModelSettings

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_HOST = "api.openai.com"


def is_openai(base_url: str) -> bool:
    """Whether it is OpenAI itself that a URL leads to."""
    return urlsplit(base_url).hostname == OPENAI_HOST


class OpenAISettings(ModelSettings):
    """Which model answers, and how."""

    openai_model: str = Field(
        min_length=1,
        max_length=200,
        title="Model",
        description="The server's name of the model, such as one of `ollama list`.",
    )
    openai_base_url: OutboundUrl = Field(
        OPENAI_URL,
        title="Base URL",
        description="Where the API is, up to /v1: OpenAI, or a server that speaks its protocol.",
        json_schema_extra={"x-ask-first": True},
    )
    openai_api_key: SecretStr | None = Field(
        None,
        title="API key",
        description="OpenAI wants one; a server of your own may not.",
        json_schema_extra={"x-ask-first": True},
    )
    openai_schema: Literal["strict", "json", "prompt"] = Field(
        "strict",
        title="Schema",
        description="How the model is held to the schema: strictly by the server, by a JSON mode, "
        "or by the prompt alone.",
    )
    openai_effort: Literal["none", "minimal", "low", "medium", "high"] | None = Field(
        None, title="Effort", description="For models that reason; unset: not sent."
    )
    openai_images: bool = Field(
        False,
        title="Images",
        description="Shows the model the https addresses of images; the server fetches them.",
    )
    openai_input_price: float | None = Field(
        None, ge=0, title="Input price", description="US dollars for a million tokens."
    )
    openai_cached_price: float | None = Field(
        None,
        ge=0,
        title="Cached input price",
        description="US dollars for a million tokens; unset: the input price.",
    )
    openai_output_price: float | None = Field(
        None, ge=0, title="Output price", description="US dollars for a million tokens."
    )

    @property
    def is_openai(self) -> bool:
        """Whether OpenAI itself is asked, which knows more than the common protocol."""
        return is_openai(self.openai_base_url)

    @model_validator(mode="after")
    def _key_is_there(self) -> "OpenAISettings":
        key = self.openai_api_key
        if self.is_openai and not (key and key.get_secret_value()):
            raise ValueError("OpenAI needs openaiApiKey; a server of your own, openaiBaseUrl")
        return self
