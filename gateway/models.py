"""The tables, and nothing else; `store/` alone reads and writes them.

Hot tables hold plain ids without foreign keys: their rows are written by statements that join the
rows they point to, and a constraint check per row would be paid on every message.
"""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.models import Model

JsonColumn = dict[str, object] | list[object]


class User(Model):
    """One account."""

    id = fields.BigIntField(primary_key=True)
    external_id = fields.CharField(max_length=255, null=True, unique=True)
    name = fields.CharField(max_length=200)
    time_zone = fields.CharField(max_length=64, default="UTC")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "users"


class ApiToken(Model):
    """One token of the management API: its public prefix and the hash of its secret."""

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="tokens"
    )
    name = fields.CharField(max_length=100)
    prefix = fields.CharField(max_length=16, unique=True)
    token_hash = fields.BinaryField()
    scopes = ArrayField(element_type="text")
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField(null=True)
    last_used_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_tokens"


class IdempotencyKey(Model):
    """One call that its caller may repeat, and once it is done its sealed answer."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    key = fields.CharField(max_length=255)
    fingerprint = fields.BinaryField()
    lease_id = fields.UUIDField(null=True)
    leased_until = fields.DatetimeField()
    status = fields.IntField(null=True)
    answer = fields.TextField(null=True)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "idempotency_keys"
        unique_together = (("user_id", "key"),)


class UserWebhook(Model):
    """One configured channel."""

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="webhooks"
    )
    webhook_token = fields.UUIDField(unique=True)
    previous_token = fields.UUIDField(null=True, unique=True)
    previous_token_expires_at = fields.DatetimeField(null=True)
    channel_type = fields.CharField(max_length=32)
    channel_name = fields.CharField(max_length=100)
    parser = fields.CharField(max_length=64)
    verifier = fields.CharField(max_length=64)
    transport = fields.CharField(max_length=64)
    responder = fields.CharField(max_length=64)
    provider_config = fields.TextField()
    outbound_config = fields.TextField()
    signing_secrets = fields.TextField()
    outbound_enabled = fields.BooleanField(default=True)
    is_primary = fields.BooleanField(default=False)
    is_active = fields.BooleanField(default=True)
    is_verified = fields.BooleanField(default=False)
    verification_method = fields.CharField(max_length=16, null=True)
    verification_hash = fields.BinaryField(null=True)
    verification_expires_at = fields.DatetimeField(null=True)
    verification_attempts = fields.SmallIntField(default=0)
    rate_limit_per_minute = fields.IntField()
    rate_limit_per_hour = fields.IntField()
    ai_config = fields.JSONField[JsonColumn](default=dict)
    tags = fields.JSONField[JsonColumn](default=list)
    metadata = fields.JSONField[JsonColumn](default=dict)
    retry_seconds = ArrayField(element_type="int", null=True)
    is_ordered = fields.BooleanField(default=False)
    in_flight = fields.IntField(null=True)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "user_webhooks"


class InboundMessage(Model):
    """One received message with its raw payload, logged before it is processed."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField()
    conversation_id = fields.BigIntField(null=True)
    external_id = fields.CharField(max_length=255, null=True)
    sender = fields.CharField(max_length=320)
    sender_name = fields.CharField(max_length=200, null=True)
    recipient = fields.CharField(max_length=320, null=True)
    message_type = fields.CharField(max_length=16)
    content = fields.TextField()
    attachments = fields.JSONField[JsonColumn](null=True)
    structured = fields.JSONField[JsonColumn](null=True)
    facts = fields.JSONField[JsonColumn](null=True)
    raw_payload = fields.BinaryField(null=True)
    raw_content_type = fields.CharField(max_length=200, null=True)
    request_id = fields.CharField(max_length=64)
    processing_status = fields.CharField(max_length=16)
    reason = fields.TextField(null=True)
    analysis = fields.JSONField[JsonColumn](null=True)
    reply_id = fields.BigIntField(null=True)
    sent_at = fields.DatetimeField(null=True)
    received_at = fields.DatetimeField()
    processed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "inbound_messages"
        unique_together = (("webhook_id", "external_id"),)
        indexes = (
            Index(fields=["user_id", "webhook_id", "id"], name="inbound_messages_user_webhook_idx"),
            Index(fields=["conversation_id", "id"], name="inbound_messages_conversation_idx"),
        )


class BotConversation(Model):
    """One person's talk on one channel; `due_at` is schedule, lease and recovery query in one.

    `opened_by` is the message that opened it, or reopened it last.
    """

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField()
    participant = fields.CharField(max_length=320)
    participant_name = fields.CharField(max_length=200, null=True)
    status = fields.CharField(max_length=16)
    context_summary = fields.TextField(default="")
    context_memory = fields.JSONField[JsonColumn](default=dict)
    message_count = fields.IntField(default=0)
    event_sequence = fields.IntField(default=0)
    due_at = fields.DatetimeField(null=True)
    lease_id = fields.UUIDField(null=True)
    attempts = fields.IntField(default=0)
    superseded = fields.IntField(default=0)
    opened_by = fields.BigIntField(null=True)
    gathering_since = fields.DatetimeField(null=True)
    acknowledged_id = fields.BigIntField(null=True)
    has_proposals = fields.BooleanField(default=False)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "bot_conversations"
        indexes = (Index(fields=["webhook_id", "id"], name="bot_conversations_webhook_idx"),)


