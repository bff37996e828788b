"""What a table of gateway.toml is made of, and the tables that need nothing else to be read."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, model_validator

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Days = Annotated[float, Field(ge=0, le=36_500, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]


class Section(BaseModel):
    """A table of gateway.toml; every key has a default and a description."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Keys(Section):
    """Encryption keys of stored secrets."""

    file: str = Field(
        "",
        description="File that holds the key ring, in the form of `GATEWAY_ENCRYPTION_KEYS` and in "
        "place of it. Running processes take up what is written there. `gateway up` has its own.",
    )


class Limits(Section):
    """Rate limits and quotas."""

    webhooks_per_user: int = Field(3, ge=1, description="Active webhooks that one user may have.")
    hooks_per_user: int = Field(
        100, ge=1, description="Subscriptions of automation platforms that one user may have."
    )
    per_minute_default: int = Field(30, ge=1, description="Messages a minute of a new webhook.")
    per_hour_default: int = Field(200, ge=1, description="Messages an hour of a new webhook.")
    per_minute_ceiling: int = Field(100, ge=1, description="Highest limit a minute a user may set.")
    per_hour_ceiling: int = Field(1000, ge=1, description="Highest limit an hour a user may set.")
    requests_per_ip_per_minute: Count = Field(
        6000, description="Requests a minute from one address; 0 is no limit."
    )
    failed_auth_per_ip_per_minute: Count = Field(
        20,
        description="Requests a minute from one address that may fail to authenticate, at one "
        "webhook or at the API; 0 is no limit.",
    )
    api_calls_per_token_per_minute: Count = Field(
        600, description="Calls of the API that one token may make a minute; 0 is no limit."
    )
    blocked_addresses: tuple[IPvAnyNetwork, ...] = Field(
        (),
        description="Addresses and ranges whose requests are refused before anything of them is "
        "read or counted.",
    )


class Plugins(Section):
    """Which installed plugins are loaded."""

    enabled: tuple[str, ...] = Field(
        ("custom_http",),
        description="Entry-point names to load; no other plugin is ever imported. Installed with "
        "the gateway: `custom_http`, `ai_claude`, `ai_openai`, `email_smtp`, `sms_twilio`, "
        "`sms_vonage`, `media_tesseract`.",
    )
    blocked: tuple[str, ...] = Field(
        (), description="Names that are refused even when enabled, as `name` or `name<1.2.3`."
    )


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
    receipt_days: Days = Field(
        0.0, description="Days that a provider's receipt is kept that belongs to no delivery."
    )
    task_days: Days = Field(
        0.0,
        description="Days after its last change that a task is kept which is not pending any more.",
    )
    proposal_days: Days = Field(
        0.0, description="Days that a proposal is kept which is decided or has expired."
    )
    usage_days: Days = Field(
        0.0, description="Days that it is kept what models used for each answer."
    )
    log_days: Days = Field(0.0, description="Days that attempts at deliveries are kept.")
    audit_days: Days = Field(0.0, description="Days that the audit trail is kept.")
    media_days: Days = Field(
        0.0, description="Days that files are kept that came with messages; the messages stay."
    )
    every_seconds: float = Field(
        3600.0, gt=0, description="How often a worker looks for what has been kept long enough."
    )


class Privacy(Section):
    """What is not kept of what people write."""

    mask_card_numbers: bool = Field(
        True,
        description="Mask the numbers of payment cards, all but their last four digits, and the "
        "codes beside them, before anything of a message is stored.",
    )


class Media(Section):
    """Files that come with messages."""

    largest_bytes: int = Field(20_971_520, ge=1024, description="Largest file that is kept.")
    refused_types: tuple[str, ...] = Field(
        ("application/x-executable",),
        description="Media types that are not kept, by what a file's content says it is; "
        "`application/x-executable` is any program.",
    )
    wait_seconds: Seconds = Field(
        20.0,
        description="Longest time that a conversation waits for a file that is still fetched; then "
        "it is answered without it, and the answer says so.",
    )
    retry_seconds: tuple[Seconds, ...] = Field(
        (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 300.0, 900.0, 3600.0),
        description="Waits before a file that its provider does not hand out is asked for again; "
        "then it is given up.",
    )


class Verification(Section):
    """Codes that prove a channel."""

    code_seconds: float = Field(900.0, gt=0, description="Time that a code counts.")
    attempts: int = Field(5, ge=1, le=100, description="Times that a code may be entered.")


