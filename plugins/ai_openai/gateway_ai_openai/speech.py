"""The reader that hears what is said in recordings, by any server with OpenAI's transcriptions."""

from http import HTTPStatus
from typing import Final
from uuid import uuid4

from pydantic import BaseModel, Field, SecretStr, ValidationError, model_validator

from gateway.plugin import (
    HttpResponse,
    MediaReader,
    OutboundUrl,
    PartFailure,
    PartSettings,
    PermanentFailure,
    TemporaryFailure,
)
from gateway.plugin.assistant import ProviderError, provider_failure
from gateway_ai_openai.settings import OPENAI_URL, is_openai

ENDINGS: Final = {
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/webm": "webm",
    # MP4 and WebM are the same for sound and film: a browser records voices as video/webm.
    "video/mp4": "mp4",
    "video/webm": "webm",
}
"""What the API takes, by type; a server tells a recording's format by the ending of its name."""
LARGEST_BYTES: Final = 25_000_000
ANSWER_BYTES: Final = 1024**2
PROVIDER: Final = "the speech server"
SETTING: Final = "openaiSpeech"


class SpeechSettings(PartSettings):
    """Which model hears recordings, and where it runs: apart from the one that answers."""

    openai_speech_model: str = Field(
        "gpt-transcribe",
        min_length=1,
        max_length=200,
        title="Speech model",
        description="The server's name of the model that hears recordings.",
    )
    openai_speech_base_url: OutboundUrl = Field(
        OPENAI_URL,
        title="Base URL for speech",
        description="Where the API is, up to /v1: OpenAI, or a server with its transcriptions.",
    )
    openai_speech_api_key: SecretStr | None = Field(
        None,
        title="API key for speech",
        description="OpenAI wants one; a server of your own may not.",
    )
    openai_speech_seconds: int = Field(
        20,
        ge=1,
        le=40,
        title="Longest hearing",
        description="Seconds after which a recording is left unread.",
    )

    @model_validator(mode="after")
    def _key_is_there(self) -> "SpeechSettings":
        key = self.openai_speech_api_key
        if is_openai(self.openai_speech_base_url) and not (key and key.get_secret_value()):
            raise ValueError(
                "OpenAI needs openaiSpeechApiKey; a server of your own, openaiSpeechBaseUrl"
            )
        return self


class _Heard(BaseModel):
    text: str


class _Error(BaseModel):
    code: str | int | None = None
    type: str | None = None
    message: str = ""


class _Refusal(BaseModel):
    error: _Error | str


class OpenAISpeech(MediaReader[SpeechSettings]):
    """One transcription for each recording: a voice message, a memo, the sound of a film."""

    name = "ai_openai"
    title = "OpenAI or compatible (speech)"
    Settings = SpeechSettings

    def reads(self, content_type: str) -> bool:
        """Whether the API takes it: not AMR, which old telephones record."""
        return content_type in ENDINGS

    async def read(self, content: bytes, content_type: str) -> str:
        """The words that are spoken in a recording; empty where nobody speaks."""
        if len(content) > LARGEST_BYTES:
            raise PermanentFailure("the recording has more than 25 MB, which the API does not take")
        boundary = uuid4().hex
        headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
        key = self.settings.openai_speech_api_key
        if key and key.get_secret_value():
            headers["authorization"] = f"Bearer {key.get_secret_value()}"
        answer = await self.context.http.request(
            "POST",
            f"{self.settings.openai_speech_base_url.rstrip('/')}/audio/transcriptions",
            headers=headers,
            body=_form(boundary, self.settings.openai_speech_model, content, content_type),
            timeout_seconds=self.settings.openai_speech_seconds,
            limit_bytes=ANSWER_BYTES,
        )
        if answer.status != HTTPStatus.OK:
            raise _failure(answer)
        try:
            return _Heard.model_validate_json(answer.body).text.strip()
        except ValidationError:
            raise TemporaryFailure(
                f"{PROVIDER} answered something else than a transcription: check "
                "openaiSpeechBaseUrl, which ends in /v1",
                response_status=answer.status,
            ) from None


def _form(boundary: str, model: str, content: bytes, content_type: str) -> bytes:
    fields = {"model": model, "response_format": "json"}
    texts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    file = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
        f'filename="recording.{ENDINGS[content_type]}"\r\nContent-Type: {content_type}\r\n\r\n'
    )
    return b"".join([texts.encode(), file.encode(), content, f"\r\n--{boundary}--\r\n".encode()])


def _failure(answer: HttpResponse) -> PartFailure:
    """What another status than 200 means; the recording stays unread, whatever it is."""
    error = _told(answer.body)
    kind = str(error.code or error.type or "")
    told = ProviderError(
        status=answer.status, kind=kind, detail=error.message, headers=answer.headers
    )
    failure = provider_failure(told, provider=PROVIDER, setting=SETTING)
    if isinstance(failure, TemporaryFailure):
        # Nobody asks again: the sender waits for an answer.
        return TemporaryFailure(
            f"{PROVIDER} is not up to it for now [{kind or answer.status}]",
            retry_after_seconds=failure.retry_after_seconds,
            response_status=answer.status,
            response_excerpt=failure.response_excerpt,
        )
    if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return PermanentFailure(
            f"{PROVIDER} finds the recording too large: raise its own limit",
            response_status=answer.status,
        )
    return failure


def _told(body: bytes) -> _Error:
    try:
        error = _Refusal.model_validate_json(body).error
    except ValidationError:
        return _Error()
    return _Error(message=error) if isinstance(error, str) else error
