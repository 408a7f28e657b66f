"""Applications on a Kubernetes cluster."""

from __future__ import annotations

from adapters.kubernetes.connection import Connection, Context, KubernetesLocation, connect, contexts, located
from adapters.kubernetes.deadline import Pace
from adapters.kubernetes.preflight.permissions import needed_role
from adapters.kubernetes.target import KubernetesTarget

__all__ = [
    "Connection",
    "Context",
    "KubernetesLocation",
    "KubernetesTarget",
    "Pace",
    "connect",
    "contexts",
    "located",
    "needed_role",
]
