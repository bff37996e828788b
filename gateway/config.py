"""gateway.toml and the environment, read once into one frozen `Config`."""

import base64
import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    field_validator,
)

from gateway.sections import (
    Conversations,
    Count,
    Keys,
    Limits,
    Listen,
    Log,
    Loops,
    Media,
    Plugins,
    Privacy,
    Retention,
    Seconds,
    Section,
    Telemetry,
    Verification,
    Worker,
)

PREFIX = "GATEWAY_"
KEYS_VARIABLE = "GATEWAY_ENCRYPTION_KEYS"
KEY_FILE_VARIABLE = "GATEWAY_KEYS__FILE"
CONFIG_VARIABLE = "GATEWAY_CONFIG"
KEY_BYTES = 32

Origin = Annotated[str, Field(pattern=r"^(\*|https?://[^/?#\s]+)$")]


class ConfigError(Exception):
    """The settings cannot be used; the message names file, line, key and what would be valid."""


class Server(Section):
    """The web process."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on.")
    public_url: str = Field(
        "",
        description="Origin under which the outside reaches the gateway, such as "
        "`https://gw.example.org`; empty means `http://<host>:<port>`. Signatures that cover the "
        "URL are checked against it.",
    )
    body_limit_bytes: int = Field(
        262_144, ge=1024, description="Largest inbound body; a larger one is answered 413."
    )
    body_timeout_seconds: Seconds = Field(10.0, description="Time a body may take to arrive.")
    forwarded_hops: Count = Field(
        0,
        description="Number of trusted proxies in front: that many entries of X-Forwarded-For are "
        "believed, counted from the right. 0 takes the peer's address.",
    )
    shutdown_seconds: Seconds = Field(
        10.0, description="Time that requests get to finish at a stop."
    )
    cors_origins: tuple[Origin, ...] = Field(
        (),
        description="Origins whose pages may call the API from a browser, such as "
        "`https://app.example.org`; `*` is any. Empty: none.",
    )

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^/?#\s]+", value.rstrip("/")):
            raise ValueError("give an origin such as https://gw.example.org, without a path")
        return value.rstrip("/")


class Database(Section):
    """PostgreSQL; without a URL, `gateway up` starts its own."""

    url: SecretStr = Field(
        SecretStr(""), description="`postgres://user:password@host:5432/name`; empty: embedded."
    )
    pool_min: int = Field(2, ge=0, description="Connections kept open by each process.")
    pool_max: int = Field(10, ge=1, description="Most connections that each process opens.")


class Redis(Section):
    """Redis or Valkey, for wake-ups and rate limits; without a URL, `gateway up` starts its own."""

    url: SecretStr = Field(
        SecretStr(""), description="`redis://host:6379/0` or `unix:///path?db=0`; empty: embedded."
    )
    prefix: str = Field("gateway", description="Prefix of every key and of the queue's name.")


class Egress(Section):
    """The guard of calls to user-given URLs."""

    allow: tuple[IPvAnyNetwork, ...] = Field(
        (), description="Address ranges to open that are refused by default, loopback too."
    )


class Delivery(Section):
    """Sending."""

    in_flight: int = Field(128, ge=1, description="Deliveries that one worker makes at a time.")
    lease_seconds: float = Field(
        10.0,
        gt=1,
        description="Time after which a dead worker's deliveries are repeated; a living one "
        "renews.",
    )
    retry_seconds: tuple[Seconds, ...] = Field(
        (1.0, 2.0, 4.0, 8.0, 16.0),
        description="Waits before each repeated attempt (FR-15); after the last one the delivery "
        "is dead.",
    )
    retry_after_cap_seconds: Seconds = Field(
        3600.0, description="Longest wait that a receiver's Retry-After can ask for."
    )
    in_flight_per_endpoint: int = Field(
        64, ge=1, description="Deliveries to one endpoint at a time, by all workers together."
    )
    disable_after_seconds: float = Field(
        432_000.0, gt=0, description="Time of only failures after which it is switched off."
    )
    resend_seconds: Seconds = Field(
        120.0,
        description="Wait before a message is sent once more that was lost on its way for a reason "
        "that passes, such as a phone that is off. 0 never sends it again.",
    )
    drained_per_second: int = Field(20, ge=1, description="Rate at which what waited goes out.")


class Config(BaseModel):
    """All settings; `encryption_keys` come from the environment or from a key file only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    server: Server = Server()
    database: Database = Database()
    redis: Redis = Redis()
    keys: Keys = Keys()
    plugins: Plugins = Plugins()
    egress: Egress = Egress()
    limits: Limits = Limits()
    conversations: Conversations = Conversations()
    delivery: Delivery = Delivery()
    loops: Loops = Loops()
    media: Media = Media()
    privacy: Privacy = Privacy()
    retention: Retention = Retention()
    verification: Verification = Verification()
    worker: Worker = Worker()
    listen: Listen = Listen()
    log: Log = Log()
    telemetry: Telemetry = Telemetry()
    encryption_keys: SecretStr = Field(
        SecretStr(""),
        description="Key ring as `id:base64,...`, 32 bytes each, the first one encrypts.",
    )

    @property
    def public_url(self) -> str:
        """The origin that webhook URLs are printed with and signatures are checked against."""
        return self.server.public_url or f"http://{self.server.host}:{self.server.port}"


