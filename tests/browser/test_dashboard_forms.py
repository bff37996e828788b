"""Forms of the dashboard: what they make of a schema, whatever a plugin's settings look like."""

from typing import Any, Final

from tests.browser.conftest import Browser

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["name", "key"],
    "$defs": {
        "Hours": {
            "type": "object",
            "title": "Hours",
            "properties": {
                "opens": {"type": "integer", "title": "Opens"},
                "days": {"type": "array", "items": {"type": "string"}, "title": "Days"},
            },
        }
    },
    "properties": {
        "name": {"type": "string", "title": "Name"},
        "key": {"type": "string", "writeOnly": True, "title": "Key"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None, "title": "Note"},
        "mode": {"enum": ["fast", "safe"], "type": "string", "default": "safe", "title": "Mode"},
        "isLoud": {"type": "boolean", "default": True, "title": "Loud"},
        "ratio": {"anyOf": [{"type": "number"}, {"type": "null"}], "title": "Ratio"},
        "kinds": {"type": "array", "items": {"enum": ["a", "b", "c"]}, "title": "Kinds"},
        "ports": {"type": "array", "items": {"type": "integer"}, "title": "Ports"},
        "labels": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "title": "Labels",
        },
        "hours": {"anyOf": [{"$ref": "#/$defs/Hours"}, {"type": "null"}], "title": "Open"},
        "pace": {"anyOf": [{"type": "number"}, {"enum": ["slow"]}], "title": "Pace"},
        "rest": {"type": "object", "title": "Rest"},
    },
}
VALUES: Final[dict[str, Any]] = {
    "name": "Shop",
    "mode": "fast",
    "ratio": 0.5,
    "kinds": ["a"],
    "ports": [25],
    "labels": {"old": "1", "kept": "2"},
    "hours": {"opens": 9, "days": ["Monday"]},
    "rest": {"x": [1]},
}
DRAW: Final = """async ([schema, values, kept]) => {
    const { schemaForm } = await import("/dashboard/form.js");
    globalThis.form = schemaForm(schema, { values, kept });
    document.getElementById("main").replaceChildren(form.element);
}"""
MAIL: Final[dict[str, Any]] = {
    "required": ["address"],
    "properties": {
        "folder": {"type": "string", "title": "Folder"},
        "keyId": {"type": "string", "title": "API key name"},
        "keySecret": {"type": "string", "title": "API key secret"},
        "sendgridKey": {"type": "string", "title": "SendGrid key"},
        "sendgridUrl": {"type": "string", "title": "SendGrid URL"},
        "address": {"type": "string", "title": "Address"},
        "comes": {"enum": ["smtp", "sendgrid"], "title": "How mail comes", "x-ask-first": True},
    },
}
DRAW_PARTS: Final = """async (parts) => {
    const { partForm } = await import("/dashboard/partform.js");
    document.getElementById("main").replaceChildren(partForm(parts).element);
}"""
GIVEN: Final = "() => form.given()"
CHANGES: Final = "() => form.changes()"
PLACE: Final = "([steps, message]) => form.place(steps, message)"


async def test_a_form_gives_what_is_filled_in_and_nothing_else(browser: Browser) -> None:
    page = browser.page
    await page.goto(f"{browser.origin}/dashboard/")
    await page.evaluate(DRAW, [SCHEMA, {}, []])
    assert await page.evaluate(GIVEN) == {}

    await page.get_by_label("Name").first.fill(" Shop ")
    await page.get_by_label("Key").fill("canary")
    await page.get_by_label("Loud").uncheck()
    await page.get_by_label("Ratio").fill("0.25")
    await page.get_by_label("b", exact=True).check()
    await page.get_by_label("Ports").fill("25\n\n587")
    await page.get_by_role("button", name="Add").click()
    await page.get_by_label("Name", exact=True).last.fill("team")
    await page.get_by_label("Value").fill("north")
    await page.get_by_label("Opens").fill("9")
    await page.get_by_label("Pace").fill("slow")
    await page.get_by_label("Rest").fill('{"x": 1}')

    assert await page.evaluate(GIVEN) == {
        "name": "Shop",
        "key": "canary",
        "isLoud": False,
        "ratio": 0.25,
        "kinds": ["b"],
        "ports": [25, 587],
        "labels": {"team": "north"},
        "hours": {"opens": 9},
        "pace": "slow",
        "rest": {"x": 1},
    }


async def test_a_form_sends_only_what_is_changed_and_keeps_what_is_secret(browser: Browser) -> None:
    page = browser.page
    await page.goto(f"{browser.origin}/dashboard/")
    await page.evaluate(DRAW, [SCHEMA, VALUES, ["key"]])
    assert await page.evaluate(CHANGES) == {}

    await page.get_by_label("Mode").select_option("safe")
    await page.get_by_label("Ratio").fill("")
    await page.get_by_role("button", name="Remove").first.click()
    await page.get_by_label("Days").fill("Monday\nFriday")

    assert await page.evaluate(CHANGES) == {
        "mode": "safe",
        "ratio": None,
        "labels": {"old": None},
        "hours": {"days": ["Monday", "Friday"]},
    }
    # What is wrong is said at its field, within a group too, and nowhere when there is no field.
    assert await page.evaluate(PLACE, [["hours", "days", "1"], "no such day"])
    assert await page.get_by_text("Line 2: no such day").is_visible()
    assert not await page.evaluate(PLACE, [["other"], "no such setting"])


async def test_settings_that_begin_alike_are_folded_and_open_when_they_are_chosen(
    browser: Browser,
) -> None:
    page = browser.page
    await page.goto(f"{browser.origin}/dashboard/")
    await page.evaluate(DRAW_PARTS, [{"settings": MAIL}])
    folds = await page.locator("summary").all_inner_texts()
    assert folds == ["API key", "SendGrid", "Other settings"]
    assert not await page.get_by_label("SendGrid key").is_visible()

    await page.get_by_label("How mail comes").select_option("sendgrid")

    assert await page.get_by_label("SendGrid key").is_visible()
    assert not await page.get_by_label("Folder").is_visible()
