"""The foundations one by one; what they share is here."""

import asyncio


async def idle() -> None:
    """Returns once every task had many turns: what can happen without waiting has happened."""

    async def eventually() -> None:
        for _ in range(50):
            await asyncio.sleep(0)

    await eventually()
