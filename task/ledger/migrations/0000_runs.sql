CREATE SCHEMA IF NOT EXISTS "csv_import";
--> statement-breakpoint
CREATE TABLE "csv_import"."runs" (
	"run_id" text PRIMARY KEY NOT NULL,
	"import" text NOT NULL,
	"bucket" text NOT NULL,
	"key" text NOT NULL,
	"version" text NOT NULL,
	"etag" text NOT NULL,
	"size" bigint NOT NULL,
	"sequencer" text NOT NULL,
	"status" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_attempt" text NOT NULL,
	"execution_arn" text NOT NULL,
	"report_key" text NOT NULL,
	"bytes_read" bigint DEFAULT 0 NOT NULL,
	"rows_read" bigint DEFAULT 0 NOT NULL,
	"rows_inserted" bigint DEFAULT 0 NOT NULL,
	"rows_updated" bigint DEFAULT 0 NOT NULL,
	"rows_unchanged" bigint DEFAULT 0 NOT NULL,
	"rows_duplicate" bigint DEFAULT 0 NOT NULL,
	"rows_deleted" bigint DEFAULT 0 NOT NULL,
	"rows_rejected" bigint DEFAULT 0 NOT NULL,
	"failure" text,
	"failure_message" text,
	"first_started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "runs_upload" UNIQUE("import","bucket","key","version")
);
--> statement-breakpoint
CREATE INDEX "runs_key" ON "csv_import"."runs" USING btree ("import","bucket","key","sequencer");