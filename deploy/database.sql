-- Parley's role and database: psql -v password=… -f database.sql, on the primary, once.
CREATE ROLE parley LOGIN PASSWORD :'password';
CREATE DATABASE parley OWNER parley;
-- The signer looks at how far the standbys have come before it signs.
GRANT pg_read_all_stats TO parley;
