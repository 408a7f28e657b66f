"""The source file behind a start command: what `node dist/index.js` was compiled from, what `node .` means."""

from __future__ import annotations

import re
import shlex
from typing import Final

from tasks.detection import shape
from tasks.detection.files import join
from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.nx import nx_main
from tasks.detection.node.sources import Sources

_PROGRAMS: Final = frozenset(
    {
        "node", "tsx", "ts-node", "ts-node-esm", "npx", "nodemon", "pm2-runtime", "bun", "esr", "swc-node",
        "babel-node", "deno", "fastify", "micro", "probot", "esno", "jiti", "sucrase-node", "vite-node",
        "functions-framework",
    }
)  # fmt: skip
_TAKING: Final = frozenset(
    {"-r", "--require", "--import", "--loader", "--env-file", "-P", "--project", "-p", "--experimental-loader"}
)
_BABEL: Final = re.compile(
    r"\bbabel\s+(?:-\S+\s+){0,10}(?P<folder>[\w./-]{1,80})\s[^&|;]{0,100}?(?:-d|--out-dir)[ =](?P<out>[\w./-]{1,80})"
)
_BUNDLED: Final = re.compile(r"\"(?:swc|webpack|rspack)\"\s*(?:[,}]|:\s*true)")
"""Builders of Nest that write what lies in src and nothing else."""
_CHOOSING: Final = ("include", "files", "rootDir")
"""What of tsconfig.json says which files are compiled, or where they are counted from."""
_NO_SOURCES: Final = frozenset({"src", "test", "tests", "dist", "node_modules", "coverage"})
_COMPILED: Final = re.compile(r"(?<!\.d)(?<!\.spec)(?<!\.test)\.ts$")
_OUTPUTS: Final = ("dist", "build", "lib", "out", "output", "server", ".")


def entry_of(command: str, project: NodeProject, sources: Sources) -> str | None:
    """The source file that the command runs, relative to the analysed root, when it can be told."""
    words = _program_words(command)
    taken = False
    for word in words:
        if taken or word.startswith("-") or word in {"run", "start", "serve"}:
            taken = word in _TAKING
            continue
        name = (shape.text(project.package.get("main")) or "index.js") if word == "." else word
        outside = nx_main(sources.tree, sources.folder) if name.startswith("../") else None
        source = outside or sources.resolve(name) or compiled_from(name, sources)
        if source:
            return source
    return None


def is_absent(command: str, project: NodeProject, sources: Sources) -> bool:
    """Whether Node.js is asked for a file that is not there, outside the folders that builds write to."""
    words = _program_words(command)
    if not command.startswith("node ") or not words or words[0].startswith("-"):
        return False
    named = join(".", (shape.text(project.package.get("main")) or "index.js") if words[0] == "." else words[0])
    return named.partition("/")[0] not in {*_OUTPUTS, ".next", ".output"} and sources.resolve(named) is None


def compiled_from(output: str, sources: Sources) -> str | None:
    """The source file that a compiled one is made of."""
    normal = join(".", output)
    out, root = compiler(sources)
    for base in dict.fromkeys((out or "dist", *_OUTPUTS)):
        if base not in {".", normal} and not normal.startswith(f"{base}/"):
            continue
        below = normal if base == "." else normal[len(base) :].lstrip("/") or "index"
        below = re.sub(r"\.[cm]?js$", "", below)
        for place in dict.fromkeys((root, "src", ".", "server", "app")):
            for name in dict.fromkeys((below, below.partition("/")[2] or below)):
                source = sources.resolve(join(place, name))
                if source:
                    return source
    return None


def output_of(name: str, sources: Sources) -> str:
    """Where tsc writes what it makes of the file."""
    out, root = compiler(sources)
    below = name.removeprefix(f"{root}/") if root not in {"", "."} else name
    script = re.sub(r"\.([cm]?)tsx?$", r".\1js", below)
    return join(out, script) if out else re.sub(r"\.([cm]?)tsx?$", r".\1js", name)


def transpiled(script: str, name: str) -> str | None:
    """Where a script that runs babel over a folder writes what it makes of the file; None when it does not."""
    match = _BABEL.search(script)
    if match is None:
        return None
    folder, out = join(".", match["folder"]), join(".", match["out"])
    inside = name if folder == "." else name.removeprefix(f"{folder}/")
    return join(out, re.sub(r"\.[jt]sx?$", ".js", inside)) if folder == "." or inside != name else None


def compiler(sources: Sources) -> tuple[str, str]:
    """OutDir and rootDir of tsconfig.json, or of the one for builds; empty where nothing is said."""
    options: dict[str, str] = {}
    for name in (
        "tsconfig.build.json",
        "tsconfig.prod.json",
        "tsconfig.server.json",
        "tsconfig.json",
        "tsconfig.app.json",
    ):
        document = shape.loose_json(sources.tree.text(join(sources.folder, name)) or "")
        for key, value in shape.table(document.get("compilerOptions")).items():
            written = shape.text(value)
            if written and re.fullmatch(r"[\w./-]{1,80}", written):
                options.setdefault(key, join(".", written))
    only_src = all(path.startswith(join(sources.folder, "src") + "/") for path in sources.paths if path.endswith("ts"))
    return options.get("outDir", ""), options.get("rootDir", "src" if only_src else ".")


def nests_sources(sources: Sources) -> bool:
    """Whether tsc writes src/main.ts to dist/src/main.js: it does when it compiles files outside of src as well."""
    texts = [sources.tree.text(join(sources.folder, name)) or "" for name in ("tsconfig.build.json", "tsconfig.json")]
    told = [shape.loose_json(text) for text in texts]
    own = sources.tree.text(join(sources.folder, "nest-cli.json")) or ""
    if _BUNDLED.search(own) or not any(told) or sources.resolve("src/main") is None:
        return False
    if any(key in {**each, **shape.table(each.get("compilerOptions"))} for each in told for key in _CHOOSING):
        return False
    left = {*_NO_SOURCES, *(name.partition("/")[0] for each in told for name in shape.texts(each.get("exclude")) or ())}
    inside = tuple(f"{sources.relative(each)}/" for each in sources.others)
    below = (sources.relative(path) for path in sources.tree.below(sources.folder) if _COMPILED.search(path))
    return any(name.partition("/")[0] not in left and not name.startswith((*inside, ".")) for name in below)


def _program_words(command: str) -> list[str]:
    """What stands behind the program's name; nothing for a program that runs no file."""
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    words = [word for word in words if not re.match(r"[A-Za-z_]\w*=", word)]
    return words[1:] if words and words[0].rpartition("/")[2] in _PROGRAMS else []
