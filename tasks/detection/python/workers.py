"""Queue workers in Python that a library's own command starts."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from tasks.detection.evidence import DEPENDENCY, SOURCE, say
from tasks.detection.files import join, parent
from tasks.detection.folders import folders
from tasks.detection.python.manifests import PythonProject
from tasks.detection.python.source import SourceFile
from tasks.detection.python.sources import Sources
from tasks.detection.python.targets import module_path
from tasks.models import Evidence

_ARQ = re.compile(r"^class (\w*WorkerSettings)\b", re.MULTILINE)
_ACTOR = re.compile(r"^@(?:dramatiq\.)?actor\b", re.MULTILINE)
_PERIODIC = re.compile(
    r"^(?![ \t]*#).*(?:\bbeat_schedule\b|\bCELERY_?BEAT_SCHEDULE\b|\.add_periodic_task\(|[\"']django_celery_beat[\"'])"
    r"(?![ \t]*=[ \t]*\{[ \t]*\})",
    re.MULTILINE,
)
_IN_DATABASE = "django_celery_beat.schedulers:DatabaseScheduler"
_FASTSTREAM = ("faststream", "FastStream")
_SPIDER = re.compile(r"^    name[ \t]*(?::[ \t]*str[ \t]*)?=[ \t]*[\"']([\w.-]{1,60})[\"']", re.MULTILINE)


def worker_evidence(sources: Sources, files: list[SourceFile]) -> Iterator[Evidence]:
    """Kind and start command when the component's purpose is a queue, or to crawl."""
    queue = list(queue_evidence(sources, files))
    if queue:
        yield from queue
        return
    yield from _crawler(sources)


def rq_evidence(project: PythonProject) -> Iterator[Evidence]:
    """The same for RQ, whose queue is seen in no file, and whose command works on any."""
    rq = next((each for each in project.dependencies if each.name == "rq"), None)
    if rq:
        yield say("kind", "worker", rq.file, "python.rq", DEPENDENCY, rq.line)
        yield say("start_command", "rq worker", rq.file, "python.rq", DEPENDENCY, rq.line)


def queue_evidence(sources: Sources, files: list[SourceFile]) -> Iterator[Evidence]:
    """Kind and start command of what works on the first queue that the code makes."""
    for source in files:
        found = _library(sources, source)
        if found:
            library, command = found
            yield say("kind", "worker", source.path, f"python.{library}", SOURCE, 1)
            yield say("start_command", command, source.path, f"python.{library}", SOURCE, 1)
            return


def schedule_evidence(sources: Sources, files: list[SourceFile]) -> Iterator[Evidence]:
    """Kind and start command of what puts Celery's periodic tasks into its queue, where the code has any."""
    queue = next((source for source in files if source.celery), None)
    texts = ((path, sources.tree.text(path) or "") for path in sources.paths) if queue else ()
    found = next(((path, text, match) for path, text in texts if (match := _PERIODIC.search(text))), None)
    if queue is None or found is None:
        return
    path, text, match = found
    words = [
        "celery",
        *_place(sources, queue, "--workdir"),
        "-A",
        _module(sources, queue),
        "beat",
        "--loglevel",
        "INFO",
    ]
    words += ["--scheduler", _IN_DATABASE] if "django_celery_beat" in text else []
    line = text.count("\n", 0, match.start()) + 1
    yield say("kind", "worker", path, "python.celery_schedule", SOURCE, line)
    # what it writes must not lie beside the code, which is read-only, nor outlive it
    command = shlex.join([*words, "--schedule", "/tmp/celerybeat-schedule", "--pidfile="])  # noqa: S108
    yield say("start_command", command, path, "python.celery_schedule", SOURCE, line)


def _library(sources: Sources, source: SourceFile) -> tuple[str, str] | None:
    """The library whose queue the file makes, and the command that works on it."""
    text = sources.tree.text(source.path) or ""
    settings = _ARQ.search(text) if any(name.startswith("arq") for name in source.imports) else None
    if source.celery:
        words = ["celery", *_place(sources, source, "--workdir"), "-A", _module(sources, source)]
        return "celery", shlex.join([*words, "worker", "--loglevel", "INFO"])
    if settings:
        return "arq", shlex.join(["arq", f"{_module(sources, source)}.{settings[1]}"])
    if any(name.startswith("dramatiq") for name in source.imports) and _ACTOR.search(text):
        return "dramatiq", shlex.join(["dramatiq", *_place(sources, source, "--path"), _module(sources, source)])
    made = next(((name, known) for name, maker in source.objects.items() if (known := _maker(maker))), None)
    return (made[1], _by_object(sources, source, *made)) if made else None


def _maker(maker: str) -> str | None:
    """The library whose queue the class is."""
    package, last = maker.partition(".")[0], maker.rpartition(".")[2]
    if package == "huey" and last.endswith("Huey"):
        return "huey"
    if package.startswith("taskiq") and last.endswith("Broker") and last != "InMemoryBroker":
        return "taskiq"
    return {"faust.App": "faust"}.get(maker) or ("faststream" if (package, last) == _FASTSTREAM else None)


def _by_object(sources: Sources, source: SourceFile, name: str, library: str) -> str:
    """The command that is given the object or its module."""
    module, place = _module(sources, source), _place(sources, source, "--app-dir")
    words = {
        "huey": ["huey_consumer", f"{module}.{name}"],
        "taskiq": ["taskiq", "worker", *place, f"{module}:{name}"],
        "faust": ["faust", "-A", module, "worker", "-l", "info"],
        "faststream": ["faststream", "run", *place, f"{module}:{name}"],
    }
    return shlex.join(words[library])


def _module(sources: Sources, source: SourceFile) -> str:
    return module_path(sources, source)[0]


def _place(sources: Sources, source: SourceFile, option: str) -> list[str]:
    """The option that names the folder to import from, where that is not the component's own."""
    folder = module_path(sources, source)[1]
    return [] if folder == "." else [option, folder]


def _crawler(sources: Sources) -> Iterator[Evidence]:
    """Scrapy: its one spider, or all of them in turn; of the folder, else of the only project below it."""
    own = join(sources.folder, "scrapy.cfg")
    found = [own] if own in sources.tree.paths else _below(sources)
    if len(found) != 1:
        return
    place = parent(found[0])
    names = [
        match[1]
        for file in sources.paths
        if "/spiders/" in f"/{file}" and (match := _SPIDER.search(sources.tree.text(file) or ""))
    ]
    command = f"scrapy crawl {names[0]}" if len(names) == 1 else "scrapy list | xargs -n 1 scrapy crawl"
    entering = "" if found[0] == own else f"cd {shlex.quote(sources.relative(place))} && "
    yield say("kind", "job", found[0], "python.scrapy", SOURCE, 1)
    yield say("start_command", f"{entering}{command}", found[0], "python.scrapy", SOURCE, 1)


def _below(sources: Sources) -> list[str]:
    """Projects of Scrapy in the component's folders."""
    return [
        path
        for path in sources.tree.below(sources.folder)
        if path.endswith("/scrapy.cfg") and parent(path) in sources.folders and not folders().is_aside(parent(path))
    ]
