"""Subcommands of Go programs that work, what keeps a program running, and what go.mod calls indirect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

MOD = "module example.invalid/post\n\ngo 1.24\n\nrequire github.com/spf13/cobra v1.10.1\n"
MAIN = 'package main\n\nimport "example.invalid/post/cmd"\n\nfunc main() {\n\tcmd.Execute()\n}\n'
ROOT = """
package cmd

import "github.com/spf13/cobra"

var rootCmd = &cobra.Command{Use: "post"}

func Execute() { rootCmd.Execute() }
"""
SERVING = """
package cmd

import (
	"net/http"

	"github.com/spf13/cobra"
)

var serveCmd = &cobra.Command{
	Use: "serve",
	Run: func(cmd *cobra.Command, args []string) { http.ListenAndServe(":8123", nil) },
}

func init() { rootCmd.AddCommand(serveCmd) }
"""


def working(name: str) -> str:
    return f"""
package cmd

import "github.com/spf13/cobra"

var workCmd = &cobra.Command{{
	Use:   "{name}",
	Short: "sends what waits",
	Run:   work,
}}

func work(cmd *cobra.Command, args []string) {{ deliver() }}

func init() {{ rootCmd.AddCommand(workCmd) }}
"""


def cobra(**files: str) -> dict[str, str]:
    named = {f"cmd/{name}.go": text for name, text in files.items()}
    return {"go.mod": MOD, "main.go": MAIN, "cmd/root.go": ROOT, **named}


@pytest.mark.parametrize("name", ["worker", "mail-worker", "consumer", "consume", "scheduler"])
def test_a_subcommand_that_works_is_a_process_beside_the_one_that_serves(name: str, tmp_path: Path) -> None:
    found = profile_of(tmp_path, cobra(serve=SERVING, work=working(name))).components

    assert [(each.kind, each.port, each.start_command) for each in found] == [
        ("web", 8123, "./post serve"),
        ("worker", None, f"./post {name}"),
    ]


@pytest.mark.parametrize("name", ["migrate", "version", "workspace"])
def test_another_subcommand_is_none(name: str, tmp_path: Path) -> None:
    assert component_of(tmp_path, cobra(serve=SERVING, work=working(name))).start_command == "./post serve"


def test_a_group_of_commands_is_no_process_by_its_name(tmp_path: Path) -> None:
    group = working("worker").replace("\tRun:   work,\n", "")
    assert component_of(tmp_path, cobra(serve=SERVING, work=group)).kind == "web"


def test_a_program_that_only_works_is_told_so(tmp_path: Path) -> None:
    component = component_of(tmp_path, cobra(work=working("worker"), more=working("migrate")))
    assert (component.kind, component.start_command) == ("worker", "./post worker")


@pytest.mark.parametrize("name", ["run", "start", "up"])
def test_a_tool_that_must_be_told_what_to_do_is_none_by_a_word_that_servers_have_too(name: str, tmp_path: Path) -> None:
    assert profile_of(tmp_path, cobra(one=working(name), other=working("list"))).verdict == "unsupported"


LISTED = """
package main

import (
	"net/http"
	"os"

	"github.com/urfave/cli/v2"
)

func main() {
	app := &cli.App{
		Name: "post",
		Commands: []*cli.Command{
			{
				Name:   "serve",
				Action: func(c *cli.Context) error { return http.ListenAndServe(":8123", nil) },
			},
			{
				Name:   "worker",
				Action: work,
			},
		},
	}
	app.Run(os.Args)
}
"""


def test_commands_in_a_list_are_told_apart_though_none_says_its_type(tmp_path: Path) -> None:
    mod = MOD.replace("spf13/cobra v1.10.1", "urfave/cli/v2 v2.27.5")
    found = profile_of(tmp_path, {"go.mod": mod, "main.go": LISTED}).components
    assert [each.start_command for each in found] == ["./post serve", "./post worker"]


RECEIVING = """
package main

import (
	"log"
	"os"
	"os/signal"
)

func main() {
	go deliver()
	wait()
}

