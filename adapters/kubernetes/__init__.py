"""Applications on a Kubernetes cluster."""
