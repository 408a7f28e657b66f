"""Addresses of Go programs that another package says: constants, fields that a file fills, options over a default."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of

MOD = "module example.invalid/kiln\n\ngo 1.24\n"


def program(address: str, package: str, beside: str, **files: str) -> dict[str, str]:
    main = (
        f'package main\n\nimport (\n\t"net/http"\n\n\t"example.invalid/kiln/{package}"\n)\n\n'
        f"func main() {{\n\tcfg := {package}.Load()\n\thttp.ListenAndServe({address}, nil)\n}}\n"
    )
    return {"go.mod": MOD, "main.go": main, f"{package}/{package}.go": f"package {package}\n\n{beside}\n", **files}


@pytest.mark.parametrize("declared", ['const %s = ":8123"', 'var %s = ":8123"', 'const (\n\t%s = ":8123"\n)'])
@pytest.mark.parametrize("name", ["Addr", "ServerAddr", "ListenAddress"])
def test_a_constant_of_another_package_says_the_address(declared: str, name: str, tmp_path: Path) -> None:
    assert component_of(tmp_path, program(f"heat.{name}", "heat", declared % name)).port == 8123


FIELDS = """
type Config struct {
	HTTPServer `yaml:"http_server"`
	Store Store `yaml:"store"`
}

type HTTPServer struct {
	Address string `yaml:"address" env-default:"localhost:7001"`
}

type Store struct {
	Address string `yaml:"address" env-default:"localhost:7002"`
}
"""


def test_what_a_configuration_file_says_is_stronger_than_a_fields_default(tmp_path: Path) -> None:
    files = program("cfg.HTTPServer.Address", "config", FIELDS)
    files["config/local.yaml"] = "http_server:\n  address: 0.0.0.0:8123\nstore:\n  address: db:7003\n"
    assert component_of(tmp_path, files).port == 8123


def test_a_fields_default_counts_where_no_file_says_more(tmp_path: Path) -> None:
    assert component_of(tmp_path, program("cfg.HTTPServer.Address", "config", FIELDS)).port == 7001


def test_a_key_that_is_written_as_a_variable_is_one(tmp_path: Path) -> None:
    fields = 'type Config struct {\n\tServerAddress string `mapstructure:"SERVER_ADDRESS"`\n}'
    files = program("cfg.ServerAddress", "config", fields) | {"app.env": "SERVER_ADDRESS=0.0.0.0:8123\n"}
    assert component_of(tmp_path, files).port == 8123


SERVER = """
package serving

import (
	"net"
	"net/http"
)

const defaultAddr = ":80"

type Option func(*Server)

type Server struct{ server *http.Server }

func Port(port string) Option {
	return func(s *Server) { s.server.Addr = net.JoinHostPort("", port) }
}

func New(options ...Option) *Server {
	s := &Server{server: &http.Server{Addr: defaultAddr}}
	for _, each := range options {
		each(s)
	}
	return s
}

func (s *Server) Start() error { return s.server.ListenAndServe() }
"""


@pytest.mark.parametrize(("given", "port"), [('serving.Port("8123")', 8123), ("", 80)])
def test_an_option_of_the_server_is_stronger_than_its_default(given: str, port: int, tmp_path: Path) -> None:
    main = (
        f'package main\n\nimport "example.invalid/kiln/serving"\n\nfunc main() {{\n\tserving.New({given}).Start()\n}}\n'
    )
    files = {"go.mod": MOD, "main.go": main, "serving/serving.go": SERVER}
    if not given:
        files["serving/serving.go"] = SERVER.replace(
            '\treturn func(s *Server) { s.server.Addr = net.JoinHostPort("", port) }\n', "\treturn nil\n"
        )
    assert component_of(tmp_path, files).port == port