func wait() {
	told := make(chan os.Signal, 1)
	signal.Notify(told, os.Interrupt)
	got := <-told
	log.Print(got)
}
"""


def test_a_program_that_keeps_the_signal_it_waits_for_is_a_worker(tmp_path: Path) -> None:
    assert component_of(tmp_path, {"go.mod": MOD, "main.go": RECEIVING}).kind == "worker"


def test_a_program_that_receives_a_result_is_none(tmp_path: Path) -> None:
    ending = RECEIVING.replace("\tsignal.Notify(told, os.Interrupt)\n", "").replace('\t"os/signal"\n', "")
    assert component_of(tmp_path, {"go.mod": MOD, "main.go": ending}).kind == "job"


def test_a_program_that_waits_for_signals_beside_its_work_is_none(tmp_path: Path) -> None:
    aside = RECEIVING.replace("\tgo deliver()\n\twait()\n", "\tgo wait()\n\tdeliver()\n")
    assert component_of(tmp_path, {"go.mod": MOD, "main.go": aside}).kind == "job"


QUEUE = """
package queue

func (q *Queue) Run() {
	for {
		q.client.BRPop(q.ctx, 0, "letters")
	}
}
"""


def test_a_package_that_only_waits_makes_its_program_a_worker(tmp_path: Path) -> None:
    main = 'package main\n\nimport "example.invalid/post/queue"\n\nfunc main() {\n\tqueue.New().Run()\n}\n'
    assert component_of(tmp_path, {"go.mod": MOD, "main.go": main, "queue/queue.go": QUEUE}).kind == "worker"


def test_what_a_program_imports_is_its_own_though_go_mod_calls_it_indirect(tmp_path: Path) -> None:
    mod = (
        "module example.invalid/post\n\ngo 1.24\n\nrequire (\n\tgithub.com/labstack/echo/v4 v4.13.3 // indirect\n"
        "\tgithub.com/jackc/pgx/v5 v5.7.1 // indirect\n\tgithub.com/redis/go-redis/v9 v9.7.0 // indirect\n)\n"
    )
    main = (
        'package main\n\nimport (\n\t"github.com/jackc/pgx/v5/pgxpool"\n\t"github.com/labstack/echo/v4"\n)\n\n'
        'func main() {\n\tpgxpool.New(nil, "")\n\te := echo.New()\n\te.Start(":8123")\n}\n'
    )
    component = component_of(tmp_path, {"go.mod": mod, "main.go": main})

    assert (component.framework, component.backing_services) == ("echo", ("postgres",))


@pytest.mark.parametrize(
    ("path", "service"),
    [("net/smtp", "smtp"), ("github.com/aws/aws-sdk-go/service/s3", "s3"), ("github.com/redis/go-redis/v9", "redis")],
)
def test_a_package_that_talks_to_a_service_tells_though_its_module_holds_more(
    path: str, service: str, tmp_path: Path
) -> None:
    mod = "module example.invalid/post\n\ngo 1.24\n\nrequire github.com/aws/aws-sdk-go v1.55.5\n"
    main = f'package main\n\nimport "{path}"\n\nfunc main() {{\n\tdeliver()\n}}\n'
    component = component_of(tmp_path, {"go.mod": mod, "main.go": main})

    assert component.backing_services == (service,)


EXPORTER = """
package main

import (
	"net/http"
	"time"
)

func measure() {
	go func() {
		for {
			count()
			time.Sleep(time.Second)
		}
	}()
}

func main() {
	measure()
	http.Handle("/metrics", handler())
	http.ListenAndServe(":2112", nil)
}
"""


def test_a_program_that_listens_last_serves_its_metrics(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"go.mod": MOD, "main.go": EXPORTER})
    assert (component.kind, component.port) == ("web", 2112)


def test_one_that_takes_work_besides_is_a_worker(tmp_path: Path) -> None:
    taking = EXPORTER.replace("count()", "reader.ReadMessage(ctx)")
    assert component_of(tmp_path, {"go.mod": MOD, "main.go": taking}).kind == "worker"


def test_one_that_shows_its_metrics_beside_its_loop_is_a_worker(tmp_path: Path) -> None:
    beside = EXPORTER.replace("\thttp.ListenAndServe", "\tgo http.ListenAndServe") + "\nfunc rest() {\n\tselect {}\n}\n"
    assert component_of(tmp_path, {"go.mod": MOD, "main.go": beside}).kind == "worker"
