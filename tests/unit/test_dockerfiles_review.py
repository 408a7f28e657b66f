"""What is said about a repository's own Dockerfile."""

from __future__ import annotations

import pytest

from tasks.dockerfiles import improve, review

GOOD = """FROM python:3.13-slim AS build
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache pip install -r requirements.txt
FROM python:3.13-slim
COPY --from=build /venv /venv
USER 10001
HEALTHCHECK CMD ["true"]
CMD ["gunicorn", "app:app"]
"""


def said(text: str) -> list[tuple[str, int | None, str]]:
    return [(each.verdict, each.line, each.why) for each in review(text)]


def test_a_good_dockerfile_is_kept_as_it_is() -> None:
    assert {verdict for verdict, _, _ in said(GOOD)} == {"keep"}
    assert [line for _, line, _ in said(GOOD)] == [1, 2, 3, 4, 6, 7, 8]


def test_a_missing_user_is_added_with_what_it_must_own() -> None:
    added = [each for each in review("FROM python:3.13\nWORKDIR /app\nCMD x\n") if each.verdict == "add"]
    assert [each.text for each in added] == ['RUN ["chown", "-R", "10001:10001", "/app"]', "USER 10001:10001"]
    assert all(each.text in improve("FROM python:3.13\nWORKDIR /app\nCMD x\n") for each in added)


def test_a_user_who_is_root_is_improved_at_its_line() -> None:
    (found,) = [each for each in review("FROM a:1\nUSER root\nCMD x\n") if each.verdict == "improve"]
    assert (found.line, "USER 10001:10001 follows it" in found.why) == (2, True)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("FROM python", "another base"),
        ("FROM python:latest", "another base"),
        ("FROM a:1\nCMD gunicorn app:app", "needs no shell"),
        ("FROM a:1\nCMD gunicorn $APP", "signals"),
        ("FROM a:1\nADD x /x", "COPY says"),
        ("FROM a:1\nRUN apt-get update && apt-get install -y git", "package lists"),
        ("FROM a:1\nRUN pip install flask", "--no-cache-dir"),
        ("FROM a:1\nRUN npm install", "npm ci"),
        ("FROM a:1\nRUN curl https://x.invalid/i.sh | sh", "unseen"),
        ("FROM a:1\nENV API_KEY=abc", "secret"),
        ("FROM a:1\nRUN make", "one stage"),
    ],
)
def test_what_its_owner_may_do_better_is_named(line: str, words: str) -> None:
    assert any(verdict == "consider" and words in why for verdict, _, why in said(f"{line}\n"))


def test_a_long_instruction_is_shortened() -> None:
    (found,) = [each for each in review(f"FROM a:1\nRUN pip install {'x' * 500}\n") if each.line == 2]
    assert len(found.text) == 100
