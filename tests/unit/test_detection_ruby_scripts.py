"""Scripts of Ruby that are programs though nothing says so, and what is none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

GEMFILE = 'gem "nokogiri"\n'
WAITING = {
    "fetcher.rb": "require 'nokogiri'\nloop do\n  fetch\nend\n",
    "chat_bot.rb": "require 'telegram/bot'\nTelegram::Bot::Client.run(token) { |bot| bot.listen { |m| answer(m) } }\n",
    "src/room.rb": "require 'discordrb'\nbot = Discordrb::Bot.new token: token\nbot.run\n",
    "slack.rb": "client = Slack::RealTime::Client.new\nclient.start!\n",
    "irc.rb": "bot = Cinch::Bot.new { configure { |c| c.server = 'x' } }\nbot.start\n",
    "timer.rb": "timer = Rufus::Scheduler.new\ntimer.every('5m') { fetch }\ntimer.join\n",
}
NONE = {
    "a class": {"shop.rb": "require 'nokogiri'\nclass Shop\n  def open\n    puts 1\n  end\nend\n"},
    "one of several": {"a.rb": "puts 1\n", "b.rb": "puts 2\n"},
    "one that only tests load gems for": {"Gemfile": 'gem "rspec"\n', "a.rb": "puts 1\n"},
    "one below the folder of a library": {"lib/a.rb": "puts 1\n"},
    "one beside a gem": {"a.rb": "loop do\nend\n", "a.gemspec": ""},
    "settings": {"spec_helper.rb": "RSpec.configure { |c| c.x = 1 }\n"},
    "a task that checks": {"Rakefile": "task default: :spec\n"},
    "several tasks without a default": {"Rakefile": "task :fetch do\nend\n"},
}


@pytest.mark.parametrize("file", WAITING)
def test_the_script_that_waits_is_the_program(file: str, tmp_path: Path) -> None:
    files = {"Gemfile": GEMFILE, file: WAITING[file], "once.rb": "puts 1\n", "lib/fetch.rb": "def fetch\nend\n"}
    component = component_of(tmp_path, files)

    assert (component.kind, component.port, component.start_command) == ("worker", None, f"bundle exec ruby {file}")


def test_a_script_in_a_folder_of_tools_is_no_program_unless_it_answers_somebody(tmp_path: Path) -> None:
    server = {
        "package.json": '{"scripts": {"start": "node a.js"}}',
        "a.js": "require('http').createServer().listen(80)",
    }
    tool = {"bench/Gemfile": GEMFILE, "bench/load.rb": WAITING["fetcher.rb"]}
    bot = {"bot/Gemfile": GEMFILE, "bot/chat.rb": WAITING["chat_bot.rb"]}

    assert [each.path for each in profile_of(tmp_path, {**server, **tool, **bot}).components] == [".", "bot"]


def test_the_only_script_that_nothing_loads_is_a_job(tmp_path: Path) -> None:
    files = {
        "Gemfile": GEMFILE,
        "scrape.rb": "require_relative 'lib/pages'\nrequire_relative 'site'\nPages.new.fetch\n",
        "site.rb": "SITE = 'x'\nputs SITE\n",
        "lib/pages.rb": "class Pages\nend\n",
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.start_command) == ("job", "bundle exec ruby scrape.rb")


def test_a_default_task_that_does_the_work_is_a_job(tmp_path: Path) -> None:
    rakefile = "desc 'x'\ntask :fetch do\n  Pages.new.fetch\nend\n\ntask default: [:fetch]\n"
    component = component_of(tmp_path, {"Gemfile": GEMFILE, "Rakefile": rakefile, "lib/pages.rb": "class Pages\nend\n"})

    assert (component.kind, component.start_command) == ("job", "bundle exec rake")


@pytest.mark.parametrize("case", NONE)
def test_what_does_nothing_by_itself_is_no_program(case: str, tmp_path: Path) -> None:
    assert profile_of(tmp_path, {"Gemfile": GEMFILE, **NONE[case]}).verdict == "unsupported"


def test_a_program_that_listens_by_an_event_loop_listens_at_its_port(tmp_path: Path) -> None:
    code = "require 'eventmachine'\nEM.run do\n  EM.start_server '0.0.0.0', 8091, Room\nend\n"
    component = component_of(tmp_path, {"Gemfile": 'gem "eventmachine"\n', "room.rb": code})

    assert (component.kind, component.port) == ("web", 8091)


@pytest.mark.parametrize(
    ("gem", "file", "command"),
    [
        ("karafka", "karafka.rb", "bundle exec karafka server"),
        ("clockwork", "clock.rb", "bundle exec clockwork clock.rb"),
        ("clockwork", "config/clock.rb", "bundle exec clockwork config/clock.rb"),
    ],
)
def test_what_a_gem_runs_by_a_command_of_its_own_is_a_worker(gem: str, file: str, command: str, tmp_path: Path) -> None:
    alone = component_of(tmp_path / "alone", {"Gemfile": f'gem "{gem}"\n', file: "class A\nend\n"})
    rails = {"Gemfile": f'gem "rails"\ngem "{gem}"\n', "config/application.rb": "x", file: "class A\nend\n"}
    beside = profile_of(tmp_path / "beside", rails).components[1:]

    assert (alone.kind, alone.start_command) == ("worker", command)
    assert [(each.kind, each.start_command) for each in beside] == [("worker", command)]
