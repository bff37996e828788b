"""The tables, and nothing else; `store/` alone reads and writes them.

Hot tables hold plain ids without foreign keys: their rows are written by statements that join the
rows they point to, and a constraint check per row would be paid on every message.
"""

from gateway.models.accounts import ApiToken, IdempotencyKey, KeyHolder, User, UserWebhook
from gateway.models.deliveries import (
    Consent,
    ConsentChange,
    Endpoint,
    EndpointNumber,
    Notification,
    NotificationSettings,
    OutboundMessage,
    Receipt,
    Replay,
    Unsubscribe,
    WebhookLog,
)
from gateway.models.figures import DailyFigure, FiguresProgress
from gateway.models.media import Media
from gateway.models.talks import (
    AgencyTask,
    BotConversation,
    ConversationEvent,
    InboundMessage,
    MessageFragment,
    ModelUsage,
    PersonSender,
    TaskExecution,
    TaskProposal,
)

__all__ = [
    "AgencyTask",
    "ApiToken",
    "BotConversation",
    "Consent",
    "ConsentChange",
    "ConversationEvent",
    "DailyFigure",
    "Endpoint",
    "EndpointNumber",
    "FiguresProgress",
    "IdempotencyKey",
    "InboundMessage",
    "KeyHolder",
    "Media",
    "MessageFragment",
    "ModelUsage",
    "Notification",
    "NotificationSettings",
    "OutboundMessage",
    "PersonSender",
    "Receipt",
    "Replay",
    "TaskExecution",
    "TaskProposal",
    "Unsubscribe",
    "User",
    "UserWebhook",
    "WebhookLog",
]
