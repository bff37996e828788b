"""What outages take place in."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own user may enter, which pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="gateway-outage-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
