"""The provider's catalogue: services, the levels they are offered at, and what they depend on."""
