"""What is sent, to whom, and how it went."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index

from gateway.models.columns import JsonColumn
from gateway.models.tables import Table


class OutboundMessage(Table):
    """The outbox: replies, notifications and events, each with its schedule and lease."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField()
    source_webhook_id = fields.BigIntField()
    conversation_id = fields.BigIntField(null=True)
    in_reply_to = fields.BigIntField(null=True)
    kind = fields.CharField(max_length=16)
    event = fields.CharField(max_length=64)
    event_id = fields.CharField(max_length=64)
    sequence = fields.IntField(default=0)
    recipient = fields.CharField(max_length=320)
    content = fields.TextField(default="")
    data = fields.JSONField[JsonColumn](default=dict)
    delivery_status = fields.CharField(max_length=16)
    scheduled_for = fields.DatetimeField(null=True)
    lease_id = fields.UUIDField(null=True)
    attempts = fields.IntField(default=0)
    provider_id = fields.CharField(max_length=255, null=True)
    provider_state = fields.CharField(max_length=16, null=True)
    segments = fields.IntField(null=True)
    cost_usd = fields.FloatField(null=True)
    is_uncertain = fields.BooleanField(default=False)
    rerouted_from = fields.BigIntField(null=True)
    last_error = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)
    hops = fields.SmallIntField(null=True)
    endpoint_sequence = fields.BigIntField(null=True)
    silences = fields.SmallIntField(default=0)
    resends = fields.SmallIntField(default=0)
    trace_id = fields.CharField(max_length=32, null=True)
    trace_parent = fields.TextField(null=True)

    class Meta:
        table = "outbound_messages"
        indexes = (
            Index(fields=["webhook_id", "id"], name="outbound_messages_webhook_idx"),
            Index(fields=["conversation_id", "id"], name="outbound_messages_conversation_idx"),
        )


class Receipt(Table):
    """What a provider said later of something that was sent, each thing once.

    `message_id` is the delivery that the called URL named; `outbound_id` the one that was found.
    """

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField()
    message_id = fields.BigIntField(null=True)
    outbound_id = fields.BigIntField(null=True, db_index=True)
    provider_id = fields.CharField(max_length=255)
    state = fields.CharField(max_length=16)
    error_code = fields.CharField(max_length=64, default="")
    reason = fields.TextField(default="")
    opted_out = fields.BooleanField(default=False)
    is_unreachable = fields.BooleanField(default=False)
    facts = fields.JSONField[JsonColumn](null=True)
    at = fields.DatetimeField(null=True)
    received_at = fields.DatetimeField()
    is_applied = fields.BooleanField(default=False)
    is_passing = fields.BooleanField(default=False)

    class Meta:
        table = "receipts"
        unique_together = (("webhook_id", "provider_id", "state"),)


class Consent(Table):
    """How a person stands with a channel, or with all of an account where `webhook_id` is 0.

    The latest of the two counts. `confirmation_id` is the one delivery that an opted-out person
    still gets: that which tells them so.
    """

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    address = fields.CharField(max_length=320)
    webhook_id = fields.BigIntField()
    state = fields.CharField(max_length=16)
    confirmation_id = fields.BigIntField(null=True)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "consents"
        unique_together = (("user_id", "address", "webhook_id"),)
        indexes = (Index(fields=["user_id", "id"], name="consents_user_idx"),)


class Unsubscribe(Table):
    """An address to which a channel sends no notifications any more; replies go on."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField()
    address = fields.CharField(max_length=320)
    created_at = fields.DatetimeField()

    class Meta:
        table = "unsubscribes"
        unique_together = (("user_id", "address", "webhook_id"),)


class ConsentChange(Table):
    """One change of a consent with its proof: whose word it was, which one, and when."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    address = fields.CharField(max_length=320)
    webhook_id = fields.BigIntField()
    state = fields.CharField(max_length=16)
    source = fields.CharField(max_length=16)
    words = fields.CharField(max_length=200, default="")
    reason = fields.CharField(max_length=500, default="")
    message_id = fields.BigIntField(null=True)
    delivery_id = fields.BigIntField(null=True)
    actor = fields.CharField(max_length=64)
    created_at = fields.DatetimeField()

    class Meta:
        table = "consent_changes"
        indexes = (Index(fields=["user_id", "address", "id"], name="consent_changes_idx"),)


