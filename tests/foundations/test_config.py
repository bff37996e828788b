"""gateway.toml and the environment: what they may say, and how a mistake is named."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.config import (
    Config,
    ConfigError,
    child_environment,
    decode_keys,
    load_config,
    user_data_root,
)

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(32)).decode()
Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without settings, and an environment without keys."""
    monkeypatch.chdir(tmp_path)
    for name in ("GATEWAY_ENCRYPTION_KEYS", "GATEWAY_CONFIG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes gateway.toml and returns its path."""

    def written(text: str) -> Path:
        path = tmp_path / "gateway.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def refusal(path: Path | None = None) -> str:
    with pytest.raises(ConfigError) as refused:
        load_config(path)
    return str(refused.value)


def test_without_a_file_every_setting_has_its_default() -> None:
    config = load_config()

    assert config == Config()
    assert config.server.port == 8080
    assert config.delivery.retry_seconds == (1.0, 2.0, 4.0, 8.0, 16.0)
    assert config.limits.webhooks_per_user == 3
    assert config.public_url == "http://127.0.0.1:8080"


def test_every_setting_has_a_description() -> None:
    silent = [
        f"{name}.{key}"
        for name, section in Config.model_fields.items()
        if name != "encryption_keys"
        for key, setting in section.default.__class__.model_fields.items()
        if not setting.description
    ]

    assert silent == []


def test_the_environment_beats_the_file_and_an_override_beats_both(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write('[server]\nhost = "file"\nport = 1\n[redis]\nprefix = "file"\n')
    monkeypatch.setenv("GATEWAY_SERVER__PORT", "2")
    monkeypatch.setenv("GATEWAY_REDIS__PREFIX", "environment")

    config = load_config(path, {"redis.prefix": "override"})

    assert (config.server.host, config.server.port) == ("file", 2)
    assert config.redis.prefix == "override"


def test_the_file_may_be_named_by_a_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "other.toml"
    elsewhere.write_text("[server]\nport = 7\n")
    monkeypatch.setenv("GATEWAY_CONFIG", str(elsewhere))

    assert load_config().server.port == 7


def test_a_file_that_was_asked_for_and_is_not_there_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "missing.toml"

    assert refusal(path).startswith(f"{path}: no such file")


def test_a_folder_in_place_of_a_file_is_an_error(tmp_path: Path) -> None:
    assert f"{tmp_path}: cannot be read" in refusal(tmp_path)


def test_a_listener_has_a_table_of_its_own(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(
        '[listen]\nmetrics_port = 9\n[listen.smtp]\nport = 25\nhost = "file"\n[listen.a]\n'
    )
    monkeypatch.setenv("GATEWAY_LISTEN__SMTP__PORT", "2525")
    monkeypatch.setenv("GATEWAY_LISTEN__IMAP", '{"poll_seconds": 5}')

    listen = load_config(path).listen

    assert listen.metrics_port == 9
    assert listen.tables == {
        "smtp": {"port": "2525", "host": "file"},
        "a": {},
        "imap": {"poll_seconds": 5},
    }


def test_a_key_of_no_listener_is_an_error(write: Write) -> None:
    write("[listen]\nmetric_port = 9\n")

    assert "gateway.toml:1: [listen]: no such key: metric_port; a listener has a table" in refusal()


def test_a_list_in_the_environment_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PLUGINS__ENABLED", '["a", "b"]')
    monkeypatch.setenv("GATEWAY_EGRESS__ALLOW", '["127.0.0.0/8"]')

    config = load_config()

    assert config.plugins.enabled == ("a", "b")
    assert [str(network) for network in config.egress.allow] == ["127.0.0.0/8"]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("GATEWAY_PLUGINS__ENABLED", "[a, b]", "a list is written as JSON"),
        ("GATEWAY_PLUGINS__ENABLED", "a", '[plugins] enabled: give a list, such as ["one"'),
        ("GATEWAY_SERVER_PORT", "80", "did you mean GATEWAY_SERVER__PORT"),
        ("GATEWAY_SERVER__PORT", "many", "[server] port"),
        ("GATEWAY_SERVER__PROT", "80", "did you mean 'port'?"),
        ("GATEWAY_SEVER__PORT", "80", "did you mean 'server'?"),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(name, value)

    said = refusal()

    assert said.startswith(f"{name}: ")
    assert reason in said


def test_what_kubernetes_says_of_a_service_called_gateway_server_is_no_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GATEWAY_SERVER_PORT", "tcp://10.0.0.1:8080")
    monkeypatch.setenv("GATEWAY_PORT", "tcp://10.0.0.2:8080")

    assert load_config().server.port == 8080


def test_a_mistake_in_an_override_is_not_blamed_on_the_file(write: Write) -> None:
    path = write("[server]\nport = 1\n")

    with pytest.raises(ConfigError) as refused:
        load_config(path, {"server.port": 99_999})

    assert str(refused.value).startswith("--port: [server] port: ")
    assert "gateway.toml" not in str(refused.value)


def test_a_secret_may_come_from_a_variable(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://user:hunter2@host/name")

    config = load_config(write('[database]\nurl = { env = "DATABASE_URL" }\n'))

    assert config.database.url.get_secret_value() == "postgres://user:hunter2@host/name"


def test_a_variable_that_is_not_set_is_named_with_its_key(write: Write) -> None:
    said = refusal(write('[database]\nurl = { env = "NO_SUCH_VARIABLE" }\n'))

    assert said == "[database] url: no variable 'NO_SUCH_VARIABLE' is set in the environment"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[server]\n\nprot = 1\n", 3, "[server] prot: no such key; did you mean 'port'?"),
        ('[server]\n"prot" = 1\n', 2, "[server] prot: no such key; did you mean 'port'?"),
        ("# port\n[server]\nport = 70000\n", 3, "[server] port: Input should be less"),
        ("[redis]\n[server]\nport = 'x'\n", 3, "[server] port: Input should be a valid integer"),
        ("[log]\n[sever]\nport = 1\n", 2, "[sever]: no such section; did you mean 'server'?"),
        ("[zzz]\n", 1, "[zzz]: no such section; valid: server, database"),
        ("[log]\nlevel = 'loud'\n", 2, "[log] level: Input should be 'debug', 'info'"),
        ("[server]\npublic_url = 'gw'\n", 2, "[server] public_url: give an origin such as"),
        ("[egress]\nallow = ['1.2.3']\n", 2, "[egress] allow"),
        ("[delivery]\nretry_seconds = [1, -1]\n", 2, "[delivery] retry_seconds"),
        ("\nserver.prot = 1\n", 2, "[server] prot: no such key"),
        ("\nserver = { prot = 1 }\n", 2, "[server] prot: no such key"),
    ],
)
def test_a_mistake_in_the_file_names_file_line_section_and_key(
    write: Write, text: str, line: int, said: str
) -> None:
    path = write(text)

    assert refusal(path).startswith(f"{path}:{line}: {said}")


def test_all_mistakes_are_named_at_once(write: Write) -> None:
    said = refusal(write("[server]\nport = 'x'\nhots = 'y'\n[log]\nlevel = 'loud'\n"))

    assert [line.split(":")[1] for line in said.splitlines()] == ["2", "3", "5"]


def test_a_key_outside_any_section_is_told_where_it_could_stand(write: Write) -> None:
    said = refusal(write("\nport = 8080\n"))

    assert ":2: key 'port' stands outside a section" in said
    assert "[server]" in said
    assert "encryption_keys" not in said


def test_what_is_not_toml_is_named_with_its_line(write: Write) -> None:
    said = refusal(write("[server]\nport = \n"))

    assert "not valid TOML" in said
    assert "line 2" in said


def test_keys_do_not_belong_in_a_file(write: Write) -> None:
    said = refusal(write("[encryption_keys]\nk1 = 'x'\n"))

    assert "set GATEWAY_ENCRYPTION_KEYS" in said


@pytest.mark.parametrize("endless", ["inf", "nan", "-inf"])
def test_a_wait_must_be_a_finite_number(write: Write, endless: str) -> None:
    said = refusal(write(f"[delivery]\nretry_seconds = [{endless}]\n"))

    assert "[delivery] retry_seconds" in said


def test_no_secret_is_ever_shown(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_ENCRYPTION_KEYS", f"k1:{KEY}")
    config = load_config(write('[database]\nurl = "postgres://u:hunter2@h/n"\n'))

    for shown in (repr(config), str(config), config.model_dump_json()):
        assert "hunter2" not in shown
        assert KEY not in shown


def test_a_mistake_in_a_secret_does_not_show_it(write: Write) -> None:
    said = refusal(write('[database]\nurl = ["postgres://u:hunter2@h/n"]\n'))

    assert "[database] url" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("https://gw.example.org", "https://gw.example.org"),
        ("https://gw.example.org/", "https://gw.example.org"),
        ("http://localhost:8080", "http://localhost:8080"),
    ],
)
def test_the_public_url_is_an_origin(given: str, kept: str) -> None:
    config = load_config(overrides={"server.public_url": given})

    assert config.server.public_url == kept
    assert config.public_url == (kept or "http://127.0.0.1:8080")


def test_a_key_ring_is_read_in_order() -> None:
    assert decode_keys(f" new:{KEY} , old:{OTHER} ,") == [
        ("new", bytes(range(32))),
        ("old", bytes(32)),
    ]
    assert decode_keys("") == []


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f":{KEY}",
        f"a.b:{KEY}",
        "k1:",
        "k1:short",
        "k1:AAAA",
        f"k1:{KEY}AAAA",
        f"k1 {KEY}",
        f"k1:{KEY};k2:{OTHER}",
        "k1:schlüssel",
    ],
)
def test_a_key_ring_that_cannot_be_read_is_explained_without_showing_a_key(text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        decode_keys(text)

    assert str(refused.value).startswith("GATEWAY_ENCRYPTION_KEYS: entry ")
    assert "openssl rand -base64 32" in str(refused.value)
    assert KEY[:12] not in str(refused.value)


def test_two_keys_under_one_id_are_refused() -> None:
    with pytest.raises(ConfigError, match="k1"):
        decode_keys(f"k1:{KEY},k1:{OTHER}")


def test_child_processes_get_this_environment_and_what_is_added(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOMETHING", "kept")

    environment = child_environment({"GATEWAY_SERVER__PORT": "9"})

    assert environment["SOMETHING"] == "kept"
    assert environment["GATEWAY_SERVER__PORT"] == "9"


def test_the_data_folder_follows_xdg_when_it_is_set() -> None:
    assert user_data_root({"XDG_DATA_HOME": "/data"}) == Path("/data")
    assert user_data_root({"XDG_DATA_HOME": ""}) is None
    assert user_data_root({}) is None
