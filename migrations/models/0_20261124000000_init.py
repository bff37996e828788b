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
COMMENT ON TABLE "agency_tasks" IS 'One task, with the message it comes from (AC-16); one message makes each of its tasks once.';
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
CREATE INDEX "inbound_messages_pending_idx" ON "inbound_messages" ("conversation_id", "id")
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
    "eJztXW1z2zYS/iscfblkRs3EcmKn6c3NyI7Tuk3sTqxc36bDwiQk4UwCLAja1vXy3w8ASf"
    "ENpAValCkWM53UAvGA5LMgsLtYLP4a+cSFXvhiuoDYWc1AeDN6a/01wsCH/A/F1bE1AkGQ"
    "XRMFDFx7sjqQ9WzGK8oL4DpkFDiMX5sDL4S8yIWhQ1HAEMECcYmhJaqPrTvElhZbQsuHYc"
    "gbshCzHMJ/WHNKfOvZ9PSrg6Pn31gEZ1V8cMOvQ+AsLTLngFC2FfI6DnwhHsAlDn8ChBc7"
    "uFeE0Z8RtBlZQN405Xf87bdRSCLqQDtpxEauqJkUIuzC+9Hvv/MS+ScMBeav0RxBz5V/j6"
    "IQ0gTE/xU14X1AeWOcPllDFKXCyrNvJ8h7KZ9VICuMJJ5LRP74MrYK93IIvoU0BEI0tubd"
    "Stimu4o2ghtb3rjQ1+LXlOV2ij1Bi3PM3su6QpzX/E5e5OOsfrBiS37PFIAwE6X82SAFDI"
    "o7MBqJjocjz0v6adoXY4llVWIp5DAunIPIE91XoOMHyMpGtn1xObOvzma2Pap07RSR64FJ"
    "ESdLfBb8UUNJwEI8wldfTyaHh8eTl4dHb16/Oj5+/eblG15XPm/10vGX+GEytuKmJGfn35"
    "5fzMQDEf7txR+mKPgiMYABOxN6xn6up20ughzoYTmkrDcJIi3IJJGNGwMTRUZ9Mhzcwesl"
    "ITfaQlDCW4kj6fVGGpURW1saRbiRxiOlEU+VFUFc+cDzHhLFGru7IepltzI4nBwfrVkXP5"
    "p4vvo4/fChSmx5ttfq5Aqw6eJtuzhDjF+q8H+6BFTN/hpQ4py/yj7OuT64tz2IF2zJf05e"
    "vmwg9N/TT6ffTT8947WeF2m9SC5N4mtFhvNPVuF5xnVTNc8l2O7YHo064rqB2tnZz7Kn+m"
    "H4p5dn9NnH6c+SbH+VXPlwefFtWj0ngdMPlycl4gOKCEVspdO785gBdvCDow36Nzc+67q3"
    "uFTu3cD1EFYMIe84SQz5sK57Z7gS0W4CfJH+sX9jeVNXP/94djWbfvyx0N/fTWdn4sqk0N"
    "fT0mdliawbsX46n31niZ/Wr5cXZ5JNErIFlXfM6s1+FRb3CESM2Jjc2cDNc5IWp0Wlz4j8"
    "BzpM7ytaQ1p9RD2T5g4miZABFoU6HGcIM05tME7xD0I8r8YEnCGG0Id3PflCSgnVoXsNMG"
    "zrs+1QKLixgaKHN8/DReQWZuK+DSxDmoqjwG0p5iLSiLnXYp4jjMJlKzmXoEaz7pucxQLU"
    "/Ca3CCIKroFzcweoa1eukAmpq1u95E/8cgnAYCGFJNgUz5muqQZoRm4gHqnWW9Nr48bV1g"
    "DZTFTTWWsV9cUCplz9lM/mQ8ys6Y/nb+WiZhBde8ixAgrn6N4C2JU1lyBcL3uGkM9YrGZ5"
    "davNK1ZUS4ulZjGxl4uJ8v8V/ustqbT+EO2ojWzVgwZb9aBqq8afj54/IEVsh+On7eQdW6"
    "pyFLPFoKQaRDCgqxrHfAFXIvp6xWC4h925aXAQZlB+puecnpxfTD/9orak0vr5Wfzkl9nZ"
    "tOyKcUgAFa6YKaWghvoMUqLdQ+E+RiI8YL7+9rsxPzceLfgLupfYWyWj1J7or8mA2mimwP"
    "sA8dZaSL2INEZK34yUvJQ9EDIRz9fm6y5jjaT7LGkKb7kK0UbORaSRcp+lbEItd2qoVvw9"
    "RUlUxfCeUIgW+AcY65rn/LkBdlQGauKu+Zw0s2ci+JL2sbQ0++wpuFs7VfJdj787f2PIYm"
    "tzenU6fXcWh3Tv3oF2QthpLg5tpPCjlauMm9xp14QV4tg1vGoBxxD8D7ElwLuxCJYbB5wl"
    "wBh631h/uBHkA/MfFgqt0FlCN/J4Ox4EIZQeMAodwu+6sniv4P8iCVf717q60cOetvbbEi"
    "q8brI3wTj2eunYM1PXk4WJtt0esIV9AUYAoiQAlCEHBQDrRWIVYQN0cR9ONnFx81q1Llh5"
    "rZZtW3c5QYUdQkyLiYLb/7UFfjvG9Rw7jHwfUEVkdH18lgJqYtL1A7USFn3oExX/319dXj"
    "TznyHLfhbkMOt/VpdLDqN/ziPsCI6t6wh5DOHwhbjtv55APIKpZvGUJTEuOlNEA2XxpBvn"
    "HBKp5tlaNaeCG8xur8nBq+NXbw6PXq21m3VJk1JTVWDgLeQTYgj5myXujA25rQINuWVyY9"
    "Nb122boYzLts8uW+lDUZpenz+fv6tZeslhStKNIuS+EMhBSTVW82Mx5QUgX7T4tQDGoB8w"
    "haJZOwjlIWb4qeyTjoRrELpQ0UXrN0gXQIbUyh5pE1TxdxjcTUz/YMXck1jv/CLUmVCmR4"
    "rFqmqlcdNyVSEHg9TQNRasYqcN1y0ADpG4MLbulsTygStzYYnForvlKk6EdfxcvRbVog0T"
    "0N1rX7dZ9+mNKHqWqGUDUQz1o8htCqPEt/Ud5CXY8BYiugjAb8FzAWTWIjagmasJqh3i9R"
    "SvAQOk9+jVBvQevaqlV1wqJzwAoSrjUD2/GWKABHeyXmlM9Fr2je22FdvtHF+TCLsf4/Wl"
    "kcJwK9UYN1ltKK6b5ofUMNkodCC6he46IbFMYix2zFJwZwVg5RHgji2PLPhrWNdwTqi0w1"
    "BoBZQ4HARdtSG3tZaVGZCL8UfwnkGKgScTDDeFGBZhD0cZlonN5UN9XBrkdnc3CZH3Q7s3"
    "Jm9vRGFCHXsjgF74HPpm8z6JJPLzpYYhUYINz+cwef16E2Pi9et6Y0JcKy2iQv5qWgZxhh"
    "igwdZJXG/MmHZIbwk2wA7dhXXMNXsUIKgXsF4ADY/oTnp1Gn0oedLguowb4CjSUQi1qk8/"
    "EDo9oA0Yuw6aBowBZ+mni8ybRkyXYI8Kl+7ZoLLruGh+78hhEVUFeNULoIgy/Lfnfw4cvb"
    "6/BhjW27Mu9qEnDkiVEVqfiqsEbJmLa3/Y7yoVl+AxmTy1lRsVdnj6ZEeKO3/TkGla/UXU"
    "IBSdrtdokwUM/ggtIg6U4AHS3sVZAOql8aazAB61NN6zIWTn+jsG3ipEesp7DmN0mEfoMD"
    "DwVtpe9DzKuM/bus9DoXvox4bkYGZfXt/iQkoOThm60CpjXgFqAoB6Leh1oEkLSZex5pPu"
    "m6R7Eup1GbGHYr3KVcZNwV4kqawZ7TVbQktC799aQg1AMBxbmDA0R06cQU1uron3/IzjI+"
    "nXIVtp3jdZRW5BrgZ9dXEDzQxyuuFdFSpz8V1dB3dV722iu/ZDETTRXb0RhYnu6o0AknPR"
    "28pBCTfiMMF2ey8JhO3Y7cKI5txcBBoJtJXADX9bHQ98Wt843TdwusNbzUiwNWCA9G5/KS"
    "nOkqYZp5vDGJI3ILlF9jqTt64px9EThYj2u992EiO6L2GLg8n0Kox/nQXPtL7J6rr1NVAX"
    "ekicPNEiyEIBHeCIs31tL/XTuvZcleThgQXQMtismfRtzcSkJ9WUqklP+nRaZkDJLXJrXO"
    "6NAXZ52BAiv3awjVGe+QgpVQ379bpmETUEqnetb5pcNH+LyXaOMAqXreRcghqlqm9y7kkg"
    "ygyEN2f30InqDjYsVhg3BaEwXtWGaV2NhEMQuxaZW8ASLYwtbghYbMmL06ZEQiDr2ftPX3"
    "HbQ51YSLsFkx+21+s0JpyiN6LI5coU37cu9TmQyQfbOo7CnJXWrQvLhQwgT8eIyRDGX66/"
    "Scikg+1y6dKYh616ujEbNjYb5Dn0CmshPZ++3kgQqpiGaQAcecyeWuvPXzQKfa91mXqFvk"
    "d5555WGt27a3VToT0qB1rfRv4d5FIQc6L9X4K1SC6AdqhLfp6ddqVOGv3m6Xo5f0H3Enur"
    "ZPTaE30nGWgfo+7kz/S4gVhhLZ8kuPc/fIIeSP2ZpU6QKDLTAM1EM3vYBb6knT4tzbpCZW"
    "vMI1kS6t5PcUtDIqprzTmlrEaBzjHarEfbeSlupk/zl52jhUjTZjlLgDH01Kp1TT2jZe+p"
    "lp3uoWLpoLZp8E4F+IgInn4JZjsBPMnXEfOhofaVcQPUsQ8nG4U2N0Q2VxS/hDRdQ6aMGy"
    "DZBxsZNAcNBs1B1aAJAA310pRniAFyvH1L5hZSxBvTojiPMSRvQLI8NzYgVGvjSQFkaN7o"
    "EDrOl+6xBgWQoXmzPJJxpGqsouusWSqgg6B818uX6zQt+iJQQI0IWoggRAsss6FCh0JV+H"
    "y9CBRQI4LHfAUQC0ZU5j0hHgT4gS8hBy8nz+b4rgSRWpo7Tp59efmhIIiT8zLTnz+enHFF"
    "XUqFV0KsYOHn/CmhHVDkA7rSJL4I3CHl65J95hw4DN0qjM+HKM9wppNrEZ6YO7rDSwlpur"
    "kG64IR20M+YnbAtUUf4Yjp5EGoxQ8p+HZ7eRGKbC1JpLCgNuU6RRumFUwDVKuxNyQnR/W6"
    "utmw//gN+wwstJLFp/X7IQpxv8GIwocM6KayyGP6IZJBfR0i5R5SnV9ROyHkELubBA72ZA"
    "YwkUP1VA8rcigv9ShwW0q9iDRS74vUFfHxlRAns1Nwp9EnlVC9oiSqYnhPKEQL/AOMD9Y7"
    "588N1MnzSpsL9kwEdWFm4/jcujRSKt/1+LvzN4axfX46vTqdvjuLE7zvfqtHEo32gSxGin"
    "i13NVxU7haGkbkkYVGtFqakctKct5YhFqEl5NAdACh9fH/gJU0bj27EDu8v67ZI/6Yxjo+"
    "cyDPTrvjBrL9nphXsilkdCVmLZ0bx20kWHPWQE/H2bFlNsf3RhTmrIHeCGC9nqgrgRKwo5"
    "TqQx2MTNLvXeWjNjkgus0BkaiFGq62HMIkYiwPB0U9tEJqs9+lAjYJzPrjaak62OIozhDW"
    "Jl1uOHy2ghzQmSZb+5g8/ubYWdm+DrdFkKG1SqtJ+7PTiEEqzscIdU8uKaKGkC7W7I83s+"
    "5+5/+ZQoqc5UjhEE6ujJucwSCr85AbuF6wW96K/HfxUD5y7qz3PdZGKjTuZKsJVRiChdpJ"
    "Ch/xUWkwnFQfILud7HetPTipPv6p/uCkHYQ/Pc1EubVApyedzL78H1EaOkQ="
)
