"""What an image starts that a Dockerfile makes: nothing or a prompt, what only a web server speaks to, or a program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from tasks.detection.compose import Service
from tasks.detection.container_files import container_files, find_dockerfile
from tasks.detection.copies import copied
from tasks.detection.evidence import harmless
from tasks.detection.files import FileTree
from tasks.dockerfiles.parse import Instruction, Stage, exec_form, parse
from tasks.errors import Invalid

_INIT: Final = re.compile(r"^(?:\S*/)?(?:tini|dumb-init|docker-init)(?:\s+-\S+)*\s+")
_TRADED: Final = re.compile(r"\bsed\b[^\n]{0,200}?\b80\b[^\n0-9]{1,20}?(?:(?P<port>\d{2,5})\b|\$\{?PORT\b)")
_HTTP: Final = 80
_KINDS: Final = frozenset({"RUN", "COPY", "ADD", "ENTRYPOINT", "CMD"})


def is_idle(chain: Sequence[Stage]) -> bool:
    """Whether the image starts nothing by itself: whoever starts it says the command, as a compose file does."""
    command = _command(chain)
    if not command:
        return base_name(chain) in container_files().idle and not (_starts_fastcgi(chain) or _inherited(chain))
    told = re.sub(r"^\S*/(?=\S+$)| -[il]+$", "", _INIT.sub("", command))
    return told in container_files().prompts


def is_fastcgi(chain: Sequence[Stage]) -> bool:
    """Whether the image answers FastCGI alone: HTTP is spoken by a web server in front of it, in another container."""
    command = _command(chain)
    if not (is_fastcgi_program(command) if command else _starts_fastcgi(chain)):
        return False
    written = "\n".join(each.arguments for each in _instructions(chain) if each.kind in _KINDS)
    return not re.search(rf"\b(?:{'|'.join(container_files().http_servers)})\b", written)


def is_fastcgi_program(command: str) -> bool:
    """Whether the command ends in starting what answers FastCGI."""
    return _fastcgi().search(command) is not None


def without_fastcgi(tree: FileTree, service: Service) -> Service:
    """The service; one that answers FastCGI without its ports and its command, which are for its web server."""
    path = service.dockerfile or find_dockerfile(tree, service.folder or ".")
    own = service.command is None or is_fastcgi_program(service.command)
    if not own or path not in tree.paths:
        return service
    try:
        speaks = is_fastcgi(parse(tree.text(path or "") or "").chain)
    except Invalid:
        return service
    return replace(service, ports=(), command=None) if speaks else service


def why_not_built(tree: FileTree, path: str) -> str:
    """The sentence about a Dockerfile that tells facts, but is not what is deployed."""
    try:
        chain = parse(tree.text(path) or "").chain
    except Invalid:
        return f"{path} is not built"
    if is_fastcgi(chain):
        return f"{path} answers FastCGI alone, for a web server beside it: it is not built"
    if not (is_idle(chain) or copied(tree, path)):
        return f"{path} copies nothing of the project, which a compose file mounts into it: it is not built"
    if _command(chain):
        return f"{path} starts `{harmless(_command(chain))[:60]}`, which is no application: it is not built"
    return f"{path} says no command that goes on, so its image would end at once: it is not built"


def listens(chain: Sequence[Stage]) -> int | None:
    """Where the image that all is built upon listens without a word, unless a line gives its server another port."""
    port = _inherited(chain)
    lines = (each.arguments for each in _instructions(chain) if each.kind == "RUN")
    traded = next((match for line in lines if (match := _TRADED.search(line))), None) if port == _HTTP else None
    return port if traded is None else int(traded["port"] or 0) or None


def _inherited(chain: Sequence[Stage]) -> int | None:
    """The port of the image's own server; the words of its tag tell its kinds apart, of which some have none."""
    known, name = container_files().listens, base_name(chain)
    whole = (chain[0].base or "").partition("@")[0].removesuffix(f":{base_tag(chain)}")
    kinds = (whole if "/" in whole else "", *(f"{name}:{word}" for word in base_tag(chain).split("-")))
    port = next((known[kind] for kind in kinds if kind in known), None)
    return known.get(name) if port is None and not _starts_fastcgi(chain) else port


def base_name(chain: Sequence[Stage]) -> str:
    """The name of the image that all is built upon, without its registry and tag."""
    return (chain[0].base or "").partition("@")[0].rpartition("/")[2].partition(":")[0]


def base_tag(chain: Sequence[Stage]) -> str:
    """Its tag, empty where none is named."""
    return (chain[0].base or "").partition("@")[0].rpartition("/")[2].partition(":")[2]


def _starts_fastcgi(chain: Sequence[Stage]) -> bool:
    """Whether the image that all is built upon does, by its tag."""
    words = set(base_tag(chain).split("-"))
    starts = "fpm" in words or base_name(chain) in container_files().fastcgi
    return starts and not words & set(container_files().http_servers)


@cache
def _fastcgi() -> re.Pattern[str]:
    names = "|".join(re.escape(each) for each in container_files().fastcgi)
    return re.compile(rf"(?:^|[\s/])(?:{names})[\d.]*(?:\s+-{{1,2}}[\w-]+(?:[ =][\w./:-]+)?)*$")


def _instructions(chain: Sequence[Stage]) -> list[Instruction]:
    return [each for stage in chain for each in stage.instructions]


def _command(chain: Sequence[Stage]) -> str:
    """The words of entry point and command; those of a shell's command where one runs it."""
    found = {each.kind: each for each in _instructions(chain) if each.kind in {"ENTRYPOINT", "CMD"}}
    written = [found[kind].arguments for kind in ("ENTRYPOINT", "CMD") if kind in found]
    words = [word for each in written for word in exec_form(each) or each.split()]
    shell = len(words) > 2 and re.fullmatch(r"(?:\S*/)?(?:ba|a)?sh", words[0]) and words[1] == "-c"  # noqa: PLR2004 - sh -c
    return " ".join(words[2:] if shell else words)
