import Config

if config_env() == :prod do
  database_url =
    System.get_env("DATABASE_URL") ||
      raise "DATABASE_URL is missing"

  secret = System.fetch_env!("SECRET_KEY_BASE")
  port = String.to_integer(System.get_env("PORT") || "4010")

  config :shop, Shop.Repo, url: database_url
  config :shop, ShopWeb.Endpoint, http: [ip: {0, 0, 0, 0}, port: port], secret_key_base: secret
end
