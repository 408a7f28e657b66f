"""Sites that a program of Ruby makes out of text: by which settings they are known, and where they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.detection.evidence import CONVENTION, DEPENDENCY, say
from tasks.detection.files import FileTree, join
from tasks.detection.ruby.manifests import RubyProject
from tasks.models import Evidence


@dataclass(frozen=True, slots=True)
class _Site:
    """What makes the site, where it writes it, and the settings that a folder of it holds."""

    build: str
    output: str
    settings: tuple[str, ...]


_SITES: Final = {
    "jekyll": _Site(
        "bundle exec jekyll build --destination _site", "_site", ("_config.yml", "_config.yaml", "_config.toml")
    ),
    "middleman": _Site("bundle exec middleman build --build-dir build", "build", ("config.rb",)),
    "bridgetown": _Site("bundle exec bridgetown build", "output", ("bridgetown.config.yml", "config/initializers.rb")),
    "nanoc": _Site("bundle exec nanoc compile", "output", ("nanoc.yaml", "nanoc.yml")),
}


def configures(tree: FileTree, folder: str, name: str) -> bool:
    """Whether the folder holds settings of the program, and is no mere addition to it."""
    return any(join(folder, each) in tree.paths for each in _SITES[name].settings)


def is_theme(tree: FileTree, project: RubyProject) -> bool:
    """Whether a theme's repository holds posts: then it is a site that is made with it."""
    is_jekylls = re.search(r"[\"']jekyll[\"']", tree.text(project.gemspec) or "") if project.gemspec else None
    posts = join(project.folder, "_posts/")
    return (
        bool(is_jekylls and project.path)
        and configures(tree, project.folder, "jekyll")
        and any(path.startswith(posts) for path in tree.paths)
    )


def site_evidence(project: RubyProject, name: str, rule: str) -> Iterator[Evidence]:
    """How the site is made."""
    file, site = project.path or ".", _SITES[name]
    yield say("kind", "static", file, rule, DEPENDENCY, 1)
    yield say("build_command", site.build, file, rule, CONVENTION, 1)
    yield say("static_folder", site.output, file, rule, CONVENTION, 1)
