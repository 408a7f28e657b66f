"""The keys that mark what is ours, on images, containers and Kubernetes objects."""

from __future__ import annotations

APPLICATION = "io.containerkit.application"
NAMESPACE = "io.containerkit.namespace"
SOURCE = "io.containerkit.source"
COMMIT = "io.containerkit.commit"
VERSION = "io.containerkit.version"
BUILD_KEY = "io.containerkit.build-key"
RELEASE = "io.containerkit.release"
SPEC = "io.containerkit.spec"
"""Hash of the ContainerSpec that a container was made from."""
ROLE = "io.containerkit.role"
"""`release` or `gateway`."""
