"""Runs the fake until it is interrupted."""

import argparse

from aiohttp import web

from gateway_sms_twilio.fake import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio


def main() -> None:
    """The API on a port of this machine."""
    parser = argparse.ArgumentParser(
        prog="python -m gateway_sms_twilio.fake",
        description=f"A fake of Twilio: account {ACCOUNT_SID}, token {AUTH_TOKEN}, {NUMBER}.",
    )
    parser.add_argument("--port", type=int, default=8002)
    fake = FakeTwilio(tells=("queued", "sent", "delivered"))
    web.run_app(fake.app(), host="127.0.0.1", port=parser.parse_args().port)


if __name__ == "__main__":
    main()
