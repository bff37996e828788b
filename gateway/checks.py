"""`gateway check` and `gateway plugins`: what needs a hand, and what there is."""

import argparse
import json
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import Final

from gateway import store
from gateway.channel_settings import open_settings
from gateway.clock import utc_now
from gateway.config import Config, ConfigError
from gateway.listeners import listener_faults
from gateway.plugin.errors import StorageUnavailable
from gateway.queue import OUTAGES, connect
from gateway.records import HOOK, Webhook
from gateway.registry import Registry, load_plugins
from gateway.rules import operations
from gateway.rules.operations import Finding, ok, problem, unknown
from gateway.store import Database, checkups
from gateway.store.migrations import schema_gap
from gateway.up import UpError, attach, data_folder
from gateway.vault import Vault, VaultError, open_vault

BATCH: Final = 500
CUSTOM: Final = "custom_http"
ROLES: Final = ("parser", "verifier", "transport", "responder")
SHOWN: Final = {"ok": "ok     ", "problem": "PROBLEM", "unknown": "?      "}


async def check_command(options: argparse.Namespace, config: Config) -> int:
    """What is well and what is not, each with what to do."""
    found = [finding async for finding in findings(config, options.data)]
    wrong = [finding for finding in found if finding.status == "problem"]
    if options.json:
        status = "problem" if wrong else "ok"
        print(json.dumps({"status": status, "findings": [asdict(one) for one in found]}, indent=2))
        return 1 if wrong else 0
    width = max(len(finding.subject) for finding in found)
    for finding in found:
        print(f"{SHOWN[finding.status]}  {finding.subject:{width}}  {finding.message}")
        if finding.remedy:
            print(f"{'':{len(SHOWN['ok'])}}  {'':{width}}  -> {finding.remedy}")
    many = "1 thing needs" if len(wrong) == 1 else f"{len(wrong)} things need"
    print(f"\n{many} a hand" if wrong else "\nall is well")
    return 1 if wrong else 0


async def plugins_command(_options: argparse.Namespace, config: Config) -> int:
    """The enabled plugins."""
    registry = load_plugins(config.plugins.enabled, config.plugins.blocked)
    for info in registry.plugins:
        print(f"{info.name} {info.version or '-'}: {info.problem or ', '.join(info.parts)}")
    return 1 if registry.refused else 0


async def findings(config: Config, data_dir: Path | None) -> AsyncIterator[Finding]:
    """All that is looked at, in the order in which it has to be well."""
    registry = load_plugins(config.plugins.enabled, config.plugins.blocked)
    for finding in _plugins(registry, config):
        yield finding
    try:
        attached = attach(config, data_dir)
        vault = open_vault(attached)
    except (UpError, ConfigError, VaultError) as fault:
        yield problem("servers", str(fault))
        yield unknown("the rest", "cannot be looked at before")
        return
    yield ok("keys", "the ring can be read")
    folder = data_folder(config, data_dir)
    if folder is not None and folder.exists():
        usage = shutil.disk_usage(folder)
        yield operations.of_disk(str(folder), free=usage.free, total=usage.total)
    yield await _queue(attached)
    try:
        missing, strange = await schema_gap(attached)
        yield ok("database", "answers")
        yield operations.of_schema(missing, strange)
        if not missing:
            async with aclosing(await store.open_database(attached)) as db:
                async for finding in findings_inside(db, attached, registry, vault):
                    yield finding
            return
    except StorageUnavailable as outage:
        yield problem("database", outage.message, "start PostgreSQL, or mend [database] url")
    yield unknown("the rest", "cannot be looked at before")


async def findings_inside(
    db: Database, config: Config, registry: Registry, vault: Vault
) -> AsyncIterator[Finding]:
    """What the database tells."""
    before = utc_now()
    there = await checkups.database_clock(db)
    now = utc_now()
    yield operations.of_clock(before + (now - before) / 2 - there)
    webhooks = [webhook async for webhook in _webhooks(db)]
    yield _secrets(webhooks, vault)
    active = [one for one in webhooks if one.is_active and one.channel_type != HOOK]
    yield _channels(active, registry)
    providers = [one for one in active if one.parser != CUSTOM]
    yield operations.of_public_url(config.public_url, providers=len(providers))
    due = await store.overdue(db, now=now)
    for subject, count, oldest in (
        ("late answers", due.conversations, due.oldest_conversation_at),
        ("late deliveries", due.deliveries, due.oldest_delivery_at),
    ):
        yield operations.of_backlog(subject, count, oldest, now=now)
    for finding in _waiting(await checkups.standing(db, now=now)):
        yield finding


