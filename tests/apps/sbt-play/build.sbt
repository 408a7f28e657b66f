name := """wiki"""
organization := "com.example"
version := "1.0-SNAPSHOT"

lazy val root = (project in file(".")).enablePlugins(PlayScala)

scalaVersion := "2.13.16"

libraryDependencies += guice
libraryDependencies += "org.playframework" %% "play-slick" % "6.2.0"
libraryDependencies += "org.postgresql" % "postgresql" % "42.7.4"
