"""What the owner of a channel says of the Claude that answers on it."""

from typing import Literal

from pydantic import Field, SecretStr

from gateway.plugin import OutboundUrl
from gateway.plugin.assistant import ModelSettings

API_URL = "https://api.anthropic.com"


class ClaudeSettings(ModelSettings):
    """Which Claude answers, and how."""

    claude_api_key: SecretStr = Field(
        min_length=1, title="API key", description="A key of the Anthropic Console."
    )
    claude_model: str = Field(
        "claude-haiku-5-5",
        min_length=1,
        max_length=200,
        title="Model",
        description="Anthropic's name of the model.",
    )
    claude_base_url: OutboundUrl = Field(
        API_URL, title="Base URL", description="Where the API is; another one for a proxy."
    )
    claude_effort: Literal["low", "medium", "high"] = Field(
        "low", title="Effort", description="More effort answers better, later and at a higher cost."
    )
    claude_thinking: bool = Field(
        False,
        title="Thinking",
        description="Lets the model think before it answers; some models must, most answer late.",
    )
    claude_images: bool = Field(
        True,
        title="Images",
        description="Shows the model the https addresses of images; Anthropic fetches them.",
    )
    claude_input_price: float | None = Field(
        None,
        ge=0,
        title="Input price",
        description="US dollars for a million tokens; unset: the list price, if it is known.",
    )
    claude_output_price: float | None = Field(
        None,
        ge=0,
        title="Output price",
        description="US dollars for a million tokens; unset: the list price, if it is known.",
    )
