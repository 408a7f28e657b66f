"""What Go's frameworks and libraries for command lines say in their own ways: aliases, files, tags, literals."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

MOD = "module example.invalid/shelf\n\ngo 1.24\n\nrequire {} v2.0.0\n"

BEEGO = {
    "go.mod": MOD.format("github.com/beego/beego/v2"),
    "main.go": """
package main

import beego "github.com/beego/beego/v2/server/web"

func main() {
	beego.Run()
}
""",
}


def test_a_framework_under_another_name_is_recognised(tmp_path: Path) -> None:
    component = component_of(tmp_path, BEEGO)
    assert (component.kind, component.framework, component.port) == ("web", "beego", 8080)


def test_a_frameworks_own_file_says_the_port_and_goes_into_the_image(tmp_path: Path) -> None:
    files = {**BEEGO, "conf/app.conf": "appname = shelf\nhttpport = 8123\n", "views/index.tpl": "<p>\n"}
    component = component_of(tmp_path, files)

    assert component.port == 8123
    assert set(component.runtime_files) == {"conf", "views"}


def test_a_file_that_the_program_names_holds_its_settings(tmp_path: Path) -> None:
    main = """
package main

import (
	"flag"

	"github.com/zeromicro/go-zero/core/conf"
	"github.com/zeromicro/go-zero/rest"
)

var file = flag.String("f", "etc/shelf-api.yaml", "")

func main() {
	var c rest.RestConf
	conf.MustLoad(*file, &c)
	rest.MustNewServer(c).Start()
}
"""
    files = {
        "go.mod": MOD.format("github.com/zeromicro/go-zero"),
        "main.go": main,
        "etc/shelf-api.yaml": "Name: shelf\nPort: 8123\n",
    }
    assert component_of(tmp_path, files).port == 8123


def test_an_option_in_a_literal_says_where_a_program_listens(tmp_path: Path) -> None:
    main = """
package main

import (
	"net/http"
	"os"

	"github.com/urfave/cli/v2"
)

func main() {
	app := &cli.App{
		Flags: []cli.Flag{&cli.StringFlag{Name: "listen", Value: ":8123", EnvVars: []string{"SHELF_LISTEN"}}},
		Action: func(c *cli.Context) error {
			return http.ListenAndServe(c.String("listen"), nil)
		},
	}
	app.Run(os.Args)
}
"""
    component = component_of(tmp_path, {"go.mod": MOD.format("github.com/urfave/cli/v2"), "main.go": main})
    assert (component.kind, component.port, component.start_command) == ("web", 8123, "./shelf")


KONG = """
package main

import (
	"fmt"
	"net/http"

	"github.com/alecthomas/kong"
)

type ServeCommand struct {
	Port int `default:"8123"`
}

func (s *ServeCommand) Run() error { return http.ListenAndServe(fmt.Sprintf(":%d", s.Port), nil) }

type ListCommand struct{}

func (l *ListCommand) Run() error { return nil }

var arguments struct {
	List  ListCommand  `cmd:""`
	Serve ServeCommand `TAG`
}

func main() {
	context := kong.Parse(&arguments)
	context.FatalIfErrorf(context.Run())
}
"""


@pytest.mark.parametrize(
    ("tag", "start"),
    [
        ('cmd:"" help:"Start."', "./shelf serve"),
        ('cmd:"" name:"server"', "./shelf server"),
        ('cmd:"" default:"1"', "./shelf"),
        ('cmd:"" default:"withargs"', "./shelf"),
    ],
)
def test_a_command_in_a_tag_is_part_of_the_start_unless_it_needs_no_word(tag: str, start: str, tmp_path: Path) -> None:
    files = {"go.mod": MOD.format("github.com/alecthomas/kong"), "main.go": KONG.replace("TAG", tag)}
    assert component_of(tmp_path, files).start_command == start


def test_a_client_of_a_column_store_is_a_backing_service(tmp_path: Path) -> None:
    module = "github.com/ClickHouse/clickhouse-go/v2"
    main = f'package main\n\nimport _ "{module}"\n\nfunc main() {{\n}}\n'
    profile = profile_of(tmp_path, {"go.mod": MOD.format(module), "main.go": main})
    assert profile.components[0].backing_services == ("clickhouse",)
