from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE "agency_tasks" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "source_webhook_id" BIGINT,
    "source_message_id" BIGINT,
    "source_index" SMALLINT NOT NULL,
    "conversation_id" BIGINT,
    "title" VARCHAR(200) NOT NULL,
    "description" TEXT NOT NULL,
    "priority" VARCHAR(16) NOT NULL,
    "deadline" TIMESTAMPTZ,
    "project" VARCHAR(200),
    "status" VARCHAR(16) NOT NULL,
    "result" TEXT,
    "error" TEXT,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ,
    CONSTRAINT "uid_agency_task_source__181837" UNIQUE ("source_message_id", "source_index")
);
CREATE INDEX "agency_tasks_user_idx" ON "agency_tasks" ("user_id", "id");
CREATE INDEX "agency_tasks_conversation_idx" ON "agency_tasks" ("conversation_id");
COMMENT ON TABLE "agency_tasks" IS 'One task and the message it comes from (AC-16); a message makes each of its tasks once.';
CREATE TABLE "bot_conversations" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "webhook_id" BIGINT NOT NULL,
    "participant" VARCHAR(320) NOT NULL,
    "participant_name" VARCHAR(200),
    "status" VARCHAR(16) NOT NULL,
    "context_summary" TEXT NOT NULL,
    "context_memory" JSONB NOT NULL,
    "message_count" INT NOT NULL,
    "event_sequence" INT NOT NULL,
    "due_at" TIMESTAMPTZ,
    "lease_id" UUID,
    "attempts" INT NOT NULL,
    "superseded" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "bot_conversations_user_idx" ON "bot_conversations" ("user_id", "id");
COMMENT ON TABLE "bot_conversations" IS 'One person''s talk on one channel; `due_at` is schedule, lease and recovery query in one.';
CREATE TABLE "conversation_events" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "conversation_id" BIGINT NOT NULL,
    "from_status" VARCHAR(16),
    "to_status" VARCHAR(16) NOT NULL,
    "actor" VARCHAR(64) NOT NULL,
    "reason" VARCHAR(200) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_conversatio_convers_4f7d7e" ON "conversation_events" ("conversation_id");
COMMENT ON TABLE "conversation_events" IS 'One status transition, who made it and why (AC-17).';
CREATE TABLE "inbound_messages" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "webhook_id" BIGINT NOT NULL,
    "conversation_id" BIGINT,
    "external_id" VARCHAR(255),
    "sender" VARCHAR(320) NOT NULL,
    "sender_name" VARCHAR(200),
    "recipient" VARCHAR(320),
    "message_type" VARCHAR(16) NOT NULL,
    "content" TEXT NOT NULL,
    "attachments" JSONB,
    "structured" JSONB,
    "facts" JSONB,
    "raw_payload" BYTEA,
    "raw_content_type" VARCHAR(200),
    "request_id" VARCHAR(64) NOT NULL,
    "processing_status" VARCHAR(16) NOT NULL,
    "reason" TEXT,
    "analysis" JSONB,
    "reply_id" BIGINT,
    "sent_at" TIMESTAMPTZ,
    "received_at" TIMESTAMPTZ NOT NULL,
    "processed_at" TIMESTAMPTZ,
    CONSTRAINT "uid_inbound_mes_webhook_405a9d" UNIQUE ("webhook_id", "external_id")
);
CREATE INDEX "inbound_messages_webhook_id_idx" ON "inbound_messages" ("webhook_id", "id");
CREATE INDEX "inbound_messages_conversation_idx" ON "inbound_messages" ("conversation_id", "id");
COMMENT ON TABLE "inbound_messages" IS 'One received message with its raw payload, logged before it is processed.';
CREATE TABLE "outbound_messages" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "webhook_id" BIGINT NOT NULL,
    "source_webhook_id" BIGINT NOT NULL,
    "conversation_id" BIGINT,
    "in_reply_to" BIGINT,
    "kind" VARCHAR(16) NOT NULL,
    "event" VARCHAR(64) NOT NULL,
    "event_id" VARCHAR(64) NOT NULL,
    "sequence" INT NOT NULL,
    "recipient" VARCHAR(320) NOT NULL,
    "content" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "delivery_status" VARCHAR(16) NOT NULL,
    "scheduled_for" TIMESTAMPTZ,
    "lease_id" UUID,
    "attempts" INT NOT NULL,
    "provider_id" VARCHAR(255),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ
);
CREATE INDEX "outbound_messages_webhook_idx" ON "outbound_messages" ("webhook_id", "id");
CREATE INDEX "outbound_messages_conversation_idx" ON "outbound_messages" ("conversation_id", "id");
COMMENT ON TABLE "outbound_messages" IS 'The outbox: replies, notifications and events, each with its schedule and lease.';
CREATE TABLE "task_executions" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "task_id" BIGINT NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "detail" TEXT NOT NULL,
    "actor" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_task_execut_task_id_f940a2" ON "task_executions" ("task_id");
