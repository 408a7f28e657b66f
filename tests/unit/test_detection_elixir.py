"""What is read out of Mix projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.elixir.manifests import release_name, without_comments
from tests.unit.detection_kit import component_of

MIX = """defmodule A.MixProject do
  use Mix.Project
  def project, do: [app: :a, elixir: "{elixir}", deps: [{deps}]]
  def application, do: [mod: {{A.Application, []}}]
end
"""
PHOENIX = MIX.format(elixir="~> 1.15", deps='{:phoenix, "~> 1.7"}')


@pytest.mark.parametrize(
    ("configuration", "port"),
    [
        ('port = String.to_integer(System.get_env("PORT", "5001"))', 5001),
        ('port = String.to_integer(System.get_env("PORT") || "5002")', 5002),
        ('config :a, E, http: [port: System.get_env("PORT") || "5003"]', 5003),
        ("config :a, E, http: [ip: {127, 0, 0, 1}, port: 5004]", 5004),
        ('config :a, E, url: [host: "x"]', 4000),
    ],
)
def test_the_port_is_that_of_the_configuration(configuration: str, port: int, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"mix.exs": PHOENIX, "config/runtime.exs": f"import Config\n{configuration}\n"})

    assert component.port == port


@pytest.mark.parametrize(
    ("asked", "release"),
    [
        ("~> 1.15", "1.19"),
        ("~> 1.15.0", "1.15"),
        (">= 1.14.0 and < 1.17.0", "1.16"),
        ("~> 1.13.0 or ~> 1.14.0", "1.14"),
    ],
)
def test_the_release_is_one_that_mix_would_take(asked: str, release: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"mix.exs": MIX.format(elixir=asked, deps="")})

    assert component.language_version == release


def test_dependencies_for_tests_say_nothing_about_production(tmp_path: Path) -> None:
    deps = '{:postgrex, "~> 0.19", only: [:dev, :test]}, {:redix, "~> 1.5", only: [:prod, :dev]}, {:brod, "~> 4.0"}'
    component = component_of(tmp_path, {"mix.exs": MIX.format(elixir="~> 1.15", deps=deps)})

    assert component.backing_services == ("kafka", "redis")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[app: :shop, releases: [web: [steps: [:assemble]]]]", "web"),
        ("[app: :shop]\n  defp releases do\n    [\n      jobs: []\n    ]", "jobs"),
        ("[app: :shop]", "shop"),
        ('[apps_path: "apps"]', None),
    ],
)
def test_a_release_is_called_as_mix_calls_it(text: str, name: str | None) -> None:
    assert release_name(text) == name


def test_comments_are_left_out_and_texts_are_not() -> None:
    assert without_comments('a: "x#y" # z\n# all of it\nb') == 'a: "x#y" \n\nb'


def test_the_release_of_a_buildpack_is_stronger_than_the_range(tmp_path: Path) -> None:
    files = {"mix.exs": PHOENIX, "elixir_buildpack.config": "# built\nerlang_version=26.2\nelixir_version=1.16.3\n"}

    assert component_of(tmp_path, files).language_version == "1.16"
