"""XML of a repository, such as pom.xml: elements, attributes and texts. A DOCTYPE, and so every entity, is refused."""

from __future__ import annotations

from collections.abc import Iterator
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
    attributes: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The attribute of that name."""
        return dict(self.attributes).get(name)

    def descendants(self, name: str) -> Iterator[Element]:
        """The elements of that name at any depth, in order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.descendants(name)

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
    attributes: tuple[tuple[str, str], ...] = ()
    texts: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    def closed(self) -> Element:
        return Element(self.name, "".join(self.texts).strip(), self.line, tuple(self.children), self.attributes)


@lru_cache(maxsize=512)
def parse_xml(content: str, file: str) -> Element:
    """The root element. Raises Invalid with the line for what is no XML, has a DOCTYPE, or is too much."""
    parser = expat.ParserCreate()
    stack = [_Open("", 0)]
    count = 0

    def refuse(*_: object) -> None:
        raise unreadable(file, parser.CurrentLineNumber, "a DOCTYPE is not read: it could define entities")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > _MAX_ELEMENTS or len(stack) > _MAX_DEPTH:
            raise unreadable(file, parser.CurrentLineNumber, "it holds too much or is nested too deeply")
        stack.append(_Open(name.rpartition(":")[2], parser.CurrentLineNumber, tuple(attributes.items())))

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
