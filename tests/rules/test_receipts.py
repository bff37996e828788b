"""How far a message has come never goes back, in whatever order its receipts arrive."""

from itertools import permutations

import pytest

from gateway.plugin import ReceiptState
from gateway.rules.receipts import FINAL, Come, come

STATES: tuple[ReceiptState, ...] = ("accepted", "sent", "delivered")


@pytest.mark.parametrize("order", list(permutations(STATES)))
def test_in_any_order_the_furthest_state_stays(order: tuple[ReceiptState, ...]) -> None:
    status, state, is_over = "delivered", None, False
    for said in order:
        change = come(status, state, said, is_over=is_over)
        if change is not None:
            status, state = change.status, change.state
        is_over = is_over or said in FINAL

    assert (status, state) == ("delivered", "delivered")


def test_a_failure_makes_a_dead_letter_of_what_was_delivered_to_the_provider() -> None:
    assert come("delivered", "sent", "failed", is_over=False) == Come(
        "failed", "dead", has_failed=True
    )


def test_the_first_word_on_how_it_ended_counts() -> None:
    assert come("dead", "failed", "delivered", is_over=True) is None
    assert come("delivered", "delivered", "failed", is_over=True) is None


def test_one_part_that_failed_counts_for_more_than_another_that_arrived() -> None:
    change = come("delivered", "delivered", "failed", is_over=False)

    assert change is not None
    assert change.status == "dead"
    assert come("dead", "failed", "delivered", is_over=False) is None


@pytest.mark.parametrize("status", ["pending", "dead"])
def test_what_the_provider_has_was_sent_whatever_its_attempt_came_to(status: str) -> None:
    assert come(status, None, "sent", is_over=False) == Come("sent", "delivered", has_failed=False)


def test_an_erased_delivery_stays_as_it_is() -> None:
    assert come("erased", None, "delivered", is_over=False) is None
