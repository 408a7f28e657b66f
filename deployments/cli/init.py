"""`containerkit init`: a containerkit.toml made from what was found."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from deployments.cli import options
from deployments.cli.analyze import profile_of
from deployments.cli.endings import guarded
from deployments.progress import printable
from flows.settings import FILE_NAME, folder_of
from tasks.errors import Invalid

FolderArgument = Annotated[
    str, typer.Argument(metavar="FOLDER", help="Where the application lies.", show_default="this folder")
]
PrintFlag = Annotated[bool, typer.Option("--print", help="Show the file instead of writing it.")]


@guarded
def init(folder: FolderArgument = ".", *, shown: PrintFlag = False) -> None:
    """Write containerkit.toml from what was found: a comment for each field, for you to uncomment."""
    from tasks.detection.override_file import override_file

    source = options.source_of(folder)
    place = folder_of(source)
    if place is None:
        raise Invalid(f"there is no folder {folder}", hint="name the folder that the application lies in")
    file = place / FILE_NAME
    if not shown and (file.exists() or file.is_symlink()):
        raise Invalid(f"{file} is there already", hint=f"containerkit init {folder} --print shows what it would be")
    with tempfile.TemporaryDirectory(prefix="containerkit-") as workspace:
        profile = profile_of(source, Path(workspace))
    if not profile.components:
        raise Invalid(profile.message, hint="name the folder that holds the application", reason="nothing_found")
    text = override_file(profile)
    if shown:
        typer.echo(text, nl=False)
        return
    with file.open("x", encoding="utf-8") as writing:
        writing.write(text)
    options.stdout().print(Text(f"wrote {printable(str(file))}"))
