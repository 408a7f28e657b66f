"""What files for other platforms say about a component: one module a kind of file."""

from tasks.detection.platforms.declared import Declared, read_platforms

__all__ = ["Declared", "read_platforms"]
