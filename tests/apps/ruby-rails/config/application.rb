require_relative "boot"
require "rails/all"

Bundler.require(*Rails.groups)

module Shop
  class Application < Rails::Application
    config.load_defaults 8.0
    config.x.mailer = ENV.fetch("MAILER_FROM", "shop@example.invalid")
  end
end
