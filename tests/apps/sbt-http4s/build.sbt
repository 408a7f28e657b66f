val Http4sVersion = "0.23.30"

lazy val root = (project in file("."))
  .enablePlugins(JavaAppPackaging)
  .settings(
    organization := "com.example",
    name := "quotes",
    version := "0.1.0",
    scalaVersion := "3.3.4",
    scalacOptions ++= Seq("-release", "17"),
    libraryDependencies ++= Seq(
      "org.http4s" %% "http4s-ember-server" % Http4sVersion,
      "org.http4s" %% "http4s-dsl" % Http4sVersion,
      "org.tpolecat" %% "skunk-core" % "0.6.4",
      "org.scalameta" %% "munit" % "1.0.3" % Test
    )
  )
