"""Working together as the pages show it: the handshake, and whom one lets in."""
