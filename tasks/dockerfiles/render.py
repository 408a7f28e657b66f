"""From a plan to the Dockerfile: one of ours, the repository's own, or that one made fit to run confined."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from tasks.dockerfiles import bases
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.ignore import existing_ignore_file, ignore_file
from tasks.dockerfiles.improve import improve
from tasks.dockerfiles.parse import Parsed, until
from tasks.dockerfiles.recipe import Recipe
from tasks.dockerfiles.syntax import checked
from tasks.dockerfiles.template import fill
from tasks.errors import Invalid
from tasks.models import Component, Dockerfile, ImagePlan, ImageRef


def render(plan: ImagePlan) -> Dockerfile:
    """The Dockerfile and .dockerignore for this plan. Raises Invalid when there can be none, and says why."""
    component, root = plan.component, Folder(plan.context)
    if plan.choice == "generated" or (plan.choice == "auto" and component.dockerfile is None):
        return _generated(component, root)
    if component.dockerfile is None:
        raise Invalid(
            f"{component.name} has no Dockerfile that could be improved", hint="leave --dockerfile improved out"
        )
    return _existing(plan, component.dockerfile, root)


def _generated(component: Component, root: Folder) -> Dockerfile:
    folder = root.below(component.path)
    recipe = _recipe(component)(component, root, folder)
    return Dockerfile(
        text=fill(recipe),
        dockerignore=ignore_file(component, root, folder),
        origin="generated",
        bases=(*recipe.builders, recipe.base),
        warnings=recipe.warnings,
    )


def _recipe(component: Component) -> Callable[[Component, Folder, Folder], Recipe]:
    """The function of the module that is named like the language; of a static site's, whatever it is built with."""
    template = "static" if component.kind == "static" else component.language
    bases.known(template)
    recipe: Callable[[Component, Folder, Folder], Recipe] = import_module(f"tasks.dockerfiles.{template}").recipe
    return recipe


def _existing(plan: ImagePlan, path: str, root: Folder) -> Dockerfile:
    text = root.text(path)
    if text is None:
        raise Invalid(f"{path} cannot be read", hint="use --dockerfile generated", reason="unreadable")
    if plan.component.dockerfile_target:
        text = until(text, plan.component.dockerfile_target)
    images, warnings = _bases(checked(text))
    return Dockerfile(
        text=improve(text) if plan.choice == "improved" else text,
        dockerignore=existing_ignore_file(path, root, root, text),
        origin="improved" if plan.choice == "improved" else "existing",
        bases=images,
        warnings=warnings,
    )


def _bases(parsed: Parsed) -> tuple[tuple[ImageRef, ...], tuple[str, ...]]:
    """The images of the FROM lines, and a warning for each that an argument without a default decides."""
    found: dict[ImageRef, None] = {}
    warnings: list[str] = []
    for number, stage in enumerate(parsed.stages, start=1):
        if stage.base is None:
            warnings.append(f"the base of stage {number} depends on a build argument that has no default")
        elif stage.base.lower() != "scratch" and parsed.parent(stage) is None:
            found[ImageRef.parse(stage.base)] = None
    return tuple(found), tuple(warnings)
