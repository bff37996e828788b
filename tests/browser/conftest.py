"""A headless Chromium in front of the running gateway."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.async_api import Page, async_playwright

ARGUMENTS: Final = (
    # Root has no sandbox, and nothing outside is to be asked.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Browser:
    """One page of Chromium, what it complained about, and where the gateway is."""

    page: Page
    origin: str
    complaints: list[str]

    def forgive(self, status: int) -> None:
        """Passes over what Chromium itself says of answers with this status; there must be one."""
        said = [one for one in self.complaints if f"status of {status} " in one]
        assert said, self.complaints
        self.complaints[:] = [one for one in self.complaints if one not in said]


@pytest.fixture
async def browser(origin: str) -> AsyncIterator[Browser]:
    """A page of Chromium; every complaint of the page fails the test."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        page = await chromium.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda said: complaints.append(said.text) if said.type == "error" else None
        )
        yield Browser(page, origin, complaints)
        await chromium.close()
    assert complaints == []
