"""The web process: inbound webhooks, the management API, health and metrics."""
