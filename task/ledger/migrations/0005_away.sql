ALTER TABLE "csv_import"."waiting" ADD COLUMN "away" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "csv_import"."waiting" ADD COLUMN "attempt" text;--> statement-breakpoint
UPDATE "csv_import"."waiting" SET "away" = true WHERE "returns_at" > now();
