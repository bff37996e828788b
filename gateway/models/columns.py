"""What columns hold."""

JsonColumn = dict[str, object] | list[object]
"""What a jsonb column is in Python."""
