"""One's own party as its pages show it."""
