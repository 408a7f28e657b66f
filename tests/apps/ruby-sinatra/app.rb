require "sinatra"

set :port, ENV.fetch("PORT", 4500)

get "/" do
  "hello #{ENV["WHOM"] || "world"}"
end

get "/healthz" do
  "well"
end
