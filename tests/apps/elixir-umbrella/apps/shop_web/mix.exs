defmodule ShopWeb.MixProject do
  use Mix.Project

  def project, do: [app: :shop_web, version: "0.1.0", elixir: "~> 1.16", deps: [{:phoenix, "~> 1.7"}, {:shop, in_umbrella: true}]]
  def application, do: [mod: {ShopWeb.Application, []}]
end
