Gem::Specification.new do |spec|
  spec.name = "money-of-ours"
  spec.version = "1.0.0"
  spec.required_ruby_version = ">= 3.1"
  spec.files = Dir["lib/**/*.rb"]
end
