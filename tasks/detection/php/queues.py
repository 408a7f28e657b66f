"""Workers beside a PHP application: what its code queues is done by a process of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import CONVENTION, DEPENDENCY, SOURCE, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.php.manifests import PhpProject
from tasks.detection.reading import Dependency, Process
from tasks.detection.yaml_text import parse_yaml
from tasks.errors import Invalid

_QUEUED: Final = re.compile(r"\bimplements\b[^{]*\bShouldQueue\b")
_HANDLED: Final = re.compile(r"#\[AsMessageHandler\b|\bimplements\b[^{]*\bMessage(?:Handler|Subscriber)Interface\b")
_AT_ONCE: Final = re.compile(r"^QUEUE_CONNECTION=sync\s*$", re.MULTILINE)
_MESSENGER: Final = "config/packages/messenger.yaml"


def queue_workers(tree: FileTree, project: PhpProject, texts: list[tuple[str, str]]) -> Iterator[Process]:
    """The process that works the framework's queue off, where the application queues anything."""
    packages = {each.name: each for each in project.dependencies}
    if "laravel/horizon" in packages:
        yield _worker("horizon", "php artisan horizon", packages["laravel/horizon"], DEPENDENCY)
    elif "laravel/framework" in packages and not _AT_ONCE.search(tree.text(join(project.folder, ".env.example")) or ""):
        sight = _sight(texts, _QUEUED)
        if sight:
            yield _worker("queue", "php artisan queue:work", sight, SOURCE)
    elif "symfony/messenger" in packages:
        names, own = _transports(tree, project)
        sight = _sight(texts, _HANDLED) or own
        if sight and names:
            yield _worker("messenger", f"php bin/console messenger:consume {' '.join(names)}", sight, SOURCE)


def _worker(name: str, command: str, sight: Dependency, confidence: float) -> Process:
    rule = f"php.{name}"
    return Process(
        name,
        (
            say("kind", "worker", sight.file, rule, confidence, sight.line),
            say("start_command", command, sight.file, rule, CONVENTION, sight.line),
        ),
    )


def _sight(texts: list[tuple[str, str]], pattern: re.Pattern[str]) -> Dependency | None:
    for path, text in texts:
        match = pattern.search(text)
        if match:
            return Dependency("", path, text.count("\n", 0, match.start()) + 1)
    return None


def _transports(tree: FileTree, project: PhpProject) -> tuple[tuple[str, ...], Dependency | None]:
    """The queues that messages are sent to, sorted, and where one of the application's own is; none at once."""
    path = join(project.folder, _MESSENGER)
    text = tree.text(path) or ""
    try:
        document = shape.table(parse_yaml(text, path))
    except Invalid:
        return (), None
    messenger = shape.table(shape.table(document.get("framework")).get("messenger"))
    transports, routing = shape.table(messenger.get("transports")), shape.table(messenger.get("routing"))
    at_once = {name for name, value in transports.items() if str(value).startswith("sync:")}
    routed = {name for value in routing.values() for name in _names(value)} & transports.keys() - at_once
    own = next((message for message in routing if not message.startswith(("Symfony\\", "*"))), None)
    names = tuple(sorted(name for name in routed if re.fullmatch(r"[\w.-]{1,40}", name)))
    return names, Dependency("", path, line_of(text, own)) if own else None


def _names(value: object) -> tuple[str, ...]:
    single = shape.text(value)
    return (single,) if single else shape.texts(value) or shape.texts(shape.table(value).get("senders"))
