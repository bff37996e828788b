"""Files that came with messages."""

from tortoise import fields
from tortoise.indexes import Index

from gateway.models.tables import Table


class Media(Table):
    """One file, the `place`-th attachment of its message; `ref` is its name outside.

    `reason` says why there is no content. One with a `due_at` is still to be fetched from its
    `source_url`, under a lease meanwhile; `is_awaited`: its conversation waits for it.
    """

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField()
    message_id = fields.BigIntField()
    ref = fields.UUIDField(unique=True)
    place = fields.SmallIntField()
    name = fields.CharField(max_length=255, null=True)
    declared_type = fields.CharField(max_length=130)
    content_type = fields.CharField(max_length=130)
    size = fields.BigIntField(default=0)
    content = fields.BinaryField(null=True)
    state = fields.CharField(max_length=16)
    reason = fields.CharField(max_length=64, default="")
    source_url = fields.TextField(null=True)
    due_at = fields.DatetimeField(null=True)
    attempts = fields.SmallIntField(default=0)
    is_awaited = fields.BooleanField(default=False)
    detail = fields.CharField(max_length=300, default="")
    created_at = fields.DatetimeField()

    class Meta:
        table = "media"
        indexes = (Index(fields=["message_id"], name="media_message_idx"),)
