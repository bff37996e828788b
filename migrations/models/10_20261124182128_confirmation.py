from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "model_usage" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "webhook_id" BIGINT NOT NULL,
    "conversation_id" BIGINT NOT NULL,
    "model" VARCHAR(100) NOT NULL,
    "outcome" VARCHAR(16) NOT NULL,
    "input_tokens" INT NOT NULL,
    "cached_tokens" INT NOT NULL,
    "output_tokens" INT NOT NULL,
    "cost_usd" DOUBLE PRECISION,
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX IF NOT EXISTS "model_usage_user_idx" ON "model_usage" ("user_id", "created_at");
CREATE INDEX IF NOT EXISTS "model_usage_conversation_idx" ON "model_usage" ("conversation_id");
COMMENT ON TABLE "model_usage" IS 'What a model used for one answer, sent or superseded.';
        CREATE TABLE IF NOT EXISTS "task_proposals" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "webhook_id" BIGINT NOT NULL,
    "conversation_id" BIGINT NOT NULL,
    "participant" VARCHAR(320) NOT NULL,
    "code" VARCHAR(8) NOT NULL,
    "revision" INT NOT NULL,
    "question" VARCHAR(16) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "title" VARCHAR(200) NOT NULL,
    "description" TEXT NOT NULL,
    "priority" VARCHAR(16) NOT NULL,
    "deadline" TIMESTAMPTZ,
    "project" VARCHAR(200),
    "assignee" VARCHAR(200),
    "source_message_id" BIGINT NOT NULL,
    "source_index" SMALLINT NOT NULL,
    "reply_id" BIGINT,
    "task_id" BIGINT UNIQUE,
    "decided_by" BIGINT,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "decided_at" TIMESTAMPTZ
);
CREATE INDEX IF NOT EXISTS "task_proposals_conversation_idx" ON "task_proposals" ("conversation_id", "id");
CREATE INDEX IF NOT EXISTS "task_proposals_user_idx" ON "task_proposals" ("user_id", "id");
COMMENT ON TABLE "task_proposals" IS 'A task that waits for a person''s word, or can still be undone by it; its code names it.';
        ALTER TABLE "bot_conversations" ADD "gathering_since" TIMESTAMPTZ;
        ALTER TABLE "bot_conversations" ADD "has_proposals" BOOL NOT NULL DEFAULT False;
        ALTER TABLE "bot_conversations" ADD "acknowledged_id" BIGINT;"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        ALTER TABLE "bot_conversations" DROP COLUMN "gathering_since";
        ALTER TABLE "bot_conversations" DROP COLUMN "has_proposals";
        ALTER TABLE "bot_conversations" DROP COLUMN "acknowledged_id";
        DROP TABLE IF EXISTS "task_proposals";
        DROP TABLE IF EXISTS "model_usage";"""


MODELS_STATE = (
    "eJztXWtz4zay/SssfdlJlTI1tue1ydZWyR7Pxhs/pvy42WyS4sAkJGFNAVwQtK2bO//9An"
    "yCJEgJtChTNKpS8YjE4eM0CHQ3uht/jhbEhV7wejKD2Fleg+Bu9IP15wiDBeT/UJwdWyPg"
    "+/k5cYCBWy9qDqJ2NuMNoxPgNmAUOIyfmwIvgPyQCwOHIp8hggXiAkNLNLcAdi02h9YCBg"
    "G/jIWY5RD+w5pSsrBeTY6+33v/3Y8WyBoswB0/C4Ezt8iUNw+i6wQWwQ58LW7uEoffHeFZ"
    "x/cJMfpvCG1GZpBfmPK7/fbbKCAhdaCdXMRGrmiZHETYhY+jP/7gR6J/wkBg/hxNEfTc6N"
    "+jMIA0AfH/i5bw0af8Ypy2qIU4lApJZt1OkI+RXJZ+1GAU4bkkoh/fxlbdvQIGWBi0uGsM"
    "1LuvQ/A9pAEQXcHWvF8J23RXcQ3/zo5uXOjb8StHx+0Ue4hmJ5h9jtqKLnTL7+SFC5y395"
    "dszu+ZAhBm4ih/NkgBg+IOjIaio+PQ85LvIu37cU/Jm8TSlzAunILQE5+LQMcPkB8b2fb5"
    "xbV9dXxt26PKp5QipF6fHOJkic+QP2oQETATj/D9X/f3Dw4+7L85eP/x3dsPH959fPORt4"
    "2et3rqw7f4YXK24ktFnJ384+T8WjwQ4d96PBCIA98iDGDAzoWesy/1uvVFIIFWyyFlvUkQ"
    "6YFcEvk4NTBR5NQnw9ADvJ0TcqctBCW8lTiSXm+kUZkptKVRhBtpPFEa8RRdEcTVAnjeKl"
    "Fk2O0NUW+6lcHB/of3GeviRxPPV2eT09MqseXZXquTK8Cmi7ft4gwxfqrC/9EcUDX7GaDE"
    "OX+VXZxzF+DR9iCesTn/uf/mTQOh/zO5PPppcvmKt/quSOt5cmo/PldkWH6yCs/XXDdV81"
    "yCbY/t0agjrhuovT7+V9RTF0HwX09m9NXZ5F8R2Ytlcub04vwfaXNJAkenF4cl4n2KCEVs"
    "qdO7ZcwAO/je+zX6Nzd567q3OFXu3cD1EFYMIZ84SQwtYF33znElot0E+Dr9x+6N5U1d/e"
    "Ts+Op6cval0N8/Ta6PxZn9Ql9Pj74qSyS7iPXLyfVPlvhp/fvi/DhikwRsRqM75u2u/y0s"
    "7hEIGbExebCBK3OSHk4PlT4j8h/oML2vKIO0+oh6Js0tTBIgCNAMQ8VnVD9DyJgh0Lzt+S"
    "H3b63br3OEmRvWmBv4ICSeV6NL5wjTofU7NKSUUB26M4BhW59th0LBjQ0UPbxZ9ykiN6D9"
    "9G1gGZL6E/puSzEXkUbMvRbzFGEUzFvJuQQ11kzf5CwW/aZ30sKTOHALnLsHQF27cobsk7"
    "q21VOL/UX5CMBgFglJsCmeM10399E1uYN4pFpTT8+NG1fUfWQz0UxnPV20F4vV0Tp39GwL"
    "iJk1+XLyQ7SA7Ye3HnIsn8IpesxWxOcgyJa4A8hnLFazjL7RyytWz0sL42YBt5cLuNHfCv"
    "/1llTafoh21Fr+gb0G/8Be1T8Qfz56PpgUsRmOn7eTd2ypRqOYLQYl1SCCAV3WLIYUcCWi"
    "b5cMBjvYnZsGB2EGyTM95/Tw5Hxy+avakkrby7P44a/Xx5OyK8YhPlS4YiaUghrqc0iJdg"
    "8Fuxj9scJ8/e0PY36uPVrwF3QvsLdMRqkd0V+TAbXRTIGPPuJXayH1ItIYKX0zUmQpeyBg"
    "InazzdddxhpJ91nSFN5zFaKNnItII+U+S9mEt27VUK34e4qSqIrhM6EQzfDPMNY1T/hzA+"
    "yoDNTEXXOTXGbHRPAt7WPp0fyzp+Ahc6rIXY+/O39jyGJrc3J1NPl0HIfRb9+BdkjYkRT7"
    "N1L40cpNxk3utFvCCrkDGl41n2MI/otI//DuLIL5f9By5gBj6P1ofXVDyAfmrxYKrMCZQz"
    "f0+HU8CAIYecAodAi/69LivYL/H0VwtX+tixv9jn/HX7n1hPn0cbuMwHISDJsDZsWnLcTG"
    "FqH8OtlvSygYazrrChkexRDx1SkeFelIQeYmxaOXA++4wUNo5sBni/Ftm9uxgaQOIwBxxA"
    "eUIQf5AOuF0RVhA/SVH+yv4yvnrWp9udG5WrZt3XUJFXYIwTFbCGE04XQdL1Lw2zGu59hB"
    "uFgAqghrrw/0UkBNQoF+xFfC4gIuiIr/f15dnDfznyPLDhvkMOv/rC7XLkZ/m4bYERxbty"
    "HyGMLBa3Hbvz+DeARTzeIpS2Jc9MqIC5TFk2Y9OiRUzbO1ak4FN5hUvf29tx/efjx4/zbT"
    "brIjTUpNVYGB95BPiAHkb5b4Rdbktgo05JbJjW14Xf9vjjK+3z77fiNnjNL0urk5+VSzhi"
    "NhStINQ+S+FshBSTVW82MxyQKIXrSUKcMYXPhMoWjWDkIyxAw/lST3UPgYoQsVXbQ+u70A"
    "MqSWSc28q3oelwLMJLW39bfMgHBI8+eyA6TUV5qnVgXczLF9nmOBc8dPedCd8Y9H18upAJ"
    "svr+2XNweB7VPCBQw8xRR9SAjXbbBaEBVsOZ6Sg7uaV7IjW46nvLg4LXxkhydlP8TN2eHx"
    "5au96OvijRCrYd7EA76Ioc6kow1WzD1JU5LjJ46F+2akiLOoNho3RVoUSjZFPiGNWIt4mY"
    "DPrwAHSJwYWw9zYi2AGxXsFHEOD/NlXK3zw3fqMIoW1zC5SL3WOUykQW9E0bO6bmuIYqgf"
    "hZTPTMnC1l+SLcGGt/TdRe5YC54LILP6vQbNXE1QFTeppzgDDJDe92/XoPf921p6xalyrR"
    "4QqAoU1vObIwZIcCcRMsZEr2Xf2G4bsd0+AeQtP6NZSOFIYbXJp8dN9porGvKbipZrWmo/"
    "kQeLTBmMI9TZnEvbmvM7RGHjxbj19KcLlmkNCOBE0Rdja0oot8aAt2TICaq2XGd3Ue7bIB"
    "kF/CriTzEk9o5/LeLvbejcQVbZxMHYh8Y+7OuAayLRX6QAkmGsqnvUBBkBZbCirHDsIPUN"
    "LAoFokRZOsivqxen7QeoFR/srxWt3xCsX1aJk5mzQm/z3go5akhDwWY2VlDGvja73bYe9j"
    "q4YZURBjx7oXABffYIqCFeBpW4nwrUDrLfNLJe3ByeHltfLo+PTq5OkvDvzG6LTopD+RL3"
    "5fHkVJXM/TyWVWw1BV8oEaZi/Fol66rcZNxkYSW2lQh4yFuvNLJufIsR62HO7R+RsZtcxA"
    "KUWz3iM4buD5HNQ8mDWOBCzlwsc8F7SOPzgTUn/G2rdtUmL7zhhbPmqWBgplH7OaDe3kkE"
    "aPP/I0/b81QGm0g443tSjpAnLlz4hIl9GX+GS9UAWWrROD6ivK19B5ca4QIOHy7iGgbC5S"
    "N+8UFqAZYWhT4EbBwt9ov9OsXCPwosV4xrcR1S4EGXnw4eIFWHEWzw2qscTvyljUOpT9qe"
    "cSj1RhSScQ61tndKmg/QNN9/926dBat37+oXrMS5UhABvz+kPkVqm7K+LmoJaAqjyoqCTm"
    "FUkz222eyxiJuWqnAZa5Zhe6cKr1OPoj6nrS4gZ5fzPzaW0RarrlU6G/YnyxBDCCPbdrGJ"
    "HlX67VlA5a4PUn2x1/EtCbF7Fle/GKns9WKLcaO9HrdNtx7XsNcpdCC658ZxWn/wAbF5ZD"
    "RT8GD5YOkR4I4tj8z4a1i3cEpoal77lDgcBF21tb6xKytt9eKaNB8FIcXAEz/LZnuhDKJk"
    "9+lWRCxzbEfXWq8qohhapKdQxFq3uH/pKqYqY0/tZeO66I0oTCxMbwTQi2SVnmm5zyMJef"
    "KsSKHem1eCDcHK2IJTL4D81bQyKXLEAB2nnZQgjRnTrj5agg2wQ3eRVsHVfOQjqFdbtwAa"
    "HtGd9Oq0UGLEkwbXZdwAR5GOqr2q+vSKKq8DqhW9bZcbYAw480VanaBIe31x1xLsSZVdez"
    "aoNEigkxKu/N6hw0KqqkVXL4AiyvDfnv8pcPT6fgYwrLdnXey9k3gjVUZo/TJ7CdhymX13"
    "2O9qlV3wmEye2sqNCjs8fbIjxZ2/acA0rf4iahCKTtfJ/clqRlTRUrtUhRI8QNo3r8LX1V"
    "So1+CfWFOhZ0PI1vV3kdEdID3lXcIYHeYJOgz0vaW2F11GGfd5W/d5IHQP/TgRCWaSOvoW"
    "JFJycEZxDK12CS5ATchirwWdRZ20kHQZaz7pvkm6J3FfZ+LPTV3Ml3R23BTvFR2yw6zhyl"
    "CvX0TWFLAinCX2p4+K8Ij8qDhOdGyJ+UhsNpvvLVEN62p9Fc3NaqUQF6n21or4KIkTO7nA"
    "E0KyNG5m4rB2Q2UzcVi9EYWJw+qNAHoRh2VEkU0qOs7BDDBEh+BaPu+9Bp/3XtXnTULmEL"
    "2oIAkyRJY37nZF2A8Z1/TuINZJ/yrDhjSMbCwLzAHOnOvC2uRWcIZd1a5xIWvVdSs4w65S"
    "zwgYN5gUCkZDkS4Z1LJI1+64UdrW6DJFrp/KvHFgre/AugjZqszFcpNxkyuLJI01cxev59"
    "CKoI8/iPI/HoLB2MKEoSlyInMkiKoBxbsdjS0IRM20NAExENNh6MGoSVRYoOrr6uIGmm4w"
    "3QzFCpVbzE6s3tu4xZ48+Rq32PNPG8Yt9iIFEJCQOtBuKwcl3Ihjt72UPTMlnkcSCNtx3B"
    "AjmnNzEWgk0FYCpiR+h+5LeK+ZypgBBkjv5mOhI7Z0E80ljCF5DZIDEaOPHcUyR72+IkG2"
    "p6a86XZc3pjv8plynPvdbztJct6VvNvRqCOOtx21L4z/Ktv1Eftp+ydF67ej/G/TEDuCT+"
    "s2RB5DOHgtbvv3ZxBFJ0H8LvQQt1OWLbKEFNABjjib1/ZSP61rT1Xb266I4C+DTdBv39ZM"
    "TDFnTalqFHMGjMGFr0pYr9UyZYjRMstapk/JPXJrXO6NGaIybAipi1uow+WBgNmQUtWwX6"
    "9rFlFDoHrb+qYJUHgRk+0UYRTMW8m5BDVKVd/k3JNAlGsQ3B0/QidM+K+EoRQbjJuCUBhv"
    "asO0rUb57HgP9GhPqgeQ7DgVRYEAS1wz3utc7OmXXVwUvLZefb78nlsj6sLZG7jmhjcBNC"
    "EXm13LMSEXvRGFtIusGAN0qZdAXVE/1I9g9V4xDaVajZtLx83lQgZUOy7VGzo5wvjU9Svh"
    "OExlVtZ35wwwwN68+eVNY0K26unGtNAyLb5Qwt8IeKMayyI7v9qw8JOma9oVk0jNTw0AEU"
    "4uFH5giYoKBP8lsB4IdceiyoIDsBUw5HnWLbRCHFkKt0sLsR/jHXL581ji0QP+s2prdHgf"
    "zUD3VhHnRWp1ws1L8e6S+qx91zUKTRhLy1hafZ0vTHD7ixRAL6KpjSjEER9QhhzkA73gsh"
    "JsgHZDR+Flrlbxh7T9APn9uAa7H2u5/VittnuPAqSqt9tQfjSHbG8E2et2+NhYNEBUZltJ"
    "aH13lTED7LIdxH8Zz2O3BDPEPK0RNwMMkN5OyvjLT1bhucnBW4AZL6+2l9eniFDEllpqm4"
    "QZYAfvYuUCuB7CiiGk2dMr40wESd/cvKWox/9AR8/4ySFDCMHbwiQBggDNMNSaiWWMoXkt"
    "mpOs/3THxZZFA4pw41tpH1cQ8xm9c1USVwvgeatkkWEHE65+sP/hfca6+NHE89XZ5PRUlQ"
    "9ptht5UWFKZeZfzPqRrIk6yIWufatQ+JuoL+JMv2+9ZmGiPl6COQAffcQv10LMRaQRc6/F"
    "nI6K+mIuIo1t3zcp9ySE6yaIwo4qoVvR8XFTyJaI8dDIAAGOQ0KsCK8qnzQ5Gb3WNOojhe"
    "AjgxQDT7dsURG2ERfK80qj+6zc6K8Gx2n7AfrSO3FQiSnR/l+i8qc3LclJoC0uFN1cH3W1"
    "VmRC1J+vl/MXdC+wt0xGrx3Rd5KB9inqjvQZ1mwxcZjgPv98CT1QszabKDITH12Ly+xgF/"
    "iWdvr0aN4VKkGiT2RJqHu/xFcaElFda84pZTUKtMRosx5ty1JcT5/mLztFs5BC13LmAGPo"
    "qVXrmnZGy95RLTsN7mbpoFYURH2NpgrwCYWa+iWYBo416jT5Is6ShIE+s1XkBmtgDY5Zu7"
    "3rsvFCxsXVNxdXQdOP555YPBWxN0SWl3ADtGAP9tcK4G+I36+YVQlpum6CMm6AZHeyXaYP"
    "aOIu1chLSRAD5HjzfoJ7SBG/mBbFMsaQvAbJ/FY48AnVijEsgAzNa9DMJ1Wf8FfT6swFkK"
    "F5DZqzcp+xAVwluz7mXwEdBOXbjvzP9rrTF4ECakTQQgQiNJk/jx1Ah0JVDeJ6ESigRgRP"
    "+QogFoyonGeEeBDgFV+CBC/J4ZbjuxJE6m3YriAOLy5OC4I4PCkzfXN2eMwV9Ugq+Va/in"
    "24AtunaAGoKh6xifgicIuUZ0d2mXPgMHSvMD5XUZ7jTCfXIjwxd3SHlxLSdHMN1mPi4l2O"
    "7QXkzGkFvtTAh5dDtPl0xwJ1cxDMVStSmA/dazCfwstdf8niPbZ3i/mmnp/sr5P1fE7w4c"
    "n55PJXtXpzqNiP5/DX6+NJkzDaO/cbLmNc+3127RcEV7/bSXMeWe1FTEKZ7Dvir2x7aIGY"
    "7UNqLxAOmc72hbX4IWVPbm47wyJbcxIqfHbrcp2iDdMKpgGq9RHVb7FXAJl99podFy322W"
    "NgphjG6+WRtu+HKMT9BiMKbh0A3R0oZUw/RDKor0PUdtSr4yYhTBk3k7b6UiPBZamHvttS"
    "6kWkkXpfpK6wGCsh66ak9FajiSupF0VJVMXwmVCIZvhnGLvPTvhzA/We96Vk0R0TQV3awF"
    "gYbw9Z5Lvc9fi78zeGsUf4aHJ1NPl0HJeu337qbpJdcEpmI0X+gXR23JR+kIaFe2SmkX2Q"
    "bqRtJa6aaPsDsd0B8UUPEGof/w9YydXHYk82EbMrmgGc5vtar87FZmx/rdngbdM3+R3/jr"
    "/mxdG/WiiIOLUe5hwkdorLLyx2lON/MEmv3ma/hmIh9tWbJsiysHOwxh4NedlVzBvZFDK6"
    "FHOkzo3jayRYs2dDT0f1sWX2bOiNKHqxZ0PPljieh/8sXEZXACVgRxIY6lgkVYG4h3pbNG"
    "SAQUSXdR3WaiqxdxxakOiaGn49CTGYxcqN+fWKamiF1GYnTwVsAgH649apevPiJIUA2nWD"
    "VEPJ0wpyQCrQxj4mj785dpb2QofbIsjQqipZarb93WJAvAM8TysTIQMMITRy22xTGO12pF"
    "mUrYgaAu+mlFUvu/wu6Dgatau69PdPIEXOfKTw9Sdnxk1+fpC3WeXhrxfshqsGvRR38BM1"
    "lXpHb20QSmPWQU0UyhD8AZ1U2xQflQbDSfMBsttJ8Qx+R6Z0GdaHtkmQ7Ue2Pc9EubEYtm"
    "edzL79P9yFi8Y="
)
