-- Parley's roles and database, once, on the primary:
-- psql -v owner=… -v service=… -v signer=… -f database.sql
CREATE ROLE parley_owner LOGIN PASSWORD :'owner';
CREATE ROLE parley_service LOGIN PASSWORD :'service';
CREATE ROLE parley_signer LOGIN PASSWORD :'signer';
CREATE DATABASE parley OWNER parley_owner;
-- The signer looks at how far the standbys have come before it signs, and `parley migrate` lets it.
GRANT pg_read_all_stats TO parley_owner WITH ADMIN OPTION;
