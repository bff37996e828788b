"""The metrics of one process."""

from prometheus_client import generate_latest

from gateway.metrics import Metrics


def test_two_gateways_in_one_process_count_for_themselves() -> None:
    one, other = Metrics(), Metrics()

    one.lost_wakeups.inc()

    assert b"gateway_lost_wakeups_total 1.0" in generate_latest(one.registry)
    assert b"gateway_lost_wakeups_total 0.0" in generate_latest(other.registry)


def test_every_metric_of_the_house_has_its_prefix_and_a_help_text() -> None:
    families = list(Metrics().registry.collect())

    assert families
    assert [f.name for f in families if not f.name.startswith("gateway_")] == []
    assert [f.name for f in families if not f.documentation.endswith(".")] == []


def test_labels_are_kept_apart() -> None:
    metrics = Metrics()

    metrics.deliveries.labels("reply", "delivered").inc()
    metrics.deliveries.labels("event", "dead").inc(2)
    metrics.overdue.labels("converse").set(3)
    shown = generate_latest(metrics.registry)

    assert b'gateway_deliveries_total{kind="reply",outcome="delivered"} 1.0' in shown
    assert b'gateway_deliveries_total{kind="event",outcome="dead"} 2.0' in shown
    assert b'gateway_overdue{stage="converse"} 3.0' in shown


def test_a_histogram_tells_a_millisecond_from_two_minutes() -> None:
    metrics = Metrics()

    for seconds in (0.0009, 0.4, 119.0, 500.0):
        metrics.turn_seconds.observe(seconds)
    shown = generate_latest(metrics.registry)

    assert b'gateway_turn_seconds_bucket{le="0.001"} 1.0' in shown
    assert b'gateway_turn_seconds_bucket{le="0.5"} 2.0' in shown
    assert b'gateway_turn_seconds_bucket{le="120.0"} 3.0' in shown
    assert b'gateway_turn_seconds_bucket{le="+Inf"} 4.0' in shown
