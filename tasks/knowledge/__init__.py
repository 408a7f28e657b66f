"""What is known, as TOML rows with an example each."""
