"""What a framework's build comes to: a folder of files that any web server can serve, or a server of its own."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from tasks.detection.files import FileTree, join
from tasks.detection.node.angular import angular_build
from tasks.detection.node.frameworks import NodeFramework
from tasks.detection.node.manifests import NodeProject

_CONFIGS: Final = (".ts", ".js", ".mjs", ".cjs", ".mts")
_OPTION: Final = r"(?:--{name}[ =]|-{short}[ =])[\"']?([\w./-]{{1,80}})"

_WORTH: Final = r"(?:process\.env\.\w{1,40}\s*\|\|\s*)?[\"']?(\d{2,5})"
"""A port in a configuration file, the variable that may replace it in front."""


@dataclass(frozen=True, slots=True)
class Site:
    """What is served after the build, and the file that says so."""

    kind: Literal["web", "static"]
    folder: str | None = None
    """Of the files, relative to the component."""
    start: str | None = None
    port: int | None = None
    configured: int | None = None
    """The port that the framework's own configuration says."""
    file: str = ""
    line: int | None = 1
    script: str | None = None
    """The script that makes it, when that is not the usual one."""


def site_of(tree: FileTree, project: NodeProject, framework: NodeFramework) -> Site | None:
    """None for a framework whose application is a program of the user's own."""
    if framework.interface not in {"own", "static"}:
        return None
    plain = Site(
        kind="web" if framework.interface == "own" else "static",
        folder=framework.output,
        start=framework.start,
        port=framework.port,
        file=project.path,
    )
    read = _READERS.get(framework.name)
    found = read(tree, project, plain) if read else plain
    return replace(found, start=None, port=None) if found.kind == "static" else replace(found, folder=None)


