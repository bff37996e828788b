"""The files of the dashboard, as the server hands them out."""

import re

import pytest

from gateway.web.dashboard.routes import assets
from tests.stories.house import House


async def test_the_dashboard_loads_its_own_files_alone(house: House) -> None:
    page = await house.client.get("/dashboard/")
    text = await page.get_data(as_text=True)

    for name in re.findall(r'(?:href|src)="([\w./]+\.\w+)"', text):
        answer = await house.client.get(f"/dashboard/{name}")
        assert answer.status_code == 200, name
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", "".join(assets().values()))


@pytest.mark.parametrize("name", ["../routes.py", "%2e%2e/routes.py", "routes.py", "views", "x.js"])
async def test_no_other_file_is_handed_out(house: House, name: str) -> None:
    answer = await house.client.get(f"/dashboard/{name}")

    assert answer.status_code == 404


def test_every_module_that_a_module_imports_is_there() -> None:
    missing = {
        (path, name)
        for path, text in assets().items()
        for name in re.findall(r'^import [^"]*"([^"]+)";', text, re.MULTILINE)
        if _resolved(path, name) not in assets()
    }

    assert missing == set()


@pytest.mark.parametrize("path", [p for p in assets() if p.endswith(".js")])
def test_scripts_write_text_and_never_markup(path: str) -> None:
    text = assets()[path]

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text)
    assert text.count("\n") <= 400


def test_every_place_that_is_linked_to_has_a_view() -> None:
    scripts = "".join(text for name, text in assets().items() if name.endswith(".js"))
    routes = re.findall(r'path: "(#/[^"]*)"', assets()["app.js"])
    known = {re.sub(r":\w+", "x", route) for route in routes}

    linked = {
        re.sub(r"\$\{[^}]*\}", "x", place).partition("?")[0]
        for place in re.findall(r"""["`](#/[^"`\s]+)["`]""", scripts)
    }

    assert linked - set(routes) <= known


def _resolved(path: str, name: str) -> str:
    folders = path.split("/")[:-1]
    for step in name.split("/"):
        if step == "..":
            folders.pop()
        elif step != ".":
            folders.append(step)
    return "/".join(folders)
