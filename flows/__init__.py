"""How steps are composed into flows."""
