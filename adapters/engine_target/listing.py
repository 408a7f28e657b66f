"""Which applications of ours an engine has."""

from __future__ import annotations

from adapters.deadline import Deadline
from tasks.models import Application, Container, label_value
from tasks.models.labels import NAMESPACE
from tasks.ports import ContainerRuntime


def applications(runtime: ContainerRuntime, namespace: str | None, deadline: Deadline) -> tuple[Application, ...]:
    """By name; those of one namespace when it is named."""
    there = {_application(each) for each in runtime.list(timeout_s=deadline.left_s(10))}
    wanted = (each for each in there if namespace in {None, each.namespace})
    return tuple(sorted(wanted, key=lambda each: (each.name, each.namespace)))


def _application(container: Container) -> Application:
    return Application(name=container.application, namespace=label_value(container.labels, NAMESPACE) or "default")
