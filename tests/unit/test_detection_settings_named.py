"""Settings and variables that compiled programs name in parts: a file without its ending, a prefix on a struct."""

from __future__ import annotations

from pathlib import Path

from tests.unit.detection_kit import component_of

CONFIG = """
package main

type Lobby struct {
	Seats int `env:"SEATS,required"`
	Rules Rules `envPrefix:"RULES_"`
}

type Rules struct {
	Limit int `env:"LIMIT" envDefault:"5"`
}

type Config struct {
	Key   string `env:"KEY,required"`
	Lobby Lobby  `envPrefix:"LOBBY_"`
}
"""
MAIN = 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe(":8080", nil)\n}\n'


def test_a_struct_puts_its_prefix_in_front_of_the_variables_of_the_one_it_holds(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"go.mod": "module shop\n\ngo 1.25\n", "main.go": MAIN, "config.go": CONFIG})

    assert [(each.name, each.default, each.required) for each in component.env] == [
        ("KEY", None, True),
        ("LOBBY_RULES_LIMIT", "5", False),
        ("LOBBY_SEATS", None, True),
    ]


def test_settings_that_are_named_without_their_ending_go_into_the_image(tmp_path: Path) -> None:
    text = 'fn main() {\n    Config::builder().add_source(config::File::with_name("Shop")).build();\n}\n'
    files = {
        "Cargo.toml": '[package]\nname = "shop"\nversion = "1.0.0"\n\n[dependencies]\nconfig = "0.15"\n',
        "src/main.rs": text,
        "Shop.toml": "port = 3000\n",
        "Other.toml": "",
    }

    assert component_of(tmp_path, files).runtime_files == ("Shop.toml",)
