-- Both extensions are shipped with PostgreSQL since 14 and "trusted": the owner of the database may create them.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- CreateEnum
CREATE TYPE "unit_kind" AS ENUM ('city', 'district', 'ward');

-- CreateEnum
CREATE TYPE "enterprise_kind" AS ENUM ('household', 'cooperative', 'company');

-- CreateEnum
CREATE TYPE "establishment_class" AS ENUM ('fruit_shop', 'cake_maker', 'wholesaler', 'importer', 'farm', 'processor', 'market_stall');

-- CreateEnum
CREATE TYPE "sector" AS ENUM ('agriculture', 'trade', 'health');

-- CreateEnum
CREATE TYPE "establishment_status" AS ENUM ('pending', 'active', 'suspended', 'closed');

-- CreateEnum
CREATE TYPE "badge_status" AS ENUM ('valid', 'suspended', 'revoked');

-- CreateEnum
CREATE TYPE "certificate_kind" AS ENUM ('food_safety', 'commitment', 'vietgap', 'quarantine', 'test_report', 'iso22000', 'ocop');

-- CreateEnum
CREATE TYPE "channel" AS ENUM ('console', 'telegram', 'zalo', 'zalo_bot', 'web');

-- CreateEnum
CREATE TYPE "membership_role" AS ENUM ('owner', 'staff');

-- CreateEnum
CREATE TYPE "mandate_role" AS ENUM ('administrator', 'officer', 'inspector', 'viewer');

-- CreateEnum
CREATE TYPE "lot_status" AS ENUM ('active', 'sold_out', 'held', 'recalled', 'destroyed');

-- CreateEnum
CREATE TYPE "code_kind" AS ENUM ('lot', 'serial', 'badge', 'establishment');

-- CreateEnum
CREATE TYPE "event_type" AS ENUM ('object', 'aggregation', 'transaction', 'transformation', 'association');

-- CreateEnum
CREATE TYPE "event_action" AS ENUM ('add', 'observe', 'delete');

-- CreateEnum
CREATE TYPE "event_lot_role" AS ENUM ('object', 'input', 'output', 'parent', 'child');

-- CreateEnum
CREATE TYPE "party_side" AS ENUM ('source', 'destination');

-- CreateEnum
CREATE TYPE "scan_means" AS ENUM ('photo', 'typed', 'link', 'page');

-- CreateEnum
CREATE TYPE "outbox_status" AS ENUM ('unsent', 'sent', 'superseded', 'dead');

-- CreateTable
CREATE TABLE "units" (
    "id" SERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "kind" "unit_kind" NOT NULL,
    "name" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "parent_id" INTEGER,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,

    CONSTRAINT "units_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "unit_successions" (
    "from_id" INTEGER NOT NULL,
    "to_id" INTEGER NOT NULL,
    "on_date" DATE NOT NULL,
    "share" DECIMAL(5,4),
    "address_rule" TEXT,
    "verified" BOOLEAN NOT NULL DEFAULT false,
    "source" TEXT,

    CONSTRAINT "unit_successions_pkey" PRIMARY KEY ("from_id","to_id")
);

-- CreateTable
CREATE TABLE "enterprises" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "enterprise_kind" NOT NULL,
    "tax_code" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "enterprises_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "establishments" (
    "id" SERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "enterprise_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "name_folded" TEXT NOT NULL,
    "class" "establishment_class" NOT NULL,
    "sector" "sector" NOT NULL,
    "address" TEXT NOT NULL,
    "province" TEXT NOT NULL,
    "country" CHAR(2) NOT NULL DEFAULT 'VN',
    "gln" TEXT,
    "latitude" DOUBLE PRECISION,
    "longitude" DOUBLE PRECISION,
    "status" "establishment_status" NOT NULL DEFAULT 'pending',
    "named_in_chain" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "establishments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "establishment_units" (
    "establishment_id" INTEGER NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,

    CONSTRAINT "establishment_units_pkey" PRIMARY KEY ("establishment_id","valid_from")
);

