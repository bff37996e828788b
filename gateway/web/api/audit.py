"""The audit trail of an account (NFR-19)."""

from typing import Final

from pydantic import Field

from gateway import store
from gateway.store import Audited
from gateway.web.api.moments import Moment
from gateway.web.api.procedures import Call, Id, Listed, Paged, page_of, procedure
from gateway.web.api.webhook_shapes import Text


class ListAudit(Paged):
    """Which operations."""

    webhook_id: Id | None = Field(None, description="Only those on one webhook.")
    event: Text | None = Field(
        None, max_length=64, description="Only those of one kind, such as `webhook.updated`."
    )
    actor: Text | None = Field(
        None, max_length=200, description="Only those of one actor, such as `token:e97cc810ba45`."
    )
    since: Moment | None = Field(None, description="Only those from this moment on.")
    until: Moment | None = Field(None, description="Only those before this moment.")


@procedure("audit.list", "GET /audit", scope="audit:read")
async def list_audit(call: Call, asked: ListAudit) -> Listed[Audited]:
    """Who did what to the account's things, newest first.

    `actor` is a token by its public prefix, or `channel` for what a message did. `requestId` is
    the `X-Request-Id` of the call. In `detail`, `changed` names the fields that an update changed,
    and `values` says what each was and is; a secret, and what is too long to be told, is
    `"changed"`, of a URL scheme and host are shown. The trail cannot be changed through the API.
    """
    wanted = store.AuditPage(
        before_id=asked.cursor,
        webhook_id=asked.webhook_id,
        event=asked.event,
        actor=asked.actor,
        since=asked.since,
        until=asked.until,
        limit=asked.limit,
    )
    found = await store.list_audit(call.gw.db, wanted, user_id=call.user_id)
    return page_of(found, asked, lambda entry: entry.id)


PROCEDURES: Final = (list_audit,)