COMMENT ON TABLE "task_executions" IS 'One end of a task, for the execution log (FR-16).';
CREATE TABLE "users" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "external_id" VARCHAR(255) UNIQUE,
    "name" VARCHAR(200) NOT NULL,
    "time_zone" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "users" IS 'One account.';
CREATE TABLE "api_tokens" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(100) NOT NULL,
    "prefix" VARCHAR(16) NOT NULL UNIQUE,
    "token_hash" BYTEA NOT NULL,
    "scopes" TEXT[] NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ,
    "last_used_at" TIMESTAMPTZ,
    "revoked_at" TIMESTAMPTZ,
    "user_id" BIGINT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
COMMENT ON TABLE "api_tokens" IS 'One token of the management API: its public prefix and the hash of its secret.';
CREATE TABLE "user_webhooks" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "webhook_token" UUID NOT NULL UNIQUE,
    "channel_type" VARCHAR(32) NOT NULL,
    "channel_name" VARCHAR(100) NOT NULL,
    "parser" VARCHAR(64) NOT NULL,
    "verifier" VARCHAR(64) NOT NULL,
    "transport" VARCHAR(64) NOT NULL,
    "responder" VARCHAR(64) NOT NULL,
    "provider_config" TEXT NOT NULL,
    "outbound_config" TEXT NOT NULL,
    "signing_secrets" TEXT NOT NULL,
    "outbound_enabled" BOOL NOT NULL,
    "is_primary" BOOL NOT NULL,
    "is_active" BOOL NOT NULL,
    "is_verified" BOOL NOT NULL,
    "rate_limit_per_minute" INT NOT NULL,
    "rate_limit_per_hour" INT NOT NULL,
    "ai_config" JSONB NOT NULL,
    "tags" JSONB NOT NULL,
    "metadata" JSONB NOT NULL,
    "version" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "user_id" BIGINT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
COMMENT ON TABLE "user_webhooks" IS 'One configured channel.';
CREATE TABLE "webhook_logs" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "webhook_id" BIGINT NOT NULL,
    "outbound_id" BIGINT,
    "event" VARCHAR(64) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "attempt" INT NOT NULL,
    "next_retry_at" TIMESTAMPTZ,
    "response_status" INT,
    "latency_ms" INT,
    "detail" TEXT NOT NULL,
    "request_id" VARCHAR(64),
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_webhook_log_outboun_6e6524" ON "webhook_logs" ("outbound_id");
CREATE INDEX "webhook_logs_webhook_idx" ON "webhook_logs" ("webhook_id", "id");
CREATE INDEX "webhook_logs_status_retry_idx" ON "webhook_logs" ("status", "next_retry_at");
COMMENT ON TABLE "webhook_logs" IS 'One delivery attempt or one operation on a webhook (NFR-19).';
CREATE TABLE "aerich" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" JSONB NOT NULL
);CREATE UNIQUE INDEX "bot_conversations_open_idx" ON "bot_conversations" ("webhook_id", "participant")
    WHERE "status" <> 'archived';
CREATE INDEX "bot_conversations_due_idx" ON "bot_conversations" ("due_at") WHERE "due_at" IS NOT NULL;
CREATE INDEX "inbound_messages_pending_idx" ON "inbound_messages" ("webhook_id", "sender", "id")
    WHERE "processing_status" = 'received';
CREATE INDEX "outbound_messages_pending_idx" ON "outbound_messages" ("scheduled_for")
    WHERE "delivery_status" = 'pending';
CREATE INDEX "outbound_messages_order_idx" ON "outbound_messages" ("conversation_id", "webhook_id", "id")
    WHERE "delivery_status" = 'pending' AND "kind" = 'reply';
