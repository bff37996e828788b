"""What a provider's failure means, and what the responder around a model does about time."""

import asyncio
from dataclasses import replace

import pytest

from gateway.plugin import (
    Attachment,
    Conversation,
    PermanentFailure,
    Policy,
    TemporaryFailure,
)
from gateway.plugin.assistant import (
    ModelReply,
    ModelResponder,
    ModelSettings,
    Prices,
    ProviderError,
    Question,
    QuestionRefused,
    provider_failure,
)
from gateway.plugin.assistant.rehearsal import conversation, rehearsed_answer
from gateway.plugin.testing import check_settings, part_context
from tests.rules.talks import said, under


def failure(status: int | None, kind: str = "", detail: str = "", wait: str = "") -> Exception:
    error = ProviderError(status=status, kind=kind, detail=detail, headers={"retry-after": wait})
    return provider_failure(error, provider="Acme", setting="acme")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, "") for status in (408, 409, 425, 429, 500, 502, 503, 504, 529)),
        (200, "overloaded_error"),
        (200, "api_error"),
        (200, "never_heard_of"),
        (None, "rate_limit_error"),
    ],
)
def test_what_may_pass_is_asked_again(status: int | None, kind: str) -> None:
    found = failure(status, kind, wait="2.5")

    assert isinstance(found, TemporaryFailure)
    assert found.message.startswith("Acme ")
    assert (found.retry_after_seconds, found.response_status) == (2.5, status)


@pytest.mark.parametrize(
    ("status", "kind", "remedy"),
    [
        (400, "", "check acmeModel and what is set for it"),
        (401, "", "set acmeApiKey anew"),
        (402, "", "top it up"),
        (403, "", "give it access, or change acmeModel"),
        (404, "", "check acmeModel and acmeBaseUrl"),
        (413, "", "too large"),
        (422, "", "check acmeModel"),
        (301, "", "check acmeModel"),
        (429, "insufficient_quota", "top it up"),
        (400, "billing_error", "top it up"),
        (200, "authentication_error", "set acmeApiKey anew"),
    ],
)
def test_what_does_not_pass_says_what_to_do(status: int, kind: str, remedy: str) -> None:
    found = failure(status, kind)

    assert isinstance(found, PermanentFailure)
    assert remedy in found.message


@pytest.mark.parametrize("wait", ["", "soon", "nan", "inf", "Fri, 02 Jan 2026 03:04:05 GMT"])
def test_a_wait_that_is_no_number_is_none(wait: str) -> None:
    found = failure(429, wait=wait)

    assert isinstance(found, TemporaryFailure)
    assert found.retry_after_seconds is None


def test_a_providers_words_are_shown_on_one_short_line_but_never_about_a_key() -> None:
    shown = failure(500, detail="a\nb\x00" + "c" * 1_000)
    hidden = failure(401, detail="Incorrect API key provided: sk-123***")

    assert "(a b\ufffdccc" in str(shown)
    assert len(str(shown)) < 400
    assert "sk-123" not in str(hidden)


def test_a_cost_is_made_of_four_prices() -> None:
    prices = Prices(input=1.0, output=5.0, cache_write=1.25, cache_read=0.1)

    assert prices.cost_usd(
        fresh=1_000_000, output=200_000, cache_written=100_000, cache_read=1_000_000
    ) == pytest.approx(1.0 + 1.0 + 0.125 + 0.1)


class Parrot(ModelResponder[ModelSettings]):
    """Asks a model that answers as the fakes do, or fails with what `refusals` holds."""

    name = "parrot"
    title = "Parrot"
    Settings = ModelSettings

    def __init__(self, settings: ModelSettings, *refusals: Exception | None) -> None:
        super().__init__(settings, part_context())
        self.refusals = list(refusals)
        self.asked: list[Question] = []

    @property
    def sees_images(self) -> bool:
        return True

    async def ask(self, question: Question) -> ModelReply:
        self.asked.append(question)
        refusal = self.refusals.pop(0) if self.refusals else None
        if refusal is not None:
            raise refusal
        return ModelReply(text=rehearsed_answer(question.text))


class Dreamer(Parrot):
    """Never answers."""

    async def ask(self, question: Question) -> ModelReply:
        self.asked.append(question)
        await asyncio.Event().wait()
        return ModelReply(text="")


def looking() -> Conversation:
    picture = Attachment(type="image/png", url="https://a.example/1")
    return conversation(replace(said("Look"), attachments=(picture,)))


def test_the_settings_of_every_model_keep_the_contract() -> None:
    check_settings(Parrot)


async def test_a_model_that_is_late_is_passed_over() -> None:
    dreamer = Dreamer(ModelSettings())

    with pytest.raises(TemporaryFailure, match=r"within 0\.01 seconds: .*assistantDeadlineSeconds"):
        await dreamer.respond(under(Policy(answer_seconds=0.01), said("Hi")))

    assert [question.seconds for question in dreamer.asked] == [0.01]


async def test_the_owners_deadline_counts_when_it_is_shorter() -> None:
    parrot = Parrot(ModelSettings(assistant_deadline_seconds=3.0))

    await parrot.respond(conversation(said("Hi")))

    assert parrot.asked[0].seconds == 3.0


async def test_nothing_is_asked_when_nothing_waits() -> None:
    parrot = Parrot(ModelSettings())

    assert (await parrot.respond(conversation())).reply == ""
    assert parrot.asked == []


async def test_a_model_that_refuses_an_image_is_asked_without_it() -> None:
    parrot = Parrot(ModelSettings(), QuestionRefused("no image"))

    answer = await parrot.respond(looking())

    assert answer.reply == "You said: Look"
    assert [len(question.images) for question in parrot.asked] == [1, 0]


async def test_a_failure_that_no_image_made_is_not_tried_again() -> None:
    parrot = Parrot(ModelSettings(), PermanentFailure("no", response_status=400))

    with pytest.raises(PermanentFailure):
        await parrot.respond(looking())

    assert len(parrot.asked) == 1


async def test_a_refused_question_without_images_is_not_asked_twice() -> None:
    parrot = Parrot(ModelSettings(), QuestionRefused("no"))

    with pytest.raises(QuestionRefused):
        await parrot.respond(conversation(said("Hi")))

    assert len(parrot.asked) == 1
