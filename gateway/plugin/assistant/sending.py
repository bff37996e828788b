"""An SDK's requests on their way through the gateway's own client."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, Protocol

from gateway.plugin.parts import HttpClient, HttpResponse

# All that an API needs. The SDKs add what stands in the environment of the gateway, such as an
# organization or headers of one's own: not for a server that the owner of a channel has named.
SAID: Final = frozenset(
    {"accept", "anthropic-version", "authorization", "content-type", "user-agent"}
)
# The body has been decoded.
SPENT: Final = frozenset({"connection", "content-encoding", "content-length", "transfer-encoding"})


class _Headers(Protocol):
    def items(self) -> Iterable[tuple[str, str]]: ...


class SdkRequest(Protocol):
    """A request as the SDKs' HTTP library makes it."""

    method: str

    @property
    def extensions(self) -> Mapping[str, Mapping[str, float]]:
        """What its library adds, the timeout among it."""
        ...

    @property
    def url(self) -> object:
        """Where it goes."""
        ...

    @property
    def headers(self) -> _Headers:
        """What the SDK says."""
        ...

    async def aread(self) -> bytes:
        """The body."""
        ...


async def relayed(http: HttpClient, request: SdkRequest) -> HttpResponse:
    """The answer to an SDK's request, made by `http` within the SDK's timeout.

    Of its headers the request says those that an API needs, the answer those that hold for its
    decoded body. Raises what `http` raises.
    """
    answer = await http.request(
        request.method,
        str(request.url),
        headers={n: v for n, v in request.headers.items() if n.lower() in SAID},
        body=await request.aread(),
        timeout_seconds=request.extensions["timeout"]["read"],
    )
    return replace(answer, headers={n: v for n, v in answer.headers.items() if n not in SPENT})
