"""Files that people write: agreement terms in YAML or JSON, with the place of every problem."""
