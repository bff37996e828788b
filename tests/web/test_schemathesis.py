"""Schemathesis makes up requests from the served description, against the running gateway."""

import asyncio
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.stories.house import House

CHECKS: Final = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,negative_data_rejection"
)
EXAMPLES: Final = 8
"""Requests made up for each call in the phase of fuzzing: the budget of a run in CI."""


@pytest.mark.timeout(300)
async def test_no_request_that_can_be_made_up_is_answered_outside_the_description(
    house: House, origin: str, tmp_path: Path
) -> None:
    await house.furnish()

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{origin}/api/v1/openapi.json"),
        *("--url", f"{origin}/api/v1", "--checks", CHECKS),
        *("--header", f"Authorization: {house.headers['Authorization']}"),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES)),
        *("--seed", "20261124", "--generation-database", "none", "--no-color"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()

    assert process.returncode == 0, output.decode()[-8_000:]
