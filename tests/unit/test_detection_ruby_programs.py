"""What runs of a Ruby application: scripts, workers of a queue, and where servers are told to listen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

RAILS = {"config/application.rb": "require 'rails/all'\n"}
BOT = (
    "class Bot\n  def run = Telegram::Bot::Client.run(token) { |bot| bot.listen { |message| answer(message) } }\nend\n"
)


def gems(*names: str) -> str:
    return "".join(f'gem "{name}"\n' for name in names)


@pytest.mark.parametrize(
    ("gem", "files", "started"),
    [
        ("sidekiq", {"app/jobs/a.rb": "class A\n  include Sidekiq::Job\nend\n"}, "bundle exec sidekiq"),
        ("good_job", {"config/environments/a.rb": "c.queue_adapter = :good_job\n"}, "bundle exec good_job start"),
        (
            "delayed_job_active_record",
            {"config/environments/a.rb": "c.queue_adapter = :delayed_job\n"},
            "bundle exec rake jobs:work",
        ),
        ("solid_queue", {"config/environments/a.rb": "c.queue_adapter = :solid_queue\n"}, "bundle exec bin/jobs"),
        ("sidekiq", {"config/a.rb": "c.queue_adapter = ENV['A'] ? :inline : :sidekiq\n"}, "bundle exec sidekiq"),
        ("delayed_job", {"app/a.rb": "class A\n  handle_asynchronously :b\nend\n"}, "bundle exec rake jobs:work"),
        ("delayed_job", {"app/a.rb": "mailer.delay(queue: 'a').send_all\n"}, "bundle exec rake jobs:work"),
        ("resque", {"app/a.rb": "Resque.enqueue(Mail, 1)\n"}, "bundle exec rake resque:work QUEUE=*"),
        ("shoryuken", {"app/a.rb": "include Shoryuken::Worker\n"}, "bundle exec shoryuken --rails"),
        ("sneakers", {"app/a.rb": "include Sneakers::Worker\n"}, "bundle exec rake sneakers:run"),
        ("que", {"app/a.rb": "class A < Que::Job\nend\n"}, "bundle exec que"),
    ],
)
def test_what_rails_queues_is_worked_off_by_a_worker(
    gem: str, files: dict[str, str], started: str, tmp_path: Path
) -> None:
    profile = profile_of(tmp_path, {**RAILS, "Gemfile": gems("rails", gem), **files})

    assert [(each.kind, each.start_command) for each in profile.components[1:]] == [("worker", started)]


@pytest.mark.parametrize(
    "files",
    [
        {"Gemfile": gems("rails", "sidekiq")},
        {"Gemfile": gems("rails", "delayed_job"), "app/a.rb": "order.delayed = true\n"},
        {
            "Gemfile": gems("rails", "solid_queue"),
            "config/environments/a.rb": "c.queue_adapter = :solid_queue\n",
            "config/puma.rb": "plugin :solid_queue\n",
        },
        {
            "Gemfile": gems("rails", "sidekiq"),
            "app/jobs/a.rb": "include Sidekiq::Job\n",
            "Procfile": "web: bundle exec puma\n",
        },
    ],
)
def test_a_queue_that_nothing_uses_or_the_server_works_off_has_no_worker(files: dict[str, str], tmp_path: Path) -> None:
    assert component_of(tmp_path, {**RAILS, **files}).kind == "web"


@pytest.mark.parametrize(
    ("listen", "port"),
    [
        ("listen 5001", 5001),
        ('listen "0.0.0.0:5002", backlog: 64', 5002),
        ("listen ENV['PORT'] || 5003", 5003),
        ("listen ENV.fetch('PORT', 5004)", 5004),
        ("listen '/tmp/unicorn.sock'", 8080),
    ],
)
def test_unicorn_listens_where_its_settings_say(listen: str, port: int, tmp_path: Path) -> None:
    files = {"config.ru": "run App\n", "Gemfile": gems("sinatra", "unicorn"), "config/unicorn.rb": f"{listen}\n"}

    assert component_of(tmp_path, files).port == port


def test_rails_is_started_by_unicorn_where_that_is_set_up(tmp_path: Path) -> None:
    files = {**RAILS, "Gemfile": gems("rails", "unicorn"), "config/unicorn.rb": "worker_processes 2\n"}
    component = component_of(tmp_path, files)

    assert component.start_command == "bundle exec unicorn -c config/unicorn.rb --listen 0.0.0.0:8080"
    assert component.port == 8080


@pytest.mark.parametrize("gem", ["sprockets-rails", "sass-rails", "importmap-rails", "tailwindcss-rails"])
def test_assets_are_made_where_a_gem_makes_them(gem: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**RAILS, "Gemfile": gems("rails", "puma", gem)})

    assert component.build_command == "bundle exec rails assets:precompile"


def test_the_script_that_starts_a_bot_is_a_worker(tmp_path: Path) -> None:
    files = {
        "Gemfile": gems("telegram-bot-ruby"),
        "bin/bot": "#!/usr/bin/env ruby\nrequire_relative '../lib/bot'\nBot.new.run\n",
        "bin/rake": "#!/usr/bin/env ruby\nload Gem.bin_path('rake', 'rake')\n",
        "bin/setup": "#!/bin/sh\nbundle install\n",
        "lib/bot.rb": BOT,
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.start_command) == ("worker", "bundle exec ruby bin/bot")


def test_an_entry_waits_where_another_file_listens(tmp_path: Path) -> None:
    files = {"Gemfile": gems("telegram-bot-ruby"), "main.rb": "require_relative 'lib/bot'\n", "lib/bot.rb": BOT}

    assert component_of(tmp_path, files).kind == "worker"


@pytest.mark.parametrize(
    "files",
    [
        {"bin/tidy": "#!/usr/bin/env ruby\nputs ARGV\n"},
        {"bin/bot": "#!/usr/bin/env ruby\nBot.new.run\n", "lib/bot.rb": BOT, "bot.gemspec": ""},
    ],
)
def test_a_script_that_ends_and_the_command_of_a_gem_are_no_program(files: dict[str, str], tmp_path: Path) -> None:
    assert profile_of(tmp_path, {"Gemfile": "", **files}).verdict == "unsupported"
