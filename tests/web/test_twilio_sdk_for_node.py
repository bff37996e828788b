"""Twilio's SDK for Node as a second judge of signatures, beside the one for Python."""

import asyncio
import hashlib
import json
import shutil
from pathlib import Path
from typing import Final

from gateway_sms_twilio.signatures import Key, is_signed, signature, spellings
from tests.house.tree import ROOT
from tests.stories.house import Json

SCRIPT: Final = Path(__file__).with_name("twilio_signatures.mjs")
MODULES: Final = ROOT / ".venv" / "node" / "node_modules"
TOKEN: Final = "12345"
FORMS: Final[tuple[Json, ...]] = (
    {},
    {"Body": "Héllo & +plus ✅", "From": "+15005550006", "EmptyOne": "", "NumMedia": "0"},
    {"A": ["2", "1", "1"], "B": "x"},
    {"b": "lower", "B": "upper", "_": "", "Ω": "Ж", "a b": "c+d"},
)
URLS: Final = (
    "https://h/p",
    "http://h:8080/p",
    "https://gw.example.com/v1/channels/twilio/sms?tenant=acme&x=1",
    "https://gw.example.com:443/a?b=%2C%20c&d=%C3%A9",
)
BODIES: Final = ("{}", '{"a":1,"b":"é"}', "")


async def test_the_sdk_for_node_and_the_gateway_accept_each_others_signatures(
    tmp_path: Path,
) -> None:
    asked = [*_forms(), *_bodies()]

    answers = await _judged(tmp_path, asked)

    for case, answer in zip(asked, answers, strict=True):
        assert answer["accepts"], case
        pairs = _pairs(case["params"])
        assert is_signed(answer["signature"], [Key(secret=TOKEN)], spellings(case["url"]), pairs)
        assert not is_signed(answer["signature"], [Key(secret="x")], spellings(case["url"]), pairs)


def _forms() -> list[Json]:
    return [
        {
            "token": TOKEN,
            "url": url,
            "params": form,
            "body": None,
            "signature": signature(Key(secret=TOKEN), url, _pairs(form)),
        }
        for form in FORMS
        for url in URLS
    ]


def _bodies() -> list[Json]:
    urls = {f"https://h/p?bodySHA256={hashlib.sha256(b.encode()).hexdigest()}": b for b in BODIES}
    return [
        {
            "token": TOKEN,
            "url": url,
            "params": {},
            "body": body,
            "signature": signature(Key(secret=TOKEN), url),
        }
        for url, body in urls.items()
    ]


def _pairs(form: Json) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value)
        for name, found in form.items()
        for value in (found if isinstance(found, list) else [found])
    )


async def _judged(folder: Path, asked: list[Json]) -> list[Json]:
    shutil.copy(SCRIPT, folder)
    (folder / "node_modules").symlink_to(MODULES)
    process = await asyncio.create_subprocess_exec(
        "node",
        SCRIPT.name,
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate(json.dumps(asked).encode())
    assert process.returncode == 0, output.decode()
    answers: list[Json] = json.loads(output)
    return answers
