"""The .dockerignore keeps secrets and leftovers out, and what the user says in."""

from pathlib import Path

from tasks.dockerfiles import render
from tasks.models import Component, ImagePlan

APP = Component(name="shop", kind="web", language="node", start_command="node a.js", port=3000)


def ignored(context: Path, **changes: object) -> list[str]:
    return render(ImagePlan(component=APP.changed(**changes), context=context)).dockerignore.split("\n")


def test_secrets_history_and_installed_folders_stay_out(tmp_path: Path) -> None:
    lines = ignored(tmp_path)
    wanted = {"**/.git", "**/.env", "**/.env.*", "**/*.pem", "**/*.key", "**/id_rsa*", "**/node_modules", "**/.venv"}
    assert wanted <= set(lines)
    assert "**/Dockerfile*" in lines


def test_the_output_of_a_build_stays_out_only_where_a_build_makes_it_again(tmp_path: Path) -> None:
    assert "dist" not in ignored(tmp_path)
    assert "web/dist" in ignored(tmp_path, build_command="npm run build", path="web")


def test_a_package_that_is_named_like_build_output_stays_in(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build/__init__.py").touch()
    lines = ignored(
        tmp_path, language="python", build_command="python manage.py collectstatic", start_command="python a.py"
    )
    assert "dist" in lines
    assert "build" not in lines


def test_the_users_lines_come_first_and_their_exceptions_have_the_last_word(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("*\r\n!src\n!certs/ca.pem\n!.env.example\n# done")
    lines = ignored(tmp_path)
    assert lines[:5] == ["*", "!src", "!certs/ca.pem", "!.env.example", "# done"]
    assert lines[-3:] == ["!certs/ca.pem", "!.env.example", ""]
    assert lines.index("**/*.pem") > lines.index("!certs/ca.pem")


def test_an_own_dockerfile_keeps_its_own_rules(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nCOPY . .\n")
    assert ignored(tmp_path, dockerfile="Dockerfile") == [".git", ""]
    (tmp_path / "Dockerfile").write_text("FROM a\nCOPY .git .git\n")
    assert ignored(tmp_path, dockerfile="Dockerfile") == [""]
    (tmp_path / ".dockerignore").write_text("docs\n")
    assert ignored(tmp_path, dockerfile="Dockerfile") == ["docs", ""]
    (tmp_path / "Dockerfile.dockerignore").write_text("more\n")
    assert ignored(tmp_path, dockerfile="Dockerfile") == ["more", ""]
