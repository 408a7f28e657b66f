"""XML of a repository, such as pom.xml: elements and texts only. A DOCTYPE, and so every entity, is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from xml.parsers import expat

from tasks.detection.shape import unreadable

_MAX_DEPTH: Final = 60
_MAX_ELEMENTS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Element:
    """One element; prefixes of names are dropped."""

    name: str
    text: str
    line: int
    children: tuple[Element, ...]

    def find(self, path: str) -> Element | None:
        """The first element at a path such as "build/finalName"."""
        return next(iter(self.every(path)), None)

    def every(self, path: str) -> tuple[Element, ...]:
        """All elements at the path."""
        found: tuple[Element, ...] = (self,)
        for name in path.split("/"):
            found = tuple(child for each in found for child in each.children if child.name == name)
        return found

    def value(self, path: str) -> str | None:
        """The text at the path; None when it is empty or absent."""
        element = self.find(path)
        return element.text or None if element else None


@dataclass(slots=True)
class _Open:
    """An element whose end has not been read."""

    name: str
    line: int
    texts: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    def closed(self) -> Element:
        return Element(self.name, "".join(self.texts).strip(), self.line, tuple(self.children))


@lru_cache(maxsize=512)
def parse_xml(content: str, file: str) -> Element:
    """The root element. Raises Invalid with the line for what is no XML, has a DOCTYPE, or is too much."""
    parser = expat.ParserCreate()
    stack = [_Open("", 0)]
    count = 0

    def refuse(*_: object) -> None:
        raise unreadable(file, parser.CurrentLineNumber, "a DOCTYPE is not read: it could define entities")

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > _MAX_ELEMENTS or len(stack) > _MAX_DEPTH:
            raise unreadable(file, parser.CurrentLineNumber, "it holds too much or is nested too deeply")
        stack.append(_Open(name.rpartition(":")[2], parser.CurrentLineNumber))

    def end(_: str) -> None:
        element = stack.pop().closed()
        stack[-1].children.append(element)

    def character(text: str) -> None:
        stack[-1].texts.append(text)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = character
    try:
        parser.Parse(content.lstrip(), True)  # noqa: FBT003 - the parser's own interface
    except expat.ExpatError as error:
        raise unreadable(file, error.lineno, expat.ErrorString(error.code)) from error
    return stack[0].children[0]
