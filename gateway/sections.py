"""What a table of gateway.toml is made of, and the tables that say how long things count."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Days = Annotated[float, Field(ge=0, le=36_500, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]


class Section(BaseModel):
    """A table of gateway.toml; every key has a default and a description."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Retention(Section):
    """How long things are kept; 0 days is for ever."""

    raw_payload_days: Days = Field(
        30.0, description="Days that the body of a request is kept; the message stays."
    )
    message_days: Days = Field(
        0.0,
        description="Days that an answered message is kept. A repeat of one that is gone is new.",
    )
    conversation_days: Days = Field(
        0.0,
        description="Days after its last change that a conversation is kept, with its messages, "
        "replies and events. Its tasks stay.",
    )
    delivery_days: Days = Field(
        0.0, description="Days that a delivery is kept that is not to be sent any more."
    )
    log_days: Days = Field(0.0, description="Days that attempts at deliveries are kept.")
    audit_days: Days = Field(0.0, description="Days that the audit trail is kept.")
    every_seconds: float = Field(
        3600.0, gt=0, description="How often a worker looks for what has been kept long enough."
    )


class Verification(Section):
    """Codes that prove a channel."""

    code_seconds: float = Field(900.0, gt=0, description="Time that a code counts.")
    attempts: int = Field(5, ge=1, le=100, description="Times that a code may be entered.")
