"""Where the fake keeps pictures: at the API's own URLs, and on a shelf of another host."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from aiohttp import web

SCENES: Final = frozenset(
    {
        "there",
        "missing",  # 404: not there yet
        "failing",  # 500
        "slow",  # answered late
        "refused",  # 403
        "moved",  # handed out by another host
        "inside",  # sent on to where no file of Twilio's is
        "astray",  # sent on to a host that nobody knows
        "round",  # sent on to itself
    }
)
_INSIDE: Final = "http://169.254.169.254/latest/meta-data/"
_ASTRAY: Final = "http://files.example.org/picture"


@dataclass(slots=True)
class Picture:
    """One file, and what happens to those who ask for it."""

    content: bytes
    kind: str
    script: list[str]


@dataclass(slots=True)
class Shelf:
    """The files of one account; `asked` has, for each request, its path and whether it had a login.

    `elsewhere` is the origin of the other host.
    """

    account: str
    pause: Callable[[], Awaitable[None]]
    elsewhere: str = ""
    asked: list[tuple[str, bool]] = field(default_factory=list)
    _pictures: dict[str, Picture] = field(default_factory=dict)
    _serial: "count[int]" = field(default_factory=lambda: count(1))

    def offer(self, content: bytes, kind: str, *script: str) -> str:
        """The path of a new file; each request takes the next scene, then it is there."""
        unknown = set(script) - SCENES
        if unknown:
            raise ValueError(f"no scene {unknown}; there are {sorted(SCENES)}")
        number = next(self._serial)
        name = f"ME{number:032x}"
        self._pictures[name] = Picture(content, kind, list(script))
        return f"{self.account}/Messages/MM{number:032x}/Media/{name}"

    def kind_of(self, url: str) -> str:
        """What a file of this shelf is said to be; a picture for any other."""
        picture = self._pictures.get(url.rpartition("/")[2])
        return picture.kind if picture else "image/jpeg"

    def routes(self) -> list[web.RouteDef]:
        """The API's own place for them, and the other host's."""
        return [
            web.get(f"{self.account}/Messages/{{message}}/Media/{{name}}", self._answer),
            web.get("/elsewhere/{name}", self._elsewhere),
        ]

    async def _answer(self, request: web.Request) -> web.Response:
        self._note(request)
        picture = self._pictures.get(request.match_info["name"])
        if picture is None:
            return web.Response(status=404, text="no such file")
        scene = picture.script.pop(0) if picture.script else "there"
        if scene == "slow":
            await self.pause()
        if status := {"missing": 404, "failing": 500, "refused": 403}.get(scene):
            return web.Response(status=status, text=scene)
        leads = {
            "moved": f"{self.elsewhere}/elsewhere/{request.match_info['name']}",
            "inside": _INSIDE,
            "astray": _ASTRAY,
            "round": str(request.url),
        }
        if scene == "round":
            picture.script.append("round")
        if scene in leads:
            return web.Response(status=307, headers={"Location": leads[scene]})
        return _file(picture)

    async def _elsewhere(self, request: web.Request) -> web.Response:
        self._note(request)
        return _file(self._pictures[request.match_info["name"]])

    def _note(self, request: web.Request) -> None:
        self.asked.append((request.path, "Authorization" in request.headers))


def _file(picture: Picture) -> web.Response:
    return web.Response(body=picture.content, content_type=picture.kind)
