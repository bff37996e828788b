"""Integration Gateway: talk to an AI assistant by SMS, email and webhooks."""
