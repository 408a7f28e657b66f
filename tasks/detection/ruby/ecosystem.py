"""Ruby: from a folder's files to statements about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tasks.detection import frameworks
from tasks.detection.asked import Asked, version_evidence, version_warnings
from tasks.detection.environment import variables
from tasks.detection.evidence import CONVENTION, DEPENDENCY, MANIFEST, SOURCE, TOOL_FILE, WEAK, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.own_files import own_texts
from tasks.detection.reading import Ecosystem, Reading
from tasks.detection.ruby import sources
from tasks.detection.ruby.configuration import configuration_evidence
from tasks.detection.ruby.manifests import RubyProject, read_project
from tasks.detection.ruby.programs import ENTRIES, program_evidence
from tasks.detection.ruby.queues import queue_workers
from tasks.detection.ruby.sites import configures, is_theme, site_evidence
from tasks.detection.tool_files import asked_by_tool_files
from tasks.models import Evidence

_MANIFESTS: Final = frozenset({"Gemfile", "gems.rb", "config.ru"})
_PUMA: Final = ("config/puma.rb", "puma.rb", ".puma.rb")
_UNICORN: Final = ("config/unicorn.rb", "unicorn.rb", "config/unicorn/production.rb")
_SERVERS: Final = {
    "falcon": "falcon serve --bind http://0.0.0.0:9292",
    "unicorn": "unicorn --listen 0.0.0.0:8080",
    "thin": "thin start --port 3000",
}
_RACK_PORT: Final = 9292
_WITH_OWN_PORT: Final = frozenset({"hanami", "padrino"})
"""Frameworks that listen where they always do, also when Rack starts them."""
_BUILT_ASSETS: Final = (
    "sprockets-rails", "propshaft", "sprockets", "sass-rails", "sassc-rails", "coffee-rails", "uglifier",
    "importmap-rails", "tailwindcss-rails",
)  # fmt: skip
"""Gems by which `assets:precompile` has something to do."""


def folders(tree: FileTree) -> tuple[str, ...]:
    """Folders with a Gemfile or a config.ru; without one, the root when a program lies there."""
    found = [parent(path) for path in tree.ordered if path.rpartition("/")[2] in _MANIFESTS]
    found += [parent(path) for path in tree.ordered if path.endswith(".gemspec")]
    if not found and any(name in tree.paths for name in ENTRIES):
        found.append(".")
    return tuple(dict.fromkeys(found))


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a Ruby project."""
    project = read_project(tree, folder)
    texts = list(own_texts(tree, folder, others, (".rb", ".ru", ".rake")))
    env, env_evidence = variables(sources.reads(texts), "ruby.reads_environment")
    asked = tuple(_asked(tree, project))
    speaker = project.path or project.gemspec or next((path for path, _ in texts), join(folder, "config.ru"))
    manager = (say("package_manager", "bundler", project.path, "ruby.gemfile", MANIFEST, 1),) if project.path else ()
    evidence = (
        say("language", "ruby", speaker, "ruby.manifest" if project.path else "ruby.source", MANIFEST, 1),
        *manager,
        *version_evidence("ruby", asked),
        *_application(tree, project, texts),
        *sources.health(texts),
        *configuration_evidence(tree, folder),
        *env_evidence,
    )
    wanted = (
        project.path,
        project.lock,
        project.gemspec,
        join(folder, ".ruby-version"),
        join(folder, ".tool-versions"),
    )
    return Reading(
        language="ruby",
        folder=folder,
        dependencies=project.dependencies,
        evidence=evidence,
        env=env,
        lock_file=project.lock.rpartition("/")[2] if project.lock else None,
        dependency_files=tuple(path.rpartition("/")[2] for path in wanted if path and path in tree.paths),
        processes=tuple(queue_workers(tree, project, texts)),
        warnings=tuple(version_warnings("ruby", asked)),
    )


