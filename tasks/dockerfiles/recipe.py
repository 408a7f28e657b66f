"""What a template is filled with: decisions as plain values, every language's recipe beside its own code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tasks.dockerfiles.command import needs_shell
from tasks.models import ImageRef, Label, Setting


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY line: files of the build context and the folder of the image that takes them."""

    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie in the context and in the image."""

    folder: str
    """The working folder of the application."""
    root: str
    """The folder that is copied into the final stage; the working folder or one above it."""
    manifests: tuple[Copy, ...]
    """What the installation of dependencies needs."""
    source: Copy
    """Everything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What every image of ours has."""

    template: ClassVar[str]
    base: ImageRef
    user: int
    group: int
    layout: Layout
    labels: tuple[Label, ...]
    settings: tuple[Setting, ...]
    build_packages: tuple[str, ...]
    runtime_packages: tuple[str, ...]
    build_command: str | None
    build_folder: str
    """Where it is run."""
    port: int | None
    probe: tuple[str, ...]
    """The health check's command; empty when nothing can be asked."""
    stop_signal: str | None
    command: tuple[str, ...]
    preload: str | None
    """Source of a module that makes the application listen on every address."""
    warnings: tuple[str, ...] = ()
    builders: tuple[ImageRef, ...] = ()
    """Images of the build stages, where they are other ones than the base."""

    @property
    def build_needs_shell(self) -> bool:
        """Whether the build command is more than one program with arguments."""
        return self.build_command is not None and needs_shell(self.build_command)
