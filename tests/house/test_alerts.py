"""The alerts that come along: each names metrics that are there, and fires in time (NFR-26)."""

import re
from typing import Final

import pytest
from prometheus_client import generate_latest

from gateway.metrics import Metrics
from tests.house import inventory
from tests.house.tree import ROOT

TEXT: Final = (ROOT / "examples" / "prometheus" / "alerts.yml").read_text(encoding="utf-8")
ALERT: Final = re.compile(
    r"- alert: (\w+)\n +expr: (.+)\n((?: +for: \w+\n)?) +annotations:\n +summary: \"?(.+?)\"?\n"
)
ALERTS: Final = ALERT.findall(TEXT)
SELECTOR: Final = re.compile(r'(gateway_\w+)(?:\{(\w+)=~?"([^"]+)"\})?')
LONGEST_MINUTES: Final = 5

each_alert: Final = pytest.mark.parametrize(
    ("name", "expression", "lasting", "summary"), ALERTS, ids=[alert[0] for alert in ALERTS]
)


def test_every_alert_is_read() -> None:
    assert len(ALERTS) == TEXT.count("- alert:") > 0


@each_alert
def test_an_alert_names_what_a_gateway_shows_from_its_start(
    name: str, expression: str, lasting: str, summary: str
) -> None:
    shown = generate_latest(Metrics().registry).decode()
    found = SELECTOR.findall(expression)

    assert found or name == "GatewayDown", (lasting, summary)
    for metric, label, values in found:
        assert metric.removesuffix("_bucket") in inventory.metrics()
        for value in values.split("|") if label else ():
            assert re.search(rf'^{metric}{{.*{label}="{value}".*}} 0\.0$', shown, re.MULTILINE)


@each_alert
def test_an_alert_fires_within_five_minutes_and_says_what_is_wrong(
    name: str, expression: str, lasting: str, summary: str
) -> None:
    minutes = re.findall(r"(\d+)m\b", f"{expression} {lasting}")

    assert minutes, name
    assert sum(map(int, minutes)) < LONGEST_MINUTES
    assert summary.endswith(".")
