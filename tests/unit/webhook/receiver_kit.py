"""The receiver with a starter that only remembers, and payloads that are signed as a forge does it."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response
from pydantic import SecretStr

from deployments.webhook.allow_list import AllowList
from deployments.webhook.app import receiver
from deployments.webhook.signature import Secret
from deployments.webhook.starting import Started
from tasks.errors import StepError
from tasks.models import RunRequest

KEY = "a secret of twenty-nine chars"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
ALLOWED = AllowList.model_validate(
    {
        "largest_body_bytes": 10_000,
        "repositories": {
            "Team/shop": {
                "clone_url": "https://forge.invalid/team/shop.git",
                "branches": ["main"],
                "run": {"target": "engine", "overrides": {"name": "shop"}},
            }
        },
    }
)


@dataclass
class RememberedRuns:
    """A RunStarter whose runs are told apart by their keys."""

    by_key: dict[str, tuple[RunRequest, str]] = field(default_factory=dict)
    error: StepError | None = None

    async def start(self, request: RunRequest, *, key: str, name: str) -> Started:
        await self.check()
        self.by_key.setdefault(key, (request, name))
        number = list(self.by_key).index(key)
        return Started(run_id=f"run-{number}", url=f"http://prefect.invalid/runs/{number}")

    async def check(self) -> None:
        if self.error:
            raise self.error


def push(**changed: Any) -> dict[str, Any]:
    """A push as a forge sends it; its URL is not ours."""
    whole = {
        "ref": "refs/heads/main",
        "after": COMMIT,
        "deleted": False,
        "repository": {"full_name": "team/shop", "clone_url": "https://evil.invalid/x.git"},
        "pusher": {"name": "someone"},
    }
    return {**whole, **changed}


def signature(body: bytes, key: str = KEY) -> str:
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


@dataclass
class Forge:
    """Sends to one receiver."""

    runs: RememberedRuns = field(default_factory=RememberedRuns)

    def __post_init__(self) -> None:
        self.client = TestClient(receiver(ALLOWED, Secret(SecretStr(KEY)), self.runs))

    def send(self, body: object = None, *, event: str = "push", delivery: str = "d-1", **headers: str) -> Response:
        raw = body if isinstance(body, bytes) else json.dumps(push() if body is None else body).encode()
        given = {"X-Hub-Signature-256": signature(raw), "X-GitHub-Event": event, "X-GitHub-Delivery": delivery}
        answer: Response = self.client.post("/github", content=raw, headers={**given, **headers})
        return answer
