-- A login for your application that may read the ledger, and nothing else.
-- Run it once per database, after docs/importer-user.sql and as the same user. Change before: the password and the
-- database's name (imports); and csv_importer, where the importer has another login. Each statement can be sent by
-- itself.

create role csv_application login password 'CHANGE-ME';
grant connect on database imports to csv_application;
grant usage on schema csv_import to csv_application;

-- What is there, and what the importer will make later: the first upload makes the tables.
grant select on all tables in schema csv_import to csv_application;
alter default privileges for role csv_importer in schema csv_import
  grant select on tables to csv_application;
