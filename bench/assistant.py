"""Turns that a model answers: what the gateway adds to the model's own time, and what one costs.

The stand-in counts four characters for a token, so that its figures are an estimate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import aiohttp
import asyncpg

from bench.accounts import check_accepted, even_balance, message_id, until
from bench.client import Answer, connect, post_steadily
from bench.figures import Figure, Measured, shown_ms, spread_ms
from bench.ingest import poisson
from bench.lab import BenchError, Lab
from bench.posts import Target, posts
from bench.sink import Sink, open_sink
from gateway_ai_claude.fake import KEY, FakeClaude

PROVIDER_SECONDS: Final = 0.2
"""How long the stand-in for the provider thinks about each answer."""
PER_SECOND: Final = 10.0
SECONDS: Final = 30.0
SENDERS: Final = 60
"""They come round again, so that most turns have a history and open tasks."""
BAR_MS: Final = 2_000.0
_USED: Final = """
SELECT count(*) AS turns, avg(input_tokens)::float8 AS input, avg(cached_tokens)::float8 AS cached,
    avg(output_tokens)::float8 AS output, avg(cost_usd)::float8 AS cost_usd
FROM model_usage WHERE outcome = 'settled'
"""


async def assistant(lab: Lab) -> Measured:
    """Times replies of a stand-in for Claude that thinks for 0.2 s, and counts their tokens."""
    enabled = {"GATEWAY_PLUGINS__ENABLED": '["custom_http", "ai_claude"]'}
    lab = replace(lab, environment={**lab.environment, **enabled})
    async with open_sink() as sink, FakeClaude.open() as claude:
        claude.slow_seconds = PROVIDER_SECONDS
        answers = await _answers(lab, sink, claude)
        asked = len(claude.requests)
    arrived_at = even_balance(answers, sink).arrived_at
    first, *times = (arrived_at[message_id(a)] - a.at - PROVIDER_SECONDS for a in answers)
    own = spread_ms(times)
    used = await _used(lab)
    raw = {
        "ownMs": own,
        "firstMs": round(first * 1000, 2),
        "providerSeconds": PROVIDER_SECONDS,
        "perTurn": used,
        "messages": len(answers),
        "questions": asked,
    }
    return Measured(figures=_figures(own, first, used), raw=raw)


def _figures(own: Mapping[str, float], first: float, used: Mapping[str, float]) -> Sequence[Figure]:
    return [
        Figure(
            what=f"accepted to reply, without the model's {PROVIDER_SECONDS:g} s, p50 / p95 / p99",
            bar="p95 < 2,000 ms",
            value=shown_ms(own),
            passed=own["p95"] < BAR_MS,
        ),
        Figure(
            what="    the first one of a worker, which loads the provider's library",
            bar="",
            value=f"{first * 1000:,.0f} ms",
            passed=None,
        ),
        Figure(
            what="    tokens of a turn, as the stand-in counts them: in (of these cached), out",
            bar="",
            value=f"{used['input']:,.0f} ({used['cached']:,.0f}), {used['output']:,.0f}",
            passed=None,
        ),
        Figure(
            what="    a thousand turns at the prices in the settings",
            bar="",
            value=f"${used['cost_usd'] * 1_000:.2f}",
            passed=None,
        ),
    ]


async def _answers(lab: Lab, sink: Sink, claude: FakeClaude) -> list[Answer]:
    answers: list[Answer] = []
    async with lab.web() as web:
        channel = await _channel(lab, web.port, sink, claude)
        moments = poisson(PER_SECOND, lab.seconds(SECONDS))
        claude.script += ["slow"] * (2 * len(moments))
        async with lab.worker():
            source = posts(channel, ready=len(moments) + 1, senders=SENDERS)
            connections = await connect(web.port, 8)
            await post_steadily(connections, source, moments=[0.0], answered=answers.append)
            await until(lambda: sink.answered == 1, what="the first reply")
            await post_steadily(connections, source, moments=moments, answered=answers.append)
            check_accepted(answers)
            await until(lambda: sink.answered >= len(answers), what="replies at the sink")
    return answers


async def _channel(lab: Lab, port: int, sink: Sink, claude: FakeClaude) -> Target:
    """A channel that is answered by the stand-in."""
    token = await lab.token()
    channel = await lab.add_channel(port, token, sink_url=sink.url)
    change = {
        "aiConfig": {"responder": "ai_claude"},
        "providerConfig": {
            "authType": "hmac",
            "outboundEvents": [],
            "outboundWebhookUrl": sink.url,
            "claudeApiKey": KEY,
            "claudeBaseUrl": claude.url,
        },
    }
    origin = f"http://127.0.0.1:{port}/api/v1/webhooks"
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as api,
        api.patch(f"{origin}/1", json=change) as answer,
    ):
        if answer.status != 200:
            raise BenchError(f"the webhook was not changed: {await answer.text()}")
    return channel


async def _used(lab: Lab) -> Mapping[str, float]:
    """What an average turn used."""
    connection = await asyncpg.connect(lab.config.database.url.get_secret_value())
    try:
        row = await connection.fetchrow(_USED)
    finally:
        await connection.close()
    assert row is not None
    return {name: round(float(value), 6) for name, value in row.items()}
