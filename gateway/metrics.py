"""Prometheus metrics of one process."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BUCKETS_SECONDS: Final = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
    *(1.0, 2.5, 5.0, 10.0, 30.0, 120.0),
)
OUTAGES: Final = ("storage_unavailable", "plugin_unavailable", "internal_error")
"""Outcomes of messages that are refused through no fault of their senders."""


class Metrics:
    """Every metric of the house, in one registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = self._counter("gateway_messages", "Inbound messages.", "outcome")
        self.set_aside = self._counter(
            "gateway_messages_set_aside",
            "Messages that were kept unanswered, by their parser's word.",
            "outcome",
            "reason",
        )
        self.receive_seconds = self._histogram(
            "gateway_receive_seconds", "From a complete request to its answer."
        )
        self.turns = self._counter("gateway_turns", "Turns of conversations.", "outcome")
        self.turn_seconds = self._histogram(
            "gateway_turn_seconds", "From the claim of a conversation to its committed answer."
        )
        self.model_tokens = self._counter(
            "gateway_model_tokens", "Tokens that models used for answers.", "model", "kind"
        )
        self.deliveries = self._counter("gateway_deliveries", "Attempts.", "kind", "outcome")
        self.delivery_seconds = self._histogram(
            "gateway_delivery_seconds", "One attempt at the other side."
        )
        self.accepted_to_delivered_seconds = self._histogram(
            "gateway_accepted_to_delivered_seconds",
            "From the commit of what is to be sent to its delivery, retries included.",
        )
        self.receipts = self._counter(
            "gateway_receipts", "What providers said of messages.", "state", "outcome"
        )
        self.consent_changes = self._counter(
            "gateway_consent_changes", "People who opted out or in.", "state", "source"
        )
        self.media = self._counter("gateway_media", "Attempts at fetching a file.", "outcome")
        self.reroutes = self._counter(
            "gateway_reroutes", "Messages that went through the fallback of their channel."
        )
        self._backlog()
        self._begin()

    def _begin(self) -> None:
        """Shows from the start what is alerted on: Prometheus counts from the second sight on."""
        for outcome in OUTAGES:
            self.messages.labels(outcome)
        self.turns.labels("held")
        for kind in ("reply", "notification", "event"):
            self.deliveries.labels(kind, "dead")
        for notice in ("paused", "disabled"):
            self.endpoint_notices.labels(notice)
        for kind in ("hops", "conversation", "sender", "endpoint"):
            self.loops.labels(kind)

    def _backlog(self) -> None:
        self.overdue = self._gauge("gateway_overdue", "Due work that nobody holds.", "stage")
        self.oldest_due_seconds = self._gauge(
            "gateway_oldest_due_seconds", "Age of the oldest due work.", "stage"
        )
        self.held_deliveries = self._gauge(
            "gateway_held_deliveries",
            "Due deliveries whose endpoint is paused, switched off or being drained.",
        )
        self.endpoint_notices = self._counter(
            "gateway_endpoint_notices", "What owners were told of their endpoints.", "notice"
        )
        self.loops = self._counter("gateway_loops", "Loops that were stopped.", "kind")
        self.notifications = self._counter(
            "gateway_notifications", "Steps of notifications.", "outcome"
        )
        self.lost_wakeups = self._counter(
            "gateway_lost_wakeups", "Wake-ups that Redis did not take; recovery found the work."
        )
        self.masked_cards = self._counter(
            "gateway_masked_cards", "Numbers and codes of payment cards that were masked."
        )
        self.spans = self._counter(
            "gateway_spans", "Spans that the collector took, and those that were lost.", "outcome"
        )
        self.expired = self._counter(
            "gateway_expired", "Rows and bodies that were kept long enough.", "kind"
        )

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str) -> Histogram:
        return Histogram(name, text, buckets=BUCKETS_SECONDS, registry=self.registry)
