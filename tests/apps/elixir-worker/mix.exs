defmodule Mailer.MixProject do
  use Mix.Project

  def project, do: [app: :mailer, version: "0.1.0", elixir: "~> 1.18.0", deps: [{:broadway_rabbitmq, "~> 0.8"}, {:gen_smtp, "~> 1.2"}]]
  def application, do: [mod: {Mailer.Application, []}]
end
