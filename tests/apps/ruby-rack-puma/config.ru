require "roda"

class App < Roda
  route { |r| r.root { "hello" } }
end

run App.freeze.app