def _configs(tree: FileTree, project: NodeProject, *stems: str) -> Iterator[tuple[str, str]]:
    """Path and text, without comments, of each configuration file that is there."""
    for stem in stems:
        for ending in _CONFIGS:
            path = join(project.folder, f"{stem}{ending}")
            text = tree.text(path)
            if text is not None:
                yield path, re.sub(r"(?<![:\\])//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def _folder(text: str, key: str) -> str | None:
    """The folder that a configuration gives to `key`, also through path.resolve(__dirname, …)."""
    match = re.search(
        rf"\b{key}\s*:\s*(?:[\w.]{{0,20}}\(\s*)?(?:(?:__dirname|import\.meta\.dirname|process\.cwd\(\))\s*,\s*)?"
        r"[\"'`]([\w./-]{1,80})[\"'`]",
        text,
    )
    return match[1] if match else None


def _option(project: NodeProject, program: str, name: str, short: str = " ") -> str | None:
    """The folder that a script's option names."""
    option = re.compile(_OPTION.format(name=name, short=short))
    for written in project.scripts.values():
        at = written.find(program)
        match = option.search(written, at) if at >= 0 else None
        if match:
            return match[1]
    return None


def _next(tree: FileTree, project: NodeProject, site: Site) -> Site:
    for path, text in _configs(tree, project, "next.config"):
        if re.search(r"\boutput\s*:\s*[\"']export[\"']", text):
            return replace(site, kind="static", folder=_folder(text, "distDir") or "out", file=path)
    exporting = next((name for name, written in project.scripts.items() if "next export" in written), None)
    if exporting and exporting in {"build", "export"}:
        return replace(
            site, kind="static", folder=_option(project, "next export", "outdir", "o") or "out", script=exporting
        )
    return site


def _nuxt(tree: FileTree, project: NodeProject, site: Site) -> Site:
    asked = project.asked("nuxt") or ""
    is_second = bool(re.match(r"\D{0,3}2\b", asked))
    if is_second:
        site = replace(site, start="nuxt start", folder="dist")
    texts = list(_configs(tree, project, "nuxt.config"))
    generates = re.search(r"\bnu(?:xt|xi) generate\b", project.scripts.get("build", ""))
    is_target = any(re.search(r"\btarget\s*:\s*[\"']static[\"']", text) for _, text in texts)
    if generates or (is_target and is_second):
        script = None if generates or "generate" not in project.scripts else "generate"
        return replace(site, kind="static", script=script)
    ports = (re.search(rf"\bserver\s*:\s*\{{[^{{}}]{{0,200}}?\bport\s*:\s*{_WORTH}", text) for _, text in texts)
    said = next((match for match in ports if match), None) if is_second else None
    return replace(site, configured=int(said[1])) if said else site


def _remix(tree: FileTree, project: NodeProject, site: Site) -> Site:
    for path, text in _configs(tree, project, "react-router.config", "vite.config"):
        if re.search(r"\bssr\s*:\s*false\b", text):
            return replace(site, kind="static", folder="build/client", file=path)
    if project.declares("@react-router/serve"):
        return replace(site, start="react-router-serve ./build/server/index.js")
    if project.declares("@remix-run/serve"):
        is_vite = any(True for _ in _configs(tree, project, "vite.config"))
        return replace(site, start=f"remix-serve {'./build/server/index.js' if is_vite else 'build'}")
    return replace(site, start=None)


def _svelte(tree: FileTree, project: NodeProject, site: Site) -> Site:
    for path, text in _configs(tree, project, "svelte.config"):
        adapter = re.search(r"[\"'](?:@sveltejs/adapter-|svelte-adapter-)([\w-]{1,30})[\"']", text)
        if adapter and adapter[1] == "static":
            return replace(site, kind="static", folder=_folder(text, "pages") or "build", file=path)
        if adapter and adapter[1] == "node":
            return replace(site, start=f"node {_folder(text, 'out') or 'build'}", file=path)
        if adapter and adapter[1] == "bun":
            return replace(site, start="bun ./build/index.js", file=path)
    if project.declares("@sveltejs/adapter-static") and not project.declares("@sveltejs/adapter-node"):
        return replace(site, kind="static", folder="build")
    return site


def _astro(tree: FileTree, project: NodeProject, site: Site) -> Site:
    for path, text in _configs(tree, project, "astro.config"):
        out = (_folder(text, "outDir") or "dist").removeprefix("./").rstrip("/")
        served = re.search(r"\boutput\s*:\s*[\"'](?:server|hybrid)[\"']", text) or re.search(r"\badapter\s*:", text)
        if served:
            start = f"node ./{out}/server/entry.mjs" if project.declares("@astrojs/node") else None
            port = re.search(r"\bserver\s*:\s*\{[^{}]{0,200}?\bport\s*:\s*(\d{2,5})", text)
            return Site(kind="web", start=start, port=int(port[1]) if port else 4321, file=path)
        return replace(site, folder=out, file=path)
    if project.declares("@astrojs/node"):
        return Site(kind="web", start="node ./dist/server/entry.mjs", port=4321, file=project.path)
    return site


def _vite(tree: FileTree, project: NodeProject, site: Site) -> Site:
    named = _option(project, "vite build", "outDir") or _option(project, "vite build", "out-dir")
    for path, text in _configs(tree, project, "vite.config"):
        root = _folder(text, "root") or "."
        out = named or _folder(text, "outDir")
        return replace(site, folder=_written(root, out or "dist"), file=path)
    argument = re.search(r"\bvite build\s+([\w./][\w./-]{0,60})", " ; ".join(project.scripts.values()))
    return replace(site, folder=_written(argument[1] if argument else ".", named or "dist"))


def _written(root: str, out: str) -> str:
    """Where the build writes, seen from the component: a server beside it may be what is written into."""
    return posixpath.normpath(f"{root}/{out}").lstrip("/")


def _bundled(tree: FileTree, project: NodeProject, site: Site) -> Site:
    """React, Vue and their like by the tool that builds them."""
    if project.declares("vite"):
        return _vite(tree, project, site)
    if project.declares("react-scripts") or project.declares("react-app-rewired") or project.declares("@craco/craco"):
        match = re.search(r"\bBUILD_PATH=[\"']?\.?/?([\w./-]{1,80})", " ".join(project.scripts.values()))
        return replace(site, folder=match[1] if match else "build")
    for stem, key in (
        ("vue.config", "outputDir"),
        ("webpack.config", "path"),
        ("webpack.prod", "path"),
        ("rsbuild.config", "root"),
    ):
        for path, text in _configs(tree, project, stem):
            return replace(site, folder=(_folder(text, key) or "dist").removeprefix("./"), file=path)
    named = _option(project, "parcel build", "dist-dir", "d") or _option(project, "parcel build", "out-dir")
    return replace(site, folder=named or site.folder or "dist")


def _angular(tree: FileTree, project: NodeProject, site: Site) -> Site:
    built = angular_build(tree, project.folder)
    if built is None:
        return _bundled(tree, project, site) if project.declares("vite") else site
    if built.server:
        return Site(kind="web", start=f"node {built.server}", port=4000, file=built.file)
    return replace(site, folder=built.folder, file=built.file)


def _below_docs(program: str, ending: str) -> Callable[[FileTree, NodeProject, Site], Site]:
    """Of generators that write below the folder that they are given."""

    def read(_tree: FileTree, project: NodeProject, site: Site) -> Site:
        written = " ; ".join(project.scripts.values())
        named = re.search(rf"\b{program} build\s+([\w./][\w./-]{{0,60}})", written)
        out = _option(project, f"{program} build", "outDir") or _option(project, f"{program} build", "dest", "d")
        return replace(site, folder=join(".", out) if out else join(named[1] if named else ".", ending))

    return read


def _eleventy(tree: FileTree, project: NodeProject, site: Site) -> Site:
    named = _option(project, "eleventy", "output")
    for path, text in _configs(tree, project, ".eleventy", "eleventy.config"):
        return replace(site, folder=join(".", named or _folder(text, "output") or "_site"), file=path)
    return replace(site, folder=join(".", named or "_site"))


def _docusaurus(_tree: FileTree, project: NodeProject, site: Site) -> Site:
    return replace(site, folder=_option(project, "docusaurus build", "out-dir") or "build")


def _qwik(_tree: FileTree, project: NodeProject, site: Site) -> Site:
    served = next((name for name in ("serve", "start") if "entry." in project.scripts.get(name, "")), None)
    if served:
        return Site(kind="web", start=project.scripts[served], port=3000, file=project.path, line=project.line(served))
    return replace(site, folder="dist")


_READERS: Final[Mapping[str, Callable[[FileTree, NodeProject, Site], Site]]] = {
    "nextjs": _next,
    "nuxt": _nuxt,
    "remix": _remix,
    "svelte": _svelte,
    "astro": _astro,
    "angular": _angular,
    "vite": _vite,
    "react": _bundled,
    "vue": _bundled,
    "preact": _bundled,
    "solid": _bundled,
    "lit": _bundled,
    "parcel": _bundled,
    "webpack": _bundled,
    "vitepress": _below_docs("vitepress", ".vitepress/dist"),
    "vuepress": _below_docs("vuepress", ".vuepress/dist"),
    "eleventy": _eleventy,
    "docusaurus": _docusaurus,
    "qwik": _qwik,
}
