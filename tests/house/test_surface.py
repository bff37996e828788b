"""The contract with plugins changes only on purpose."""

from tests.house.surface import PINNED, surface


def test_the_contract_with_plugins_is_the_one_that_was_agreed() -> None:
    agreed = PINNED.read_text(encoding="utf-8").splitlines()
    actual = surface().splitlines()

    assert actual == agreed, (
        "gateway.plugin changed. If plugins may rely on it from now on: "
        "`.venv/bin/python -m tests.house.surface`, a line for plugin authors in CHANGELOG.md, "
        "and the version that semver asks for."
    )