class Endpoint(Table):
    """The health of what a webhook sends to; without a row it is well."""

    webhook_id = fields.BigIntField(primary_key=True, generated=False)
    user_id = fields.BigIntField()
    failures = fields.IntField(default=0)
    failing_since = fields.DatetimeField(null=True)
    pauses = fields.IntField(default=0)
    paused_until = fields.DatetimeField(null=True)
    probing_until = fields.DatetimeField(null=True)
    disabled_at = fields.DatetimeField(null=True)
    draining_from = fields.DatetimeField(null=True)
    warned_percent = fields.SmallIntField(default=0)
    reason = fields.TextField(null=True)
    updated_at = fields.DatetimeField()

    class Meta:
        table = "endpoints"


class EndpointNumber(Table):
    """The number of the last delivery that an endpoint was sent for the first time."""

    webhook_id = fields.BigIntField(primary_key=True, generated=False)
    taken = fields.BigIntField()

    class Meta:
        table = "endpoint_numbers"


class Notification(Table):
    """That a person is told how a task ended, once, on whichever channel takes it.

    `told` names, by webhook, the deliveries that tell of the event as such.
    """

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    task_id = fields.BigIntField()
    event = fields.CharField(max_length=64)
    event_id = fields.CharField(max_length=64)
    state = fields.CharField(max_length=16)
    due_at = fields.DatetimeField(null=True, db_index=True)
    told = fields.JSONField[JsonColumn](default=dict)
    tried = ArrayField(element_type="bigint")
    webhook_id = fields.BigIntField(null=True)
    outbound_id = fields.BigIntField(null=True)
    reason = fields.TextField(default="")
    created_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notifications"
        unique_together = (("task_id", "event"),)
        indexes = (Index(fields=["user_id", "id"], name="notifications_user_idx"),)


class NotificationSettings(Table):
    """How an account wants to be told."""

    user_id = fields.BigIntField(primary_key=True, generated=False)
    is_on = fields.BooleanField(default=True)
    channels = fields.JSONField[JsonColumn](default=list)
    quiet_from = fields.CharField(max_length=5, null=True)
    quiet_until = fields.CharField(max_length=5, null=True)
    quiet_zone = fields.CharField(max_length=64, null=True)
    critical_at_once = fields.BooleanField(default=True)
    updated_at = fields.DatetimeField()

    class Meta:
        table = "notification_settings"


class Replay(Table):
    """Dead or delivered deliveries on their way to be sent again, as far as it has come."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField(null=True)
    status = fields.CharField(max_length=16)
    event = fields.CharField(max_length=64, null=True)
    created_from = fields.DatetimeField(null=True)
    created_until = fields.DatetimeField(null=True)
    skip_succeeded = fields.BooleanField(default=True)
    per_second = fields.IntField()
    state = fields.CharField(max_length=16)
    total = fields.IntField()
    replayed = fields.IntField(default=0)
    skipped = fields.IntField(default=0)
    last_id = fields.BigIntField(default=0)
    until_id = fields.BigIntField()
    advanced_at = fields.DatetimeField()
    actor = fields.CharField(max_length=64)
    created_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "replays"
        indexes = (Index(fields=["user_id", "id"], name="replays_user_idx"),)


class WebhookLog(Table):
    """One delivery attempt, or one operation on a webhook, a token or an account (NFR-19).

    `webhook_id` is null when the operation was on no webhook.
    """

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField(null=True)
    outbound_id = fields.BigIntField(null=True, db_index=True)
    event = fields.CharField(max_length=64)
    status = fields.CharField(max_length=16)
    attempt = fields.IntField(default=0)
    next_retry_at = fields.DatetimeField(null=True)
    response_status = fields.IntField(null=True)
    latency_ms = fields.IntField(null=True)
    detail = fields.TextField(default="")
    # JSON as text: it is written with each attempt and read as a whole, never searched.
    calls = fields.TextField(null=True)
    request_id = fields.CharField(max_length=64, null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "webhook_logs"
        indexes = (
            Index(fields=["webhook_id", "id"], name="webhook_logs_webhook_idx"),
            Index(fields=["status", "next_retry_at"], name="webhook_logs_status_retry_idx"),
        )
