"""Java and Kotlin: Maven and Gradle projects, their configuration and sources."""
