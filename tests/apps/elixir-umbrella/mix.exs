defmodule Shop.Umbrella.MixProject do
  use Mix.Project

  def project do
    [
      apps_path: "apps",
      version: "0.1.0",
      deps: [],
      releases: [
        shop: [applications: [shop: :permanent, shop_web: :permanent]]
      ]
    ]
  end
end
