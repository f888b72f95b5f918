-- Reports, cases, their clock, those in charge and what they were told, automatic rules

-- CreateEnum
CREATE TYPE "case_severity" AS ENUM ('urgent', 'complex', 'normal');

-- CreateEnum
CREATE TYPE "case_clock" AS ENUM ('accept', 'handle');

-- CreateEnum
CREATE TYPE "case_source" AS ENUM ('report', 'rule');

-- CreateEnum
CREATE TYPE "case_status" AS ENUM ('received', 'accepted', 'passed_on', 'checking', 'decided', 'closed', 'refused', 'reopened');

-- CreateEnum
CREATE TYPE "question_to" AS ENUM ('shop', 'reporter');

-- AlterTable
ALTER TABLE "invitations" ADD COLUMN     "class" "establishment_class",
ADD COLUMN     "hands_over_id" INTEGER,
ADD COLUMN     "mandate_until" TIMESTAMPTZ(3),
ADD COLUMN     "sector" "sector";

-- AlterTable
ALTER TABLE "mandates" ADD COLUMN     "granted_by_id" INTEGER,
ADD COLUMN     "stands_in_for_id" INTEGER,
ADD COLUMN     "suspended_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "violation_kinds" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "sector" "sector",
    "reportable" BOOLEAN NOT NULL DEFAULT true,
    "position" INTEGER NOT NULL,

    CONSTRAINT "violation_kinds_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "violation_terms" (
    "kind_code" TEXT NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    "severity" "case_severity" NOT NULL,
    "legal_basis" TEXT NOT NULL,
    "verified" BOOLEAN NOT NULL DEFAULT false,
    "join_days" INTEGER NOT NULL,

    CONSTRAINT "violation_terms_pkey" PRIMARY KEY ("kind_code","valid_from")
);

-- CreateTable
CREATE TABLE "working_hours" (
    "weekday" SMALLINT NOT NULL,
    "opens" SMALLINT NOT NULL,
    "closes" SMALLINT NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    "source" TEXT NOT NULL,

    CONSTRAINT "working_hours_pkey" PRIMARY KEY ("weekday","opens","valid_from")
);

-- CreateTable
CREATE TABLE "calendar_days" (
    "day" DATE NOT NULL,
    "as_weekday" SMALLINT,
    "name" TEXT NOT NULL,
    "verified" BOOLEAN NOT NULL DEFAULT false,
    "source" TEXT NOT NULL,

    CONSTRAINT "calendar_days_pkey" PRIMARY KEY ("day")
);

-- CreateTable
CREATE TABLE "deadlines" (
    "severity" "case_severity" NOT NULL,
    "clock" "case_clock" NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    "working_minutes" INTEGER NOT NULL,
    "reminder_share" DECIMAL(3,2) NOT NULL,
    "escalate_minutes" INTEGER NOT NULL,
    "verified" BOOLEAN NOT NULL DEFAULT false,
    "source" TEXT NOT NULL,

    CONSTRAINT "deadlines_pkey" PRIMARY KEY ("severity","clock","valid_from")
);

-- CreateTable
CREATE TABLE "cases" (
    "id" SERIAL NOT NULL,
    "number" TEXT NOT NULL,
    "source" "case_source" NOT NULL,
    "kind_code" TEXT NOT NULL,
    "severity" "case_severity" NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "sector" "sector",
    "class" "establishment_class",
    "establishment_id" INTEGER,
    "lot_id" INTEGER,
    "status" "case_status" NOT NULL DEFAULT 'received',
    "status_at" TIMESTAMPTZ(3) NOT NULL,
    "handler_id" INTEGER,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "clock" "case_clock",
    "clock_from" TIMESTAMPTZ(3),
    "arrived_at" TIMESTAMPTZ(3) NOT NULL,
    "used_ms" BIGINT NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3),
    "paused_at" TIMESTAMPTZ(3),
    "raised_to_id" INTEGER,
    "passes" SMALLINT NOT NULL DEFAULT 0,
    "reopened_at" TIMESTAMPTZ(3),

    CONSTRAINT "cases_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reports" (
    "id" SERIAL NOT NULL,
    "case_id" INTEGER NOT NULL,
    "chat_id" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "words" TEXT,
    "place_text" TEXT,
    "trusted" BOOLEAN NOT NULL DEFAULT true,
    "bad_faith" BOOLEAN NOT NULL DEFAULT false,
    "rating" SMALLINT,
    "rated_at" TIMESTAMPTZ(3),

    CONSTRAINT "reports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "report_contacts" (
    "report_id" INTEGER NOT NULL,
    "phone" TEXT NOT NULL,

    CONSTRAINT "report_contacts_pkey" PRIMARY KEY ("report_id")
);

