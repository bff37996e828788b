"""The example for Kubernetes names commands, settings, ports and paths that are there (NFR-06)."""

import re
from typing import Final

import pytest

from tests.house import inventory
from tests.house.tree import ROOT

TEXT: Final = (ROOT / "examples" / "kubernetes" / "gateway.yml").read_text(encoding="utf-8")
DOCUMENTS: Final = tuple(
    re.sub(r"^ *#.*\n", "", part, flags=re.MULTILINE) for part in TEXT.split("\n---\n")
)
SETTING: Final = re.compile(r"GATEWAY_[A-Z_]+")
PAGE: Final = ROOT / "docs" / "how-to" / "run-in-production.md"


def document(kind: str, name: str) -> str:
    """The one document of this kind and name."""
    [found] = [
        each for each in DOCUMENTS if f"kind: {kind}\n" in each and f"  name: {name}\n" in each
    ]
    return found


def values(name: str, text: str = TEXT) -> list[str]:
    """What stands behind a name, wherever it does."""
    return re.findall(rf"\b{name}: \"?([^\s,{{}}\[\]\"]+)", text)


def test_there_is_what_the_page_says() -> None:
    kinds = [(values("kind", each)[0], values("name", each)[0]) for each in DOCUMENTS]

    assert kinds == [
        ("ConfigMap", "gateway"),
        ("Job", "gateway-migrate"),
        ("Deployment", "gateway-web"),
        ("Service", "gateway"),
        ("HorizontalPodAutoscaler", "gateway-web"),
        ("Deployment", "gateway-worker"),
        ("Deployment", "gateway-listen"),
    ]
    assert "examples/kubernetes/gateway.yml" in PAGE.read_text(encoding="utf-8")


def test_each_command_is_one_of_the_gateway() -> None:
    commands = re.findall(r'command: \["gateway", "(\w+)"\]', TEXT)

    assert sorted(commands) == ["listen", "migrate", "serve", "worker"]
    assert {f"gateway {name}" for name in commands} <= set(inventory.commands())
    assert TEXT.count("command:") == len(commands)


def test_each_variable_is_a_setting_or_the_key_ring() -> None:
    known = {*inventory.settings().values(), *inventory.environment_variables()}

    assert set(SETTING.findall(TEXT)) - known == set()


def test_what_is_secret_stands_in_no_settings() -> None:
    named = set(SETTING.findall(document("ConfigMap", "gateway")))

    assert named.isdisjoint(
        {"GATEWAY_DATABASE__URL", "GATEWAY_REDIS__URL", "GATEWAY_ENCRYPTION_KEYS"}
    )
    assert TEXT.count("secretRef: {name: gateway}") == TEXT.count("command:")


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("gateway-web", "GATEWAY_SERVER__PORT"),
        ("gateway-worker", "GATEWAY_WORKER__METRICS_PORT"),
        ("gateway-listen", "GATEWAY_LISTEN__METRICS_PORT"),
    ],
)
def test_each_port_is_the_one_that_the_process_listens_on(name: str, setting: str) -> None:
    told = values(setting, document("ConfigMap", "gateway"))
    own = document("Deployment", name)

    assert values("containerPort", own) == told
    assert set(values("port", own)) <= set(values("name", own))


def test_the_web_process_is_probed_where_its_health_is_told() -> None:
    page = (ROOT / "gateway" / "web" / "health.py").read_text(encoding="utf-8")
    web = document("Deployment", "gateway-web")

    assert set(values("path", web)) == {"/livez", "/readyz"}
    assert all(f'"{path}"' in page for path in values("path"))


def test_web_processes_grow_from_two_to_ten() -> None:
    scaler = document("HorizontalPodAutoscaler", "gateway-web")

    assert (values("minReplicas", scaler), values("maxReplicas", scaler)) == (["2"], ["10"])
    assert values("type", scaler) == ["Resource", "Utilization"]
    assert "replicas:" not in document("Deployment", "gateway-web")  # they would fight over it


def test_a_process_may_finish_before_it_is_killed() -> None:
    grace = min(map(int, values("terminationGracePeriodSeconds")))
    wanted = re.findall(r"SHUTDOWN_SECONDS: \"(\d+)\"", TEXT)

    assert all(int(seconds) < grace for seconds in wanted)
