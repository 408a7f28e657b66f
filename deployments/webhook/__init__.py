"""`containerkit webhook`: a push to a repository that is listed starts a run of its deployment."""
