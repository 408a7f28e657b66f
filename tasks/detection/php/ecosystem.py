"""PHP: from a folder's files to statements about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection import frameworks
from tasks.detection.asked import Asked, version_evidence, version_warnings
from tasks.detection.environment import variables
from tasks.detection.evidence import CONVENTION, DEPENDENCY, MANIFEST, SOURCE, TOOL_FILE, WEAK, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.own_files import own_texts
from tasks.detection.php import sources
from tasks.detection.php.extensions import extension_evidence
from tasks.detection.php.manifests import PhpProject, read_project
from tasks.detection.php.pages import page_of, pages_of_parts, part_processes, served_pages, shipped
from tasks.detection.php.programs import chat_page, named_program, own_server, program_evidence, server_evidence
from tasks.detection.php.queues import queue_workers
from tasks.detection.php.roots import called_page, page_folders, plugin_header
from tasks.detection.php.services import example_evidence
from tasks.detection.reading import Dependency, Ecosystem, Process, Reading
from tasks.detection.tool_files import asked_by_tool_files
from tasks.models import Evidence

_SERVED: Final = re.compile(r"php -S \S+?:(\d{2,5})")

_CONSOLES: Final = (
    "artisan",
    "spark",
    "yii",
    "bin/console",
    "bin/cake",
    "bin/cake.php",
    "app/console",
    "public/.htaccess",
)


def folders(tree: FileTree) -> tuple[str, ...]:
    """Folders with a composer.json; without one, the root or folders below it when pages or a program lie there."""
    found = [parent(path) for path in tree.ordered if path.rpartition("/")[2] == "composer.json"]
    if not found:
        return page_folders(tree)
    if "." not in found and (page_of(tree, ".") or named_program(tree, ".")):
        found.insert(0, ".")
    return tuple(dict.fromkeys(found))


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a PHP project."""
    project = read_project(tree, folder)
    texts = [(path, sources.without_comments(text)) for path, text in own_texts(tree, folder, others, (".php",))]
    env, env_evidence = variables(sources.reads(texts), "php.reads_environment")
    asked = tuple(_asked(tree, project))
    known = (*project.dependencies, *shipped(tree, folder))
    page = _page(tree, project)
    speaker = project.path or page or next((path for path, _ in texts), ".")
    manager = (say("package_manager", "composer", project.path, "php.composer", MANIFEST, 1),) if project.path else ()
    evidence = (
        say("language", "php", speaker, "php.composer" if project.path else "php.page", MANIFEST, 1),
        *manager,
        *version_evidence("php", asked),
        *_application(tree, project, page, texts),
        *sources.health(texts),
        *example_evidence(tree, folder),
        *extension_evidence(texts, shipped(tree, folder)),
        *env_evidence,
    )
    return Reading(
        language="php",
        folder=folder,
        name=project.name,
        dependencies=known,
        evidence=evidence,
        env=env,
        lock_file="composer.lock" if project.has_lock else None,
        dependency_files=("composer.json",) if project.path else (),
        processes=tuple(_beside(tree, project, page, texts)),
        warnings=tuple(version_warnings("php", asked)),
    )


def _framework(tree: FileTree, project: PhpProject) -> tuple[frameworks.Framework, Dependency] | None:
    known = (*project.dependencies, *shipped(tree, project.folder))
    return None if project.is_library else frameworks.declared("php", known)


def _page(tree: FileTree, project: PhpProject) -> str | None:
    """The page that is served first."""
    found = _framework(tree, project)
    page = page_of(tree, project.folder, of_framework=found is not None)
    return page or (next(iter(pages_of_parts(tree, project.folder)), None) if found else None)


def _application(
    tree: FileTree, project: PhpProject, page: str | None, texts: list[tuple[str, str]]
) -> Iterator[Evidence]:
    header = plugin_header(tree, project.folder)
    if header:
        yield say("kind", "library", header, "php.wordpress_plugin", SOURCE, 1)
        return
    found = _framework(tree, project)
    if found:
        row, dependency = found
        yield say("framework", row.name, dependency.file, "php.dependency", DEPENDENCY, dependency.line)
    own = own_server(tree, project)
    if own:
        yield from own
    elif found and found[0].kind == "web" and (page or _console(tree, project.folder)):
        yield from _served(tree, project, found[0], page)
    elif page and not project.is_library and not chat_page(tree, project.folder):
        yield from _pages(project, page)
    elif not project.path and (called := called_page(tree, project.folder)):
        yield say("kind", "web", called, "php.page", SOURCE, 1)
        yield served_pages(project, None, None)
    else:
        yield from program_evidence(tree, project, texts)


def _console(tree: FileTree, folder: str) -> bool:
    """Whether the folder holds a framework's application, and not what is made for one."""
    return any(join(folder, name) in tree.paths for name in _CONSOLES)


def _served(tree: FileTree, project: PhpProject, row: frameworks.Framework, page: str | None) -> Iterator[Evidence]:
    """A framework's development server is how it is started by hand; its image has a real one."""
    file = project.path or page or "."
    yield say("kind", "web", file, f"php.{row.name}", DEPENDENCY, 1)
    started = {
        "laravel": "php artisan serve --host 0.0.0.0 --port {}",
        "codeigniter": "php spark serve --host 0.0.0.0 --port {}",
    }
    port = _script_port(project) or row.port
    console = {"laravel": "artisan", "codeigniter": "spark"}.get(row.name)
    if console and join(project.folder, console) in tree.paths and port:
        yield say("start_command", started[row.name].format(port), file, f"php.{console}", CONVENTION, 1)
    else:
        yield served_pages(project, page, port)
    if port:
        yield say("port", port, file, f"php.{row.name}_default", WEAK, 1)


def _beside(tree: FileTree, project: PhpProject, page: str | None, texts: list[tuple[str, str]]) -> Iterator[Process]:
    """What runs beside the pages: workers of a queue, and a server of the application's own."""
    if page and not project.is_library:
        yield from queue_workers(tree, project, texts)
        served = server_evidence(project, texts)
        if served:
            yield Process("server", served)
        found, parts = _framework(tree, project), pages_of_parts(tree, project.folder)
        if found and page in parts:
            yield from part_processes(project, parts, found[0].port)


def _pages(project: PhpProject, page: str) -> Iterator[Evidence]:
    yield say("kind", "web", page, "php.page", SOURCE, 1)
    port = _script_port(project)
    yield served_pages(project, page, port)
    if port and project.path:
        yield say("port", port, project.path, "php.start_script", MANIFEST, project.line("start"))


def _script_port(project: PhpProject) -> int | None:
    """The port of the server that a script starts."""
    for name in ("start", "serve", "server", "dev"):
        match = _SERVED.search(project.script(name) or "")
        if match:
            return int(match[1])
    return None


def _asked(tree: FileTree, project: PhpProject) -> Iterator[Asked]:
    for file, line, tool, wanted in asked_by_tool_files(tree, project.folder, ".php-version", "php"):
        yield Asked(file, line, f"php.{tool}", wanted, TOOL_FILE)
    if project.path and project.platform:
        yield Asked(project.path, project.line("platform"), "php.platform", project.platform, MANIFEST + 0.01)
    if project.path and project.asked:
        yield Asked(project.path, project.line("php"), "php.require", project.asked, MANIFEST)


ECOSYSTEM = Ecosystem("php", folders, read)
