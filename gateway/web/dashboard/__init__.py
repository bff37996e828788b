"""The gateway's own dashboard: static files that use nothing but the management API."""
