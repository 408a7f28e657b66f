defmodule Mailer do
  def sender, do: System.get_env("SENDER", "shop@example.invalid")
end
