"""A stand-in for Vonage: both APIs with their bad moments, and webhooks signed as Vonage signs."""

from gateway_sms_vonage.fake.server import FakeVonage

__all__ = ["FakeVonage"]
