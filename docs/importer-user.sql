-- A login for the importer that owns its ledger, may read and write the target tables, and nothing else.
-- Run it once per database, as the owner of the database and of the tables (on Aurora: the cluster's master user).
-- Change before: the password, the database's name (imports) and the tables. Each statement can be sent by itself.

create role csv_importer login password 'CHANGE-ME';

-- An owner that is no superuser, as on RDS, may give things to a role only if it is a member of it.
grant csv_importer to current_user;

-- Temporary tables are for upserts and replacements, and for finding the rows that the database refuses.
grant connect, temporary on database imports to csv_importer;

-- The ledger; where the importer has run under another name before, it changes hands.
do $$
declare
  ledger_table regclass;
begin
  if to_regnamespace('csv_import') is null then
    create schema csv_import authorization csv_importer;
  else
    alter schema csv_import owner to csv_importer;
    for ledger_table in
      select oid from pg_class where relnamespace = 'csv_import'::regnamespace and relkind = 'r'
    loop
      execute format('alter table %s owner to csv_importer', ledger_table);
    end loop;
  end if;
end
$$;

-- The schema of the target tables, and each of them.
grant usage on schema public to csv_importer;
grant select, insert, update, delete on customers to csv_importer;

-- For a column that takes its default from a sequence (serial), the sequence, too:
-- grant usage on sequence orders_id_seq to csv_importer;