-- CreateTable
CREATE TABLE "report_photos" (
    "report_id" INTEGER NOT NULL,
    "position" SMALLINT NOT NULL,
    "file_id" INTEGER NOT NULL,

    CONSTRAINT "report_photos_pkey" PRIMARY KEY ("report_id","position")
);

-- CreateTable
CREATE TABLE "case_steps" (
    "id" SERIAL NOT NULL,
    "case_id" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "action" TEXT NOT NULL,
    "from_status" "case_status",
    "to_status" "case_status" NOT NULL,
    "person_id" INTEGER,
    "unit_id" INTEGER NOT NULL,
    "reason" TEXT,

    CONSTRAINT "case_steps_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "case_step_files" (
    "step_id" INTEGER NOT NULL,
    "file_id" INTEGER NOT NULL,

    CONSTRAINT "case_step_files_pkey" PRIMARY KEY ("step_id","file_id")
);

-- CreateTable
CREATE TABLE "case_questions" (
    "id" SERIAL NOT NULL,
    "case_id" INTEGER NOT NULL,
    "to" "question_to" NOT NULL,
    "report_id" INTEGER,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "asked_by_id" INTEGER,
    "asked" TEXT NOT NULL,
    "answered_at" TIMESTAMPTZ(3),
    "answer" TEXT,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "case_questions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alerts" (
    "id" SERIAL NOT NULL,
    "unique_key" TEXT NOT NULL,
    "case_id" INTEGER NOT NULL,
    "person_id" INTEGER NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "chat_id" INTEGER NOT NULL,
    "channel" "channel" NOT NULL,
    "occasion" TEXT NOT NULL,
    "round" SMALLINT NOT NULL DEFAULT 1,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "told_at" TIMESTAMPTZ(3),
    "digest_key" TEXT,
    "void_at" TIMESTAMPTZ(3),
    "acknowledged_at" TIMESTAMPTZ(3),

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lot_followers" (
    "lot_id" INTEGER NOT NULL,
    "chat_id" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lot_followers_pkey" PRIMARY KEY ("lot_id","chat_id")
);

-- CreateTable
CREATE TABLE "rules" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "kind_code" TEXT NOT NULL,
    "grace_days" INTEGER NOT NULL DEFAULT 0,
    "threshold" INTEGER NOT NULL DEFAULT 1,
    "window_days" INTEGER NOT NULL,

    CONSTRAINT "rules_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "rule_switches" (
    "rule_code" TEXT NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "on" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rule_switches_pkey" PRIMARY KEY ("rule_code","unit_id")
);

