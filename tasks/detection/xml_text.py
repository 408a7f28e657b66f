"""XML of a repository. A document type is refused, and with it every entity: they expand to bombs and read files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tasks.detection.shape import unreadable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_DEPTH: Final = 100


def parse_xml(content: str, file: str) -> Element:
    """The root; names of elements without their namespace.

    Raises Invalid with the line when it is not XML, declares a document type, or is nested too deeply.
    """
    from xml.etree.ElementTree import TreeBuilder  # noqa: PLC0415 - most repositories hold no XML; builds, parses nothing
    from xml.parsers import expat  # noqa: PLC0415 - document types are refused below

    parser = expat.ParserCreate()
    builder = TreeBuilder()
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise unreadable(file, parser.CurrentLineNumber, "it is nested too deeply")
        builder.start(name.rpartition(":")[2], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name.rpartition(":")[2])

    def refuse(*_: object) -> None:
        raise unreadable(file, parser.CurrentLineNumber, "it declares a document type, which is not followed")

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content.lstrip(), True)  # noqa: FBT003 - expat's own signature: the last piece
    except expat.ExpatError as error:
        raise unreadable(file, error.lineno, expat.ErrorString(error.code)) from error
    return builder.close()
