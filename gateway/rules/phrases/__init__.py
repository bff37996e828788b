"""The answers that need no model, one module a language."""

from collections.abc import Mapping
from typing import Final

from gateway.rules.phrases import de, en, es, fr
from gateway.rules.phrases.wording import Wording

WORDINGS: Final[Mapping[str, Wording]] = {
    "en": en.WORDING,
    "es": es.WORDING,
    "de": de.WORDING,
    "fr": fr.WORDING,
}
