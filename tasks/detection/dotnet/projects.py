"""MSBuild project files: what one builds, for which .NET, with which packages, and which projects it refers to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.detection.dotnet import paket
from tasks.detection.evidence import line_of
from tasks.detection.files import FileTree, join, parent
from tasks.detection.reading import Dependency
from tasks.detection.xml_text import Element, parse_xml

ENDINGS: Final = (".csproj", ".fsproj", ".vbproj")
SITE_ENDING: Final = ".esproj"
_INHERITED: Final = ("Directory.Build.props", "Directory.Packages.props")
_RESTORED: Final = ("nuget.config", "NuGet.config", "NuGet.Config", "global.json", *_INHERITED)
_MOST_REFERENCES: Final = 200
_DEEPEST_NAME: Final = 4
_LONGEST_VALUE: Final = 1000
_NAMED: Final = re.compile(r"\$\((\w{1,80})\)")
_RUNS: Final = re.compile(r"<Exec\b[^<>]{1,600}>")
_ATTRIBUTE: Final = re.compile(r'\b(\w+)\s*=\s*"([^"]*)"')
_BUILDS_SITE: Final = re.compile(r"\b(?:npm|yarn|pnpm|bun|ng|npx)\b.*\bbuild\b")
_RUN: Final = re.compile(r"net(?:coreapp)?\d+\.\d")
_FRAMEWORK: Final = re.compile(r"net[1-4]\d{1,2}")
_OLD: Final = re.compile(r"v[1-4]\.")
_BLAZOR: Final = ("microsoft.aspnetcore.blazor", "microsoft.aspnetcore.components.webassembly")
_RUNNERS: Final = frozenset(
    (
        "microsoft.net.test.sdk",
        "xunit",
        "xunit.v3",
        "nunit",
        "mstest.testframework",
        "mstest",
        "tunit",
        "expecto",
    )
)


@dataclass(frozen=True, slots=True)
class Project:
    """One project file. Properties of the folders above hold where it has none of its own."""

    path: str
    text: str
    sdks: tuple[str, ...]
    """Without their versions."""
    properties: tuple[tuple[str, str], ...]
    dependencies: tuple[Dependency, ...]
    references: tuple[str, ...]
    """Other project files, relative to the analysed root."""

    @property
    def folder(self) -> str:
        """Where it lies."""
        return parent(self.path)

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.rpartition("/")[2].rpartition(".")[0]

    @property
    def assembly(self) -> str:
        """What the build calls its output."""
        written = (self.get("AssemblyName") or self.name).replace("$(MSBuildProjectName)", self.name)
        return self.name if "$(" in written else written

    @property
    def frameworks(self) -> tuple[str, ...]:
        """Target frameworks that a program is made for, as they are written: net8.0."""
        return tuple(each for each in self._targets if _RUN.match(each))

    @property
    def is_for_windows_alone(self) -> bool:
        """Whether it is made for the .NET Framework, which is no part of any image for Linux."""
        old = all(_FRAMEWORK.fullmatch(each) for each in self._targets)
        return old if self._targets else bool(_OLD.match(self.get("TargetFrameworkVersion") or ""))

    @property
    def is_for_browsers(self) -> bool:
        """Whether it is a site of Blazor. Before .NET 5 that was a web project for netstandard."""
        if "Microsoft.NET.Sdk.BlazorWebAssembly" in self.sdks:
            return True
        early = "Microsoft.NET.Sdk.Web" in self.sdks and self.is_for_no_runtime
        return early and any(each.name.startswith(_BLAZOR) for each in self.dependencies)

    @property
    def is_for_no_runtime(self) -> bool:
        """Whether it is made for a standard alone, so that other projects have to load it."""
        return bool(self._targets) and all(each.startswith("netstandard") for each in self._targets)

    @property
    def _targets(self) -> tuple[str, ...]:
        written = self.get("TargetFramework") or self.get("TargetFrameworks") or ""
        return tuple(each.strip() for each in written.split(";") if each.strip() and "$(" not in each)

    @property
    def is_test(self) -> bool:
        """Whether it is run by a test runner."""
        return (
            self.get("IsTestProject") == "true"
            or "MSTest.Sdk" in self.sdks
            or any(each.name in _RUNNERS for each in self.dependencies)
            or ("Microsoft.NET.Sdk" in self.sdks and any(each.name == "benchmarkdotnet" for each in self.dependencies))
        )

    @property
    def is_for_screens(self) -> bool:
        """Whether it is a program for a desktop or a telephone."""
        screens = ("UseWPF", "UseWindowsForms", "UseMaui", "UseAvalonia")
        systems = re.compile(r"-(?:windows|android|ios|maccatalyst|tizen)")
        named = any(each.name.startswith(("avalonia", "xamarin.")) for each in self.dependencies)
        return (
            any(self.get(name) == "true" for name in screens)
            or named
            or bool(self.frameworks and all(systems.search(each) for each in self.frameworks))
        )

    @property
    def site_folders(self) -> tuple[str, ...]:
        """Where its build runs that of a site, as they are written."""
        runs = (_attributes(match[0]) for match in _RUNS.finditer(self.text))
        return tuple(
            self._resolved(run.get("WorkingDirectory") or "")
            for run in runs
            if _BUILDS_SITE.search(run.get("Command") or "")
        )

    @property
    def builds_site(self) -> bool:
        """Whether its build runs that of a site with npm, itself or by the site's own project file."""
        runs = any(_BUILDS_SITE.search(_attributes(each[0]).get("Command") or "") for each in _RUNS.finditer(self.text))
        return runs or any(each.endswith(SITE_ENDING) for each in self.references)

    def get(self, name: str) -> str | None:
        """The last value of the property, with the values of those that it names."""
        value = self._written(name)
        return None if value is None else self._resolved(value)

    def _resolved(self, value: str) -> str:
        for _ in range(_DEEPEST_NAME):
            if "$(" not in value:
                break
            value = _NAMED.sub(self._named, value[:_LONGEST_VALUE])
        return value

    def _named(self, match: re.Match[str]) -> str:
        return (self._written(match[1]) or match[0])[:_LONGEST_VALUE]

    def _written(self, name: str) -> str | None:
        return next((value for key, value in reversed(self.properties) if key.lower() == name.lower()), None)

    def line(self, needle: str) -> int | None:
        """The first line of the file that holds `needle`."""
        return line_of(self.text, needle)


