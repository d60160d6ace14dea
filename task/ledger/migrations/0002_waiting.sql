CREATE TABLE "csv_import"."waiting" (
	"run_id" text PRIMARY KEY NOT NULL,
	"import" text NOT NULL,
	"bucket" text NOT NULL,
	"key" text NOT NULL,
	"sequencer" text NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"returns_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "waiting_since" ON "csv_import"."waiting" USING btree ("since");--> statement-breakpoint
CREATE INDEX "runs_ended" ON "csv_import"."runs" USING btree ("ended_at");