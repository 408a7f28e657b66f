"""Asks applications over HTTP through the API server, in bounded time and size: they may answer anything."""

from __future__ import annotations

import json
import time
from urllib.parse import quote

from adapters.kubernetes.api import Api
from adapters.kubernetes.deadline import Deadline
from adapters.kubernetes.errors import Subject, refused, translated
from tasks.errors import Invalid, Unavailable
from tasks.models import Application, HttpAnswer

_MOST_CHARACTERS = 2_000
_MOST_BYTES = 4 * _MOST_CHARACTERS
_FIRST_FAILURE = 400
_SAFE = "/?&=%:@!$'()*+,;~-._[]#"
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity"}
_WAY = "API service proxy"


def ask(api: Api, application: Application, path: str, deadline: Deadline) -> HttpAnswer:
    """The answer to GET `path`. Raises Unavailable where nobody answers, Denied where we may not ask that way."""
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
        if answer.status in {404, 500, 502, 503, 504}:
            raise Unavailable(error.message, hint=f"containerkit status {name}")
        raise error
    return HttpAnswer(
        url=f"{api.connection.server}{proxied}",
        way=_WAY,
        status=answer.status,
        content_type=_shown(answer.headers.get("Content-Type", ""))[:200],
        body=_body(content, answer.headers.get("Content-Type", ""), answer.headers.get("Content-Encoding", "")),
        duration_ms=(time.monotonic() - started) * 1000,
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
