defmodule Money, do: defstruct [:amount]
