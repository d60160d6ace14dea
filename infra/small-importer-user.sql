-- The login of the function that imports small uploads: by IAM, without a password, with the importer's rights.
-- A deployment with csvImport.smallUploads runs it in the stack's own cluster. In a database of yours run it once, as
-- the owner of the database; with a separate user for the importer, after docs/importer-user.sql. Repeating it is
-- harmless.
do $$
declare
  -- The importer's rights are those of the ledger's owner.
  ledger_owner name := (
    select rolname from pg_namespace join pg_roles on pg_roles.oid = nspowner where nspname = 'csv_import');
  ledger_table regclass;
begin
  if ledger_owner is null or ledger_owner = current_user then
    -- The importer logs in as this user, and PostgreSQL lets nobody pass on the membership in their own role.
    ledger_owner := 'csv_import_owner';
    if to_regrole('csv_import_owner') is null then
      create role csv_import_owner nologin;
    end if;
    grant csv_import_owner to current_user;
    if to_regnamespace('csv_import') is null then
      create schema csv_import authorization csv_import_owner;
    else
      alter schema csv_import owner to csv_import_owner;
      for ledger_table in
        select oid from pg_class where relnamespace = 'csv_import'::regnamespace and relkind = 'r'
      loop
        execute format('alter table %s owner to csv_import_owner', ledger_table);
      end loop;
    end if;
    execute format('grant connect, temporary on database %I to csv_import_owner', current_database());
    -- Target tables, and those that this user will create.
    grant usage on schema public to csv_import_owner;
    grant select, insert, update, delete on all tables in schema public to csv_import_owner;
    grant usage on all sequences in schema public to csv_import_owner;
    alter default privileges grant select, insert, update, delete on tables to csv_import_owner;
    alter default privileges grant usage on sequences to csv_import_owner;
    alter default privileges grant usage on schemas to csv_import_owner;
  end if;

  if to_regrole('csv_small_importer') is null then
    create role csv_small_importer login;
  end if;
  grant rds_iam to csv_small_importer;
  execute format('grant %I to csv_small_importer', ledger_owner);
  -- What it creates belongs to the owner, too.
  execute format('alter role csv_small_importer set role %I', ledger_owner);
end
$$;
