"""The core: the ten steps and the pure functions that they call. It knows no vendor."""
