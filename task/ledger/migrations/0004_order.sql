ALTER TABLE "csv_import"."runs" DROP CONSTRAINT "runs_upload";--> statement-breakpoint
ALTER TABLE "csv_import"."runs" ADD COLUMN "wrote" bigint;--> statement-breakpoint
CREATE INDEX "runs_version" ON "csv_import"."runs" USING btree ("import","bucket","key","version");--> statement-breakpoint
UPDATE "csv_import"."runs" SET "wrote" = "written"."place"
FROM (
	SELECT "run_id", row_number() OVER (PARTITION BY "import", "bucket", "key" ORDER BY "at") AS "place"
	FROM (
		SELECT "run_id", "import", "bucket", "key", CASE "status"
			WHEN 'imported' THEN "ended_at"
			ELSE (SELECT max("committed_at") FROM "csv_import"."checkpoints" WHERE "checkpoints"."run_id" = "runs"."run_id")
		END AS "at"
		FROM "csv_import"."runs"
	) AS "last_written"
	WHERE "at" IS NOT NULL
) AS "written"
WHERE "written"."run_id" = "runs"."run_id";
