"""What travels: request and response types, apart from the domain's own."""
