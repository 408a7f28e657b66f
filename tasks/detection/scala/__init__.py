"""Scala: sbt and mill builds."""
