"""Sites as a browser meets them: pages of their own, routes made in the browser, what is missing, and headers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.e2e.kit import Kit

pytestmark = pytest.mark.docker

LONG = "public, max-age=31536000, immutable"


@pytest.fixture
def site(kit: Kit, app: Callable[[str], Path], free_port: int) -> Callable[[str, dict[str, str]], httpx.Client]:
    """Releases one of tests/apps, with further files, and asks it."""

    def release(name: str, files: dict[str, str]) -> httpx.Client:
        root = app(name)
        for file, text in files.items():
            (root / file).write_text(text)
        ended = kit.run(root, f"e2e-{name}", "--target", "engine", "--publish", str(free_port))
        assert ended.code == 0, ended.err
        return httpx.Client(base_url=f"http://127.0.0.1:{free_port}", timeout=10)

    return release


def test_a_site_of_pages_answers_each_and_says_what_is_missing(
    site: Callable[[str, dict[str, str]], httpx.Client],
) -> None:
    with site("static-plain", {"big.css": "a { color: teal; }\n" * 200, ".secret": "x"}) as client:
        assert "<h1>static-plain" in client.get("/").text
        assert "about" in client.get("/about/").text
        assert client.get("/about").headers["location"] == "/about/"
        missing = client.get("/nowhere")
        assert (missing.status_code, "has no such page" in missing.text) == (404, True)
        assert client.get("/.secret").status_code == 404
        assert client.get("/css").status_code in {301, 404}
        assert client.get("/css/").status_code == 404
        head = client.head("/")
        assert (head.status_code, head.text, head.headers["cache-control"]) == (200, "", "no-cache")
        assert head.headers["x-content-type-options"] == "nosniff"
        assert head.headers["server"] == "nginx"
        big = client.get("/big.css")
        assert (big.headers["content-encoding"], big.headers["vary"]) == ("gzip", "Accept-Encoding")


def test_an_application_in_the_browser_answers_deep_links_and_misses_missing_assets(
    site: Callable[[str, dict[str, str]], httpx.Client],
) -> None:
    with site("vite-static", {}) as client:
        first = client.get("/")
        assert client.get("/orders/7?page=2").text == first.text
        assert client.get("/users/john.doe").text == first.text
        assert client.get("/assets/none.js").status_code == 404
        script = first.text.partition('src="')[2].partition('"')[0]
        asset = client.get(script)
        assert (asset.status_code, "javascript" in asset.headers["content-type"]) == (200, True)
        assert asset.headers["cache-control"] in {LONG, "no-cache"}
        assert first.headers["cache-control"] == "no-cache"
