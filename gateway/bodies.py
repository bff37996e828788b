"""Bodies of answers, read no further than they may be."""

import zlib

import aiohttp


async def bounded_body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """At most so much of the decoded body; a connection with more to come is not used again."""
    chunks: list[bytes] = []
    missing = limit
    while missing and (chunk := await response.content.read(missing)):
        chunks.append(chunk)
        missing -= len(chunk)
    raw = b"".join(chunks)
    if not missing:
        response.close()
    if response.headers.get("Content-Encoding", "").lower() in {"gzip", "x-gzip", "deflate"}:
        return _inflated(raw, limit)
    return raw


def _inflated(raw: bytes, limit: int) -> bytes:
    """What a server compressed although it was asked not to, cut at the limit."""
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(raw, limit)
    except zlib.error:
        return raw
