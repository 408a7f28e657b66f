"""Where .NET programs listen, by what their code, their images and their commands say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of

NET8 = "<PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>"
WEB = f'<Project Sdk="Microsoft.NET.Sdk.Web">{NET8}</Project>'
PLAIN = WEB.replace(".Web", "").replace("<PropertyGroup>", "<PropertyGroup><OutputType>Exe</OutputType>")
PROGRAM = "var app = WebApplication.CreateBuilder(args).Build();\napp.Run();\n"


@pytest.mark.parametrize(
    ("code", "port"),
    [
        ('var port = Environment.GetEnvironmentVariable("PORT") ?? "5001";\napp.Run($"http://0.0.0.0:{port}");', 5001),
        (
            'var port = Environment.GetEnvironmentVariable("PORT")\n    ?? "5002";\nhost.UseUrls("http://*:" + port);',
            5002,
        ),
        ('var url = $"http://+:{port}";\nhost.UseUrls(url);\nconst int port = 5003;', 5003),
        ("const int Port = 5004;\nkestrel.ListenAnyIP(Port);", 5004),
        ('int port = config.GetValue("Port", 5005);\nkestrel.Listen(IPAddress.Any, port);', 5005),
        ('app.Run($"http://*:{Environment.GetEnvironmentVariable("PORT") ?? "5006"}");', 5006),
        ('var port = "5007";\nvar shop = new Uri($"http://shop:{port}");\napp.Run(url);', 8080),
    ],
)
def test_a_name_stands_for_the_port_it_is_given(code: str, port: int, tmp_path: Path) -> None:
    assert component_of(tmp_path, {"A.csproj": WEB, "Program.cs": PROGRAM + code}).port == port


@pytest.mark.parametrize(
    ("code", "port"),
    [
        ('var listener = new HttpListener();\nlistener.Prefixes.Add("http://*:9001/");', 9001),
        ("var listener = new TcpListener(IPAddress.Any, 9002);", 9002),
        ('const int Port = 9003;\nvar at = new ServerPort("0.0.0.0", Port, Plain);', 9003),
        ("var listener = new HttpListener();\nlistener.Prefixes.Add(address);", None),
    ],
)
def test_a_server_without_a_framework_listens_where_it_says_and_nowhere_else(
    code: str, port: int | None, tmp_path: Path
) -> None:
    component = component_of(tmp_path, {"A.csproj": PLAIN, "Program.cs": code})

    assert (component.kind, component.framework, component.port) == ("web", None, port)


@pytest.mark.parametrize(
    ("lines", "port"),
    [
        ("FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENV ASPNETCORE_URLS=http://+:5050", 5050),
        ("FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENV ASPNETCORE_URLS=https://+:443;http://+:5051", 5051),
        ("FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENV ASPNETCORE_HTTP_PORTS=5052", 5052),
        ("FROM mcr.microsoft.com/dotnet/aspnet:8.0", 8080),
        ("FROM mcr.microsoft.com/dotnet/aspnet:6.0", 80),
        ("FROM mcr.microsoft.com/dotnet/aspnet:6.0 AS base\nFROM base", 80),
    ],
)
def test_an_image_tells_where_to_listen(lines: str, port: int, tmp_path: Path) -> None:
    files = {
        "A.csproj": WEB,
        "Program.cs": PROGRAM,
        "Dockerfile": f'{lines}\nCOPY out .\nENTRYPOINT ["dotnet", "A.dll"]\n',
    }

    assert component_of(tmp_path, files).port == port


def test_a_compose_file_without_ports_tells_it_in_the_environment(tmp_path: Path) -> None:
    files = {
        "A.csproj": WEB,
        "Program.cs": PROGRAM,
        "compose.yaml": "services:\n  a:\n    build: .\n    environment:\n      ASPNETCORE_HTTP_PORTS: 5053\n",
    }

    assert component_of(tmp_path, files).port == 5053


def test_a_command_of_heroku_starts_where_the_program_was_published(tmp_path: Path) -> None:
    line = "web: cd $HOME/heroku_output && dotnet A.dll --urls http://*:5054\n"
    component = component_of(tmp_path, {"A.csproj": WEB, "Program.cs": PROGRAM, "Procfile": line})

    assert component.start_command == "dotnet A.dll --urls http://*:5054"
    assert component.port == 5054
