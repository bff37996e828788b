"""A receiver of replies and events, with nothing but Python: `python3 listener.py PORT SECRET`.

It checks both signatures of each request before it believes a word of it, and prints what it got.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 300


def is_authentic(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether whoever holds `secret` signed these exact bytes, and not long ago."""
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    plain = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    signed = f"{headers.get('webhook-id', '')}.{timestamp}.".encode() + body
    standard = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest())
    # Compared as bytes, because a header may hold anything, and in constant time.
    given = headers.get("x-webhook-signature", "").encode()
    # During a rotation `webhook-signature` holds several signatures: one that fits is enough.
    offered = [one.encode() for one in headers.get("webhook-signature", "").split()]
    return hmac.compare_digest(given, f"sha256={plain}".encode()) and any(
        hmac.compare_digest(one, b"v1," + standard) for one in offered
    )


def say(line: str) -> None:
    """Prints a line at once, into a file or a pipe as well."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Listener(BaseHTTPRequestHandler):
    """Answers 200 to what is signed, 401 to anything else."""

    protocol_version = "HTTP/1.1"
    secret = ""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if is_authentic(self.secret, headers, body):
            event = json.loads(body)
            data = json.dumps(event["data"], ensure_ascii=False)
            say(f"signature ok  {event['event']}  {data}")
            self.answer(200)
        else:
            say(f"SIGNATURE WRONG  {body[:200]!r}")
            self.answer(401)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing: each request has a line of its own above."""


if __name__ == "__main__":
    port, Listener.secret = int(sys.argv[1]), sys.argv[2]
    say(f"listening on http://127.0.0.1:{port}/")
    ThreadingHTTPServer(("127.0.0.1", port), Listener).serve_forever()