def read_project(tree: FileTree, path: str) -> Project:
    """The project. Raises Invalid when the file is no XML."""
    text = tree.manifest(path)
    root = parse_xml(text, path)
    inherited = [pair for file in reversed(list(_above(tree, parent(path)))) for pair in _properties(tree, file)]
    return Project(
        path=path,
        text=text,
        sdks=tuple(dict.fromkeys(_sdks(root))),
        properties=(*inherited, *_pairs(root)),
        dependencies=(*_packages(root, path, text), *paket.packages(tree, parent(path))),
        references=tuple(_references(root, parent(path))),
    )


def closure(tree: FileTree, project: Project) -> tuple[Project, ...]:
    """The project, and all that it refers to, the nearest first."""
    found: dict[str, Project] = {}
    waiting = [project.path]
    while waiting and len(found) < _MOST_REFERENCES:
        path = waiting.pop(0)
        if path not in found and path in tree.paths:
            found[path] = read_project(tree, path)
            waiting += found[path].references
    return tuple(found.values())


def restore_files(tree: FileTree, project: Project) -> tuple[str, ...]:
    """What `dotnet restore` reads, relative to the project's folder: the projects it refers to among it."""
    found: dict[str, None] = {}
    for each in closure(tree, project):
        own = [join(each.folder, name) for name in ("packages.lock.json", paket.REFERENCES)]
        above = [join(place, name) for place in _folders_up(each.folder) for name in _restored(tree, place)]
        found |= dict.fromkeys(path for path in (each.path, *own, *above) if path in tree.paths)
    return tuple(sorted(posixpath.relpath(path, project.folder) for path in found))


def _restored(tree: FileTree, place: str) -> tuple[str, ...]:
    return (*_RESTORED, *paket.RESTORED) if join(place, paket.DEPENDENCIES) in tree.paths else _RESTORED


def _above(tree: FileTree, folder: str) -> Iterator[str]:
    """The nearest file of each inherited kind, as MSBuild looks for them."""
    for name in _INHERITED:
        nearest = next((path for place in _folders_up(folder) if (path := join(place, name)) in tree.paths), None)
        if nearest:
            yield nearest


def _folders_up(folder: str) -> Iterator[str]:
    while folder != ".":
        yield folder
        folder = parent(folder)
    yield "."


def _properties(tree: FileTree, path: str) -> list[tuple[str, str]]:
    return list(_pairs(parse_xml(tree.manifest(path), path)))


def _pairs(root: Element) -> Iterator[tuple[str, str]]:
    for group in root.descendants("PropertyGroup"):
        for each in group.children:
            value = each.text
            if value and value.isprintable():
                yield each.name, value


def _attributes(tag: str) -> dict[str, str]:
    return {match[1]: match[2] for match in _ATTRIBUTE.finditer(tag)}


def _sdks(root: Element) -> Iterator[str]:
    named = [each.get("Name") for each in root.descendants("Sdk")]
    imported = [each.get("Sdk") for each in root.descendants("Import")]
    for written in (root.get("Sdk"), *named, *imported):
        for each in (written or "").split(";"):
            if name := each.partition("/")[0].strip():
                yield name


def _packages(root: Element, path: str, text: str) -> Iterator[Dependency]:
    for kind in ("PackageReference", "FrameworkReference"):
        for each in root.descendants(kind):
            name = each.get("Include") or ""
            if name and name.isprintable():
                yield Dependency(name.lower(), path, line_of(text, f'"{name}"'))


def _references(root: Element, folder: str) -> Iterator[str]:
    for each in root.descendants("ProjectReference"):
        written = (each.get("Include") or "").replace("\\", "/")
        if written and "$(" not in written and (path := join(folder, written)):
            yield path
