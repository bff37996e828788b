"""Secrets at rest."""

import base64
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from gateway.config import decode_keys
from gateway.vault import KeyFile, Vault, VaultError, new_key, new_key_ring

OLD = ("old", bytes(32))
NEW = ("new", bytes(range(32)))
ROW = "user_webhooks:7:secrets"
texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts, texts)
def test_what_was_sealed_opens_with_the_same_binding(text: str, binding: str) -> None:
    vault = Vault([NEW])

    assert vault.open(vault.seal(text, binding=binding), binding=binding) == text


def test_two_ciphertexts_of_the_same_text_differ() -> None:
    vault = Vault([NEW])

    assert vault.seal("s", binding=ROW) != vault.seal("s", binding=ROW)


@pytest.mark.parametrize("other", ["user_webhooks:8:secrets", "user_webhooks:7:provider", ""])
def test_a_ciphertext_moved_to_another_row_or_column_does_not_open(other: str) -> None:
    vault = Vault([NEW])
    sealed = vault.seal("secret", binding=ROW)

    with pytest.raises(VaultError, match="the row was changed or moved by hand") as refused:
        vault.open(sealed, binding=other)

    assert str(refused.value).startswith(f"{other}: ")


def test_after_a_rotation_old_ciphertexts_open_and_new_ones_use_the_new_key() -> None:
    before = Vault([OLD]).seal("secret", binding=ROW)

    rotated = Vault([NEW, OLD])
    after = rotated.seal("secret", binding=ROW)

    assert rotated.open(before, binding=ROW) == "secret"
    assert Vault([NEW]).open(after, binding=ROW) == "secret"
    assert after.startswith("v1.new.")


def test_a_key_that_left_the_ring_is_named() -> None:
    sealed = Vault([OLD]).seal("secret", binding=ROW)

    with pytest.raises(VaultError, match=f"{ROW}: sealed with key 'old', which is not in the key"):
        Vault([NEW]).open(sealed, binding=ROW)


def test_another_key_under_the_same_id_does_not_open() -> None:
    sealed = Vault([OLD]).seal("secret", binding=ROW)

    with pytest.raises(VaultError, match="does not open with key 'old'"):
        Vault([("old", NEW[1])]).open(sealed, binding=ROW)


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=7))
def test_a_ciphertext_with_one_bit_changed_does_not_open(place: int, bit: int) -> None:
    vault = Vault([NEW])
    head, _, encoded = vault.seal("secret", binding=ROW).rpartition(".")
    raw = bytearray(base64.b64decode(encoded))
    raw[place % len(raw)] ^= 1 << bit
    tampered = f"{head}.{base64.b64encode(bytes(raw)).decode()}"

    with pytest.raises(VaultError):
        vault.open(tampered, binding=ROW)


@pytest.mark.parametrize(
    "damaged",
    ["", "v1", "v1.new", "v1.new.", "v1.new.AAAA", "v1.new.A", "v1.new.%%%", "plain text", "é.é.é"],
)
def test_what_is_no_ciphertext_is_refused_and_never_a_crash(damaged: str) -> None:
    with pytest.raises(VaultError):
        Vault([NEW]).open(damaged, binding=ROW)


@given(st.integers(min_value=0, max_value=60))
def test_a_ciphertext_that_was_cut_off_is_refused(length: int) -> None:
    vault = Vault([NEW])
    sealed = vault.seal("secret", binding=ROW)

    with pytest.raises(VaultError):
        vault.open(sealed[: length % len(sealed)], binding=ROW)


def test_without_a_key_there_is_no_vault_and_the_remedy_is_named() -> None:
    with pytest.raises(VaultError, match="openssl rand -base64 32"):
        Vault([])


def test_a_new_key_ring_is_one_that_can_be_read() -> None:
    first, second = decode_keys(new_key_ring()), decode_keys(new_key_ring())

    assert [identifier for identifier, _ in first] == ["k1"]
    assert first != second


def test_what_is_written_to_a_key_file_is_taken_up_while_the_vault_is_in_use(
    tmp_path: Path,
) -> None:
    path = tmp_path / "keys"
    old, new = new_key("old"), new_key("new")
    path.write_text(old)
    vault = Vault(decode_keys(old), KeyFile(path))
    before = vault.seal("secret", binding=ROW)

    path.write_text(f"{new},{old}")
    by_another = Vault(decode_keys(new)).seal("secret", binding=ROW)

    assert vault.open(by_another, binding=ROW) == "secret"
    assert vault.open(before, binding=ROW) == "secret"
    path.write_text(f"{new}\n")
    assert vault.seal("secret", binding=ROW).startswith("v1.new.")
    assert [known.partition(":")[0] for known in vault.fingerprints] == ["new"]


@pytest.mark.parametrize("text", [None, "", "half a ke", "\udcff"])
def test_a_key_file_that_cannot_be_read_changes_nothing(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "keys"
    ring = new_key("k1")
    path.write_text(ring)
    vault = Vault(decode_keys(ring), KeyFile(path))
    vault.seal("secret", binding=ROW)

    if text is None:
        path.unlink()
    else:
        path.write_text(text, errors="surrogateescape")

    assert vault.seal("secret", binding=ROW).startswith("v1.k1.")
    assert vault.fingerprints == Vault(decode_keys(ring)).fingerprints
