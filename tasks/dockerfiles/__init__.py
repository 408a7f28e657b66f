"""Pure: a component to its Dockerfile and .dockerignore."""
