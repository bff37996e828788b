"""A stand-in for Twilio on this machine: its REST API, and people who text its numbers."""

from gateway_sms_twilio.fake.ledger import ACCOUNT_SID, AUTH_TOKEN, NUMBER, SERVICE_SID
from gateway_sms_twilio.fake.server import FakeTwilio

__all__ = ["ACCOUNT_SID", "AUTH_TOKEN", "NUMBER", "SERVICE_SID", "FakeTwilio"]
