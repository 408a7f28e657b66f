"""What a Python program is for: a worker, a job, something that listens without a framework, or nothing to deploy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

WORKERS = {
    "a client of discord": (
        {"bot.py": "import discord\nclient = discord.Client()\nclient.run('x')\n"},
        "python bot.py",
    ),
    "a bot derived in another module": (
        {
            "src/bot.py": "from discord.ext import commands\nclass Bot(commands.Bot): pass\n",
            "src/main.py": "import asyncio\nfrom bot import Bot\nasync def main():\n    await Bot().start('x')\n"
            "asyncio.run(main())\n",
        },
        "python src/main.py",
    ),
    "a bot in a package": (
        {"bot/__init__.py": "", "bot/__main__.py": "from aiogram import Dispatcher\nDispatcher().start_polling()\n"},
        "python -m bot",
    ),
    "a loop until it is told to stop": (
        {"sync.py": "running = True\ndef main():\n    while running:\n        pass\nmain()\n"},
        "python sync.py",
    ),
    "arq": (
        {"worker.py": "from arq import cron\nclass WorkerSettings:\n    functions = []\n"},
        "arq worker.WorkerSettings",
    ),
    "dramatiq": ({"actors.py": "import dramatiq\n@dramatiq.actor\ndef send(): pass\n"}, "dramatiq actors"),
    "taskiq": (
        {"broker.py": "from taskiq_redis import ListQueueBroker\nbroker = ListQueueBroker('redis://x')\n"},
        "taskiq worker broker:broker",
    ),
    "huey": ({"tasks.py": "from huey import RedisHuey\nqueue = RedisHuey()\n"}, "huey_consumer tasks.queue"),
    "faust": ({"agents.py": "import faust\napp = faust.App('x')\n"}, "faust -A agents worker -l info"),
    "faststream": (
        {"service.py": "from faststream import FastStream\napp = FastStream()\n"},
        "faststream run service:app",
    ),
    "a celery application in a file that is called like its library": (
        {"requirements.txt": "celery\n", "shop/celery.py": "from celery import Celery\napp = Celery('shop')\n"},
        "celery -A shop.celery worker --loglevel INFO",
    ),
    "a celery application that a function makes": (
        {"queue.py": "from shop import make_celery\ncelery = make_celery()\n"},
        "celery -A queue worker --loglevel INFO",
    ),
}


@pytest.mark.parametrize("case", WORKERS)
def test_what_waits_for_work_is_a_worker_without_a_port(case: str, tmp_path: Path) -> None:
    files, command = WORKERS[case]
    component = component_of(tmp_path, files)

    assert (component.kind, component.port, component.start_command) == ("worker", None, command)


def test_a_queue_beside_a_web_application_is_a_component(tmp_path: Path) -> None:
    code = "from flask import Flask\nfrom celery import Celery\napp = Flask('x')\nqueue = Celery()\n"
    profile = profile_of(tmp_path, {"requirements.txt": "flask\ngunicorn\ncelery\n", "app.py": code})

    assert [(each.name.rpartition("-")[2], each.kind) for each in profile.components][1] == ("worker", "worker")
    assert profile.components[1].start_command == "celery -A app worker --loglevel INFO"


def test_a_queue_is_left_alone_where_a_procfile_says_what_is_started(tmp_path: Path) -> None:
    code = "from flask import Flask\nfrom celery import Celery\napp = Flask('x')\nqueue = Celery()\n"
    files = {"requirements.txt": "flask\ngunicorn\n", "app.py": code, "Procfile": "web: gunicorn app:app\n"}

    assert len(profile_of(tmp_path, files).components) == 1


SPIDER = "import scrapy\nclass Spider(scrapy.Spider):\n    name = '{}'\n"
JOBS = {
    "one spider": ({"scrapy.cfg": "[settings]\n", "shop/spiders/a.py": SPIDER.format("prices")}, "scrapy crawl prices"),
    "several spiders": (
        {
            "scrapy.cfg": "[settings]\n",
            "shop/spiders/a.py": SPIDER.format("a"),
            "shop/spiders/b.py": SPIDER.format("b"),
        },
        "scrapy list | xargs -n 1 scrapy crawl",
    ),
    "a script of any name": ({"prices.py": "def main(): pass\nmain()\n"}, "python prices.py"),
    "a script whose name is no module": ({"jobs/load-all.py": "print(1)\n", "jobs/__init__.py": ""}, None),
}


@pytest.mark.parametrize("case", JOBS)
def test_what_ends_is_a_job(case: str, tmp_path: Path) -> None:
    files, command = JOBS[case]
    component = component_of(tmp_path, {"requirements.txt": "scrapy\n", **files})

    assert component.start_command == command
    assert component.kind == ("job" if command else "library")


NOTHING = {
    "a program with windows": {"main.py": "import tkinter\ntkinter.Tk().mainloop()\n"},
    "a game": {"game.py": "import pygame\npygame.init()\nwhile True:\n    pass\n"},
    "many scripts of which none is the program": {
        f"{name}.py": "if __name__ == '__main__':\n    print(1)\n" for name in ("bubble", "quick", "heap", "merge")
    },
    "registrations in a module of a package": {
        "shop/__init__.py": "",
        "shop/admin.py": "from django.contrib import admin\nadmin.site.register(1)\n",
    },
    "a site that only shows a package": {
        "setup.py": "from setuptools import setup\nsetup(name='wall')\n",
        "wall/__init__.py": "",
        "example_project/manage.py": "import django\n",
    },
    "a template of a project": {
        "{{cookiecutter.name}}/manage.py": "import django\n",
        "{{cookiecutter.name}}/requirements.txt": "django\n",
    },
}


@pytest.mark.parametrize("case", NOTHING)
def test_what_cannot_be_deployed_is_refused(case: str, tmp_path: Path) -> None:
    assert profile_of(tmp_path, {"README.md": "", **NOTHING[case]}).verdict in {"unsupported", "nothing_found"}


def test_a_program_that_needs_a_screen_is_called_so(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"main.py": "import tkinter\ntkinter.Tk().mainloop()\n"})

    assert "main.py) that needs a screen" in profile.message


SERVERS = {
    "tornado's own server": (
        (
            "import os\nfrom tornado import httpserver, web\nclass App(web.Application): pass\n"
            "server = httpserver.HTTPServer(App())\nserver.listen(int(os.environ.get('PORT', 8890)))\n"
        ),
        8890,
        "tornado",
    ),
    "tornado's defined option": (
        (
            "import tornado.web\nfrom tornado.options import define, options\ndefine('port', default=8899)\n"
            "app = tornado.web.Application([])\napp.listen(options.port)\n"
        ),
        8899,
        "tornado",
    ),
    "cherrypy's configuration": (
        "import cherrypy\ncherrypy.config.update({'server.socket_port': 9099})\ncherrypy.quickstart(1)\n",
        9099,
        "cherrypy",
    ),
    "gradio behind its queue": (
        "import gradio as gr\nwith gr.Blocks() as demo:\n    pass\ndemo.queue().launch(server_port=7870)\n",
        7870,
        "gradio",
    ),
    "an address put together of text": (
        (
            "import os, grpc\nserver = grpc.server(None)\nport = os.getenv('PORT', '50052')\n"
            "server.add_insecure_port(f'[::]:{port}')\n"
        ),
        50052,
        None,
    ),
    "slack that is called over HTTP": ("from slack_bolt import App\napp = App()\napp.start(port=3001)\n", 3001, None),
    "a bot that is called back": (
        (
            "from telegram.ext import Application\nbot = Application.builder().build()\n"
            "bot.run_webhook(listen='0.0.0.0', port=8443)\n"
        ),
        8443,
        None,
    ),
    "a model context server over HTTP": (
        "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\nmcp.run(transport='sse', port=9001)\n",
        9001,
        None,
    ),
}


@pytest.mark.parametrize("case", SERVERS)
def test_what_listens_by_itself_is_web(case: str, tmp_path: Path) -> None:
    code, port, framework = SERVERS[case]
    component = component_of(tmp_path, {"main.py": code})

    assert (component.kind, component.port, component.framework) == ("web", port, framework)


SILENT = {
    "a model context server on standard input": "from fastmcp import FastMCP\nmcp = FastMCP('x')\nmcp.run()\n",
    "a socket for datagrams": "import socket\ns = socket.socket(2, socket.SOCK_DGRAM)\ns.bind(('', 1900))\n",
    "a desktop window of flet": "import flet as ft\ndef main(page): pass\nft.app(main)\n",
}


@pytest.mark.parametrize("case", SILENT)
def test_what_does_not_listen_gets_no_port(case: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"main.py": SILENT[case]})

    assert (component.kind, component.port) == ("job", None)


ASKING = {
    "slack over a socket": (
        "from slack_bolt import App\nfrom slack_bolt.adapter.socket_mode import SocketModeHandler\n"
        "SocketModeHandler(App(), 'x').start()\n"
    ),
    "a bot that is called back only when it is told so": (
        "from telegram.ext import Application\nbot = Application.builder().build()\ndef main():\n"
        "    if bot.hook:\n        bot.run_webhook(port=8443)\n    else:\n        bot.run_polling()\nmain()\n"
    ),
}


@pytest.mark.parametrize("case", ASKING)
def test_what_asks_for_messages_is_a_worker_without_a_port(case: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"main.py": ASKING[case]})

    assert (component.kind, component.port) == ("worker", None)


def test_the_spider_of_a_folder_is_started_there(tmp_path: Path) -> None:
    files = {"requirements.txt": "scrapy\n", "prices/scrapy.cfg": "[settings]\n", "prices/shop/__init__.py": ""}
    files["prices/shop/spiders/daily.py"] = "import scrapy\nclass Daily(scrapy.Spider):\n    name = 'daily'\n"
    component = component_of(tmp_path, files)

    assert (component.kind, component.start_command) == ("job", "cd prices && scrapy crawl daily")


def test_the_run_method_of_something_imported_is_no_server_without_a_framework(tmp_path: Path) -> None:
    files = {"requirements.txt": "requests\n", "main.py": "from tool import app\napp.run()\n", "tool.py": "app = 1\n"}

    assert component_of(tmp_path, files).kind == "job"
