-- Platforms that grant a right to speak for an account, and the web chat's own memory

-- AlterTable
ALTER TABLE "chats" ADD COLUMN "muted_until" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "platform_grants" (
    "account" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "access_until" TIMESTAMPTZ(3) NOT NULL,
    "granted_at" TIMESTAMPTZ(3) NOT NULL,
    "renewing_at" TIMESTAMPTZ(3),
    "alarm" TEXT,
    "alarm_at" TIMESTAMPTZ(3),

    CONSTRAINT "platform_grants_pkey" PRIMARY KEY ("account")
);

-- CreateTable
CREATE TABLE "platform_uploads" (
    "channel" "channel" NOT NULL,
    "key" TEXT NOT NULL,
    "platform_id" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "platform_uploads_pkey" PRIMARY KEY ("channel","key")
);

-- CreateTable
CREATE TABLE "web_messages" (
    "id" BIGSERIAL NOT NULL,
    "chat_id" INTEGER NOT NULL,
    "own" BOOLEAN NOT NULL,
    "body" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "web_messages_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "platform_uploads_until_idx" ON "platform_uploads"("until");

-- CreateIndex
CREATE INDEX "web_messages_chat_id_id_idx" ON "web_messages"("chat_id", "id");

-- CreateIndex
CREATE INDEX "web_messages_created_at_idx" ON "web_messages"("created_at");

-- AddForeignKey
ALTER TABLE "web_messages" ADD CONSTRAINT "web_messages_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "chats"("id") ON DELETE CASCADE ON UPDATE CASCADE;