def _application(tree: FileTree, project: RubyProject, texts: list[tuple[str, str]]) -> Iterator[Evidence]:
    found = frameworks.declared("ruby", project.dependencies)
    if found:
        row, dependency = found
        if row.kind == "static" and not configures(tree, project.folder, row.name):
            yield from program_evidence(tree, project, texts, None)
            return
        yield say("framework", row.name, dependency.file, "ruby.dependency", DEPENDENCY, dependency.line)
        if row.kind == "static":
            yield from site_evidence(project, row.name, f"ruby.{row.name}")
            return
    elif is_theme(tree, project):
        yield say("framework", "jekyll", project.gemspec or ".", "ruby.theme", DEPENDENCY, 1)
        yield from site_evidence(project, "jekyll", "ruby.theme")
        return
    rackup = join(project.folder, "config.ru")
    if found and found[0].name == "rails":
        yield from _rails(tree, project)
    elif rackup in tree.paths:
        own = found[0].port if found and found[0].name in _WITH_OWN_PORT else None
        yield from _rack(tree, project, rackup, own)
    else:
        yield from program_evidence(tree, project, texts, found[0] if found else None)
    yield from sources.ports(texts)


def _rails(tree: FileTree, project: RubyProject) -> Iterator[Evidence]:
    file = project.path or "."
    if join(project.folder, "config/application.rb") not in tree.paths:
        yield say("kind", "library", file, "ruby.rails_engine", CONVENTION, 1)
        return
    yield say("kind", "web", file, "ruby.rails", DEPENDENCY, project.line("rails"))
    command = "bundle exec rails server -b 0.0.0.0 -p 3000"
    settings = next((name for name in _UNICORN if join(project.folder, name) in tree.paths), None)
    if project.has("unicorn") and settings and not project.has("puma"):
        # rails server would start the one for developers in its place
        command = f"bundle exec unicorn -c {settings} --listen 0.0.0.0:8080"
        yield say("port", 8080, file, "ruby.unicorn", WEAK + 0.01, project.line("unicorn"))
    yield say("start_command", command, file, "ruby.rails_server", CONVENTION, project.line("rails"))
    yield say("port", 3000, file, "ruby.rails_default", WEAK, project.line("rails"))
    yield from _configured_ports(tree, project)
    if project.has(*_BUILT_ASSETS) or "sprockets-rails" in project.locked:
        yield say("build_command", "bundle exec rails assets:precompile", file, "ruby.rails_assets", CONVENTION, 1)


def _rack(tree: FileTree, project: RubyProject, rackup: str, framework_port: int | None) -> Iterator[Evidence]:
    yield say("kind", "web", rackup, "ruby.rackup", SOURCE, 1)
    if framework_port:
        yield say("port", framework_port, rackup, "ruby.framework_default", WEAK + 0.01, 1)
    yield say("port", _RACK_PORT, rackup, "ruby.rack_default", WEAK, 1)
    configured = next((name for name in _PUMA if join(project.folder, name) in tree.paths), None)
    server = next((command for gem, command in _SERVERS.items() if project.has(gem)), None)
    yield from _configured_ports(tree, project)
    if project.has("puma") or configured:
        option = f"-C {configured}" if configured else "--bind tcp://0.0.0.0:9292"
        yield say("start_command", f"bundle exec puma {option}", rackup, "ruby.puma", CONVENTION, 1)
    elif server:
        yield say("start_command", f"bundle exec {server}", rackup, "ruby.rack_server", CONVENTION, 1)
    else:
        command = "bundle exec rackup --host 0.0.0.0 --port 9292"
        yield say("start_command", command, rackup, "ruby.rackup", CONVENTION, 1)


def _configured_ports(tree: FileTree, project: RubyProject) -> Iterator[Evidence]:
    """Where the server's own settings say that it listens."""
    for names, read in ((_PUMA, sources.puma_port), (_UNICORN if project.has("unicorn") else (), sources.unicorn_port)):
        path = next((path for name in names if (path := join(project.folder, name)) in tree.paths), None)
        if path:
            yield from read(path, tree.text(path) or "")


def _asked(tree: FileTree, project: RubyProject) -> Iterator[Asked]:
    for file, line, tool, wanted in asked_by_tool_files(tree, project.folder, ".ruby-version", "ruby"):
        yield Asked(file, line, f"ruby.{tool}", wanted.removeprefix("ruby-"), TOOL_FILE)
    for position, (rule, file, wanted, at) in enumerate(project.asked()):
        yield Asked(file, at, rule, wanted, MANIFEST - position / 100)


ECOSYSTEM = Ecosystem("ruby", folders, read)