-- CreateTable
CREATE TABLE "findings" (
    "id" SERIAL NOT NULL,
    "rule_code" TEXT NOT NULL,
    "fact" TEXT NOT NULL,
    "shadow" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "happened_at" TIMESTAMPTZ(3) NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "establishment_id" INTEGER,
    "lot_id" INTEGER,
    "evidence" JSONB NOT NULL,
    "case_id" INTEGER,

    CONSTRAINT "findings_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "cases_number_key" ON "cases"("number");

-- CreateIndex
CREATE INDEX "cases_unit_id_status_id_idx" ON "cases"("unit_id", "status", "id");

-- CreateIndex
CREATE INDEX "cases_kind_code_idx" ON "cases"("kind_code");

-- CreateIndex
CREATE INDEX "cases_establishment_id_idx" ON "cases"("establishment_id");

-- CreateIndex
CREATE INDEX "cases_lot_id_idx" ON "cases"("lot_id");

-- CreateIndex
CREATE INDEX "cases_handler_id_idx" ON "cases"("handler_id");

-- CreateIndex
CREATE INDEX "cases_raised_to_id_idx" ON "cases"("raised_to_id");

-- CreateIndex
CREATE INDEX "reports_chat_id_at_idx" ON "reports"("chat_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "reports_case_id_chat_id_key" ON "reports"("case_id", "chat_id");

-- CreateIndex
CREATE INDEX "report_photos_file_id_idx" ON "report_photos"("file_id");

-- CreateIndex
CREATE INDEX "case_steps_case_id_id_idx" ON "case_steps"("case_id", "id");

-- CreateIndex
CREATE INDEX "case_steps_person_id_idx" ON "case_steps"("person_id");

-- CreateIndex
CREATE INDEX "case_steps_unit_id_idx" ON "case_steps"("unit_id");

-- CreateIndex
CREATE INDEX "case_step_files_file_id_idx" ON "case_step_files"("file_id");

-- CreateIndex
CREATE INDEX "case_questions_case_id_idx" ON "case_questions"("case_id");

-- CreateIndex
CREATE INDEX "case_questions_report_id_idx" ON "case_questions"("report_id");

-- CreateIndex
CREATE INDEX "case_questions_asked_by_id_idx" ON "case_questions"("asked_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "alerts_unique_key_key" ON "alerts"("unique_key");

-- CreateIndex
CREATE INDEX "alerts_case_id_person_id_idx" ON "alerts"("case_id", "person_id");

-- CreateIndex
CREATE INDEX "alerts_person_id_told_at_idx" ON "alerts"("person_id", "told_at");

-- CreateIndex
CREATE INDEX "alerts_unit_id_idx" ON "alerts"("unit_id");

-- CreateIndex
CREATE INDEX "alerts_chat_id_idx" ON "alerts"("chat_id");

-- CreateIndex
CREATE INDEX "lot_followers_chat_id_idx" ON "lot_followers"("chat_id");

-- CreateIndex
CREATE INDEX "rules_kind_code_idx" ON "rules"("kind_code");

-- CreateIndex
CREATE INDEX "rule_switches_unit_id_idx" ON "rule_switches"("unit_id");

-- CreateIndex
CREATE INDEX "findings_unit_id_idx" ON "findings"("unit_id");

-- CreateIndex
CREATE INDEX "findings_establishment_id_idx" ON "findings"("establishment_id");

-- CreateIndex
CREATE INDEX "findings_lot_id_idx" ON "findings"("lot_id");

-- CreateIndex
CREATE INDEX "findings_case_id_idx" ON "findings"("case_id");

-- CreateIndex
CREATE UNIQUE INDEX "findings_rule_code_fact_shadow_key" ON "findings"("rule_code", "fact", "shadow");

-- CreateIndex
CREATE INDEX "badges_valid_until_idx" ON "badges"("valid_until");

-- CreateIndex
CREATE INDEX "invitations_hands_over_id_idx" ON "invitations"("hands_over_id");

-- CreateIndex
CREATE INDEX "lots_created_at_idx" ON "lots"("created_at");

-- CreateIndex
CREATE INDEX "mandates_granted_by_id_idx" ON "mandates"("granted_by_id");

-- CreateIndex
CREATE INDEX "mandates_stands_in_for_id_idx" ON "mandates"("stands_in_for_id");

-- AddForeignKey
ALTER TABLE "mandates" ADD CONSTRAINT "mandates_granted_by_id_fkey" FOREIGN KEY ("granted_by_id") REFERENCES "people"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mandates" ADD CONSTRAINT "mandates_stands_in_for_id_fkey" FOREIGN KEY ("stands_in_for_id") REFERENCES "mandates"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_hands_over_id_fkey" FOREIGN KEY ("hands_over_id") REFERENCES "mandates"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "violation_terms" ADD CONSTRAINT "violation_terms_kind_code_fkey" FOREIGN KEY ("kind_code") REFERENCES "violation_kinds"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cases" ADD CONSTRAINT "cases_kind_code_fkey" FOREIGN KEY ("kind_code") REFERENCES "violation_kinds"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cases" ADD CONSTRAINT "cases_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cases" ADD CONSTRAINT "cases_raised_to_id_fkey" FOREIGN KEY ("raised_to_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cases" ADD CONSTRAINT "cases_establishment_id_fkey" FOREIGN KEY ("establishment_id") REFERENCES "establishments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cases" ADD CONSTRAINT "cases_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lots"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cases" ADD CONSTRAINT "cases_handler_id_fkey" FOREIGN KEY ("handler_id") REFERENCES "people"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reports" ADD CONSTRAINT "reports_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "cases"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reports" ADD CONSTRAINT "reports_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chats"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report_contacts" ADD CONSTRAINT "report_contacts_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "reports"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report_photos" ADD CONSTRAINT "report_photos_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "reports"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report_photos" ADD CONSTRAINT "report_photos_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "files"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case_steps" ADD CONSTRAINT "case_steps_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "cases"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case_steps" ADD CONSTRAINT "case_steps_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case_steps" ADD CONSTRAINT "case_steps_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case_step_files" ADD CONSTRAINT "case_step_files_step_id_fkey" FOREIGN KEY ("step_id") REFERENCES "case_steps"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case_step_files" ADD CONSTRAINT "case_step_files_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "files"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case_questions" ADD CONSTRAINT "case_questions_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "cases"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case_questions" ADD CONSTRAINT "case_questions_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "reports"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case_questions" ADD CONSTRAINT "case_questions_asked_by_id_fkey" FOREIGN KEY ("asked_by_id") REFERENCES "people"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "cases"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chats"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lot_followers" ADD CONSTRAINT "lot_followers_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lot_followers" ADD CONSTRAINT "lot_followers_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chats"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rules" ADD CONSTRAINT "rules_kind_code_fkey" FOREIGN KEY ("kind_code") REFERENCES "violation_kinds"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rule_switches" ADD CONSTRAINT "rule_switches_rule_code_fkey" FOREIGN KEY ("rule_code") REFERENCES "rules"("code") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rule_switches" ADD CONSTRAINT "rule_switches_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "units"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "findings" ADD CONSTRAINT "findings_rule_code_fkey" FOREIGN KEY ("rule_code") REFERENCES "rules"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "findings" ADD CONSTRAINT "findings_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "findings" ADD CONSTRAINT "findings_establishment_id_fkey" FOREIGN KEY ("establishment_id") REFERENCES "establishments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "findings" ADD CONSTRAINT "findings_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lots"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "findings" ADD CONSTRAINT "findings_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "cases"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ------------------------------------------------------------------------------------------------------------------
-- By hand: what the schema file cannot say.

-- Dates in order, and no two rows of one thing at one time
ALTER TABLE "violation_terms" ADD CONSTRAINT "violation_terms_dates" CHECK ("valid_to" IS NULL OR "valid_to" >= "valid_from");
ALTER TABLE "violation_terms" ADD CONSTRAINT "violation_terms_no_overlap"
  EXCLUDE USING gist ("kind_code" WITH =, daterange("valid_from", "valid_to", '[]') WITH &&);
ALTER TABLE "violation_terms" ADD CONSTRAINT "violation_terms_join" CHECK ("join_days" >= 0);
ALTER TABLE "working_hours" ADD CONSTRAINT "working_hours_dates" CHECK ("valid_to" IS NULL OR "valid_to" >= "valid_from");
ALTER TABLE "working_hours" ADD CONSTRAINT "working_hours_weekday" CHECK ("weekday" BETWEEN 1 AND 7);
ALTER TABLE "working_hours" ADD CONSTRAINT "working_hours_minutes" CHECK ("opens" >= 0 AND "opens" < "closes" AND "closes" <= 1440);
ALTER TABLE "working_hours" ADD CONSTRAINT "working_hours_no_overlap"
  EXCLUDE USING gist ("weekday" WITH =, int4range("opens", "closes") WITH &&, daterange("valid_from", "valid_to", '[]') WITH &&);
ALTER TABLE "calendar_days" ADD CONSTRAINT "calendar_days_weekday" CHECK ("as_weekday" BETWEEN 1 AND 7);
ALTER TABLE "deadlines" ADD CONSTRAINT "deadlines_dates" CHECK ("valid_to" IS NULL OR "valid_to" >= "valid_from");
ALTER TABLE "deadlines" ADD CONSTRAINT "deadlines_share" CHECK ("reminder_share" > 0 AND "reminder_share" < 1);
ALTER TABLE "deadlines" ADD CONSTRAINT "deadlines_minutes" CHECK ("working_minutes" > 0 AND "escalate_minutes" > 0);
CREATE UNIQUE INDEX "deadlines_open" ON "deadlines" ("severity", "clock") WHERE "valid_to" IS NULL;
ALTER TABLE "rules" ADD CONSTRAINT "rules_numbers" CHECK ("grace_days" >= 0 AND "threshold" > 0 AND "window_days" > 0);

-- A mandate that stands in for another one has an end, and never stands in for itself
ALTER TABLE "mandates" ADD CONSTRAINT "mandates_stand_in" CHECK ("stands_in_for_id" IS NULL OR ("valid_to" IS NOT NULL AND "stands_in_for_id" <> "id"));
-- Sector, class and end belong to an invitation of an official
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_of_official" CHECK ("unit_id" IS NOT NULL
  OR ("sector" IS NULL AND "class" IS NULL AND "mandate_until" IS NULL AND "hands_over_id" IS NULL));
-- Those in charge of a unit
CREATE INDEX "mandates_in_force" ON "mandates" ("unit_id", "person_id") WHERE "suspended_at" IS NULL;

-- A case that somebody accepted names who, one that waits to be accepted names nobody. Names may go when a person is forgotten.
ALTER TABLE "cases" ADD CONSTRAINT "cases_waiting" CHECK ("handler_id" IS NULL OR "status" NOT IN ('received', 'passed_on', 'reopened'));
-- The clock runs, is paused, or has ended with the case
ALTER TABLE "cases" ADD CONSTRAINT "cases_ended" CHECK ("status" NOT IN ('closed', 'refused') OR ("clock" IS NULL AND "due_at" IS NULL AND "paused_at" IS NULL));
ALTER TABLE "cases" ADD CONSTRAINT "cases_clock" CHECK (("clock" IS NULL) = ("clock_from" IS NULL) AND ("clock" IS NOT NULL OR "due_at" IS NULL));
ALTER TABLE "cases" ADD CONSTRAINT "cases_paused" CHECK ("paused_at" IS NULL OR "due_at" IS NULL);
ALTER TABLE "cases" ADD CONSTRAINT "cases_counts" CHECK ("used_ms" >= 0 AND "passes" >= 0);
-- What a similar report looks for
CREATE INDEX "cases_open_establishment" ON "cases" ("establishment_id", "kind_code", "id") WHERE "status" NOT IN ('closed', 'refused');
CREATE INDEX "cases_open_lot" ON "cases" ("lot_id", "kind_code", "id") WHERE "status" NOT IN ('closed', 'refused');
-- Cases of a unit that closes
CREATE INDEX "cases_open_unit" ON "cases" ("unit_id") WHERE "status" NOT IN ('closed', 'refused');
ALTER TABLE "reports" ADD CONSTRAINT "reports_rating" CHECK ("rating" BETWEEN 1 AND 5 AND ("rating" IS NULL) = ("rated_at" IS NULL));
CREATE INDEX "reports_bad_faith" ON "reports" ("chat_id", "at") WHERE "bad_faith";
ALTER TABLE "report_photos" ADD CONSTRAINT "report_photos_five" CHECK ("position" BETWEEN 1 AND 5);
ALTER TABLE "case_questions" ADD CONSTRAINT "case_questions_whom" CHECK (("to" = 'reporter') = ("report_id" IS NOT NULL));
ALTER TABLE "case_questions" ADD CONSTRAINT "case_questions_answer" CHECK (("answered_at" IS NULL) = ("answer" IS NULL) AND ("answered_at" IS NULL OR "ended_at" IS NULL));
CREATE UNIQUE INDEX "case_questions_open" ON "case_questions" ("case_id", "to") WHERE "answered_at" IS NULL AND "ended_at" IS NULL;
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_round" CHECK ("round" BETWEEN 1 AND 2);
CREATE INDEX "alerts_held" ON "alerts" ("person_id") WHERE "told_at" IS NULL AND "void_at" IS NULL;
ALTER TABLE "findings" ADD CONSTRAINT "findings_shadow" CHECK (NOT "shadow" OR "case_id" IS NULL);
-- Lots that were looked at in a shop
CREATE INDEX "scans_at_a_place" ON "scans" ("at") WHERE "place_id" IS NOT NULL AND "lot_id" IS NOT NULL;

CREATE TRIGGER "case_steps_append_only" BEFORE UPDATE OR DELETE ON "case_steps" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "case_step_files_append_only" BEFORE UPDATE OR DELETE ON "case_step_files" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
