"""Tasks of a Gradle script's own that put a program and its dependencies into one jar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tasks.detection.java.gradle_scripts import Said
from tasks.detection.java.gradle_text import Statement

_TASK: Final = re.compile(
    r"(?:^|\s)(?:(?:tasks\.)?(?:register|create)\s+(?:Jar\s+)?(?P<registered>\w+)(?:\s+Jar\b.*)?"
    r"|task\s+(?P<task>\w+)\s+.*\bJar\b.*|(?P<delegated>\w+)\s+by\s+tasks\.(?:registering|creating)\s+Jar\b.*)$"
)


@dataclass(frozen=True, slots=True)
class OwnJar:
    """A task and the file that it writes among the build's archives."""

    task: str
    file: str


def own_jar(said: tuple[Said, ...], *, name: str, base: str, version: str | None) -> OwnJar | None:
    """The first task of the script's own whose jar can be started or holds what others have made."""
    blocks: dict[str, list[Statement]] = {}
    for each in said:
        for block in each.statement.blocks:
            if "Jar" in block and _TASK.search(block):
                blocks.setdefault(block, []).append(each.statement)
    for block, statements in blocks.items():
        match = _TASK.search(block)
        whole = any(
            "Main-Class" in each.strings or any("zipTree" in word for word in each.words) for each in statements
        )
        if match and whole:
            task = match["registered"] or match["task"] or match["delegated"]
            return OwnJar(task, _file(statements, name=name, base=base, version=version))
    return None


def _file(statements: list[Statement], *, name: str, base: str, version: str | None) -> str:
    written = {key: text for each in statements for key in _keys(each) if (text := _text(each, name, version))}
    whole = written.get("archiveFileName") or written.get("archiveName")
    if whole:
        return whole
    parts = (
        written.get("archiveBaseName") or written.get("baseName") or base,
        written.get("archiveVersion") or written.get("version") or version,
        written.get("archiveClassifier") or written.get("classifier"),
    )
    return f"{'-'.join(each for each in parts if each)}.jar"


def _keys(statement: Statement) -> tuple[str, ...]:
    return (re.sub(r"\.(?:set|value|convention)$", "", statement.words[0]),) if statement.words else ()


def _text(statement: Statement, name: str, version: str | None) -> str:
    """The literal of an assignment, joined from literals and the project's own name and version."""
    known = {"project.name": name, "rootProject.name": name, "project.version": version or "", "version": version or ""}
    parts = [
        each.text if each.kind == "string" else known.get(each.text, "\0")
        for each in statement.tokens[1:]
        if each.kind in {"string", "word"}
    ]
    text = re.sub(r"\$\{?([\w.]+)\}?", lambda match: known.get(match[1], "\0"), "".join(parts))
    return text if re.fullmatch(r"[\w.+-]{1,100}", text) else ""
