"""Log lines: one JSON object each, whatever is in them."""

import json
import subprocess
import sys
from typing import Final

PROGRAM: Final = """
import structlog
from gateway.config import Log
from gateway.log import configure_logging

configure_logging(Log(format="json"))
log = structlog.stdlib.get_logger()
log.info("message.received", message_id=7, duplicate=False)
log.info("message.received", name="\\ud800", other=object)
log.info("message.received", name="J\u00f6rg\\n", body=b"\\xff")
try:
    raise ValueError("no")
except ValueError:
    log.exception("request.failed")
"""


def test_each_line_is_one_json_object_whatever_is_in_it() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, check=True, timeout=30
    )

    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["message.received"] * 3 + ["request.failed"]
    assert (lines[0]["message_id"], lines[0]["duplicate"]) == (7, False)
    assert lines[1]["name"] == "\ud800"
    assert lines[2]["name"] == "J\u00f6rg\n"
    assert lines[3]["exception"].endswith("ValueError: no")
