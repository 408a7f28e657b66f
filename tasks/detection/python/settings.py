"""pydantic-settings: classes whose fields are variables of the environment."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tasks.detection.environment import Read
from tasks.detection.python.constants import Known, Scope


def settings_of(node: ast.ClassDef, scope: Scope, file: str) -> Iterator[tuple[str, Known, Read]]:
    """Attribute, value and variable of each field, when the class is derived from BaseSettings."""
    bases = {(scope.dotted(base) or "").rpartition(".")[2] for base in node.bases}
    if "BaseSettings" not in bases:
        return
    prefix = _prefix(node)
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        if name == "model_config" or name.startswith("_"):
            continue
        known = scope.value(statement.value)
        needed = statement.value is None or _needed(statement.value)
        nullable = "None" in ast.unparse(statement.annotation) and statement.value is not None
        default = known.literal if known else None
        variable = _alias(statement.value) or f"{prefix}{name}".upper()
        yield (
            name,
            Known(default, variable),
            Read(
                variable,
                file,
                statement.lineno,
                default=None if default is None else str(default),
                required=needed and not nullable,
                guarded=not needed,
            ),
        )


def _needed(value: ast.expr) -> bool:
    """Field(...) and Field() without a default."""
    if isinstance(value, ast.Constant):
        return value.value is ...
    if not isinstance(value, ast.Call) or not ast.unparse(value.func).endswith("Field"):
        return False
    if any(keyword.arg in {"default", "default_factory"} for keyword in value.keywords):
        return False
    return not value.args or (isinstance(value.args[0], ast.Constant) and value.args[0].value is ...)


def _alias(value: ast.expr | None) -> str | None:
    if not isinstance(value, ast.Call):
        return None
    for keyword in value.keywords:
        if keyword.arg in {"alias", "validation_alias", "env"} and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return None


def _prefix(node: ast.ClassDef) -> str:
    for each in ast.walk(node):
        if isinstance(each, ast.keyword) and each.arg == "env_prefix" and isinstance(each.value, ast.Constant):
            return str(each.value.value)
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant):
            names = {target.id for target in each.targets if isinstance(target, ast.Name)}
            if "env_prefix" in names:
                return str(each.value.value)
    return ""
