"""The built-in responder: answers from the analysis alone."""

from gateway.plugin import Answer, Conversation, PartSettings, Responder, TaskDraft


class BuiltinSettings(PartSettings):
    """It has none."""


class BuiltinResponder(Responder[BuiltinSettings]):
    """Answers without any model."""

    name = "builtin"
    title = "Built-in assistant"
    Settings = BuiltinSettings

    async def respond(self, conversation: Conversation) -> Answer:
        """One reply for all pending turns."""
        tasks = tuple(
            TaskDraft(title=turn.text[:100], source_message_id=turn.message_id)
            for turn in conversation.pending
            if turn.analysis and turn.analysis.intent == "task"
        )
        return Answer(reply="Noted.", tasks=tasks, summary=conversation.pending[-1].text[:200])
