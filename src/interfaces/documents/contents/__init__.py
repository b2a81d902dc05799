"""What stands in a version's document, in order; nothing that is not in its inputs."""
