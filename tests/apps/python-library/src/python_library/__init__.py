"""A library: others import it."""


def double(number):
    return number * 2
