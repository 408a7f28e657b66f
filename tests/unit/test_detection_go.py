"""What is said about Go modules: versions, programs, ports, kinds, variables; and what says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.frameworks import Framework, frameworks
from tasks.detection.go.listeners import GoListener, listens, table
from tasks.detection.go.scope import GoScope
from tasks.detection.go.syntax import GoFile
from tasks.errors import Invalid
from tests.unit.detection_kit import component_of, profile_of

MOD = "module example.invalid/shop\n\ngo 1.24\n"


def main_of(body: str, *imports: str, beside: str = "") -> str:
    lines = "\n".join(f'\t"{each}"' for each in ("net/http", *imports))
    return f"package main\n\nimport (\n{lines}\n)\n\n{beside}\n\nfunc main() {{\n\t{body}\n}}\n"


@pytest.mark.parametrize("row", table().listener, ids=lambda row: f"{row.package} {row.call}")
def test_a_call_that_listens_is_recognised_by_its_example(row: GoListener) -> None:
    imported = f'import "{row.package}"' if row.package else 'import "net/http"'
    file = GoFile("main.go", f"package main\n\n{imported}\n\nfunc main() {{\n\t{row.example}\n}}\n")

    found = listens(GoScope([file]))

    assert found, row.example
    assert found[0].worth.port == 9000 or found[0].default == row.default


@pytest.mark.parametrize("row", frameworks("go"), ids=lambda row: row.name)
def test_a_framework_is_recognised_by_its_module(row: Framework, tmp_path: Path) -> None:
    files = {
        "go.mod": f"{MOD}\nrequire {row.packages[0]} v1.0.0\n",
        "main.go": main_of('http.ListenAndServe(":80", nil)', row.packages[0]),
    }
    assert component_of(tmp_path, files).framework == row.name


PORTS = {
    'http.ListenAndServe(":8123", nil)': 8123,
    'http.ListenAndServe("0.0.0.0:8123", nil)': 8123,
    "http.ListenAndServe(`:8123`, nil)": 8123,
    'srv := &http.Server{Addr: ":8123"}\n\tsrv.ListenAndServe()': 8123,
    'srv := &http.Server{}\n\tsrv.Addr = ":8123"\n\tsrv.ListenAndServe()': 8123,
    'port := os.Getenv("PORT")\n\tif port == "" {\n\t\tport = "8123"\n\t}\n\thttp.ListenAndServe(":"+port, nil)': 8123,
    'http.ListenAndServe(":"+getEnv("PORT", "8123"), nil)': 8123,
    'http.ListenAndServe(fmt.Sprintf(":%d", 8123), nil)': 8123,
    'http.ListenAndServe(net.JoinHostPort("", "8123"), nil)': 8123,
    'addr := flag.String("addr", ":8123", "")\n\thttp.ListenAndServe(*addr, nil)': 8123,
    'var addr string\n\tflag.StringVar(&addr, "addr", ":8123", "")\n\thttp.ListenAndServe(addr, nil)': 8123,
    'viper.SetDefault("server.port", 8123)\n\thttp.ListenAndServe(":"+viper.GetString("server.port"), nil)': 8123,
    'l, _ := net.Listen("tcp", ":8123")\n\thttp.Serve(l, nil)': 8123,
    'http.ListenAndServe(":"+os.Getenv("PORT"), nil)': 8080,
    '// http.ListenAndServe(":1", nil)\n\thttp.ListenAndServe(":8123", nil)': 8123,
    '/* http.ListenAndServe(":1", nil) */ http.ListenAndServe(":8123", nil)': 8123,
    'println("http.ListenAndServe(\\":1\\", nil)")\n\thttp.ListenAndServe(":8123", nil)': 8123,
    'go http.ListenAndServe("localhost:6060", nil)\n\thttp.ListenAndServe(":8123", nil)': 8123,
}


@pytest.mark.parametrize("body", PORTS)
def test_a_port_is_found_where_it_is_written(body: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"go.mod": MOD, "main.go": main_of(body, "os", "net", "flag", "fmt")})

    assert (component.kind, component.port) == ("web", PORTS[body])


def test_a_port_is_found_in_a_struct_tag_of_another_package(tmp_path: Path) -> None:
    files = {
        "go.mod": MOD,
        "main.go": main_of('http.ListenAndServe(":"+config.Load().Port, nil)', "example.invalid/shop/config"),
        "config/config.go": 'package config\n\ntype C struct {\n\tPort string `env:"PORT" envDefault:"8123"`\n}\n',
    }
    component = component_of(tmp_path, files)

    assert component.port == 8123
    assert [(each.name, each.default) for each in component.env] == [("PORT", "8123")]


def test_a_port_is_found_in_a_configuration_file(tmp_path: Path) -> None:
    files = {
        "go.mod": MOD,
        "config.yaml": "server:\n  port: 8123\n",
        "main.go": main_of('http.ListenAndServe(fmt.Sprintf(":%d", cfg.Server.Port), nil)', "fmt"),
    }
    assert component_of(tmp_path, files).port == 8123


def test_a_variable_whose_absence_ends_the_program_is_required(tmp_path: Path) -> None:
    body = 'dsn := os.Getenv("DSN")\n\tif dsn == "" {\n\t\tlog.Fatal("no DSN")\n\t}\n\tlevel := os.Getenv("LEVEL")'
    component = component_of(tmp_path, {"go.mod": MOD, "main.go": main_of(body, "os", "log")})

    assert [(each.name, each.required) for each in component.env] == [("DSN", True), ("LEVEL", False)]


VERSIONS = {
    "go 1.21": "1.21", "go 1.22.5": "1.22", "go 1.23rc1": "1.23", "": None,
    "go 1.21\n\ntoolchain go1.24.1": "1.21",
}  # fmt: skip


@pytest.mark.parametrize("said", VERSIONS)
def test_the_release_is_what_the_module_asks_for(said: str, tmp_path: Path) -> None:
    files = {"go.mod": f"module example.invalid/x\n\n{said}\n", "main.go": main_of("")}

    assert component_of(tmp_path, files).language_version == VERSIONS[said]


def test_a_tool_file_is_stronger_than_the_module(tmp_path: Path) -> None:
    files = {"go.mod": MOD, "main.go": main_of(""), ".tool-versions": "golang 1.26.3\n"}

    assert component_of(tmp_path, files).language_version == "1.26"


def test_an_unknown_release_is_said(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"go.mod": "module x.invalid/x\n\ngo 9.9\n", "main.go": main_of("")})

    assert any("no known release of Go" in each for each in profile.warnings)


def test_tests_and_files_that_are_left_out_of_builds_say_nothing(tmp_path: Path) -> None:
    listening = main_of('http.ListenAndServe(":1", nil)')
    files = {
        "go.mod": MOD,
        "main.go": "package main\n\nfunc main() {}\n",
        "main_test.go": listening.replace("func main", "func TestMain"),
        "gen.go": f"//go:build ignore\n\n{listening}",
        "testdata/main.go": listening,
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.port) == ("job", None)


def test_the_program_that_the_dockerfile_builds_is_the_component(tmp_path: Path) -> None:
    files = {
        "go.mod": MOD,
        "cmd/api/main.go": main_of('http.ListenAndServe(":1111", nil)'),
        "cmd/web/main.go": main_of('http.ListenAndServe(":2222", nil)'),
        "Dockerfile": 'FROM golang:1.24\nCOPY . .\nRUN go build -o /web ./cmd/web\nCMD ["/web"]\n',
    }
    component = component_of(tmp_path, files)

    assert (component.path, component.port, component.start_command) == (".", 2222, "/web")


def test_a_subcommand_that_serves_is_part_of_the_start_command(tmp_path: Path) -> None:
    run = 'func(c *cobra.Command, a []string) { http.ListenAndServe(":8123", nil) }'
    code = f'var serve = &cobra.Command{{\n\tUse: "serve",\n\tRun: {run},\n}}'
    files = {
        "go.mod": f"{MOD}\nrequire github.com/spf13/cobra v1.9.1\n",
        "main.go": main_of("serve.Execute()", "github.com/spf13/cobra", beside=code),
    }
    assert component_of(tmp_path, files).start_command == "./shop serve"


def test_a_front_end_that_is_embedded_is_no_component_of_its_own(tmp_path: Path) -> None:
    files = {
        "go.mod": MOD,
        "main.go": main_of('http.ListenAndServe(":8123", nil)', "example.invalid/shop/ui"),
        "ui/ui.go": 'package ui\n\nimport "embed"\n\n//go:embed all:dist\nvar Files embed.FS\n',
        "ui/package.json": '{"devDependencies": {"vite": "7"}, "scripts": {"build": "vite build"}}',
        "ui/index.html": "<p>x</p>",
    }
    profile = profile_of(tmp_path, files)

    assert [each.name for each in profile.components] == ["shop"]
    assert any("embeds what ui builds" in each for each in profile.warnings)


@pytest.mark.parametrize("text", ["", "go 1.24\n", "module\n", "\x00", 'module a b`"\n' * 3 + "require ("])
def test_a_module_without_a_name_is_refused_with_its_file(text: str, tmp_path: Path) -> None:
    if text == "\x00" or text.startswith("module a"):
        text = f"module {text}"
    with pytest.raises(Invalid, match=r"go\.mod, line 1") as refused:
        profile_of(tmp_path, {"go.mod": text.replace("a b`", "\x01"), "main.go": "package main\n"})
    assert refused.value.reason == "unreadable"


@pytest.mark.parametrize(
    "code", ['"' * 5000, "`" * 5001, "/*" * 5000, "(" * 5000, "x := " * 3000, "a.b." * 5000, "'" * 5000]
)
def test_code_without_an_end_is_read_in_time(code: str, tmp_path: Path) -> None:
    files = {"go.mod": MOD, "main.go": f"package main\n\nfunc main() {{\n\thttp.ListenAndServe({code}"}

    assert profile_of(tmp_path, files).components[0].language == "go"


def test_names_that_are_worth_each_other_come_to_an_end(tmp_path: Path) -> None:
    body = "a := b\n\tb := a\n\tport := a + b + port\n\thttp.ListenAndServe(port, nil)"

    assert component_of(tmp_path, {"go.mod": MOD, "main.go": main_of(body)}).port is None
