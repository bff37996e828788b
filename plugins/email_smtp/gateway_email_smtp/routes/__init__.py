"""The ways out of a mail: through a mail server, or through a provider's API."""
