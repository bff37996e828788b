"""Bodies of every accepted form, read into named fields whose values PostgreSQL can store."""

import json
import math
import re
from email.parser import BytesHeaderParser
from urllib.parse import parse_qsl

from pydantic_core import from_json

from gateway.plugin import FieldError, InboundRequest, InvalidPayload, JsonValue

DEPTH_LIMIT = 64
VALUE_LIMIT = 10_000
FIELD_LIMIT = 1000
FAULT_LIMIT = 20
PART_HEAD_LIMIT_BYTES = 1024

ACCEPTED = (
    "send application/json, application/x-www-form-urlencoded, multipart/form-data or text/plain"
)

# An explicit table: Python would also decode `idna` or `punycode`, in quadratic time.
CHARSETS = frozenset(
    {"utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be"}
    | {"latin1", "koi8-r", "koi8-u", "gb2312", "gbk", "gb18030", "big5", "shift_jis", "euc-jp"}
    | {"euc-kr", "iso-2022-jp"}
    | {f"iso-8859-{part}" for part in range(1, 17) if part != 12}  # noqa: PLR2004 - never issued
    | {f"windows-125{page}" for page in range(9)}
)

# What a text body's sender may say about it in the query.
TEXT_QUERY = {
    "sender": "senderIdentifier",
    "senderIdentifier": "senderIdentifier",
    "senderName": "senderName",
    "externalMessageId": "externalMessageId",
}
JSON_FIELDS = ("attachments", "metadata")

# PostgreSQL stores neither in text.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_PARAMETER = re.compile(r';\s*([a-z]+\*?)\s*=\s*(?:"([^"]*)"|([^;\s"]+))', re.IGNORECASE)

Fields = dict[str, JsonValue]
Place = tuple["Place | None", str | int]


def read_fields(request: InboundRequest) -> Fields:
    """The fields of the body by name. Raises `InvalidPayload` for a body that cannot be read."""
    media_type = request.content_type
    if media_type in {"", "application/json", "text/json"} or media_type.endswith("+json"):
        fields = _json_fields(request)
    elif media_type == "application/x-www-form-urlencoded":
        fields = _with_json(_form_fields(request))
    elif media_type == "multipart/form-data":
        fields = _with_json(_multipart_fields(request))
    elif media_type == "text/plain":
        fields = _text_fields(request)
    else:
        raise InvalidPayload(f"Content-Type {media_type[:100]!r} cannot be read: {ACCEPTED}")
    refuse(storage_faults(fields))
    return fields


def refuse(faults: list[FieldError]) -> None:
    """Raises `InvalidPayload` that names every fault; returns if there is none."""
    if faults:
        raise refusal(faults)


def refusal(faults: list[FieldError]) -> InvalidPayload:
    """The failure that names every fault."""
    named = "; ".join(f"{fault.pointer or 'it'} {fault.message}" for fault in faults)
    return InvalidPayload(f"the body cannot be accepted: {named}", fields=faults)


def storage_faults(fields: Fields) -> list[FieldError]:
    """What is too much, too deep, not finite, or text that cannot be stored; at most 20 places."""
    faults: list[FieldError] = []
    pending: list[tuple[JsonValue, Place | None, int]] = [(fields, None, 0)]
    seen = 0
    while pending and len(faults) < FAULT_LIMIT:
        value, place, depth = pending.pop()
        if isinstance(value, dict | list):
            seen += len(value)
            if seen > VALUE_LIMIT:
                return [_fault(None, f"holds more than {VALUE_LIMIT:,} values")]
            if depth >= DEPTH_LIMIT:
                faults.append(_fault(place, f"is nested deeper than {DEPTH_LIMIT} levels"))
                continue
            # Places are linked, not written out: a long key would be copied for each child.
            items = value.items() if isinstance(value, dict) else enumerate(value)
            pending.extend((child, (place, key), depth + 1) for key, child in items)
            if isinstance(value, dict) and any(map(_UNSTORABLE.search, value)):
                faults.append(_fault(place, "has a key with a NUL character or lone surrogate"))
        elif isinstance(value, str) and _UNSTORABLE.search(value):
            faults.append(_fault(place, "must not hold NUL characters or lone surrogates"))
        elif isinstance(value, float) and not math.isfinite(value):
            faults.append(_fault(place, "must be a finite number"))
    return faults


def pointer(path: tuple[str | int, ...]) -> str:
    """A JSON Pointer (RFC 6901), with long keys cut."""
    keys = (str(key)[:100].replace("~", "~0").replace("/", "~1") for key in path)
    return "".join(f"/{key}" for key in keys).encode("utf-8", "replace").decode()


