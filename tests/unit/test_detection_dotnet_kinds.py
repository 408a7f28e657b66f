"""Which .NET projects are programs for a container, and which kind each of them is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

NET8 = "<TargetFramework>net8.0</TargetFramework>"
PROGRAM = f"<OutputType>Exe</OutputType>{NET8}"
OLD = """<Project><PropertyGroup>
<OutputType>Exe</OutputType><TargetFrameworkVersion>v4.7.2</TargetFrameworkVersion>
</PropertyGroup></Project>"""
ORCHESTRATOR = f"""<Project Sdk="Microsoft.NET.Sdk"><Sdk Name="Aspire.AppHost.Sdk" Version="9.5.0" />
<PropertyGroup>{PROGRAM}</PropertyGroup></Project>"""
HOSTED = "var host = Host.CreateApplicationBuilder(args).Build();\nhost.Run();\n"


def project(sdk: str, properties: str, *packages: str) -> str:
    """A project file."""
    items = "".join(f'<PackageReference Include="{each}" />' for each in packages)
    return f'<Project Sdk="{sdk}"><PropertyGroup>{properties}</PropertyGroup><ItemGroup>{items}</ItemGroup></Project>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            project("Microsoft.NET.Sdk", "<OutputType>Exe</OutputType><TargetFramework>net48</TargetFramework>"),
            "Windows",
        ),
        (
            OLD,
            "Windows",
        ),
        (project("Microsoft.NET.Sdk", f"{PROGRAM}<AzureFunctionsVersion>v4</AzureFunctionsVersion>"), "functions"),
        (project("Microsoft.NET.Sdk", NET8, "Microsoft.NET.Sdk.Functions"), "functions"),
        (project("Microsoft.NET.Sdk.Web", f"{NET8}<OutputType>Library</OutputType>"), "library"),
        (project("Microsoft.NET.Sdk.Web", "<TargetFramework>netstandard2.0</TargetFramework>"), "library"),
    ],
)
def test_what_no_container_of_linux_starts_is_refused(text: str, said: str, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"A.csproj": text, "Program.cs": HOSTED})

    assert profile.verdict == "unsupported"
    assert said in profile.message


@pytest.mark.parametrize(
    "aside",
    [
        ORCHESTRATOR,
        project("Aspire.AppHost.Sdk/13.0.0", PROGRAM),
        project("MSTest.Sdk/3.6.0", PROGRAM),
        project("Microsoft.NET.Sdk", PROGRAM, "xunit.v3"),
        project("Microsoft.NET.Sdk", PROGRAM, "BenchmarkDotNet"),
        project("Microsoft.NET.Sdk", PROGRAM, "Fake.Core.Target"),
    ],
)
def test_what_developers_start_is_no_component(aside: str, tmp_path: Path) -> None:
    files = {"api/Api.csproj": project("Microsoft.NET.Sdk.Web", NET8), "Aside.csproj": aside, "Aside.cs": HOSTED}

    assert [each.path for each in profile_of(tmp_path, files).components] == ["api"]


@pytest.mark.parametrize(
    "code",
    [
        HOSTED,
        "await Host.CreateDefaultBuilder(args).Build().RunAsync();",
        "bot.StartReceiving(Answer, Complain);\nConsole.ReadLine();",
        "var client = new DiscordSocketClient();\nawait client.StartAsync();\nConsole.ReadLine();",
        "var consumer = new AsyncEventingBasicConsumer(channel);",
        "using var server = new BackgroundJobServer();",
        "while (true)\n{\n    try { Ask(); }\n    catch { }\n    Thread.Sleep(1000);\n}",
    ],
)
def test_a_program_that_runs_until_it_is_stopped_is_a_worker(code: str, tmp_path: Path) -> None:
    files = {"A.csproj": project("Microsoft.NET.Sdk", PROGRAM), "Program.cs": code}

    assert component_of(tmp_path, files).kind == "worker"


@pytest.mark.parametrize(
    "code",
    [
        "var host = Host.CreateDefaultBuilder(args).Build();\nhost.Services.GetRequiredService<Import>().Do();",
        "while (true)\n{\n    var line = Console.ReadLine();\n    Thread.Sleep(10);\n}",
    ],
)
def test_a_program_that_comes_to_its_end_is_a_job(code: str, tmp_path: Path) -> None:
    files = {"A.csproj": project("Microsoft.NET.Sdk", PROGRAM), "Program.cs": code}

    assert component_of(tmp_path, files).kind == "job"


SERVICE = """class Import(IHostApplicationLifetime life) : BackgroundService
{{
    protected override async Task ExecuteAsync(CancellationToken token)
    {{
        {}
    }}
}}
"""


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("await Read(); life.StopApplication();", "job"),
        ("try { await Listen(); } catch (Exception e) { life.StopApplication(); }", "worker"),
        ("while (!token.IsCancellationRequested) { await Read(); } life.StopApplication();", "worker"),
        ("await Listen();", "worker"),
    ],
)
def test_a_host_whose_only_service_stops_it_when_the_work_is_done_is_a_job(
    code: str, kind: str, tmp_path: Path
) -> None:
    files = {
        "A.csproj": project("Microsoft.NET.Sdk.Worker;Microsoft.NET.Sdk.Publish", NET8),
        "Program.cs": HOSTED,
        "Import.cs": SERVICE.format(code),
    }

    assert component_of(tmp_path, files).kind == kind


@pytest.mark.parametrize("package", ["Microsoft.AspNetCore.Blazor", "Microsoft.AspNetCore.Components.WebAssembly"])
def test_early_sites_of_blazor_are_web_projects_for_a_standard(package: str, tmp_path: Path) -> None:
    text = project("Microsoft.NET.Sdk.Web", "<TargetFramework>netstandard2.1</TargetFramework>", package)
    component = component_of(tmp_path, {"A.csproj": text})

    assert (component.kind, component.framework, component.language_version) == ("static", "blazor", "3.1")


@pytest.mark.parametrize(
    ("written", "release"), [("netcoreapp3.0", "3.1"), ("netcoreapp2.0", "2.1"), ("netcoreapp2.1", "2.1")]
)
def test_a_program_for_a_release_without_an_image_runs_on_the_next_one(
    written: str, release: str, tmp_path: Path
) -> None:
    text = project("Microsoft.NET.Sdk.Web", f"<TargetFramework>{written}</TargetFramework>")

    assert component_of(tmp_path, {"A.csproj": text}).language_version == release


def test_properties_are_known_by_the_names_of_others(tmp_path: Path) -> None:
    files = {
        "Directory.Build.props": "<Project><PropertyGroup><Net>net9.0</Net><Firm>Shop</Firm></PropertyGroup></Project>",
        "a/A.csproj": project(
            "Microsoft.NET.Sdk.Web",
            "<TargetFramework>$(Net)</TargetFramework><AssemblyName>$(Firm).$(MSBuildProjectName)</AssemblyName>",
        ),
    }
    component = component_of(tmp_path, files)

    assert (component.language_version, component.start_command) == ("9.0", "dotnet Shop.A.dll")


def test_a_property_that_names_itself_comes_to_an_end(tmp_path: Path) -> None:
    text = project("Microsoft.NET.Sdk.Web", f"{NET8}<AssemblyName>$(AssemblyName)$(AssemblyName)</AssemblyName>")

    assert component_of(tmp_path, {"A.csproj": text}).start_command == "dotnet A.dll"


def test_a_site_that_the_build_makes_in_a_folder_is_a_part(tmp_path: Path) -> None:
    run = '<Target Name="Site"><Exec Command="npm run build" WorkingDirectory="ClientApp\\" /></Target>'
    text = project("Microsoft.NET.Sdk.Web", NET8).replace("</Project>", f"{run}</Project>")
    site = '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "5"}}'

    component = component_of(tmp_path, {"web/Web.csproj": text, "web/ClientApp/package.json": site})

    assert (component.path, component.build_packages) == ("web", ("nodejs", "npm"))


def test_a_site_with_a_project_file_is_built_with_the_server_that_refers_to_it(tmp_path: Path) -> None:
    refers = '<ItemGroup><ProjectReference Include="..\\site\\site.esproj" /></ItemGroup>'
    files = {
        "web/Web.csproj": project("Microsoft.NET.Sdk.Web", f"{NET8}<SpaRoot>..\\site</SpaRoot>").replace(
            "</Project>", f"{refers}</Project>"
        ),
        "site/site.esproj": '<Project Sdk="Microsoft.VisualStudio.JavaScript.Sdk/1.0.2" />',
        "site/package.json": '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "5"}}',
    }
    component = component_of(tmp_path, files)

    assert (component.path, component.build_packages) == ("web", ("nodejs", "npm"))
    assert "../site/site.esproj" in component.dependency_files
