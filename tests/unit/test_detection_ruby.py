"""What is read out of Ruby projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

RACK = {"Gemfile": "gem 'rack'\n", "config.ru": "run App\n"}


@pytest.mark.parametrize(
    ("puma", "port"),
    [
        ('port ENV.fetch("PORT") { 4001 }', 4001),
        ('port ENV.fetch("PORT", 4002)', 4002),
        ("port 4003", 4003),
        ("port        ENV['PORT'] || 4004", 4004),
        ("port Integer(ENV['PORT'] || 4005)", 4005),
        ('bind "tcp://0.0.0.0:4006"', 4006),
        ("bind \"tcp://0.0.0.0:#{ENV['PORT'] || 4007}\"", 4007),
        ("threads 1, 5", 9292),
    ],
)
def test_the_port_is_the_one_of_pumas_configuration(puma: str, port: int, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**RACK, "config/puma.rb": puma + "\n"})

    assert component.port == port
    assert component.start_command == f"bundle exec puma -C config/puma.rb --bind tcp://0.0.0.0:{port}"


@pytest.mark.parametrize(
    ("files", "release"),
    [
        ({".ruby-version": "3.2.2\n"}, "3.2"),
        ({".tool-versions": "nodejs 20.1.0\nruby 3.1.4\n"}, "3.1"),
        ({"Gemfile": "ruby '~> 3.2'\n"}, "3.4"),
        ({"Gemfile": "ruby '~> 3.2.0'\n"}, "3.2"),
        ({"Gemfile": "ruby '>= 3.0', '< 3.3'\n"}, "3.2"),
        ({"Gemfile.lock": "RUBY VERSION\n   ruby 3.3.0p0\n"}, "3.3"),
        ({"mise.toml": "[tools]\nruby = '2.7'\n"}, "2.7"),
        ({"Gemfile": "ruby '2.3.8'\n"}, "2.3"),
        ({"Gemfile": "ruby '1.9.3'\n"}, "1.9"),
    ],
)
def test_the_release_is_the_one_that_is_asked_for(files: dict[str, str], release: str, tmp_path: Path) -> None:
    assert component_of(tmp_path, {**RACK, **files}).language_version == release


def test_a_release_that_does_not_exist_is_named(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**RACK, ".ruby-version": "9.9\n"})

    assert profile.warnings == (".ruby-version, line 1: no known release of Ruby is '9.9'",)


def test_a_release_that_the_gemfile_reads_from_a_file_is_the_files(tmp_path: Path) -> None:
    gemfile = "ruby \"~> #{File.read('.ruby-version').strip}\"\ngem 'rack'\n"
    profile = profile_of(tmp_path, {**RACK, "Gemfile": gemfile, ".ruby-version": "3.3.1\n"})

    assert (profile.components[0].language_version, profile.warnings) == ("3.3", ())


def test_gems_for_development_and_tests_say_nothing_about_production(tmp_path: Path) -> None:
    gemfile = """
group :test do
  if ENV["CI"]
    gem "mysql2"
  end
  gem "redis"
end
group :development, :test do
  gem "mongoid"
end
gem "bunny", group: :test
gem "dalli", groups: [:development, :test]
gem "pg"
# gem "elasticsearch"
"""
    component = component_of(tmp_path, {**RACK, "Gemfile": gemfile})

    assert component.backing_services == ("postgres",)
    assert component.build_packages == ("libpq-dev",)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("require 'sinatra'\nget('/') { 'x' }\n", "web"),
        ("require 'socket'\nserver = TCPServer.new('0.0.0.0', 2000)\n", "web"),
        ("loop do\n  sleep 1\nend\n", "worker"),
        ("puts 'done'\n", "job"),
    ],
)
def test_what_a_program_does_tells_its_kind(code: str, kind: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"Gemfile": "gem 'sinatra'\n", "app.rb": code})

    assert component.kind == kind
    assert (component.port is None) is (kind != "web")


def test_a_jekyll_site_is_static(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"Gemfile": "gem 'jekyll'\n", "_config.yml": "title: x\n", "index.md": "x"})

    assert (component.kind, component.framework, component.static_folder) == ("static", "jekyll", "_site")
    assert (component.port, component.start_command) == (None, None)


@pytest.mark.parametrize(
    ("gem", "settings", "folder"),
    [
        ("middleman", "config.rb", "build"),
        ("bridgetown", "bridgetown.config.yml", "output"),
        ("nanoc", "nanoc.yaml", "output"),
    ],
)
def test_a_site_of_another_generator_is_static(gem: str, settings: str, folder: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"Gemfile": f"gem '{gem}'\n", settings: "# x\n"})

    assert (component.kind, component.framework, component.static_folder) == ("static", gem, folder)
    assert component.build_command is not None
    assert component.build_command.startswith(f"bundle exec {gem} ")


def test_of_gems_that_exclude_one_another_only_what_every_choice_has_is_needed(tmp_path: Path) -> None:
    gemfile = """
case ENV["DATABASE"]
when "mysql"
  gem "mysql2"
  gem "sinatra", "3.0"
else
  gem "pg"
  gem "sinatra", "4.0"
end
gem "redis"
"""
    component = component_of(tmp_path, {**RACK, "Gemfile": gemfile})

    assert (component.framework, component.backing_services) == ("sinatra", ("redis",))


DEFAULTS = {
    'ENV.fetch("A", "x")': ("x", False),
    "ENV.fetch('A') { 5 }": ("5", False),
    "ENV['A'] ||= 'x'": ("x", False),
    '"#{ENV["A"] || "x"}"': ("x", False),
    'ENV.fetch("A") { max_threads }': (None, False),
    "ENV['A'] ||= File.expand_path('../Gemfile', __dir__)": (None, False),
    'ENV.fetch("A")': (None, True),
}


@pytest.mark.parametrize("line", DEFAULTS)
def test_only_a_literal_is_a_default(line: str, tmp_path: Path) -> None:
    files = {"Gemfile": "gem 'sinatra'\n", "app.rb": f"require 'sinatra'\n# ENV.fetch('B', 2)\nputs {line}\n"}

    assert [(each.name, each.default, each.required) for each in component_of(tmp_path, files).env] == [
        ("A", *DEFAULTS[line])
    ]
