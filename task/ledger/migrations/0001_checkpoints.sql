CREATE TABLE "csv_import"."checkpoints" (
	"run_id" text NOT NULL,
	"start_offset" bigint NOT NULL,
	"end_offset" bigint NOT NULL,
	"next_line" bigint NOT NULL,
	"first_row" bigint NOT NULL,
	"rows_read" bigint DEFAULT 0 NOT NULL,
	"rows_inserted" bigint DEFAULT 0 NOT NULL,
	"rows_updated" bigint DEFAULT 0 NOT NULL,
	"rows_unchanged" bigint DEFAULT 0 NOT NULL,
	"rows_duplicate" bigint DEFAULT 0 NOT NULL,
	"rows_rejected" bigint DEFAULT 0 NOT NULL,
	"refused" jsonb NOT NULL,
	"attempt" text NOT NULL,
	"committed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "checkpoints_run_id_start_offset_pk" PRIMARY KEY("run_id","start_offset")
);
--> statement-breakpoint
ALTER TABLE "csv_import"."runs" ADD COLUMN "loading_attempt" text;--> statement-breakpoint
ALTER TABLE "csv_import"."checkpoints" ADD CONSTRAINT "checkpoints_run_id_runs_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "csv_import"."runs"("run_id") ON DELETE cascade ON UPDATE no action;