_MISSPELT = {
    f"{PREFIX}{section}_{key}".upper(): f"{PREFIX}{section}__{key}".upper()
    for section, field in Config.model_fields.items()
    for key in getattr(field.annotation, "model_fields", ())
}


def load_config(path: Path | None = None, overrides: Mapping[str, object] | None = None) -> Config:
    """Reads the file, then the environment, then `overrides` (`section.key`), the later winning.

    Raises `ConfigError`. Without a path, `GATEWAY_CONFIG` or `gateway.toml` here is read if it
    exists.
    """
    named = path or (Path(os.environ[CONFIG_VARIABLE]) if CONFIG_VARIABLE in os.environ else None)
    file = named or Path("gateway.toml")
    text = _read(file, required=named is not None)
    data = _parse(file, text)
    sources: dict[str, str] = {}
    for name, value in _from_environment(os.environ).items():
        section, key = name
        variable = f"{PREFIX}{section.upper()}__{key.upper()}"
        if section not in data:
            sources[section] = variable
        _put(data.setdefault(section, {}), key, value)
        sources[f"{section}.{key}"] = variable
    for dotted, override in (overrides or {}).items():
        section, key = dotted.split(".")
        data.setdefault(section, {})[key] = override
        sources[dotted] = f"--{key}"
    try:
        resolved = {name: _resolve(table, f"[{name}]") for name, table in data.items()}
        keys = os.environ.get(KEYS_VARIABLE, "")
        config = Config.model_validate({**resolved, "encryption_keys": keys})
    except ValidationError as error:
        raise ConfigError(_explain(error, file, text, sources)) from None
    return with_key_file(config, config.keys.file) if config.keys.file else config


def with_key_file(config: Config, file: str | Path) -> Config:
    """The settings with the key ring of a file. Raises `ConfigError`."""
    if config.encryption_keys.get_secret_value():
        raise ConfigError(f"set {KEYS_VARIABLE} or [keys] file, not both")
    try:
        keys = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"[keys] file: {file} cannot be read: {error}") from None
    kept = Keys(file=str(Path(file).resolve()))
    return config.model_copy(update={"encryption_keys": SecretStr(keys), "keys": kept})


