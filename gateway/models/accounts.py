"""Accounts, their tokens and channels."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from gateway.models.columns import JsonColumn
from gateway.models.tables import Table


class User(Table):
    """One account."""

    id = fields.BigIntField(primary_key=True)
    external_id = fields.CharField(max_length=255, null=True, unique=True)
    name = fields.CharField(max_length=200)
    time_zone = fields.CharField(max_length=64, default="UTC")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "users"


class ApiToken(Table):
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


class KeyHolder(Table):
    """One running process and the fingerprints of its encryption keys; it beats while it lives."""

    id = fields.UUIDField(primary_key=True)
    name = fields.CharField(max_length=200)
    keys = ArrayField(element_type="text")
    beats = fields.BigIntField(default=0)
    seen_at = fields.DatetimeField()

    class Meta:
        table = "key_holders"


class IdempotencyKey(Table):
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


class UserWebhook(Table):
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
    per_second = fields.FloatField(null=True)
    paced_from = fields.DatetimeField(null=True)
    fallback_webhook_id = fields.BigIntField(null=True)
    allowed_addresses = ArrayField(element_type="text", null=True)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "user_webhooks"
