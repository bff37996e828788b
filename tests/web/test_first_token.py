"""The token of the first start, which a process keeps in a file."""

from pathlib import Path

import aiohttp

from gateway.config import Config
from tests.conftest import wait_for
from tests.outages.processes import gateway_process
from tests.servers import answers, free_port


async def test_a_script_that_waits_for_the_gateway_finds_the_first_token(
    config: Config, tmp_path: Path
) -> None:
    port, file, log = free_port(), tmp_path / "admin-token", tmp_path / "log"
    with gateway_process("serve", config, log, "--first-token", str(file), web_port=port):
        await wait_for(lambda: answers(port), within_seconds=30)
        token = file.read_text().strip()

        assert file.stat().st_mode & 0o777 == 0o600
        assert await _scopes(port, token) == ["admin"]

    with gateway_process("serve", config, log, "--first-token", str(file), web_port=port):
        await wait_for(lambda: answers(port), within_seconds=30)
        assert file.read_text().strip() == token, "the file that was there is left as it is"


async def _scopes(port: int, token: str) -> list[str]:
    headers = {"Authorization": f"Bearer {token}"}
    url = f"http://127.0.0.1:{port}/api/v1/tokens"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(url) as response,
    ):
        [listed] = (await response.json())["items"]
        scopes: list[str] = listed["scopes"]
        return scopes