class Worker(Section):
    """The worker process."""

    recover_seconds: float = Field(
        1.0, gt=0, description="How often due work is looked for that nobody announced."
    )
    shutdown_seconds: Seconds = Field(
        10.0, description="Time that work under way gets to finish at a stop."
    )
    metrics_host: str = Field(
        "127.0.0.1", description="Address that the worker's metrics listen on."
    )
    metrics_port: int = Field(
        0, ge=0, le=65535, description="Port of the worker's metrics; 0 turns them off."
    )


class Telemetry(Section):
    """Spans of what is done, for a collector of OpenTelemetry."""

    otlp_endpoint: str = Field(
        "",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Where the collector takes OTLP over HTTP, such as `http://127.0.0.1:4318`; "
        "empty sends no spans.",
    )
    service_name: str = Field(
        "integration-gateway", min_length=1, description="`service.name` of the spans."
    )
    queue_spans: int = Field(
        2048, ge=1, description="Spans that wait for the collector; more are dropped, and counted."
    )


class Log(Section):
    """Logging."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe level that is written."
    )
    format: Literal["auto", "json", "console"] = Field(
        "auto", description="`json` for machines, `console` for people, `auto` by terminal."
    )


class Listen(Section):
    """The process of listeners, the ways in beside HTTP; each has a table of its own below."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)

    metrics_host: str = Field(
        "127.0.0.1", description="Address that the process's metrics listen on."
    )
    metrics_port: int = Field(
        0, ge=0, le=65535, description="Port of the process's metrics; 0 turns them off."
    )
    shutdown_seconds: Seconds = Field(
        10.0, description="Time that what is under way gets to finish at a stop."
    )

    @property
    def tables(self) -> Mapping[str, Mapping[str, object]]:
        """The table of each listener that is set up, by its name."""
        return {
            name: table
            for name, table in (self.model_extra or {}).items()
            if isinstance(table, dict)
        }

    @model_validator(mode="after")
    def _has_tables(self) -> Self:
        strays = (self.model_extra or {}).keys() - self.tables.keys()
        if strays:
            raise ValueError(
                f"no such key: {', '.join(sorted(strays))}; a listener has a table of its own, "
                "such as [listen.smtp]"
            )
        return self


class Loops(Section):
    """What keeps gateways and automations from answering each other for ever."""

    max_hops: int = Field(
        5,
        ge=1,
        le=100,
        description="Gateways that a message may have come through; one that has come through "
        "more is kept and not answered.",
    )
    repeats: Count = Field(
        8,
        description="Answers in a row to the gateway's own answers that say the same: then the "
        "conversation is paused. They are looked for in the last `conversations.history_turns` "
        "turns. 0 never pauses.",
    )
    replies_per_hour: Count = Field(
        60,
        description="Answers to one person within an hour, over all threads of a channel that has "
        "threads; what they write beyond that is held. 0 never holds.",
    )
    event_repeats: Count = Field(
        100,
        description="Events of the same words to one endpoint, as one worker sees them, after "
        "which the endpoint is paused. 0 never pauses.",
    )
    window_seconds: float = Field(
        120.0, gt=0, description="Time within which the same is said so often."
    )
    pause_seconds: float = Field(
        900.0,
        gt=0,
        description="Length of the first pause of a day; each further one of a conversation is "
        "twice as long.",
    )


class Conversations(Section):
    """Answering."""

    in_flight: int = Field(64, ge=1, description="Conversations that one worker answers at a time.")
    lease_seconds: float = Field(
        10.0,
        gt=1,
        description="Time after which a dead worker's conversations are taken over; a living one "
        "renews.",
    )
    history_turns: int = Field(20, ge=0, description="Earlier turns that a responder sees.")
    retry_seconds: tuple[Seconds, ...] = Field(
        (1.0, 2.0, 4.0, 8.0, 16.0),
        description="Waits before a responder that failed is asked again; then the built-in "
        "answers.",
    )
    supersede_limit: Count = Field(
        5,
        description="Times that an answer is dropped for a newer message before it is sent anyway.",
    )
    patience_seconds: Seconds = Field(
        86_400.0,
        description="Longest time that an acknowledged message waits for its responder; then the "
        "built-in answers.",
    )
    proposal_seconds: Seconds = Field(
        259_200.0, description="Time in which a person can confirm a task that was proposed."
    )
    undo_seconds: Seconds = Field(
        600.0, description="Time in which a person can take back a task that was created at once."
    )
    longest_message: int = Field(
        20_000,
        ge=500,
        description="Characters of a message beyond which its sender is asked to send less.",
    )
