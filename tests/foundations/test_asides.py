"""Of messages that say the same the log tells once an hour, and then how many there were."""

from gateway.asides import HUSHED_SECONDS, REMEMBERED, Asides

ABSENT = (1, "ann@agency.example", "auto_reply")


def test_the_first_is_told_and_the_next_after_an_hour_says_how_many_were_not() -> None:
    asides = Asides()

    told = [asides.note(ABSENT, at=at) for at in (0.0, 1.0, HUSHED_SECONDS - 1, HUSHED_SECONDS)]

    assert told == [0, None, None, 2]
    assert asides.note(ABSENT, at=HUSHED_SECONDS + 1) is None
    assert asides.note(ABSENT, at=3 * HUSHED_SECONDS) == 1


def test_another_channel_sender_or_reason_is_told_by_itself() -> None:
    asides = Asides()

    kinds = [
        ABSENT,
        (2, *ABSENT[1:]),
        (1, "ben@agency.example", "auto_reply"),
        (*ABSENT[:2], "list"),
    ]

    assert [asides.note(kind, at=0.0) for kind in kinds] == [0, 0, 0, 0]
    assert [asides.note(kind, at=1.0) for kind in kinds] == [None] * 4


def test_what_comes_before_its_time_is_a_repeat_too() -> None:
    asides = Asides()

    assert [asides.note(ABSENT, at=at) for at in (10.0, 9.0)] == [0, None]


def test_the_ones_told_longest_ago_are_forgotten() -> None:
    asides = Asides()
    for number in range(REMEMBERED):
        asides.note((number, "", ""), at=0.0)
    for number in (0, 1):
        asides.note((number, "", ""), at=HUSHED_SECONDS)  # told anew, and so the newest

    asides.note((REMEMBERED, "", ""), at=HUSHED_SECONDS)

    assert asides.note((0, "", ""), at=HUSHED_SECONDS + 1) is None
    assert asides.note((2, "", ""), at=HUSHED_SECONDS - 1) == 0, "it was forgotten"
    assert asides.note((4, "", ""), at=HUSHED_SECONDS - 1) is None
