"""Every query of the house, one named function each; nothing else touches the tables."""

from gateway.store.accounts import (
    create_token,
    create_user,
    find_token,
    get_user,
    list_tokens,
    list_users,
    revoke_token,
    touch_token,
)
from gateway.store.database import Database, migrate, open_database, wait_for_database
from gateway.store.deliveries import (
    Delivery,
    DeliveryPage,
    list_deliveries,
    retry_delivery,
)
from gateway.store.intake import store_messages
from gateway.store.outbox import claim_deliveries, overdue, renew_deliveries, settle_deliveries
from gateway.store.tasks import TaskEnd, finish_task, list_tasks
from gateway.store.turns import (
    MESSAGES_PER_TURN,
    Outcome,
    claim_conversations,
    fail_turn,
    renew_conversations,
    settle_turns,
)
from gateway.store.webhook_changes import (
    Change,
    Decide,
    LogEntry,
    NewWebhook,
    Operation,
    change_webhook,
    create_webhook,
    log_operation,
    next_webhook_id,
)
from gateway.store.webhooks import (
    ConversationSummary,
    get_webhook,
    list_conversations,
    list_messages,
    list_webhooks,
    webhook_by_token,
)

__all__ = [
    "MESSAGES_PER_TURN",
    "Change",
    "ConversationSummary",
    "Database",
    "Decide",
    "Delivery",
    "DeliveryPage",
    "LogEntry",
    "NewWebhook",
    "Operation",
    "Outcome",
    "TaskEnd",
    "change_webhook",
    "claim_conversations",
    "claim_deliveries",
    "create_token",
    "create_user",
    "create_webhook",
    "fail_turn",
    "find_token",
    "finish_task",
    "get_user",
    "get_webhook",
    "list_conversations",
    "list_deliveries",
    "list_messages",
    "list_tasks",
    "list_tokens",
    "list_users",
    "list_webhooks",
    "log_operation",
    "migrate",
    "next_webhook_id",
    "open_database",
    "overdue",
    "renew_conversations",
    "renew_deliveries",
    "retry_delivery",
    "revoke_token",
    "settle_deliveries",
    "settle_turns",
    "store_messages",
    "touch_token",
    "wait_for_database",
    "webhook_by_token",
]