-- CreateTable
CREATE TABLE "badges" (
    "id" SERIAL NOT NULL,
    "establishment_id" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "status" "badge_status" NOT NULL DEFAULT 'valid',
    "issued_on" DATE NOT NULL,
    "valid_until" DATE NOT NULL,
    "issued_by_id" INTEGER NOT NULL,

    CONSTRAINT "badges_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "certificates" (
    "id" SERIAL NOT NULL,
    "establishment_id" INTEGER NOT NULL,
    "kind" "certificate_kind" NOT NULL,
    "number" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "issued_on" DATE NOT NULL,
    "valid_until" DATE,
    "scope" TEXT,
    "file_id" INTEGER,
    "checked_at" TIMESTAMPTZ(3),
    "checked_by_id" INTEGER,

    CONSTRAINT "certificates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "people" (
    "id" SERIAL NOT NULL,
    "display_name" TEXT,
    "phone" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "erased_at" TIMESTAMPTZ(3),

    CONSTRAINT "people_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chats" (
    "id" SERIAL NOT NULL,
    "channel" "channel" NOT NULL,
    "address" TEXT NOT NULL,
    "person_id" INTEGER,
    "language" VARCHAR(2),
    "last_seq" BIGINT NOT NULL DEFAULT 0,
    "holder" TEXT,
    "held_until" TIMESTAMPTZ(3),
    "heard_at" TIMESTAMPTZ(3),
    "paused_until" TIMESTAMPTZ(3),
    "send_tat" TIMESTAMPTZ(3),
    "lookup_tat" TIMESTAMPTZ(3),
    "miss_tat" TIMESTAMPTZ(3),
    "unreachable_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "memberships" (
    "id" SERIAL NOT NULL,
    "person_id" INTEGER NOT NULL,
    "establishment_id" INTEGER NOT NULL,
    "role" "membership_role" NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3),

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mandates" (
    "id" SERIAL NOT NULL,
    "person_id" INTEGER NOT NULL,
    "unit_id" INTEGER NOT NULL,
    "role" "mandate_role" NOT NULL,
    "sector" "sector",
    "class" "establishment_class",
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3),

    CONSTRAINT "mandates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consents" (
    "id" SERIAL NOT NULL,
    "person_id" INTEGER NOT NULL,
    "purpose" TEXT NOT NULL,
    "given_at" TIMESTAMPTZ(3) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "consents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitations" (
    "code" TEXT NOT NULL,
    "establishment_id" INTEGER,
    "membership_role" "membership_role",
    "unit_id" INTEGER,
    "mandate_role" "mandate_role",
    "created_by_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "used_by_id" INTEGER,

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "product_categories" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "max_shelf_life_days" INTEGER,

    CONSTRAINT "product_categories_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "products" (
    "id" SERIAL NOT NULL,
    "establishment_id" INTEGER NOT NULL,
    "category_code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_folded" TEXT NOT NULL,
    "gtin" TEXT,
    "brand" TEXT,
    "uom" TEXT NOT NULL,
    "shelf_life_days" INTEGER,
    "standard" TEXT,
    "picture_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "products_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lots" (
    "id" SERIAL NOT NULL,
    "product_id" INTEGER NOT NULL,
    "establishment_id" INTEGER NOT NULL,
    "quantity" DECIMAL(14,3) NOT NULL,
    "uom" TEXT NOT NULL,
    "origin" TEXT,
    "produced_on" DATE,
    "harvested_on" DATE,
    "expires_on" DATE,
    "status" "lot_status" NOT NULL DEFAULT 'active',
    "status_at" TIMESTAMPTZ(3) NOT NULL,
    "status_reason" TEXT,
    "status_unit_id" INTEGER,
    "created_by_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lots_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "codes" (
    "code" TEXT NOT NULL,
    "kind" "code_kind" NOT NULL,
    "lot_id" INTEGER,
    "badge_id" INTEGER,
    "establishment_id" INTEGER,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "codes_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "events" (
    "id" SERIAL NOT NULL,
    "type" "event_type" NOT NULL,
    "action" "event_action",
    "biz_step" TEXT NOT NULL,
    "disposition" TEXT,
    "event_time" TIMESTAMPTZ(3) NOT NULL,
    "time_zone_offset" VARCHAR(6) NOT NULL DEFAULT '+07:00',
    "record_time" TIMESTAMPTZ(3) NOT NULL,
    "place_id" INTEGER,
    "place_text" TEXT,
    "stated_by_id" INTEGER NOT NULL,
    "stated_person_id" INTEGER,
    "ilmd" JSONB,
    "error_at" TIMESTAMPTZ(3),
    "error_reason" TEXT,
    "corrects_id" INTEGER,

    CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_lots" (
    "event_id" INTEGER NOT NULL,
    "lot_id" INTEGER NOT NULL,
    "role" "event_lot_role" NOT NULL,
    "quantity" DECIMAL(14,3),
    "uom" TEXT,

    CONSTRAINT "event_lots_pkey" PRIMARY KEY ("event_id","role","lot_id")
);

-- CreateTable
CREATE TABLE "event_parties" (
    "event_id" INTEGER NOT NULL,
    "side" "party_side" NOT NULL,
    "establishment_id" INTEGER,
    "name" TEXT,

    CONSTRAINT "event_parties_pkey" PRIMARY KEY ("event_id","side")
);

-- CreateTable
CREATE TABLE "event_documents" (
    "event_id" INTEGER NOT NULL,
    "file_id" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "number" TEXT,

    CONSTRAINT "event_documents_pkey" PRIMARY KEY ("event_id","file_id")
);

-- CreateTable
CREATE TABLE "files" (
    "id" SERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "sha256" BYTEA NOT NULL,
    "bytes" INTEGER NOT NULL,
    "mime" TEXT NOT NULL,
    "width" INTEGER,
    "height" INTEGER,
    "person_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "files_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "scans" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "code" TEXT NOT NULL,
    "lot_id" INTEGER,
    "scanner" BYTEA,
    "channel" "channel" NOT NULL,
    "means" "scan_means" NOT NULL,
    "verdict" TEXT NOT NULL,
    "place_id" INTEGER,

    CONSTRAINT "scans_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "updates" (
    "chat_id" INTEGER NOT NULL,
    "seq" BIGINT NOT NULL,
    "channel" "channel" NOT NULL,
    "key" TEXT NOT NULL,
    "body" JSONB,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "done_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "error" TEXT,

    CONSTRAINT "updates_pkey" PRIMARY KEY ("chat_id","seq")
);

-- CreateTable
CREATE TABLE "talks" (
    "chat_id" INTEGER NOT NULL,
    "state" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "talks_pkey" PRIMARY KEY ("chat_id")
);

-- CreateTable
CREATE TABLE "offers" (
    "id" TEXT NOT NULL,
    "chat_id" INTEGER NOT NULL,
    "entries" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "offers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "chat_id" INTEGER NOT NULL,
    "lane" SMALLINT NOT NULL,
    "prompt" BOOLEAN NOT NULL DEFAULT false,
    "unique_key" TEXT,
    "body" JSONB,
    "status" "outbox_status" NOT NULL DEFAULT 'unsent',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "parts_sent" SMALLINT NOT NULL DEFAULT 0,
    "doubts" SMALLINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "not_before" TIMESTAMPTZ(3),
    "holder" TEXT,
    "held_until" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),
    "platform_id" TEXT,
    "error" TEXT,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "timers" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "payload" JSONB,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "holder" TEXT,
    "held_until" TIMESTAMPTZ(3),
    "done_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "error" TEXT,

    CONSTRAINT "timers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "leases" (
    "name" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "leases_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "paces" (
    "name" TEXT NOT NULL,
    "tat" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "paces_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "settings" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "history" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "person_id" INTEGER,
    "subject" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "history_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "units_code_key" ON "units"("code");

-- CreateIndex
CREATE INDEX "units_parent_id_idx" ON "units"("parent_id");

-- CreateIndex
CREATE INDEX "unit_successions_to_id_idx" ON "unit_successions"("to_id");

-- CreateIndex
CREATE UNIQUE INDEX "enterprises_tax_code_key" ON "enterprises"("tax_code");

-- CreateIndex
CREATE UNIQUE INDEX "establishments_code_key" ON "establishments"("code");

-- CreateIndex
CREATE UNIQUE INDEX "establishments_gln_key" ON "establishments"("gln");

-- CreateIndex
CREATE INDEX "establishments_name" ON "establishments" USING GIN ("name_folded" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "establishments_enterprise_id_idx" ON "establishments"("enterprise_id");

-- CreateIndex
CREATE INDEX "establishments_status_class_idx" ON "establishments"("status", "class");

-- CreateIndex
CREATE INDEX "establishment_units_unit_id_idx" ON "establishment_units"("unit_id");

-- CreateIndex
CREATE UNIQUE INDEX "badges_number_key" ON "badges"("number");

-- CreateIndex
CREATE INDEX "badges_establishment_id_idx" ON "badges"("establishment_id");

-- CreateIndex
CREATE INDEX "badges_issued_by_id_idx" ON "badges"("issued_by_id");

-- CreateIndex
CREATE INDEX "certificates_valid_until_idx" ON "certificates"("valid_until");

-- CreateIndex
CREATE INDEX "certificates_file_id_idx" ON "certificates"("file_id");

-- CreateIndex
CREATE INDEX "certificates_checked_by_id_idx" ON "certificates"("checked_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "certificates_establishment_id_kind_number_key" ON "certificates"("establishment_id", "kind", "number");

-- CreateIndex
CREATE INDEX "chats_person_id_idx" ON "chats"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "chats_channel_address_key" ON "chats"("channel", "address");

-- CreateIndex
CREATE INDEX "memberships_person_id_idx" ON "memberships"("person_id");

-- CreateIndex
CREATE INDEX "memberships_establishment_id_idx" ON "memberships"("establishment_id");

-- CreateIndex
CREATE INDEX "mandates_person_id_idx" ON "mandates"("person_id");

-- CreateIndex
CREATE INDEX "mandates_unit_id_idx" ON "mandates"("unit_id");

-- CreateIndex
CREATE INDEX "consents_person_id_purpose_idx" ON "consents"("person_id", "purpose");

-- CreateIndex
CREATE INDEX "invitations_establishment_id_idx" ON "invitations"("establishment_id");

-- CreateIndex
CREATE INDEX "invitations_unit_id_idx" ON "invitations"("unit_id");

-- CreateIndex
CREATE INDEX "invitations_created_by_id_idx" ON "invitations"("created_by_id");

-- CreateIndex
CREATE INDEX "invitations_used_by_id_idx" ON "invitations"("used_by_id");

-- CreateIndex
CREATE INDEX "products_name" ON "products" USING GIN ("name_folded" gin_trgm_ops);

-- CreateIndex
CREATE INDEX "products_category_code_idx" ON "products"("category_code");

-- CreateIndex
CREATE INDEX "products_gtin_idx" ON "products"("gtin");

-- CreateIndex
CREATE INDEX "products_picture_id_idx" ON "products"("picture_id");

-- CreateIndex
CREATE UNIQUE INDEX "products_establishment_id_name_folded_key" ON "products"("establishment_id", "name_folded");

-- CreateIndex
CREATE INDEX "lots_establishment_id_created_at_idx" ON "lots"("establishment_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "lots_product_id_idx" ON "lots"("product_id");

-- CreateIndex
CREATE INDEX "lots_status_unit_id_idx" ON "lots"("status_unit_id");

-- CreateIndex
CREATE INDEX "lots_created_by_id_idx" ON "lots"("created_by_id");

-- CreateIndex
CREATE INDEX "codes_lot_id_idx" ON "codes"("lot_id");

-- CreateIndex
CREATE INDEX "codes_badge_id_idx" ON "codes"("badge_id");

-- CreateIndex
CREATE INDEX "codes_establishment_id_idx" ON "codes"("establishment_id");

-- CreateIndex
CREATE INDEX "events_place_id_event_time_idx" ON "events"("place_id", "event_time");

-- CreateIndex
CREATE INDEX "events_stated_by_id_idx" ON "events"("stated_by_id");

-- CreateIndex
CREATE INDEX "events_corrects_id_idx" ON "events"("corrects_id");

-- CreateIndex
CREATE INDEX "event_lots_lot_id_role_event_id_idx" ON "event_lots"("lot_id", "role", "event_id");

-- CreateIndex
CREATE INDEX "event_parties_establishment_id_idx" ON "event_parties"("establishment_id");

-- CreateIndex
CREATE INDEX "event_documents_file_id_idx" ON "event_documents"("file_id");

-- CreateIndex
CREATE INDEX "files_sha256_idx" ON "files"("sha256");

-- CreateIndex
CREATE INDEX "files_person_id_idx" ON "files"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "files_key_person_id_key" ON "files"("key", "person_id");

-- CreateIndex
CREATE INDEX "scans_lot_id_at_idx" ON "scans"("lot_id", "at");

-- CreateIndex
CREATE INDEX "scans_scanner_at_idx" ON "scans"("scanner", "at");

-- CreateIndex
CREATE INDEX "scans_place_id_idx" ON "scans"("place_id");

-- CreateIndex
CREATE UNIQUE INDEX "updates_channel_key_key" ON "updates"("channel", "key");

-- CreateIndex
CREATE INDEX "offers_chat_id_created_at_idx" ON "offers"("chat_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "offers_until_idx" ON "offers"("until");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_unique_key_key" ON "outbox"("unique_key");

-- CreateIndex
CREATE INDEX "history_subject_subject_id_id_idx" ON "history"("subject", "subject_id", "id");

-- CreateIndex
CREATE INDEX "history_person_id_id_idx" ON "history"("person_id", "id");

-- AddForeignKey
ALTER TABLE "units" ADD CONSTRAINT "units_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unit_successions" ADD CONSTRAINT "unit_successions_from_id_fkey" FOREIGN KEY ("from_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "unit_successions" ADD CONSTRAINT "unit_successions_to_id_fkey" FOREIGN KEY ("to_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "establishments" ADD CONSTRAINT "establishments_enterprise_id_fkey" FOREIGN KEY ("enterprise_id") REFERENCES "enterprises"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "establishment_units" ADD CONSTRAINT "establishment_units_establishment_id_fkey" FOREIGN KEY ("establishment_id") REFERENCES "establishments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "establishment_units" ADD CONSTRAINT "establishment_units_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "badges" ADD CONSTRAINT "badges_establishment_id_fkey" FOREIGN KEY ("establishment_id") REFERENCES "establishments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "badges" ADD CONSTRAINT "badges_issued_by_id_fkey" FOREIGN KEY ("issued_by_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_establishment_id_fkey" FOREIGN KEY ("establishment_id") REFERENCES "establishments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "files"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_checked_by_id_fkey" FOREIGN KEY ("checked_by_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chats" ADD CONSTRAINT "chats_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_establishment_id_fkey" FOREIGN KEY ("establishment_id") REFERENCES "establishments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mandates" ADD CONSTRAINT "mandates_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mandates" ADD CONSTRAINT "mandates_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "consents" ADD CONSTRAINT "consents_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_establishment_id_fkey" FOREIGN KEY ("establishment_id") REFERENCES "establishments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_unit_id_fkey" FOREIGN KEY ("unit_id") REFERENCES "units"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "people"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_used_by_id_fkey" FOREIGN KEY ("used_by_id") REFERENCES "people"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "products" ADD CONSTRAINT "products_establishment_id_fkey" FOREIGN KEY ("establishment_id") REFERENCES "establishments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "products" ADD CONSTRAINT "products_category_code_fkey" FOREIGN KEY ("category_code") REFERENCES "product_categories"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "products" ADD CONSTRAINT "products_picture_id_fkey" FOREIGN KEY ("picture_id") REFERENCES "files"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lots" ADD CONSTRAINT "lots_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "products"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lots" ADD CONSTRAINT "lots_establishment_id_fkey" FOREIGN KEY ("establishment_id") REFERENCES "establishments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lots" ADD CONSTRAINT "lots_status_unit_id_fkey" FOREIGN KEY ("status_unit_id") REFERENCES "units"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lots" ADD CONSTRAINT "lots_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "people"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "codes" ADD CONSTRAINT "codes_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lots"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "codes" ADD CONSTRAINT "codes_badge_id_fkey" FOREIGN KEY ("badge_id") REFERENCES "badges"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "codes" ADD CONSTRAINT "codes_establishment_id_fkey" FOREIGN KEY ("establishment_id") REFERENCES "establishments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_place_id_fkey" FOREIGN KEY ("place_id") REFERENCES "establishments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_stated_by_id_fkey" FOREIGN KEY ("stated_by_id") REFERENCES "establishments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_corrects_id_fkey" FOREIGN KEY ("corrects_id") REFERENCES "events"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event_lots" ADD CONSTRAINT "event_lots_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "events"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event_lots" ADD CONSTRAINT "event_lots_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lots"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event_parties" ADD CONSTRAINT "event_parties_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "events"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event_parties" ADD CONSTRAINT "event_parties_establishment_id_fkey" FOREIGN KEY ("establishment_id") REFERENCES "establishments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event_documents" ADD CONSTRAINT "event_documents_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "events"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event_documents" ADD CONSTRAINT "event_documents_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "files"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "files" ADD CONSTRAINT "files_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "scans" ADD CONSTRAINT "scans_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lots"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "scans" ADD CONSTRAINT "scans_place_id_fkey" FOREIGN KEY ("place_id") REFERENCES "establishments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "updates" ADD CONSTRAINT "updates_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chats"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "talks" ADD CONSTRAINT "talks_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chats"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "offers" ADD CONSTRAINT "offers_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chats"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chats"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ------------------------------------------------------------------------------------------------------------------
-- By hand: what the schema file cannot say.

-- Dates in order
ALTER TABLE "units" ADD CONSTRAINT "units_dates" CHECK ("valid_to" IS NULL OR "valid_to" >= "valid_from");
ALTER TABLE "unit_successions" ADD CONSTRAINT "unit_successions_share" CHECK ("share" > 0 AND "share" <= 1);
ALTER TABLE "unit_successions" ADD CONSTRAINT "unit_successions_two_units" CHECK ("from_id" <> "to_id");
ALTER TABLE "establishment_units" ADD CONSTRAINT "establishment_units_dates" CHECK ("valid_to" IS NULL OR "valid_to" >= "valid_from");
ALTER TABLE "establishment_units" ADD CONSTRAINT "establishment_units_no_overlap"
  EXCLUDE USING gist ("establishment_id" WITH =, daterange("valid_from", "valid_to", '[]') WITH &&);
ALTER TABLE "badges" ADD CONSTRAINT "badges_dates" CHECK ("valid_until" >= "issued_on");
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_dates" CHECK ("valid_until" IS NULL OR "valid_until" >= "issued_on");
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_dates" CHECK ("valid_to" IS NULL OR "valid_to" >= "valid_from");
ALTER TABLE "mandates" ADD CONSTRAINT "mandates_dates" CHECK ("valid_to" IS NULL OR "valid_to" >= "valid_from");
ALTER TABLE "consents" ADD CONSTRAINT "consents_dates" CHECK ("withdrawn_at" IS NULL OR "withdrawn_at" >= "given_at");

-- A checked certificate says who checked it
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_checked" CHECK (("checked_at" IS NULL) = ("checked_by_id" IS NULL));

-- A forgotten person has no name and no number
ALTER TABLE "people" ADD CONSTRAINT "people_erased" CHECK ("erased_at" IS NULL OR ("display_name" IS NULL AND "phone" IS NULL));
ALTER TABLE "chats" ADD CONSTRAINT "chats_language" CHECK ("language" IN ('vi', 'en'));

-- One open membership for a person and an establishment
CREATE UNIQUE INDEX "memberships_open" ON "memberships" ("person_id", "establishment_id") WHERE "valid_to" IS NULL;

-- An invitation leads to an establishment or to a unit, with the role that belongs to it
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_one_subject" CHECK (
  ("establishment_id" IS NOT NULL AND "membership_role" IS NOT NULL AND "unit_id" IS NULL AND "mandate_role" IS NULL)
  OR ("unit_id" IS NOT NULL AND "mandate_role" IS NOT NULL AND "establishment_id" IS NULL AND "membership_role" IS NULL));
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_used" CHECK ("used_by_id" IS NULL OR "used_at" IS NOT NULL);

-- Keys and codes have their form
ALTER TABLE "establishments" ADD CONSTRAINT "establishments_gln" CHECK ("gln" ~ '^[0-9]{13}$');
ALTER TABLE "products" ADD CONSTRAINT "products_gtin" CHECK ("gtin" ~ '^[0-9]{14}$');
ALTER TABLE "products" ADD CONSTRAINT "products_shelf_life" CHECK ("shelf_life_days" > 0);
ALTER TABLE "codes" ADD CONSTRAINT "codes_alphabet" CHECK ("code" ~ '^[0-9A-HJKMNP-TV-Z]{4,31}$');
ALTER TABLE "codes" ADD CONSTRAINT "codes_one_subject" CHECK (
  ("kind" IN ('lot', 'serial') AND "lot_id" IS NOT NULL AND "badge_id" IS NULL AND "establishment_id" IS NULL)
  OR ("kind" = 'badge' AND "badge_id" IS NOT NULL AND "lot_id" IS NULL AND "establishment_id" IS NULL)
  OR ("kind" = 'establishment' AND "establishment_id" IS NOT NULL AND "lot_id" IS NULL AND "badge_id" IS NULL));
CREATE UNIQUE INDEX "codes_of_lot" ON "codes" ("lot_id") WHERE "kind" = 'lot';

-- Quantities and order of dates of a lot (V13: no time travel within one record)
ALTER TABLE "lots" ADD CONSTRAINT "lots_quantity" CHECK ("quantity" > 0);
ALTER TABLE "lots" ADD CONSTRAINT "lots_dates" CHECK ("expires_on" IS NULL OR "produced_on" IS NULL OR "expires_on" >= "produced_on");
ALTER TABLE "event_lots" ADD CONSTRAINT "event_lots_quantity" CHECK ("quantity" IS NULL OR ("quantity" >= 0 AND "uom" IS NOT NULL));

-- EPCIS 2.0: every event but a transformation has an action
ALTER TABLE "events" ADD CONSTRAINT "events_action" CHECK (("type" = 'transformation') = ("action" IS NULL));
ALTER TABLE "events" ADD CONSTRAINT "events_error" CHECK (("error_at" IS NULL) = ("error_reason" IS NULL));
ALTER TABLE "event_parties" ADD CONSTRAINT "event_parties_named" CHECK ("establishment_id" IS NOT NULL OR "name" IS NOT NULL);

-- The hot paths of the talk: only what is open is in these indexes
CREATE INDEX "updates_undone" ON "updates" ("chat_id", "seq") WHERE "done_at" IS NULL;
CREATE INDEX "updates_to_wipe" ON "updates" ("done_at") WHERE "done_at" IS NOT NULL AND "body" IS NOT NULL;
ALTER TABLE "updates" ADD CONSTRAINT "updates_outcome" CHECK (("done_at" IS NULL) = ("outcome" IS NULL) AND "outcome" IN ('done', 'dead'));
CREATE INDEX "outbox_unsent" ON "outbox" ("chat_id", "lane", "id") WHERE "status" = 'unsent';
CREATE INDEX "outbox_queue" ON "outbox" ("lane", "id") WHERE "status" = 'unsent';
CREATE INDEX "outbox_touched" ON "outbox" (coalesce("held_until", "not_before"))
  WHERE "status" = 'unsent' AND coalesce("held_until", "not_before") IS NOT NULL;
CREATE INDEX "outbox_to_wipe" ON "outbox" ("settled_at") WHERE "status" <> 'unsent' AND "body" IS NOT NULL;
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_lane" CHECK ("lane" BETWEEN 0 AND 2);
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_settled" CHECK (("status" = 'unsent') = ("settled_at" IS NULL));
CREATE INDEX "timers_due" ON "timers" ("due_at") WHERE "done_at" IS NULL;
CREATE UNIQUE INDEX "timers_open" ON "timers" ("kind", "subject") WHERE "done_at" IS NULL;
ALTER TABLE "timers" ADD CONSTRAINT "timers_outcome" CHECK (("done_at" IS NULL) = ("outcome" IS NULL) AND "outcome" IN ('done', 'void', 'dead'));

-- History is only ever added to, and so are events, but for their error declaration
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "history_append_only" BEFORE UPDATE OR DELETE ON "history" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "history_no_truncate" BEFORE TRUNCATE ON "history" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "events_no_delete" BEFORE DELETE ON "events" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "events_only_declared_wrong" BEFORE UPDATE ON "events" FOR EACH ROW
  WHEN ((to_jsonb(OLD) - 'error_at' - 'error_reason') IS DISTINCT FROM (to_jsonb(NEW) - 'error_at' - 'error_reason') OR OLD."error_at" IS NOT NULL)
  EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "event_lots_append_only" BEFORE UPDATE OR DELETE ON "event_lots" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "event_parties_append_only" BEFORE UPDATE OR DELETE ON "event_parties" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "event_documents_append_only" BEFORE UPDATE OR DELETE ON "event_documents" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
