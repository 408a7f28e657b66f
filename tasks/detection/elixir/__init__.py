"""Elixir: Mix projects, umbrellas and Phoenix applications."""
