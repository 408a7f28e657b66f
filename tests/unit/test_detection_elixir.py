"""What is read out of Mix projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.elixir.manifests import release_name, without_comments
from tests.unit.detection_kit import component_of, profile_of

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
        ("# config :a, E, https: [port: 443]", 4000),
        ("config :a, E, https: [\n  port: 443,\n  keyfile: x\n],\n  http: [port: 5005]", 5005),
        ('config :a, A.Mailer, relay: "mail",\n  port: 587\n\nconfig :a, AWeb.Endpoint, http: [port: 5006]', 5006),
        ('config :a, A.Repo,\n  hostname: "db",\n  port: 5432', 4000),
        ("config :redix, port: 6379", 4000),
        ("config :a, E, http: [port: 5_007]", 5007),
        ('config :a, A.Repo, url: "x"\n\nport = 5008\nconfig :a, E, http: [port: port]', 5008),
    ],
)
def test_the_port_is_that_of_the_endpoint(configuration: str, port: int, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"mix.exs": PHOENIX, "config/runtime.exs": f"import Config\n{configuration}\n"})

    assert component.port == port


@pytest.mark.parametrize(
    ("code", "port"),
    [
        ("{Plug.Cowboy, scheme: :http, plug: R, options: [port: 5101]}", 5101),
        ("{Plug.Cowboy, plug: R, options: [port: Application.get_env(:a, :port, 5102)]}", 5102),
        ("{Plug.Cowboy, plug: R, options: [port: Application.fetch_env!(:a, :web_port)]}", 5103),
        ("{Bandit, plug: R, port: at()}\n  defp at, do: Application.get_env(:a, :web_port)", 5103),
        ("@port 5104\n  {Bandit, plug: R, port: @port}", 5104),
        ('port = System.get_env("PORT", "5105") |> String.to_integer()\n  {Bandit, plug: R, port: port}', 5105),
        ("Plug.Adapters.Cowboy.child_spec(:http, R, [], port: 5106)", 5106),
        (":gen_tcp.listen(5107, [:binary])", 5107),
        (":gen_tcp.listen(elsewhere, [:binary])", None),
        ("{Bandit, plug: R}", 4000),
    ],
)
def test_a_server_without_phoenix_listens_where_it_is_started(code: str, port: int | None, tmp_path: Path) -> None:
    files = {
        "mix.exs": MIX.format(elixir="~> 1.15", deps=""),
        "config/prod.exs": "import Config\nconfig :a, web_port: 5103\n",
        "lib/a.ex": f"defmodule A do\n  {code}\nend\n",
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.port) == ("web", port)


def test_the_applications_of_an_umbrella_may_keep_their_own_configuration(tmp_path: Path) -> None:
    files = {
        "mix.exs": 'defmodule U do\n  def project, do: [apps_path: "apps", deps: []]\nend\n',
        "apps/web/mix.exs": PHOENIX,
        "apps/web/config/config.exs": "use Mix.Config\nconfig :web, Web.Endpoint, http: [port: 5201]\n",
    }

    assert component_of(tmp_path, files).port == 5201


@pytest.mark.parametrize(
    ("project", "code", "verdict"),
    [
        ("package: package(),", "", "unsupported"),
        ("package: [licenses: []],", '@doc """\n  use Phoenix.Endpoint\n  """', "unsupported"),
        ("package: package(),", "use Phoenix.Endpoint, otp_app: :a", "deployable"),
        ("package: package(), releases: [a: []],", "", "deployable"),
        ("", "", "deployable"),
    ],
)
def test_a_package_for_others_is_a_library_although_it_has_an_application(
    project: str, code: str, verdict: str, tmp_path: Path
) -> None:
    mix = MIX.format(elixir="~> 1.15", deps='{:phoenix, "~> 1.7", optional: true}')
    files = {"mix.exs": mix.replace("app: :a,", f"app: :a, {project}"), "lib/a.ex": f"defmodule A do\n  {code}\nend\n"}

    assert profile_of(tmp_path, files).verdict == verdict


def test_a_project_that_another_one_takes_from_its_folder_is_a_part_of_it(tmp_path: Path) -> None:
    taken = MIX.format(elixir="~> 1.15", deps='{:postgrex, "~> 0.19"}, {:tools, path: "../tools", only: :test}')
    files = {
        "web/mix.exs": MIX.format(elixir="~> 1.15", deps='{:phoenix, "~> 1.7"}, {:store, path: "../store"}'),
        "store/mix.exs": taken,
        "tools/mix.exs": "defmodule T do\n  def project, do: [app: :t]\nend\n",
    }
    component = component_of(tmp_path, files)

    assert (component.path, component.backing_services) == ("web", ("postgres",))
    assert component.dependency_files == ("mix.exs", "../store/mix.exs")


def test_projects_that_take_each_other_come_to_an_end(tmp_path: Path) -> None:
    files = {
        "a/mix.exs": MIX.format(elixir="~> 1.15", deps='{:b, path: "../b"}'),
        "b/mix.exs": MIX.format(elixir="~> 1.15", deps='{:a, path: "../a"}'),
    }

    assert [each.path for each in profile_of(tmp_path, files).components] == ["a", "b"]


def test_what_comments_ask_of_the_environment_is_not_asked(tmp_path: Path) -> None:
    text = 'import Config\n#   keyfile: System.get_env("SHOP_KEY"),\nconfig :a, x: System.get_env("SHOP_NAME")\n'
    component = component_of(tmp_path, {"mix.exs": PHOENIX, "config/runtime.exs": text})

    assert [each.name for each in component.env] == ["SHOP_NAME"]


def test_a_firmware_is_refused(tmp_path: Path) -> None:
    files = {"mix.exs": MIX.format(elixir="~> 1.15", deps='{:nerves, "~> 1.11", runtime: false}')}

    assert "a Nerves project" in profile_of(tmp_path, files).message


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
