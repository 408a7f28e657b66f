"""Asks applications over HTTP through the API server, in bounded time and size: they may answer anything."""

from __future__ import annotations

import json
import time
from urllib.parse import quote

from adapters.kubernetes.api import Api
from adapters.kubernetes.deadline import Deadline
from adapters.kubernetes.errors import Subject, refused, translated
from adapters.kubernetes.forward import Forwarded
from tasks.errors import Invalid, Unavailable
from tasks.models import Application, HttpAnswer

_MOST_CHARACTERS = 2_000
_MOST_BYTES = 4 * _MOST_CHARACTERS
_FIRST_FAILURE = 400
_SAFE = "/?&=%:@!$'()*+,;~-._[]#"
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity"}
_FORBIDDEN = 403


class Forbidden(Exception):  # noqa: N818 - never leaves the target: another way is tried
    """These credentials may not ask through the Service."""


def ask(api: Api, application: Application, path: str, deadline: Deadline) -> HttpAnswer:
    """The answer to GET `path` through its Service. Raises Unavailable where nobody answers, else Forbidden."""
    require_path(path)
    name, place = application.name, application.namespace
    subject = Subject("ask", f"{name} for {path}", place)
    proxied = f"/api/v1/namespaces/{quote(place)}/services/{quote(name)}:http/proxy{quote(path, safe=_SAFE)}"
    client, started = api.connection.client, time.monotonic()
    with translated(subject):
        request = client.param_serialize(
            "GET",
            proxied,
            header_params={"Accept": "*/*", "Accept-Encoding": "identity"},
            auth_settings=["BearerToken"],
        )
        answer = client.call_api(*request, _request_timeout=(deadline.left_s(), deadline.left_s()))
        content = b""
        try:
            for chunk in answer.response.stream(_MOST_BYTES, decode_content=False):
                content += chunk
                if len(content) >= _MOST_BYTES or deadline.passed:
                    break
        finally:
            # nothing more of it is wanted: the rest may be endless
            answer.response.close()
    if answer.status >= _FIRST_FAILURE and _is_the_servers(content):
        error = refused(subject, answer.status, content)
        if answer.status == _FORBIDDEN:
            raise Forbidden(error.message)
        if answer.status in {404, 500, 502, 503, 504}:
            raise Unavailable(error.message, hint=f"containerkit status {name}")
        raise error
    kind, encoding = (answer.headers.get(name, "") for name in ("Content-Type", "Content-Encoding"))
    forwarded = Forwarded(answer.status, kind, encoding, content, (time.monotonic() - started) * 1000)
    return answer_of(forwarded, url=f"{api.connection.server}{proxied}", way="API service proxy")


def answer_of(seen: Forwarded, *, url: str, way: str) -> HttpAnswer:
    """What came back, fit to be shown."""
    return HttpAnswer(
        url=url,
        way=way,
        status=seen.status,
        content_type=_shown(seen.content_type)[:200],
        body=_body(seen.content, seen.content_type, seen.encoding),
        duration_ms=seen.duration_ms,
    )


def require_path(path: str) -> None:
    """Raises Invalid for what is not the path of a URL."""
    if not path.startswith("/") or not path.isprintable() or " " in path:
        raise Invalid(f"{path!r} is not the path of a URL", hint="write it like /healthz")


def _is_the_servers(content: bytes) -> bool:
    """Whether the API server speaks for itself rather than for the application."""
    try:
        found = json.loads(content)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("kind") == "Status" and found.get("apiVersion") == "v1"


def _body(content: bytes, kind: str, encoding: str) -> str:
    """The beginning of the text, as it came: a compressed answer could be of any size."""
    if encoding not in {"", "identity"}:
        return ""
    charset = kind.rpartition("charset=")[2].strip('" ') if "charset=" in kind else "utf-8"
    try:
        text = content.decode(charset, errors="replace")
    except LookupError:
        text = content.decode(errors="replace")
    return _shown(text)[:_MOST_CHARACTERS]


def _shown(text: str) -> str:
    return "".join(each if each.isprintable() or each in "\n\t" else "�" for each in text.replace("\r\n", "\n"))
