"""The fields of a request, whichever way the account has them posted."""

import json
from typing import Any, Final
from urllib.parse import parse_qsl

from gateway.plugin import InboundRequest, InvalidPayload

FORM: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 100


def object_of(request: InboundRequest) -> dict[str, Any]:
    """A JSON object, or a form as one. Raises `InvalidPayload`."""
    try:
        if request.content_type == FORM:
            pairs = parse_qsl(
                request.body.decode(),
                keep_blank_values=True,
                strict_parsing=True,
                max_num_fields=MOST_FIELDS,
            )
            return dict(pairs)
        found = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise InvalidPayload(
            f"the body is neither JSON nor a form: {type(error).__name__}"
        ) from None
    if not isinstance(found, dict):
        raise InvalidPayload("the body is no JSON object")
    return found


def fields_of(request: InboundRequest) -> dict[str, str]:
    """The same as texts, as they are signed. Raises `InvalidPayload`."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in object_of(request).items()
    }
