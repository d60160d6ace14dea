ALTER TABLE "csv_import"."checkpoints" ADD COLUMN "rows_skipped" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "csv_import"."checkpoints" ADD COLUMN "rows_deleted" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "csv_import"."runs" ADD COLUMN "rows_skipped" bigint DEFAULT 0 NOT NULL;