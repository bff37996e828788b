"""Email: read, threaded, trusted as far as it deserves, and sent."""
