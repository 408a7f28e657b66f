"""Any OCI distribution registry, asked over HTTP."""

from adapters.registry.http_registry import HttpRegistry

__all__ = ["HttpRegistry"]
