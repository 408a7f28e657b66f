"""What is read out of .NET projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.dotnet.sources import without_comments
from tasks.errors import Invalid
from tests.unit.detection_kit import component_of, profile_of

WEB = '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup>{}</PropertyGroup></Project>'
NET8 = "<TargetFramework>net8.0</TargetFramework>"
PROGRAM = "var app = WebApplication.CreateBuilder(args).Build();\n{}\napp.Run();\n"


@pytest.mark.parametrize(
    ("code", "port"),
    [
        ('app.Urls.Add("http://*:5001");', 5001),
        ('builder.WebHost.UseUrls("http://0.0.0.0:5002");', 5002),
        ("options.ListenAnyIP(5003);", 5003),
        ("options.Listen(IPAddress.Any, 5004);", 5004),
        ('app.Run("http://localhost:5005");', 5005),
        ('let app = application {\n    url "http://0.0.0.0:5010"', 5010),
        ('let binding = HttpBinding.createSimple HTTP "0.0.0.0" 5011', 5011),
        ('// app.Run("http://localhost:5006");', 8080),
        ('var url = "http://elsewhere:5007";', 8080),
    ],
)
def test_the_port_is_where_the_code_listens(code: str, port: int, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"A.csproj": WEB.format(NET8), "Program.cs": PROGRAM.format(code)})

    assert component.port == port


@pytest.mark.parametrize(
    ("framework", "release"),
    [("net8.0", "8.0"), ("net6.0", "6.0"), ("netcoreapp3.1", "3.1"), ("net9.0", "9.0"), ("net6.0;net8.0", "8.0")],
)
def test_the_release_is_that_of_the_newest_target_framework(framework: str, release: str, tmp_path: Path) -> None:
    tag = "TargetFrameworks" if ";" in framework else "TargetFramework"
    component = component_of(tmp_path, {"A.csproj": WEB.format(f"<{tag}>{framework}</{tag}>")})

    assert component.language_version == release


def test_properties_of_the_folders_above_hold_unless_the_project_has_its_own(tmp_path: Path) -> None:
    properties = f"<PropertyGroup>{NET8}<AssemblyName>all</AssemblyName></PropertyGroup>"
    files = {
        "Directory.Build.props": f"<Project>{properties}</Project>",
        "src/A/A.csproj": WEB.format("<AssemblyName>own</AssemblyName>"),
    }
    component = component_of(tmp_path, files)

    assert (component.language_version, component.start_command) == ("8.0", "dotnet own.dll")
    assert component.dependency_files == ("../../Directory.Build.props", "A.csproj")


def test_each_web_project_of_a_solution_is_a_component_and_its_libraries_are_none(tmp_path: Path) -> None:
    library = '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>' + NET8 + "</PropertyGroup></Project>"
    profile = profile_of(
        tmp_path,
        {"api/Api.csproj": WEB.format(NET8), "admin/Admin.csproj": WEB.format(NET8), "core/Core.csproj": library},
    )

    assert [each.path for each in profile.components] == ["admin", "api"]


@pytest.mark.parametrize(
    "properties",
    [
        "<OutputType>WinExe</OutputType><UseWPF>true</UseWPF><TargetFramework>net8.0-windows</TargetFramework>",
        "<OutputType>Exe</OutputType><UseMaui>true</UseMaui><TargetFrameworks>net8.0-android;net8.0-ios</TargetFrameworks>",
    ],
)
def test_a_program_for_screens_is_not_deployed(properties: str, tmp_path: Path) -> None:
    text = f'<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>{properties}</PropertyGroup></Project>'

    assert profile_of(tmp_path, {"A.csproj": text}).verdict == "unsupported"


def test_a_console_program_is_a_job_without_a_port(tmp_path: Path) -> None:
    text = (
        f'<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>{NET8}</PropertyGroup></Project>'
    )
    component = component_of(tmp_path, {"A.csproj": text, "Program.cs": 'Console.WriteLine("done");'})

    assert (component.kind, component.port) == ("job", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<Project>", "A.csproj, line 1: no element found"),
        ('<!DOCTYPE p [<!ENTITY a "b">]>\n<Project>&a;</Project>', "a DOCTYPE is not read"),
        ("<a>" * 200, "nested too deeply"),
        ("", "A.csproj, line 1"),
    ],
)
def test_a_project_file_that_cannot_be_used_is_named_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=said) as raised:
        profile_of(tmp_path, {"A.csproj": text})
    assert raised.value.reason == "unreadable"


def test_projects_that_refer_to_each_other_come_to_an_end(tmp_path: Path) -> None:
    refers = '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><ProjectReference Include="{}" /></ItemGroup></Project>'
    profile = profile_of(
        tmp_path, {"a/A.csproj": refers.format(r"..\b\B.csproj"), "b/B.csproj": refers.format(r"..\a\A.csproj")}
    )

    assert [each.dependency_files for each in profile.components] == [
        ("../b/B.csproj", "A.csproj"),
        ("../a/A.csproj", "B.csproj"),
    ]


def test_comments_are_blanked_and_texts_are_not() -> None:
    assert without_comments('a; // b\n"http://x" /* c\n */ d') == 'a; \n"http://x" \n d'


def test_the_single_page_application_that_a_project_serves_is_a_part_of_it(tmp_path: Path) -> None:
    files = {
        "web/Web.csproj": WEB.format(f"{NET8}<SpaRoot>ClientApp\\</SpaRoot>"),
        "web/ClientApp/package.json": '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "5"}}',
    }

    assert component_of(tmp_path, files).path == "web"


def test_pages_of_blazor_that_a_web_project_refers_to_are_served_by_it(tmp_path: Path) -> None:
    refers = '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><ProjectReference Include="{}" /></ItemGroup></Project>'
    pages = '<Project Sdk="Microsoft.NET.Sdk.BlazorWebAssembly"></Project>'
    files = {"pages/Pages.csproj": pages, "alone/Alone.csproj": pages}
    profile = profile_of(tmp_path, {**files, "host/Host.csproj": refers.format(r"..\pages\Pages.csproj")})

    assert [(each.path, each.kind) for each in profile.components] == [("alone", "static"), ("host", "web")]


def test_packages_of_the_projects_that_it_refers_to_are_its_own(tmp_path: Path) -> None:
    item = "<Project Sdk='{}'><PropertyGroup>" + NET8 + "</PropertyGroup><ItemGroup>{}</ItemGroup></Project>"
    files = {
        "Api/Api.csproj": item.format("Microsoft.NET.Sdk.Web", r'<ProjectReference Include="..\Infra\Infra.csproj" />'),
        "Infra/Infra.csproj": item.format("Microsoft.NET.Sdk", r'<ProjectReference Include="..\Data\Data.csproj" />'),
        "Data/Data.csproj": item.format("Microsoft.NET.Sdk", '<PackageReference Include="Npgsql" />'),
        "Other/Other.csproj": item.format("Microsoft.NET.Sdk", '<PackageReference Include="MongoDB.Driver" />'),
    }

    assert component_of(tmp_path, files).backing_services == ("postgres",)


@pytest.mark.parametrize(
    "code",
    [
        "await client.StartAsync();\nawait Task.Delay(-1);",
        "Thread.Sleep(Timeout.Infinite);",
        "while (!token.IsCancellationRequested)\n{\n    var result = consumer.Consume(token);\n}",
        "await new HostBuilder().RunConsoleAsync();",
    ],
)
def test_a_console_program_that_waits_without_an_end_is_a_worker(code: str, tmp_path: Path) -> None:
    text = (
        f'<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>{NET8}</PropertyGroup></Project>'
    )

    assert component_of(tmp_path, {"A.csproj": text, "Program.cs": code}).kind == "worker"


def test_packages_of_paket_count_and_its_files_are_restored_from(tmp_path: Path) -> None:
    files = {
        "paket.dependencies": "nuget Npgsql\n",
        "paket.lock": "NUGET\n",
        "src/A/A.fsproj": WEB.format(NET8),
        "src/A/paket.references": "Npgsql\ngroup Test\n  MongoDB.Driver\n",
    }
    component = component_of(tmp_path, files)

    assert component.backing_services == ("postgres",)
    assert component.dependency_files == (
        "../../paket.dependencies",
        "../../paket.lock",
        "A.fsproj",
        "paket.references",
    )


PROVIDERS = (
    '<Project Sdk="{}"><ItemGroup>{}<PackageReference Include="{}" /><PackageReference Include="{}" />'
    "</ItemGroup></Project>"
)
DRIVERS = ("Npgsql.EntityFrameworkCore.PostgreSQL", "Microsoft.EntityFrameworkCore.SqlServer")
CHOSEN = {
    "o.UseNpgsql(url)": ("postgres",),
    "o.UseNpgsql(url); // o.UseSqlServer(url)\n": ("postgres",),
    "if (old) o.UseSqlServer(url); else o.UseNpgsql(url)": ("postgres", "sqlserver"),
    "o.UseInMemoryDatabase(url)": ("postgres", "sqlserver"),
}


@pytest.mark.parametrize("code", CHOSEN)
def test_of_several_drivers_the_one_that_code_chooses_counts(code: str, tmp_path: Path) -> None:
    used = '<ProjectReference Include="..\\Store\\Store.csproj" />'
    files = {
        "Shop/Shop.csproj": PROVIDERS.format("Microsoft.NET.Sdk.Web", used, "AutoMapper", "Serilog"),
        "Shop/Program.cs": PROGRAM.format(""),
        "Store/Store.csproj": PROVIDERS.format("Microsoft.NET.Sdk", "", *DRIVERS),
        "Store/Setup.cs": f"services.AddDbContext<Shop>(o => {{ {code}; }});\n",
    }

    assert component_of(tmp_path, files).backing_services == CHOSEN[code]
