"""Requirements as their pages show them: what is wanted, what answers it, what one keeps apart."""
