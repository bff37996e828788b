"""What people say, and the tasks that come out of it."""

from tortoise import fields
from tortoise.indexes import Index

from gateway.models.columns import JsonColumn
from gateway.models.tables import Table


class InboundMessage(Table):
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
    hops = fields.SmallIntField(default=0)
    thread = fields.CharField(max_length=255, default="")
    is_proven = fields.BooleanField(default=True)
    requester = fields.JSONField[JsonColumn](null=True)
    trace_id = fields.CharField(max_length=32, null=True)
    # `<span id>-<flags>`, and after a blank the `tracestate` that came with it.
    trace_parent = fields.TextField(null=True)

    class Meta:
        table = "inbound_messages"
        unique_together = (("webhook_id", "external_id"),)
        indexes = (
            Index(fields=["user_id", "webhook_id", "id"], name="inbound_messages_user_webhook_idx"),
            Index(fields=["conversation_id", "id"], name="inbound_messages_conversation_idx"),
        )


class MessageFragment(Table):
    """A piece of a message whose other pieces may still come."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField()
    sender = fields.CharField(max_length=320)
    ref = fields.CharField(max_length=64)
    number = fields.SmallIntField()
    total = fields.SmallIntField()
    recipient = fields.CharField(max_length=320, null=True)
    external_id = fields.CharField(max_length=255, null=True)
    content = fields.TextField()
    facts = fields.JSONField[JsonColumn](null=True)
    raw_payload = fields.BinaryField()
    raw_content_type = fields.CharField(max_length=200)
    request_id = fields.CharField(max_length=64)
    received_at = fields.DatetimeField()
    is_done = fields.BooleanField(default=False)
    thread = fields.CharField(max_length=255, default="")

    class Meta:
        table = "message_fragments"
        unique_together = (("webhook_id", "sender", "ref", "number"),)


class BotConversation(Table):
    """One person's talk on one channel; `due_at` is schedule, lease and recovery query in one.

    Where the channel knows threads, each of them is a talk of its own.
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
    resumes_at = fields.DatetimeField(null=True)
    resumed_at = fields.DatetimeField(null=True)
    thread = fields.CharField(max_length=255, default="")
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "bot_conversations"
        indexes = (Index(fields=["webhook_id", "id"], name="bot_conversations_webhook_idx"),)


class PersonSender(Table):
    """One of the addresses that belong to the same person, as the account's owner has said."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    person_id = fields.BigIntField()
    webhook_id = fields.BigIntField()
    participant = fields.CharField(max_length=320)
    actor = fields.CharField(max_length=64)
    linked_at = fields.DatetimeField()

    class Meta:
        table = "people_senders"
        unique_together = (("webhook_id", "participant"),)
        indexes = (Index(fields=["user_id", "person_id", "id"], name="people_senders_person_idx"),)


class ConversationEvent(Table):
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


class AgencyTask(Table):
    """One task and the message it comes from (AC-16); a message makes each of its tasks once."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    source_webhook_id = fields.BigIntField(null=True)
    source_message_id = fields.BigIntField(null=True)
    source_index = fields.SmallIntField(default=0)
    conversation_id = fields.BigIntField(null=True)
    requester = fields.JSONField[JsonColumn](null=True)
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


class TaskProposal(Table):
    """A task that waits for a person's word, or can still be undone by it; its code names it.

    `change` is there where it is no new task but a change of one.
    """

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
    change = fields.JSONField[JsonColumn](null=True)
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


class TaskExecution(Table):
    """One thing that was done with a task, for the execution log (FR-16)."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    task_id = fields.BigIntField(db_index=True)
    status = fields.CharField(max_length=16)
    detail = fields.TextField(default="")
    message_id = fields.BigIntField(null=True)
    actor = fields.CharField(max_length=64)
    created_at = fields.DatetimeField()

    class Meta:
        table = "task_executions"


class ModelUsage(Table):
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
