"""Configuration files that Go programs look for: put together by viper, or under an option that means another place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of

MOD = "module example.invalid/well\n\ngo 1.24\n"
YAML = "server:\n  port: 8123\n"


def program(body: str, *imports: str) -> dict[str, str]:
    lines = "".join(f'\t"{each}"\n' for each in ("net/http", *imports))
    served = 'http.ListenAndServe(fmt.Sprintf(":%d", configuration.Server.Port), nil)'
    main = f"package main\n\nimport (\n{lines})\n\nfunc main() {{\n\t{body}\n\t{served}\n}}\n"
    return {"go.mod": MOD, "main.go": main}


def viper(*calls: str) -> dict[str, str]:
    said = "\n\t".join(f"viper.{call}" for call in (*calls, "ReadInConfig()", "Unmarshal(&configuration)"))
    return program(said, "github.com/spf13/viper")


SOUGHT: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "beside the program": (
        viper('SetConfigName("well")', 'AddConfigPath(".")') | {"well.yaml": YAML},
        ("well.yaml",),
    ),
    "where no place is said": (
        viper('SetConfigName("well")') | {"well.toml": "[server]\nport = 8123\n"},
        ("well.toml",),
    ),
    "in a folder": (
        viper('SetConfigName("well")', 'AddConfigPath("./deploy")') | {"deploy/well.yml": YAML, "deploy/notes.md": ""},
        ("deploy",),
    ),
    "of variables": (
        viper('SetConfigName("app")', 'SetConfigType("env")', 'AddConfigPath(".")') | {"app.env": "SERVER_PORT=8123\n"},
        ("app.env",),
    ),
    "nowhere": (viper('SetConfigName("well")', 'AddConfigPath(".")'), ()),
    "where a variable says": (
        program('load(os.Getenv("CONFIG_PATH"))', "os") | {"config/local.yaml": YAML},
        ("config",),
    ),
}


@pytest.mark.parametrize("name", SOUGHT)
def test_the_image_has_what_is_looked_for(name: str, tmp_path: Path) -> None:
    files, found = SOUGHT[name]
    assert component_of(tmp_path, files).runtime_files == found


FLAG = program('path := flag.String("config", "well.yaml", "")\n\tflag.Parse()\n\tload(*path)', "flag")
KINGPIN = program(
    'path := kingpin.Flag("config.file", "where").Short(\'c\').Default("well.yaml").String()\n\tload(*path)',
    "github.com/alecthomas/kingpin/v2",
)


@pytest.mark.parametrize(
    ("files", "started"),
    [
        (FLAG | {"etc/well.yaml": YAML}, "./well -config etc/well.yaml"),
        (KINGPIN | {"etc/well.yaml": YAML}, "./well --config.file etc/well.yaml"),
        (FLAG | {"etc/well.yaml": YAML, "examples/well.yaml": YAML}, "./well -config etc/well.yaml"),
        (FLAG | {"well.yaml": YAML, "etc/well.yaml": YAML}, "./well"),
        (FLAG | {"etc/well.yaml": YAML, "configs/well.yaml": YAML}, "./well"),
        (FLAG | {"frontend/src/well.yaml": YAML}, "./well"),
        (FLAG, "./well"),
    ],
)
def test_a_program_is_told_where_the_only_file_lies_that_its_option_means(
    files: dict[str, str], started: str, tmp_path: Path
) -> None:
    component = component_of(tmp_path, files)

    assert component.start_command == started
    assert not component.start_command.endswith("etc/well.yaml") or component.runtime_files == ("etc/well.yaml",)


def test_an_option_for_another_file_is_told_nothing(tmp_path: Path) -> None:
    files = program('path := flag.String("words", "words.json", "")\n\tload(*path)', "flag") | {
        "lists/words.json": "{}"
    }
    assert component_of(tmp_path, files).start_command == "./well"