CREATE INDEX "user_webhooks_user_id_idx" ON "user_webhooks" ("user_id");
CREATE UNIQUE INDEX "user_webhooks_primary_idx" ON "user_webhooks" ("user_id")
    WHERE "is_primary" AND "is_active";"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        """


MODELS_STATE = (
    "eJztXWtz2zYW/SsYfdlkRs3EcmKn6c7OyI7Tuk3sTqxsX9NhYRKSsCYBFgRta7v57wvwIb"
    "5AWqBFmWIxk3FsEoePc0HgvnDx18ijDnKDF9MFIvZqBoOb0Vvw14hAD4lfFGfHYAR9Pzsn"
    "D3B47UbNYdTO4qJhdAJeB5xBm4tzc+gGSBxyUGAz7HNMiURcEgRkcwCJA/gSAQ8FgbgMwB"
    "zYVPwB5ox64Nn09KuDo+ffALhu4MEbcRZBewnoXDQPousEgBIbvZA3d6gt7o7JouP7hAT/"
    "GSKL0wUSF2bibr/9NgpoyGxkJRexsCNbJgcxcdD96PffxZHoVxRIzF+jOUauE/0+CgPEEp"
    "D4KVuie5+JiwnaohbyUCqkPOtWgryP5LLyowajCC8kEf3xZQwK97IpuUUsgFIklubdStim"
    "u8pr+DdWdONCH4tfMzpupdgTvDgn/H3UVoryWtzJDT2StfdXfCnumQIw4fKoeDbEIEfyDp"
    "yFssOR0HWT/pn2wVhiWZNYCjmMg+YwdGW3lej4AbJjI8u6uJxZV2czyxpVunSKyPW+5JAg"
    "S34O4lGDiICFfISvvp5MDg+PJy8Pj968fnV8/PrNyzeibfS81VPHX+KHydiKLxVxdv7t+c"
    "VMPhAV31z8QcoDXyIM5NDKhJ6xn+tpm4sgB3pYDinrTYJID2SSyMaLgYkioz4ZDu7Q9ZLS"
    "G20hKOGtxJH0eiONyoitLY0i3EjjkdKIp8qKIK486LoPiWKN3d0Q9bJbGRxOjo/WrMs/mn"
    "i++jj98KFKbHm21+rkCrDp4m27OMdcnKrwf7qETM3+GlDiXLzKPs65Hry3XEQWfCn+nLx8"
    "2UDov6efTr+bfnomWj0v0nqRnJrE54oM55+swvNM6KZqnkuw3bE9GnXEdQO1s7Ofo57qBc"
    "Gfbp7RZx+nP0dke6vkzIfLi2/T5jkJnH64PCkR7zNMGeYrnd6dxwywgx8cbdC/helZ173l"
    "qXLvho6LiWIIeSdI4thDdd07w5WIdhLgi/SX/RvLm7r6+cezq9n044+F/v5uOjuTZyaFvp"
    "4efVaWyPoi4Kfz2XdA/gl+vbw4i9ikAV+w6I5Zu9mv0uIewZBTi9A7Czp5TtLD6aHSZ0T/"
    "g2yu9xWtIa0+op5JcweTRMAhDwMdjjOEGac2GKfEByGfV2MCzhBD6MO7nnwRY5Tp0L0GGL"
    "b12bYZktxYUNHDm+fhInILM3HfBpYhTcWh77QUcxFpxNxrMc8xwcGylZxLUKNZ903OMgA1"
    "v8kFQeSBa2jf3EHmWJUzdELr2lZPeROvfAQSuIiEJNmUz5nGUn08ozeIjFRx1vTcuDHK6m"
    "OLy2Y6MVbZXgYwo9hn9GweIhxMfzx/GwU1/fDaxTbwGZrj+3WUdAmDddgzQGLG4jWh1a1e"
    "XhFRLQVLTTCxl8HE6P8K//WWVNp+iHbURrbqQYOtelC1VePPR88fkCK2w/HTdvKOLdVoFL"
    "PkoKQaRAhkqxrHfAFXIvp6xVGwh925aXCQZlB+phecnpxfTD/9orak0vb5Wfzkl9nZtOyK"
    "samPFK6YKWOwhvoMUqLdxcE+ZiI8YL7+9rsxPzceLcQLOpfEXSWj1J7or8mA2mimoHsfi6"
    "u1kHoRaYyUvhkpeSm7MOAyn6/N113GGkn3WdIM3QoVoo2ci0gj5T5L2aRa7tRQrfh7ipKo"
    "iuE9ZQgvyA8o1jXPxXNDYqsM1MRd8zm5zJ6J4Evax9Kj2WfP4N3aqZLveuLdxRsjHlub06"
    "vT6buzOKV79w60E8pPc3loI4Ufrdxk3OROu6a8kMeu4VXzBYaSf8glAe4NoET8Q8BeQkKQ"
    "+w34wwmRGJj/ADgAgb1ETuiK67gIBijygDFkU3HXFRC9QvzEEVztX+vqRg972tovS6jwus"
    "naBOPY66Vjz0xdT5Ym2nZ5wBbWBRgByCM+ZBzb2IdELxOrCBugi/twsomLW7SqdcFG52rZ"
    "tnTDCSrsEHJaTBbc/scWxO240HOsIPQ8yBSZ0fX5WQqoyUnXT9RKWPSQR1X8f391edHMf4"
    "Ys+1mwzcH/QJchh9E/5yGxJcfgOsQuxyR4IW/7rycQj2SqWTxlSYyLzhR5gbJ40oVzNg1V"
    "82ytmlPBDWa11+Tg1fGrN4dHr9bazfpIk1JTVWDQLRITYoDEmyXujA25rQINuWVyY9Nb12"
    "2boYzLts8u28iHojS9Pn8+f1cTeslhStINQ+y8kMhBSTVW82Mx5QUQvWjxa4GcI8/nCkWz"
    "dhDKQ8zwU1knHUrXIHKQoovWL5AugAyplTXSJqni7zC4m5z+wYq5J7ne+SDUmVSmR4pgVb"
    "XRuClcVajBEGnoGgGr2GkjdAtIAixPjMHdkgIPOlElLBksuluu4jJYx8/VsagW1zAJ3b32"
    "dZu4T29E0bNCLRuIYqgfRW5RGKOepe8gL8GGF4joIgG/Bc8FkIlFbECzUBNUK8TrKV4DBk"
    "jv0asN6D16VUuvPFUueAADVcWhen4zxAAJ7iReaUz0WvaN7bYV2+2cXNOQOB/j+NJIYbiV"
    "WoybrDYct03rQ2qYbAzZCN8iZ12Q+A7zZbRilsE74MOVS6EzBi5diNcA12hOWWSH4QD4jN"
    "oChBy1Ibe1KysrIBfzj9A9R4xANyow3JRiWIQ9nGVYJjZXD/VxZZDb3d0URN4P7d6YvL0R"
    "hUl17I0AeuFz6JvN+ySSyM+XGoZECTY8n8Pk9etNjInXr+uNCXmuFERF4tW0DOIMMUCDrZ"
    "O83pgx7ZTeEmyAHboL61ho9tjHSC9hvQAaHtGd9Oo0+zDiSYPrMm6Ao0hHKdSqPv1A6vSA"
    "FmDsOmkacg7tpZcGmTfNmC7BHpUu3bNBZdd50eLeoc1DpkrwqhdAEWX4b8//HNp6fX8NMK"
    "y3Z12uQ08ckCojtL4UVwnYshbX/rDfVSkuyWMyeWorNyrs8PTJjhR38aYB17T6i6hBKDpd"
    "x2iTAIZ4hBYZB0rwAGnvYi8AdWi8aS+AR4XGezaE7Fx/J9BdBVhPec9hjA7zCB0G+e5K24"
    "ueRxn3eVv3eSB1D/3ckBzMrMvrW15IycEZpS60qphXgJoEoF4Lep1o0kLSZaz5pPsm6Z6k"
    "el2G/KFcr3KTcVOyF00aa2Z7zZYIRND7t0CqARgFY0Aox3NsxxXUosU18Zqfcbwl/TplK6"
    "37FjWJliBXk766uIFmBTnd9K4Klbn8rq6Tu6r3Ntld+6EImuyu3ojCZHf1RgDJvuht5aCE"
    "G3GYZLu9lwQmVux24VRzbi4CjQTaSuBGvK2OBz5tb5zuGzjd0a1mJtgaMEB6tx9Kiqukae"
    "bp5jCG5A1IblG9ztSta6px9EQpov3ut53kiO5L2uJgKr1K418n4Jm2N1Vdtx4DdZCL5c4T"
    "LZIsFNABjjjb1/ZSP61jzVVFHh4IgJbBJmbSt5iJKU+qKVVTnvTptEyf0Vvs1LjcGxPs8r"
    "AhZH7tYBljtOcjYkw17NfrmkXUEKjetb5patH8LSbbOSY4WLaScwlqlKq+ybkniSgzGNyc"
    "3SM7rNvYsNhg3JSEwkVTC6VtNQoOIeIAOgcQyCuMgTAEAF+Kw+mlZEEg8Oz9p6+E7aEuLK"
    "R9BVMfttdxGpNO0RtR5Gplyu9bl/ocyNSDbZ1HYfZK69aF5SAOsatjxGQI4y/XXyRkysF2"
    "Gbo05mGrnm7Mho3NhmgfeoW1kO5PX28kSFVMwzSAdrTNnlrrz580Cn2vdZl6hb5HdeeeVh"
    "rdu2t1S6E9qgZa30b+HdRSkHOi9V9KtEgugHaoS36enXalThr95ul6uXhB55K4q2T02hN9"
    "JxloH6Pu5Pf0uEFEYS2fJLj3P3xCLkz9maVOkCgyUx/P5GX2sAt8STt9ejTrCpWlMY9kSa"
    "p7P8VXGhJRXWvOKWU1CnSO0WY92spLcTN9WrzsHC9kmTZgLyEhyFWr1jXtjJa9p1p2uoaK"
    "p4Papsk7FeAjMnj6JZjtJPAkX0fMh4baV8YNUMc+nGyU2tyQ2VxR/BLSdA2ZMm6AZB9sZN"
    "AcNBg0B1WDxocs0CtTniEGyPH2LZlbxLC4mBbFeYwheQOSo31jfcq0Fp4UQIbmjTahE3zp"
    "bmtQABmaN6sjGWeqxiq6TsxSAR0E5bsOX67LtOiLQAE1ImghggAvSFQNFdkMqdLn60WggB"
    "oRPOYrQEQyojLvKXURJA98CTl4uXi2wHcliNTS3HHx7MvLDwVBnJyXmf788eRMKOqRVEQj"
    "zAsWfs6fElg+wx5kK03ii8AdUr4+ss+cQ5vjW4Xx+RDlGc50ci3CE3NHd3gpIU0312BdMm"
    "K52MPc8oW26GEScp06CLX4ISXfbq8uQpGtJQ0VFtSmXKdow7SCaYhrNfaG4uS4Xlc3C/Yf"
    "v2Cfw4VWsfi0fT9EIe83GFF4iEPdUhZ5TD9EMqivQ5bcw6r9K2onhBxid5PAwZ7MACZzqJ"
    "7qYWUO5aUe+k5LqReRRup9kboiP76S4mRWCu40+6SSqleURFUM7ylDeEF+QPHGeufiuaG6"
    "eF5pccGeiaAuzWwc71uXZkrlu554d/HGKLbPT6dXp9N3Z3GB990v9Uiy0T7QxUiRr5Y7O2"
    "5KV0vTiFy60MhWSytygaTmDaAMUHGc+rIDSK1P/IMguTh4diFXeH9ds0b8MRfreM+BPDvt"
    "thvI1nsS0chiiLOVnLV0bhxfI8GavQZ6Os6OgVkc3xtRmL0GeiOAdTxRVwIlYEcl1Yc6GJ"
    "mi37uqR21qQHRbAyJRCzVcbTmEKcRYHg6KemiF1Ga/SwVsCpj1x9NSdbDFWZwBqi263LD5"
    "bAU5oD1NtvYxueLNib2yPB1uiyBDa5VWU/ZnpxmDTO6PEejuXFJEDaFcrFkfb2bd/a7/M0"
    "UM28uRwiGcnBk3OYNh1uYhN3C9YLe8FPnv4qF85NxZ73uszVRoXMlWk6owBAu1kxI+8qPS"
    "YDhpPkB2O1nvWrtxUn3+U/3GSTtIf3qaiXJriU5POpl9+T+GMzcY"
)
