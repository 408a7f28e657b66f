"""Ports of Go programs that come from options and commands: cobra, pflag, kingpin; and names that say no port."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

MOD = "module example.invalid/shelf\n\ngo 1.24\n\nrequire github.com/spf13/cobra v1.10.1\n"
MAIN = 'package main\n\nimport "example.invalid/shelf/cmd"\n\nfunc main() {\n\tcmd.Execute()\n}\n'
ROOT = """
package cmd

import "github.com/spf13/cobra"

var rootCmd = &cobra.Command{Use: "shelf"%s}

func Execute() { rootCmd.Execute() }
"""


def command(name: str, variables: str, body: str, options: str) -> str:
    return f"""
package cmd

import (
	"fmt"
	"net/http"

	"github.com/spf13/cobra"
)

{variables}

var {name}Cmd = &cobra.Command{{
	Use: "{name}",
	RunE: func(cmd *cobra.Command, args []string) error {{
		{body}
	}},
}}

func init() {{
	{options}
	rootCmd.AddCommand({name}Cmd)
}}
"""


LISTENING = 'return http.ListenAndServe(fmt.Sprintf(":%d", port), nil)'


@pytest.mark.parametrize(
    ("variables", "body", "options"),
    [
        ("var port int", LISTENING, 'serveCmd.Flags().IntVarP(&port, "port", "p", 8123, "")'),
        ("var port int", LISTENING, 'serveCmd.PersistentFlags().IntVar(&port, "port", 8123, "")'),
        ("", f'port, _ := cmd.Flags().GetInt("port")\n\t\t{LISTENING}', 'serveCmd.Flags().IntP("port", "p", 8123, "")'),
        ("", f'port := viper.GetInt("port")\n\t\t{LISTENING}', 'serveCmd.Flags().Int("port", 8123, "")'),
        ("", f'port := viper.GetInt("http_port")\n\t\t{LISTENING}', 'serveCmd.Flags().Int("http-port", 8123, "")'),
    ],
)
def test_the_option_of_a_command_says_where_it_listens(variables: str, body: str, options: str, tmp_path: Path) -> None:
    files = {
        "go.mod": MOD,
        "main.go": MAIN,
        "cmd/root.go": ROOT % "",
        "cmd/serve.go": command("serve", variables, body, options),
    }
    component = component_of(tmp_path, files)

    assert (component.port, component.start_command) == (8123, "./shelf serve")


def test_another_commands_listener_is_none_of_the_started_program(tmp_path: Path) -> None:
    preview = 'previewCmd.Flags().IntVar(&previewPort, "preview-port", 7001, "")'
    listening = 'return http.ListenAndServe(fmt.Sprintf(":%d", previewPort), nil)'
    serve = 'serveCmd.Flags().IntVar(&port, "port", 8123, "")'
    files = {
        "go.mod": MOD,
        "main.go": MAIN,
        "cmd/apreview.go": command("preview", "var previewPort int", listening, preview),
        "cmd/root.go": ROOT % "",
        "cmd/serve.go": command("serve", "var port int", LISTENING, serve),
    }
    assert component_of(tmp_path, files).port == 8123


def test_what_only_another_command_listens_on_is_no_port_of_the_one_that_serves(tmp_path: Path) -> None:
    login = 'loginCmd.Flags().IntVar(&callbackPort, "callback-port", 7001, "")'
    listening = 'return http.ListenAndServe(fmt.Sprintf(":%d", callbackPort), nil)'
    files = {
        "go.mod": MOD,
        "main.go": MAIN,
        "cmd/login.go": command("login", "var callbackPort int", listening, login),
        "cmd/root.go": ROOT % "",
        "cmd/serve.go": command("serve", "", "return serving.Wait(context.Background())", ""),
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.port, component.start_command) == ("web", None, "./shelf serve")


def test_a_number_by_itself_is_no_address(tmp_path: Path) -> None:
    main = """
package main

import "net"

const size = 1232

func listen(address string) { net.Listen("tcp", address) }

func main() { listen(size) }
"""
    component = component_of(tmp_path, {"go.mod": MOD, "main.go": main})
    assert (component.kind, component.port) == ("web", None)


EXPORTER = """
package main

import (
	"net/http"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/exporter-toolkit/web"
	webflag "github.com/prometheus/exporter-toolkit/web/kingpinflag"
)

func main() {
	toolkit := webflag.AddFlags(kingpin.CommandLine, ":8123")
	kingpin.Parse()
	web.ListenAndServe(&http.Server{}, toolkit, nil)
}
"""


def test_an_exporter_listens_where_its_toolkits_flags_say(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"go.mod": MOD, "main.go": EXPORTER})
    assert (component.kind, component.port) == ("web", 8123)


SERVER = """
package server

import "net/http"

type Config struct {
	Host string
	Port string
}

func Run(config Config) error {
	srv := &http.Server{Addr: config.Host + ":" + config.Port}
	return srv.ListenAndServe()
}
"""
ASIDE = {
    "server/docs.go": 'import "github.com/swaggo/swag"\n\nvar Info = &swag.Spec{Host: "localhost:7001"}',
    "server/mock.go": 'func NewMock() Config { return Config{Host: "localhost", Port: "7001"} }',
    "server/mocks_server.go": 'func NewMock() Config { return Config{Host: "localhost", Port: "7001"} }',
}


@pytest.mark.parametrize("path", ASIDE)
def test_stand_ins_and_generated_descriptions_say_no_address(path: str, tmp_path: Path) -> None:
    main = """
package main

import (
	flag "github.com/spf13/pflag"
	"github.com/spf13/viper"
	"example.invalid/shelf/server"
)

func main() {
	fs := flag.NewFlagSet("default", flag.ContinueOnError)
	fs.String("host", "", "")
	fs.Int("port", 8123, "")
	viper.BindPFlags(fs)
	var config server.Config
	viper.Unmarshal(&config)
	server.Run(config)
}
"""
    files = {
        "go.mod": MOD,
        "main.go": main,
        "server/server.go": SERVER,
        path: f"package server\n\n{ASIDE[path]}\n",
    }
    profile = profile_of(tmp_path, files)

    assert profile.components[0].port == 8123
    assert not [each for each in profile.warnings if "localhost" in each]