class ConversationEvent(Model):
    """One status transition, who made it and why (AC-17)."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    conversation_id = fields.BigIntField(db_index=True)
    from_status = fields.CharField(max_length=16, null=True)
    to_status = fields.CharField(max_length=16)
    actor = fields.CharField(max_length=64)
    reason = fields.CharField(max_length=200)
    created_at = fields.DatetimeField()

    class Meta:
        table = "conversation_events"


class AgencyTask(Model):
    """One task and the message it comes from (AC-16); a message makes each of its tasks once."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    source_webhook_id = fields.BigIntField(null=True)
    source_message_id = fields.BigIntField(null=True)
    source_index = fields.SmallIntField(default=0)
    conversation_id = fields.BigIntField(null=True)
    title = fields.CharField(max_length=200)
    description = fields.TextField(default="")
    priority = fields.CharField(max_length=16)
    deadline = fields.DatetimeField(null=True)
    project = fields.CharField(max_length=200, null=True)
    assignee = fields.TextField(null=True)
    status = fields.CharField(max_length=16)
    result = fields.TextField(null=True)
    error = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "agency_tasks"
        unique_together = (("source_message_id", "source_index"),)
        indexes = (
            Index(fields=["user_id", "id"], name="agency_tasks_user_idx"),
            Index(fields=["user_id", "status", "id"], name="agency_tasks_status_idx"),
            Index(fields=["conversation_id"], name="agency_tasks_conversation_idx"),
        )


class TaskProposal(Model):
    """A task that waits for a person's word, or can still be undone by it; its code names it."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField()
    conversation_id = fields.BigIntField()
    participant = fields.CharField(max_length=320)
    code = fields.CharField(max_length=8)
    revision = fields.IntField(default=1)
    question = fields.CharField(max_length=16)
    status = fields.CharField(max_length=16)
    title = fields.CharField(max_length=200)
    description = fields.TextField(default="")
    priority = fields.CharField(max_length=16)
    deadline = fields.DatetimeField(null=True)
    project = fields.CharField(max_length=200, null=True)
    assignee = fields.CharField(max_length=200, null=True)
    source_message_id = fields.BigIntField()
    source_index = fields.SmallIntField(default=0)
    reply_id = fields.BigIntField(null=True)
    task_id = fields.BigIntField(null=True, unique=True)
    decided_by = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "task_proposals"
        indexes = (
            Index(fields=["conversation_id", "id"], name="task_proposals_conversation_idx"),
            Index(fields=["user_id", "id"], name="task_proposals_user_idx"),
        )


class ModelUsage(Model):
    """What a model used for one answer, sent or superseded."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField()
    conversation_id = fields.BigIntField()
    model = fields.CharField(max_length=100)
    outcome = fields.CharField(max_length=16)
    input_tokens = fields.IntField()
    cached_tokens = fields.IntField()
    output_tokens = fields.IntField()
    cost_usd = fields.FloatField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "model_usage"
        indexes = (
            Index(fields=["user_id", "created_at"], name="model_usage_user_idx"),
            Index(fields=["conversation_id"], name="model_usage_conversation_idx"),
        )


class TaskExecution(Model):
    """One thing that was done with a task, for the execution log (FR-16)."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    task_id = fields.BigIntField(db_index=True)
    status = fields.CharField(max_length=16)
    detail = fields.TextField(default="")
    actor = fields.CharField(max_length=64)
    created_at = fields.DatetimeField()

    class Meta:
        table = "task_executions"


class OutboundMessage(Model):
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
    last_error = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "outbound_messages"
        indexes = (
            Index(fields=["webhook_id", "id"], name="outbound_messages_webhook_idx"),
            Index(fields=["conversation_id", "id"], name="outbound_messages_conversation_idx"),
        )


class Endpoint(Model):
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


class Replay(Model):
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


class WebhookLog(Model):
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


class DailyFigure(Model):
    """How often one thing happened on one channel on one day of its account, for analytics."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField()
    day = fields.DateField()
    kind = fields.CharField(max_length=32)
    bucket = fields.SmallIntField()
    count = fields.BigIntField()
    total_ms = fields.FloatField()

    class Meta:
        table = "daily_figures"
        unique_together = (("user_id", "day", "webhook_id", "kind", "bucket"),)


class FiguresProgress(Model):
    """Up to when the figures are counted: one row, which whoever counts holds."""

    id = fields.SmallIntField(primary_key=True)
    counted_until = fields.DatetimeField(null=True)

    class Meta:
        table = "figures_progress"
