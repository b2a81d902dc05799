"""PostgreSQL: the embedded server, the schema's migrations, the stores behind the ports."""
