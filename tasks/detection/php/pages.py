"""Where the pages of a PHP application lie: the folder that a web server is given, and what ships with the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import CONVENTION, SOURCE, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.php.manifests import PhpProject
from tasks.detection.reading import Dependency, Process
from tasks.models import Evidence

_PUBLIC: Final = ("public", "web", "webroot", "public_html", "app/webroot")
_SERVED: Final = ("www", "htdocs", "html", "src")
_OF_PARTS: Final = re.compile(r"(?P<part>[\w-]+)/(?:public|web|webroot|www|public_html)/index\.php")
_FIRST: Final = ("frontend", "site", "web", "www", "app", "main", "api")
"""Parts of an application by whose pages it is known, the likeliest first."""
_ASIDE: Final = frozenset(
    {"tests", "test", "vendor", "docs", "examples", "environments", "docker", "themes", "plugins"}
)
_SHIPPED: Final = {
    "wordpress": ("wp-config.php", "wp-config-sample.php", "wp-settings.php", "wp-load.php"),
    "codeigniter/framework": ("system/core/CodeIgniter.php", "system/codeigniter/CodeIgniter.php"),
    "codeigniter4/framework": ("system/CodeIgniter.php",),
    "cakephp/cakephp": ("lib/Cake/bootstrap.php", "cake/bootstrap.php"),
    "yiisoft/yii": ("framework/YiiBase.php", "yii/framework/YiiBase.php"),
    "drupal/core": ("core/lib/Drupal.php", "modules/system/system.module"),
}
"""Frameworks by a file of their own, where they lie in the repository and no manifest names them."""


def shipped(tree: FileTree, folder: str) -> tuple[Dependency, ...]:
    """Frameworks that lie beside the pages: their files are as good as packages."""
    found = (
        (name, next((path for each in files if (path := join(folder, each)) in tree.paths), None))
        for name, files in _SHIPPED.items()
    )
    return tuple(Dependency(name, path, 1) for name, path in found if path)


def page_of(tree: FileTree, folder: str, *, of_framework: bool = False) -> str | None:
    """The page that a web server begins with; a framework's lies in its folder for the public, where there are two."""
    public, served = ([join(folder, name) for name in names] for names in (_PUBLIC, _SERVED))
    places = (*public, folder, *served) if of_framework else (folder, *public, *served)
    return next((path for place in places if (path := join(place, "index.php")) in tree.paths), None)


def pages_of_parts(tree: FileTree, folder: str) -> tuple[str, ...]:
    """The pages of an application of several parts, each with a folder for the public, the best known part first."""
    prefix = "" if folder == "." else f"{folder}/"
    matches = (_OF_PARTS.fullmatch(path.removeprefix(prefix)) for path in tree.below(folder))
    parts = {match["part"]: f"{prefix}{match[0]}" for match in matches if match and match["part"] not in _ASIDE}
    ranked = sorted(parts, key=lambda part: (_FIRST.index(part) if part in _FIRST else len(_FIRST), part))
    return tuple(parts[part] for part in ranked)


def served_pages(project: PhpProject, page: str | None, port: int | None) -> Evidence:
    """The server that is started by hand; the image has a real one in its place."""
    root = parent(page) if page else project.folder
    folder = (
        "." if root == project.folder else root if project.folder == "." else root.removeprefix(f"{project.folder}/")
    )
    address = f"0.0.0.0:{port}" if port else "0.0.0.0:$PORT"
    command = f"php -S {address} -t {folder}"
    return say("start_command", command, page or project.path or ".", "php.document_root", CONVENTION, 1)


def part_processes(project: PhpProject, pages: tuple[str, ...], port: int | None) -> Iterator[Process]:
    """What is served beside the first of the parts."""
    for page in pages[1:]:
        part = parent(parent(page)).rpartition("/")[2]
        default = (say("port", port, page, "php.part", CONVENTION, 1),) if port else ()
        yield Process(
            part, (say("kind", "web", page, "php.part", SOURCE, 1), served_pages(project, page, port), *default)
        )
