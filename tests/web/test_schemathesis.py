"""Schemathesis makes up requests from the served description, against the running gateway."""

import asyncio
import sys
from pathlib import Path
from typing import Final

import pytest

from gateway.config import Config
from gateway.web.auth import issue_token
from tests.stories.house import House

CHECKS: Final = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,negative_data_rejection"
)
EXAMPLES: Final = 5
"""Requests made up for each call in the phase of fuzzing: the budget of a run in CI."""
SETTINGS: Final = """
[[operations]]
include-path = "/webhooks/{id}/test"

[operations.checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "502"]
"""
"""A test delivery that nobody takes is answered 502, as it is described."""
OUT_OF_REACH: Final = 1_999_999_999
"""An id that nobody makes up: the caller must not revoke its own token."""
WEBHOOKS: Final = "^/webhooks"
TALKS: Final = "^/(consents|conversations|deliveries|media|messages|senders|tasks)"
PARTS: Final = {
    "webhooks": ("--include-path-regex", WEBHOOKS),
    "talks": ("--include-path-regex", TALKS),
    "the rest": ("--exclude-path-regex", f"{WEBHOOKS}|{TALKS}"),
}
"""Each is a run of its own: the longest test would have a worker to itself at the end."""


@pytest.fixture
def config(config: Config) -> Config:
    """Settings under which no call is one too many."""
    limits = config.limits.model_copy(update={"api_calls_per_token_per_minute": 0})
    return config.model_copy(update={"limits": limits})


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", PARTS)
async def test_no_request_that_can_be_made_up_is_answered_outside_the_description(
    house: House, origin: str, tmp_path: Path, part: str
) -> None:
    await house.furnish()
    async with house.gw.db.connection() as connection:
        await connection.execute("SELECT setval('api_tokens_id_seq', $1)", OUT_OF_REACH)
    token = await issue_token(user_id=house.user_id, name="fuzzer", scopes=["admin"])

    (tmp_path / "schemathesis.toml").write_text(SETTINGS)

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{origin}/api/v1/openapi.json"),
        *("--url", f"{origin}/api/v1", "--checks", CHECKS, *PARTS[part]),
        *("--header", f"Authorization: Bearer {token}"),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES)),
        *("--seed", "20261124", "--generation-database", "none", "--no-color"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()

    told = output.decode()
    assert process.returncode == 0, told[-8_000:]
    for barred in ("Authentication failed", "Rate limited"):
        assert barred not in told, told[-8_000:]
