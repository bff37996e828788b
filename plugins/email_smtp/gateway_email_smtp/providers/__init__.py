"""The ways in by HTTP: what each provider posts, checked and read."""
