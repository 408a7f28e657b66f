"""What a cluster is and whether it is fit, looked at without creating or deleting anything."""
