"""Ruby: gems, Rack applications and what their code says."""
