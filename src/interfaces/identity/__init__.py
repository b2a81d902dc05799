"""Who is calling: bearer tokens by OIDC, and an issuer for development."""
