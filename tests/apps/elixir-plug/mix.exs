defmodule Hello.MixProject do
  use Mix.Project

  def project, do: [app: :hello, version: "0.1.0", elixir: ">= 1.14.0 and < 1.19.0", deps: [{:plug_cowboy, "~> 2.7"}]]
  def application, do: [mod: {Hello.Application, []}]
end
