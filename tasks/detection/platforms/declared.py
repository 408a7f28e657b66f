"""All platforms' files of one component. One that cannot be read is left aside with a warning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tasks.detection.files import FileTree
from tasks.detection.platforms.statement import Statements
from tasks.detection.platforms.table import tabled
from tasks.errors import Invalid
from tasks.models import Evidence


@dataclass(frozen=True, slots=True)
class Declared:
    """What they say about the main process, further processes by name, and what could not be read."""

    evidence: tuple[Evidence, ...] = ()
    others: tuple[tuple[str, tuple[Evidence, ...]], ...] = ()
    warnings: tuple[str, ...] = ()


def read_platforms(tree: FileTree, folder: str, language: str) -> Declared:
    """Everything that lies in the component's folder, or names it."""
    evidence: list[Evidence] = []
    others: dict[str, list[Evidence]] = {}
    warnings: list[str] = []
    for read in _readers(tree):
        try:
            for process, said in read(tree, folder, language):
                (evidence if process is None else others.setdefault(process, [])).append(said)
        except Invalid as error:
            warnings.append(f"{error.message}: the file was left aside")
    return Declared(tuple(evidence), tuple((name, tuple(said)) for name, said in others.items()), tuple(warnings))


def _readers(tree: FileTree) -> Iterator[Callable[[FileTree, str, str], Statements]]:
    """Those whose files are there: the other ones' modules are not even loaded."""
    yield tabled
    names = {path.rpartition("/")[2] for path in tree.paths}
    if names & {"render.yaml", "app.yaml"}:
        from tasks.detection.platforms.blueprint import blueprints  # noqa: PLC0415 - see above

        yield blueprints
    if "Chart.yaml" in names:
        from tasks.detection.platforms.helm import charts  # noqa: PLC0415 - see above

        yield charts
    if names & {"devcontainer.json", ".devcontainer.json"}:
        from tasks.detection.platforms.devcontainer import devcontainers  # noqa: PLC0415 - see above

        yield devcontainers