def _fault(place: Place | None, message: str) -> FieldError:
    path: list[str | int] = []
    while place is not None:
        place, key = place
        path.append(key)
    return FieldError(pointer=pointer(tuple(reversed(path))), message=message)


def _json_fields(request: InboundRequest) -> Fields:
    text = _decoded(request.body, _parameter(request, "charset")).removeprefix("\ufeff")
    if not text.strip():
        raise InvalidPayload('the body is empty: send JSON such as {"content": "Hello"}')
    try:
        fields = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        _refuse_lone_surrogates(text)
        raise InvalidPayload(f"the body is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise InvalidPayload('the body must be a JSON object such as {"content": "Hello"}')
    return fields


def _refuse_lone_surrogates(text: str) -> None:
    """Names the fields at fault, where `from_json` names a column of the text."""
    if "\\ud" not in text.lower():
        return
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return
    refuse(storage_faults(fields))


def _form_fields(request: InboundRequest) -> Fields:
    charset = _parameter(request, "charset")
    text = _decoded(request.body, charset)
    if text.lstrip().startswith("{"):
        raise InvalidPayload(
            "the body looks like JSON and Content-Type says it is a form: "
            "send Content-Type: application/json"
        )
    return _pairs(text, _charset(charset))


def _multipart_fields(request: InboundRequest) -> Fields:
    boundary = _parameter(request, "boundary").encode("utf-8", "replace")
    if not boundary:
        raise InvalidPayload("Content-Type multipart/form-data needs a boundary parameter")
    parts = (b"\r\n" + request.body).split(b"\r\n--" + boundary, FIELD_LIMIT)
    if len(parts) < 2 or not parts[-1].startswith(b"--"):  # noqa: PLR2004 - preamble and end
        raise InvalidPayload(
            f"the multipart body must have 1 to {FIELD_LIMIT - 1} parts and end with its boundary"
        )
    return dict(map(_part, parts[1:-1]))


def _part(part: bytes) -> tuple[str, JsonValue]:
    head, _, content = part.partition(b"\r\n\r\n")
    if len(head) > PART_HEAD_LIMIT_BYTES:
        raise InvalidPayload(f"a part's headers are longer than {PART_HEAD_LIMIT_BYTES} bytes")
    headers = BytesHeaderParser().parsebytes(head.lstrip())
    # Not `get_param`: its time grows with the square of a header full of semicolons.
    disposition = _parameters(str(headers.get("content-disposition", "")))
    name = disposition.get("name")
    if name is None:
        raise InvalidPayload("a part of the multipart body has no name in its Content-Disposition")
    if disposition.keys() & {"filename", "filename*"}:
        fault = "is a file: send the URL of a file in attachments instead"
        refuse([FieldError(pointer=pointer((name,)), message=fault)])
    return name, _decoded(
        content, _parameters(str(headers.get("content-type", ""))).get("charset", "")
    )


def _text_fields(request: InboundRequest) -> Fields:
    query = _pairs(request.query.decode("utf-8", "replace"), "utf-8")
    fields = {TEXT_QUERY[name]: value for name, value in query.items() if name in TEXT_QUERY}
    return fields | {"content": _decoded(request.body, _parameter(request, "charset"))}


def _pairs(text: str, charset: str) -> Fields:
    try:
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            max_num_fields=FIELD_LIMIT,
            encoding=charset,
            errors="strict",
        )
    except ValueError as error:
        raise InvalidPayload(f"the form cannot be read: {error}") from error
    return dict(pairs)


def _with_json(fields: Fields) -> Fields:
    """A form has text only, so the fields that are more than text come as JSON in it."""
    for name in JSON_FIELDS:
        text = fields.get(name)
        if isinstance(text, str) and text.strip():
            try:
                fields[name] = from_json(text, allow_inf_nan=False)
            except ValueError as error:
                fault = FieldError(pointer=f"/{name}", message=f"must be JSON text: {error}")
                raise InvalidPayload(
                    f"/{name} must be JSON text: {error}", fields=[fault]
                ) from error
    return fields


def _parameter(request: InboundRequest, name: str) -> str:
    header = request.headers.get("content-type", "")
    return _parameters(header).get(name, "") if ";" in header else ""


def _parameters(header: str) -> dict[str, str]:
    found = _PARAMETER.finditer(header)
    return {match[1].lower(): match[2] or match[3] or "" for match in found}


def _charset(name: str) -> str:
    charset = name.lower() or "utf-8"
    if charset not in CHARSETS:
        raise InvalidPayload(f"charset {name[:40]!r} is not known: send utf-8")
    return charset


def _decoded(raw: bytes, charset: str) -> str:
    name = _charset(charset)
    try:
        return raw.decode(name)
    except UnicodeError as error:
        raise InvalidPayload(f"the body is not valid {name}: {error}") from error
