ALTER TABLE "csv_import"."runs" ADD COLUMN "phase" text;--> statement-breakpoint
ALTER TABLE "csv_import"."runs" ADD COLUMN "updated_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "csv_import"."runs" ADD COLUMN "failure_blame" text;--> statement-breakpoint
ALTER TABLE "csv_import"."runs" ADD COLUMN "failure_retryable" boolean;--> statement-breakpoint
ALTER TABLE "csv_import"."runs" ADD COLUMN "failure_advice" text;--> statement-breakpoint
ALTER TABLE "csv_import"."runs" ADD COLUMN "reject_errors_key" text;--> statement-breakpoint
ALTER TABLE "csv_import"."runs" ADD COLUMN "rejected_rows_key" text;