def user_data_root(environment: Mapping[str, str] = os.environ) -> Path | None:
    """XDG_DATA_HOME when it is set."""
    value = environment.get("XDG_DATA_HOME")
    return Path(value) if value else None


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `extra`, for processes that the gateway starts."""
    return {**os.environ, **extra}


def decode_keys(text: str) -> list[tuple[str, bytes]]:
    """The key ring in a text of the form `id:base64,id:base64`. Raises `ConfigError`."""
    ring: list[tuple[str, bytes]] = []
    entries = filter(None, (part.strip() for part in text.split(",")))
    for number, entry in enumerate(entries, start=1):
        identifier, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", identifier) or len(key) != KEY_BYTES:
            raise ConfigError(
                f"{KEYS_VARIABLE}: entry {number} is not `id:base64` of 32 bytes "
                "(make one with: openssl rand -base64 32)"
            )
        if identifier in dict(ring):
            raise ConfigError(f"{KEYS_VARIABLE}: two keys are called {identifier!r}; rename one")
        ring.append((identifier, key))
    return ring


def _read(file: Path, *, required: bool) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        if required:
            raise ConfigError(
                f"{file}: no such file; name another with --config or {CONFIG_VARIABLE}, "
                "or leave both out for the defaults"
            ) from None
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from None


def _parse(file: Path, text: str) -> dict[str, dict[str, object]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from None
    sections = list(Config.model_fields)
    for name, value in data.items():
        if not isinstance(value, dict):
            line = _line_of(text, None, name)
            raise ConfigError(
                f"{file}:{line}: key {name!r} stands outside a section; put it under one of "
                + ", ".join(f"[{section}]" for section in sections if section != "encryption_keys")
            )
    if "encryption_keys" in data:
        raise ConfigError(f"{file}: keys do not belong in a file; set {KEYS_VARIABLE}")
    return data


def _from_environment(environment: Mapping[str, str]) -> dict[tuple[str, str], object]:
    found: dict[tuple[str, str], object] = {}
    for name, raw in environment.items():
        section, separator, key = name.removeprefix(PREFIX).partition("__")
        if name.startswith(PREFIX) and separator:
            value: object = raw
            if raw[:1] in "[{":
                try:
                    value = json.loads(raw)
                except json.JSONDecodeError as error:
                    raise ConfigError(f"{name}: a list is written as JSON: {error}") from None
            found[section.lower(), key.lower()] = value
        elif name in _MISSPELT and not raw.startswith("tcp://"):  # Kubernetes names its services so
            raise ConfigError(f"{name}: did you mean {_MISSPELT[name]}, with two underscores?")
    return found


def _put(table: dict[str, object], key: str, value: object) -> None:
    """Sets a key of a section, or with `table__key` one of a table in it."""
    outer, separator, inner = key.partition("__")
    inside = table.setdefault(outer, {}) if separator else None
    if isinstance(inside, dict):
        inside[inner] = value
    else:
        table[key] = value


def _resolve(value: object, where: str) -> object:
    """Replaces `{ env = "NAME" }` by what that variable holds."""
    if isinstance(value, dict):
        if set(value) == {"env"} and isinstance(value["env"], str):
            if value["env"] not in os.environ:
                raise ConfigError(
                    f"{where}: no variable {value['env']!r} is set in the environment"
                )
            return os.environ[value["env"]]
        return {key: _resolve(item, f"{where} {key}") for key, item in value.items()}
    return value


def _explain(error: ValidationError, file: Path, text: str, sources: Mapping[str, str]) -> str:
    lines = []
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        location = [str(part) for part in item["loc"]]
        section, key = location[0], location[1] if len(location) > 1 else None
        source = sources.get(f"{section}.{key}" if key else section)
        if source is None:
            source = f"{file}:{_line_of(text, section if key else None, key or section)}"
        shown = f"[{section}] {key}" if key else f"[{section}]"
        lines.append(f"{source}: {shown}: {_reason(item['type'], item['msg'], section, key)}")
    return "\n".join(lines)


def _reason(kind: str, message: str, section: str, key: str | None) -> str:
    if kind == "tuple_type":
        return 'give a list, such as ["one", "another"]'
    if kind != "extra_forbidden":
        return message.removeprefix("Value error, ")
    known = (
        list(Config.model_fields[section].annotation.model_fields)  # type: ignore[union-attr] # a Section
        if key
        else [name for name in Config.model_fields if name != "encryption_keys"]
    )
    close = difflib.get_close_matches(key or section, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "valid: " + ", ".join(known)
    return f"no such {'key' if key else 'section'}; {hint}"


def _line_of(text: str, section: str | None, key: str) -> int:
    """The line of a key in a TOML text, 1-based; of its section when the key is not found there."""
    found, current = 1, None
    name = re.escape(key)
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[+\s*([\w.-]+)", line)
        if header:
            current = header[1]
            found = number if current in (section, key) else found
            continue
        in_section = current == section and re.match(rf"\s*[\"']?{name}[\"']?\s*=", line)
        in_one_line = current is None and re.match(rf"\s*{section}\s*[.=].*\b{name}\b", line)
        if in_section or in_one_line:
            return number
    return found
