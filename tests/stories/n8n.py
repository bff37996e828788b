"""As much of n8n as the example workflows need: it walks their nodes as n8n's own sources do."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

Json = dict[str, Any]

PARAMETERS: Final[Mapping[str, frozenset[str]]] = {
    "webhook": frozenset({"httpMethod", "path", "responseMode", "options"}),
    "extractFromFile": frozenset({"operation", "binaryPropertyName", "destinationKey", "options"}),
    "crypto": frozenset({"action", "type", "value", "dataPropertyName", "secret", "encoding"}),
    "if": frozenset({"conditions", "options"}),
    "respondToWebhook": frozenset({"respondWith", "options"}),
    "noOp": frozenset(),
    "manualTrigger": frozenset(),
    "set": frozenset({"mode", "assignments", "options"}),
    "httpRequest": frozenset(
        {
            "method",
            "url",
            "sendHeaders",
            "headerParameters",
            "sendBody",
            "contentType",
            "rawContentType",
            "body",
            "options",
        }
    ),
}
"""The parameters of each node at the versions that the examples use."""

_PATH: Final = r"(?:\$json|\$\('[^']+'\)\.item\.json)(?:\.\w+|\['[^']+'\])*"
_STEP: Final = re.compile(r"\.(\w+)|\['([^']+)'\]")
_NAMED: Final = re.compile(r"\$\('([^']+)'\)\.item\.json(.*)")


@dataclass
class Run:
    """One execution: what each node made, what was answered, what was asked of others."""

    workflow: Json
    secret: str
    now: datetime
    made: dict[str, Json] = field(default_factory=dict)
    answered: list[int] = field(default_factory=list)
    asked: list[Json] = field(default_factory=list)

    def start(self, name: str, item: Json, raw: bytes = b"") -> None:
        """Runs from a trigger on; `raw` is the body of its request."""
        self.raw = raw
        self.made[name] = item
        self._follow(name, item, output=0)

    def _follow(self, name: str, item: Json, *, output: int) -> None:
        outputs = self.workflow["connections"].get(name, {"main": []})["main"]
        for wire in outputs[output] if output < len(outputs) else []:
            self._execute(wire["node"], item)

    def _execute(self, name: str, item: Json) -> None:
        [node] = [n for n in self.workflow["nodes"] if n["name"] == name]
        run = getattr(self, "_" + node["type"].removeprefix("n8n-nodes-base."))
        made, output = run(node["parameters"], item)
        self.made[name] = made
        self._follow(name, made, output=output)

    def _extractFromFile(self, given: Json, _item: Json) -> tuple[Json, int]:  # noqa: N802 # n8n's name
        assert given["operation"] == "text"
        return {given["destinationKey"]: self.raw.decode()}, 0

    def _crypto(self, given: Json, item: Json) -> tuple[Json, int]:
        assert (given["action"], given["type"]) == ("hmac", "SHA256")
        signed = self._text(given["value"], item).encode()
        digest = hmac.new(self.secret.encode(), signed, hashlib.sha256)
        made = {"hex": digest.hexdigest(), "base64": base64.b64encode(digest.digest()).decode()}
        return item | {given["dataPropertyName"]: made[given["encoding"]]}, 0

    def _if(self, given: Json, item: Json) -> tuple[Json, int]:
        assert given["conditions"]["combinator"] == "and"
        holds = [self._holds(condition, item) for condition in given["conditions"]["conditions"]]
        return item, 0 if all(holds) else 1

    def _holds(self, condition: Json, item: Json) -> bool:
        left, right = (self._text(condition[side], item) for side in ("leftValue", "rightValue"))
        if condition["operator"] == {"type": "string", "operation": "contains"}:
            return right in left
        assert condition["operator"] == {"type": "number", "operation": "lte"}
        return float(left) <= float(right)

    def _respondToWebhook(self, given: Json, item: Json) -> tuple[Json, int]:  # noqa: N802 # n8n's name
        self.answered.append(given["options"]["responseCode"])
        return item, 0

    def _noOp(self, _given: Json, item: Json) -> tuple[Json, int]:  # noqa: N802 # n8n's name
        return item, 0

    def _set(self, given: Json, item: Json) -> tuple[Json, int]:
        fields = given["assignments"]["assignments"]
        return {f["name"]: self._text(f["value"], item) for f in fields}, 0

    def _httpRequest(self, given: Json, item: Json) -> tuple[Json, int]:  # noqa: N802 # n8n's name
        headers = {
            header["name"]: self._text(header["value"], item)
            for header in given["headerParameters"]["parameters"]
        }
        headers["Content-Type"] = given["rawContentType"]
        self.asked.append({"headers": headers, "body": self._text(given["body"], item)})
        return item, 0

    def _text(self, template: object, item: Json) -> str:
        """A parameter: with `=` before it, what stands in double braces is computed."""
        if not isinstance(template, str) or not template.startswith("="):
            return str(template)
        return re.sub(
            r"\{\{ (.*?) \}\}", lambda found: self._computed(found[1], item), template[1:]
        )

    def _computed(self, expression: str, item: Json) -> str:
        if quoted := re.fullmatch(rf"JSON\.stringify\(({_PATH})\)", expression):
            return json.dumps(self._at(quoted[1], item), ensure_ascii=False)
        if age := re.fullmatch(rf"Math\.abs\(Date\.now\(\) / 1000 - ({_PATH})\)", expression):
            return str(abs(self.now.timestamp() - float(self._at(age[1], item))))
        assert re.fullmatch(_PATH, expression), f"the examples may not use {expression}"
        return self._at(expression, item)

    def _at(self, path: str, item: Json) -> str:
        named = _NAMED.fullmatch(path)
        value: Any = self.made[named[1]] if named else item
        steps = named[2] if named else path.removeprefix("$json")
        for plain, quoted in _STEP.findall(steps):
            value = value[plain or quoted]
        return str(value)