def _plugins(registry: Registry, config: Config) -> Iterator[Finding]:
    faults = [info.problem for info in registry.refused if info.problem]
    faults += listener_faults(registry, config)
    for fault in faults:
        yield problem("plugins", fault)
    if not faults:
        yield ok("plugins", ", ".join(config.plugins.enabled) or "none is enabled")


async def _queue(config: Config) -> Finding:
    client = connect(config.redis)
    try:
        await client.exists(config.redis.prefix)  # to make a client connects to nothing yet
    except OUTAGES as outage:
        return problem(
            "redis",
            f"cannot be reached ({type(outage).__name__}: {outage})",
            "start Redis or Valkey, or mend [redis] url; work goes on meanwhile, a second later",
        )
    finally:
        await client.aclose()
    return ok("redis", "answers")


async def _webhooks(db: Database) -> AsyncIterator[Webhook]:
    after_id = 0
    while found := await checkups.webhooks_after(db, after_id=after_id, limit=BATCH):
        for webhook in found:
            yield webhook
        after_id = found[-1].id


def _secrets(webhooks: Sequence[Webhook], vault: Vault) -> Finding:
    """Whether the keys open all that is sealed."""
    closed = []
    for webhook in webhooks:
        try:
            open_settings(vault, webhook)
        except VaultError:
            closed.append(_name(webhook))
    finding = operations.of_names(
        "secrets",
        closed,
        "settings that no key opens",
        remedy="put the key back that sealed them (`gateway keys list` names it), or set them anew",
    )
    return finding if closed else ok("secrets", f"all can be opened (webhooks: {len(webhooks)})")


def _channels(webhooks: Sequence[Webhook], registry: Registry) -> Finding:
    """Whether each active webhook has its parts."""
    lacking = []
    for webhook in webhooks:
        names = {role: getattr(webhook, role) for role in ROLES}
        gone = [
            f"{role} {name!r}"
            for role, name in names.items()
            if registry.find(f"{role}s", name) is None
        ]
        if gone:
            lacking.append(f"{_name(webhook)} lacks {', '.join(gone)}")
    finding = operations.of_names(
        "channels",
        lacking,
        "channels that cannot be used",
        remedy="install the plugin, name it in [plugins] enabled, and restart",
    )
    return finding if lacking else ok("channels", f"{len(webhooks)} active")


def _waiting(standing: checkups.Standing) -> Iterator[Finding]:
    """What waits for a person."""
    days = checkups.LATELY.days
    for subject, count, what, remedy in (
        (
            "dead deliveries",
            standing.dead,
            f"deliveries that died in the last {days} days",
            "GET /api/v1/deliveries?status=dead says why; POST /api/v1/replays sends them again",
        ),
        (
            "quarantine",
            standing.quarantined,
            "messages that wait for a person to look at them",
            "GET /api/v1/webhooks/{id}/messages?status=quarantined, then replay or discard each",
        ),
        (
            "unanswered",
            standing.failed,
            "messages that could not be answered",
            "GET /api/v1/webhooks/{id}/messages?status=failed says why; `gateway messages replay` "
            "gives them another turn",
        ),
    ):
        yield operations.of_count(subject, count, what, most=checkups.MOST, remedy=remedy)
    yield _endpoints(standing.endpoints)
    yield _tokens(standing.tokens)


def _tokens(tokens: Sequence[checkups.ExpiringToken]) -> Finding:
    said = [f"{one.prefix} ({one.name!r}) on {one.expires_at:%Y-%m-%d}" for one in tokens]
    return operations.of_names(
        "tokens",
        said,
        "tokens that end soon",
        remedy="gateway tokens rotate PREFIX, and give the new one to whoever uses it",
    )


def _endpoints(endpoints: Sequence[checkups.TroubledEndpoint]) -> Finding:
    said = [
        f"webhook {one.webhook_id} ({one.channel_name!r}, account {one.user_id}) "
        f"{'is switched off' if one.disabled_at else 'is paused'}: {one.reason or 'no reason'}"
        for one in endpoints
    ]
    return operations.of_names(
        "endpoints",
        said,
        "endpoints that take nothing",
        remedy="mend the endpoint, then POST /api/v1/webhooks/{id}/endpoint/resume",
    )


def _name(webhook: Webhook) -> str:
    return f"webhook {webhook.id} ({webhook.channel_name!r}, account {webhook.user_id})"
