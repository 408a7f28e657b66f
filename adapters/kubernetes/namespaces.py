"""The namespace of a release: made when a run was asked to make it, and never changed or deleted."""

from __future__ import annotations

from adapters.kubernetes.api import MANAGER, Api
from adapters.kubernetes.deadline import Deadline
from adapters.kubernetes.documents import Object
from adapters.kubernetes.errors import Subject
from adapters.kubernetes.news import News
from adapters.kubernetes.objects import Placed, object_path, read
from tasks.errors import Denied
from tasks.models import Manifests

_COLLECTION = "/api/v1/namespaces"


def missing_namespace(api: Api, manifests: Manifests, deadline: Deadline) -> Placed | None:
    """The namespace that the manifests ask for and the cluster does not have."""
    wanted = next((read(each) for each in manifests.objects if each.kind == "Namespace"), None)
    if wanted is None:
        return None
    path = object_path("v1", "Namespace", None, wanted.name)
    try:
        found = api.find(path, Object, Subject("read", str(wanted), wanted.name), timeout_s=deadline.left_s())
    except Denied:
        # who may not look may still release there; if it is missing, the server says so
        return None
    return None if found else wanted


def make_namespace(api: Api, manifests: Manifests, deadline: Deadline, news: News) -> None:
    """Have the namespace that the manifests ask for."""
    if (wanted := missing_namespace(api, manifests, deadline)) is None:
        return
    subject = Subject("make", str(wanted), wanted.name)
    news.say(f"namespace {wanted.name} is created")
    query = {"fieldManager": MANAGER}
    api.call("POST", _COLLECTION, subject, document=wanted.node, timeout_s=deadline.left_s(), query=query)
