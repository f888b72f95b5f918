-- Since when a badge is suspended or withdrawn, which of two offers is the newer one, one open question to each reporter

-- DropIndex
DROP INDEX "offers_chat_id_created_at_idx";

-- AlterTable
ALTER TABLE "badges" ADD COLUMN     "status_on" DATE;

-- AlterTable
ALTER TABLE "offers" ADD COLUMN     "seq" BIGSERIAL NOT NULL;

-- CreateIndex
CREATE INDEX "offers_chat_id_seq_idx" ON "offers"("chat_id", "seq" DESC);

-- ------------------------------------------------------------------------------------------------------------------
-- By hand: what the schema file cannot say.

-- Of badges that were stopped before the day was kept, the first day that is known
UPDATE "badges" SET "status_on" = greatest("issued_on", least("valid_until", current_date)) WHERE "status" <> 'valid';
ALTER TABLE "badges" ADD CONSTRAINT "badges_status_on" CHECK (("status" = 'valid') = ("status_on" IS NULL) AND ("status_on" IS NULL OR "status_on" >= "issued_on"));

DROP INDEX "case_questions_open";
CREATE UNIQUE INDEX "case_questions_open" ON "case_questions" ("case_id", coalesce("report_id", 0)) WHERE "answered_at" IS NULL AND "ended_at" IS NULL;
