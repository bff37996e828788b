from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "daily_figures" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "webhook_id" BIGINT NOT NULL,
    "day" DATE NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "bucket" SMALLINT NOT NULL,
    "count" BIGINT NOT NULL,
    "total_ms" DOUBLE PRECISION NOT NULL,
    CONSTRAINT "uid_daily_figur_user_id_bb5122" UNIQUE ("user_id", "day", "webhook_id", "kind", "bucket")
);
COMMENT ON TABLE "daily_figures" IS 'How often one thing happened on one channel on one day of its account, for analytics.';
        CREATE TABLE IF NOT EXISTS "figures_progress" (
    "id" SMALLSERIAL NOT NULL PRIMARY KEY,
    "counted_until" TIMESTAMPTZ
);
COMMENT ON TABLE "figures_progress" IS 'Up to when the figures are counted: one row, which whoever counts holds.';
        CREATE INDEX IF NOT EXISTS "inbound_messages_received_idx" ON "inbound_messages" USING brin ("received_at") WITH (pages_per_range = 16, autosummarize = on);
        CREATE INDEX IF NOT EXISTS "inbound_messages_processed_idx" ON "inbound_messages" USING brin ("processed_at") WITH (pages_per_range = 16, autosummarize = on);
        CREATE INDEX IF NOT EXISTS "outbound_messages_finished_idx" ON "outbound_messages" USING brin ("finished_at") WITH (pages_per_range = 16, autosummarize = on);
        CREATE INDEX IF NOT EXISTS "agency_tasks_created_idx" ON "agency_tasks" USING brin ("created_at") WITH (pages_per_range = 16, autosummarize = on);"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX IF EXISTS "agency_tasks_created_idx";
        DROP INDEX IF EXISTS "outbound_messages_finished_idx";
        DROP INDEX IF EXISTS "inbound_messages_processed_idx";
        DROP INDEX IF EXISTS "inbound_messages_received_idx";
        DROP TABLE IF EXISTS "figures_progress";
        DROP TABLE IF EXISTS "daily_figures";"""


MODELS_STATE = (
    "eJztXW1v2zgS/iuCv1wX8BaN0ybd7uEAJ01vc02TonFu37pQGYm2eZFILUUl8e31vx+pF1"
    "svpGIqliOrBIq2lvhQ9jMUOTOcGf418IkLvfD5eAaxs5iA8GbwxvprgIEP+X8kd4fWAATB"
    "6p64wMC1FzcHcTub8YbxDXAdMgocxu9NgRdCfsmFoUNRwBDBAnGBoSWaWwC7FptDy4dhyL"
    "uxELMcwj9YU0p869n4+Pu9g+9+tMCygQ9u+F0InLlFprx5GPcTWgQ78Ll4uEsc/nSEZy0/"
    "J8LozwjajMwg75jyp/3++yAkEXWgnXZiI1e0TC8i7ML7wR9/8Cvxf2EoMH8Npgh6bvz/QR"
    "RCmoL436IlvA8o74zTFrcQlzIh5Vm3U+R9LJdFEDcYxHguifjD16GlelbIAIvCBk9NgHrP"
    "dQi+hTQEYijYms8rYeueKvoIbuz4wYWxnfzk+LqdYY/Q7BSzd3FbMYSu+ZO8yMer9sGCzf"
    "kzMwDCTFzl3w1SwKB4AqORGOg48rz0vcjGfjJSVk0S6ecwLpyCyBOvi0AnX2B1bWDb5xcT"
    "+/JkYtuDyquUIXKjPr3EyRKvIf+qYUzATHyF738Yjfb3D0cv9g9ev3p5ePjq9YvXvG38fa"
    "u3Dr8mX2bFVtJVzNnpP0/PJ+ILEf6uJxOBuPA1xgAG7JXQV+znRt36IsiBHpZDxnqdILIL"
    "K0ms5qmeiWJFfToN3cHrOSE32kKQwhuJIx31RhqVlUJbGkW4kcYjpZEs0RVBXPrA8x4SxR"
    "K7vSnqRbsy2B8dHixZFx/qeL78MD47qxJbXu21BrkEbIZ40yHOEOO3KvwfzwGVs78ElDjn"
    "P2UX11wf3NsexDM25x9HL17UEPrv8afjn8afnvFW3xVpPU9vjZJ7RYbz36zC84TrpnKeS7"
    "DtsT0YtMR1DbWTk1/ikeqH4Z9entFnH8a/xGT7i/TO2cX5P7PmOQkcn10clYgPKCIUsYXO"
    "6M5jejjA9w7WGN/c5FUNb3GrPLqB6yEsmULecpIY8qFqeK9wJaLdFPg8+8/uzeV1Q/30w8"
    "nlZPzhY2G8vx1PTsSdUWGsZ1eflSWy7MT6+XTykyU+Wr9dnJ/EbJKQzWj8xFW7yW/C4h6A"
    "iBEbkzsbuHlOssvZpdJrRP4DHab3Fi0hjV6ijklzC4sECEM0w1DyGqlXiDymDzRve31Y+b"
    "fWHdcrhFkb1lgb+CQkvq/GkF4hzIDWH9CQUkJ16F4CDNv6bDsUCm5sIBnh9bpPEbkB7adr"
    "E0uf1J8ocBuKuYg0Yu60mKcIo3DeSM4lqLFmuiZnsek3vcltPIkL18C5uQPUtSt3yIio2l"
    "Zv+SO/fAVgMIuFJNgU3zPbNw/QhNxAPJDtqWf3hrU76gGymWims58u2ovN6nifO/5uPsTM"
    "Gn88fRNvYAfRtYccK6Bwiu6XO+JzEC63uEPIVyym2EbfaPeS3fPSxrjZwO3kBm78b4V/tS"
    "WVte+jHbWWf2Cvxj+wV/UPJK+Png8mQ2yG46cd5C1bqvEsZotJSTaJYEAXis2QAq5E9PWC"
    "wXAHh3Pd5CDMoPxKzzk9Oj0ff/pVbkll7fOr+NGvk5Nx2RXjkABKXDFjSoGC+hWkRLuHwl"
    "2M/njAfP39D2N+rj1b8B/oXmBvkc5SO6K/phNqrZkC7wPEe2sg9SLSGCldM1LyUvZAyETs"
    "ZpO3u4w1ku6ypCm85SpEEzkXkUbKXZayCW/dqqFa8fcUJVEVwztCIZrh9zDRNU/59wbYkR"
    "moqbvmKu1mx0TwNRtj2dXVa0/B3dKpkh96/LfzXwxZYm2OL4/Hb0+SMPrtO9COCDvOxf4N"
    "JH60cpNhnTvtmrBC7oCGVy3gGIL/JtI/vBuLYP4HWs4cYAy9H60vbgT5xPzFQqEVOnPoRh"
    "7vx4MghLEHjEKH8KcuLD4q+N8ohsv9a2086DP+jL9w6wnz5eN6EYPzSTBsDpiV3LYQG1qE"
    "8n6Wny2hYKzprCtkeBRDxB9O8ahIJxdkblI8OjnxDms8hGYNfLIY36a5HRtI6jACEFcCQB"
    "lyUACwXhhdEdZDX/n+aB1fOW+l9OXG95Rs27r7EjJsH4JjthDCaMLpWt6k4I9jXM+xw8j3"
    "AZWEtasDvSRQk1CgH/GVsuhDn8j4/9flxXk9/ytk2WGDHGb9z2pz72Lw92mEHcGxdR0hjy"
    "EcPheP/ccTiEcwVS+esiSGRa+M6KAsnizr0SGRbJ1VqjkVXG9S9UZ7Lw9fvt4/eLnUbpZX"
    "6pSaqgIDbyFfEEPIf1nqF1mT2yrQkFsmN7Hhdf2/K5Tx/XbZ9xs7Y6Sm19XV6VvFHk4OU5"
    "JuFCH3uUD2SqqJmp+IKS+A+IeWMmUYg37AJIqmchLKQ8z0U0lyj4SPEbpQMkTV2e0FkCG1"
    "TOrSu6rncSnATFJ7U3+LiY35JpZWk5rRWzF3JGQ/v5d4IkyZgWTPsdpoWLfrWChfEttHGv"
    "uOicuMz/IAh0jcGFp3c2L5wI2L14k9v7v5Iqlcd/idfEuxQR8mLr/TK5/ZdeuMKDpW42gN"
    "UfT1pcjl9lHi2/rbEyVY/7aB2sijaMBzAWR2gtagmasJskR/NcVLQA/pPXi5Br0HL5X0il"
    "vluhUglBXrUvO7QvSQ4FZ2i42JrmTf2G4bsd3eAuQt3qFZROFAYrXlbw/r7DVXNOQPFS3X"
    "tNR+IncWmTKYRGuyOZe2NedPiEMoizGc2UcXLLJ8aODEO5FDa0oot8aAt2DICau2XGtPkd"
    "YwzxkFvBfxTzE87Ia/LeLf68i5gaxS0NzYh8Y+7OqEa6Iyv0kBpNNYVfdQbLgDaeBOXuHY"
    "QeprWBQKRImybJJfVy/O2vdQK94frRW5WhO4WlaJ05WzQm99nfEVqk9TwWaKjEvjwOrdbl"
    "sPAevdtMoIA57tS1xA7zwCFMTnQSXupwK1g+zXzawXV0dnJ9bHTyfHp5enaSjk0m6Lb4pL"
    "/AJKEu8+nYzPZImNT2NZJVZT+JESYSomP6tkXZWbDOssrNS2soN86weNrKvAYsS6m3P7R2"
    "SvpZ1YgHKrR7zG0H0T2zyU3IkNLuTMxTYXvIU0uR9ac8J/bdWu2mTHG944q18KemYaNV8D"
    "1PZOKkCb/408bc9TGWwiL43vSTpDnrrQDwgTZ5S9hwvZBFlqUTs/olVb+wYuNMIFHD5dJP"
    "m8wuUjPvFJygcLi8IAAjaMN/vF2XVi4x+FlivmtaQmH/Cgy2+Hd5DKwwg22PdDDif+o41D"
    "qUvannEodUYUOeMcah11kjbvoWk+evVqnQ2rV6/UG1biXimIgD8f0oAiuU2prhFYApoigX"
    "lFQadIoMmk2GwmRcxNQ1W4jDXbsJ1ThdfJzVbnd6gCcnY5C2Fj2R2J6lqls+asniWiD2Fk"
    "20687lDVy44FVO76JNUVex1fkwi7H5JM8IHMXi+2GNba60nb7BheDXudQgeiW24cZ7W47h"
    "Cbx0YzBXdWABYeAe7Q8siM/wzrGk4JzczrgBKHg6Art9Y31rPUVi/uSfNZEFIMvPgc95LZ"
    "rjpsXrc6WJnj5Kj79SqEPXD0fLPnm0PoH70+G9fF0y/tJhbmmxRAJ5JVOqblPo0k8otnRQ"
    "pqb14J1gcrYwtOvRDyn6aVSbFC9NBx2ko5voQx7Up8JVgPB3QbaRVczUcBgnp1Jgug/hHd"
    "yqjOiobFPGlwXcb1cBZpqfKhbEw/UPGwR3VTt+1yA4wBZ+5n1QmKtKsLHZZgj6py2LFJpU"
    "YCrZQz5M+OHBZRWV0mtQCKKMN/c/6nwNEb+0uAYb056+IcitQbKTNC1dvsJWDDbfbdYb+t"
    "XXbBY7p4ais3Mmz/9MmWFHf+S0OmafUXUb1QdNpO7k93M/hXaFCqQgruIe2bV+FVNRXUGv"
    "wjayp0bArZuv4uMrpDpKe85zBGh3mEDgMDb6HtRc+jjPu8qfs8FLqHfpxIDmaSOroWJFJy"
    "cMZxDI1OzCxATchipwW9jDppIOky1rzSXZN0R+K+LiL2UOBXucmwLvKLpI01Q78mc2jF0P"
    "s3InvKQzAcWpgwNEVOcvZhnEyVFIsdWhCIlNMsfis79zFuEsdlVyPA2nhAy8c/VqjcYnBX"
    "9dkmums3FEET3dUZUZjors4IICQRdaDdVA5SuBGHCbbbeUkgbCduF0Y01+Yi0EigcdKyqS"
    "jWntMd3mpGgi0BPaR381tJyeGGmnG6OYwheQ2SGxw6aY6brEtefaIQ0W6P21ZiRHclbLE3"
    "BzQL419nwzNrbw5j3vgeqAs9xO2URYMgCwm0hzPO5rW9zE/r2lPZ6SAPbICWwWbPpGt7Jq"
    "YWTnu1cMypwhvWMgNKbpGrcLnXBtjlYX2I/NpCGqMHQmZDSmXTvlrXLKL6QPW29U1ziNE3"
    "sdhOEUbhvJGcS1CjVHVNzh0JRJmA8ObkHjpRyn8lDKXYYFgXhMJ4UxtmbTWqDyVHSMUlfe"
    "9AWrA3jgIBlugzOSpKlERfdi7qBVnP3n36nlsj8rpDG+jTHD7c6b0cE3LRGVHkDuEQc4Au"
    "9TmQOWy4cayFtr/LuLm03FwuZEBWsFZt6KwQxqeun0hkzhpuc3vTmJCNRroxLdY2La7CWG"
    "euWBTx9VpDQqhiGuZDeqKs3A7I3zQKfad1GbVC36HadE8rjfZdurrl0h5VJ61rM/8W6i2I"
    "NdH+L8FaJBdAW9QlrybHbamTRr95ulHOf6B7gb1FOnvtiL6TTrSPUXfyh4XeQCyxlo9S3L"
    "v3n6AHMp9naRCkisw4QBPRzQ4Oga/ZoM+uroZCJX3mkSwJde/npKc+EdW25pxRplCgc4zW"
    "69F2XoprHt5HcHL2qGs5c4Ax9BQH8cnbGS17R7XsLM+KZZPaugE+FeAjony6JZjNBPkEFN"
    "4iEoX6zFaRGwyg6h2zdvPzemo7MrvnXXNxFTT9ZO1JxFMRu9qoKuN6aMHuj9ZKLqjJLaiY"
    "VSlpum6CMq6HZO+t5S7Yq3EX7FXdBQGgod5BAStEDznevJ/gFlLEO9OiOI8xJK9BMn8UDg"
    "NCtVK/CiBD8xo080U1ILoHixRAhub1KrkmseKJAVwlWx0RIIH2gvJtBwcsCyXpi0ACNSJo"
    "IIIQzXBcjxg6FMoSWNQikECNCB7zFkAsGJE5zwjxIMAPvAk5eLl8Pce3JYjM27Dl8vUXF2"
    "cFQRydlpm++nB0whX1WCq8EWIF/1nOWxnaAUU+oAtN4ovALVK+vLLLnAOHoVuJ8fkQ5Suc"
    "GeRahKfmju70UkKaYa7BekJcUiLT9iFnTivwRQHvQ6pd21G+BermIJzLdqTUp8FI4eZMmI"
    "ZnwhTYbO7cr+nGuPa77NovCE6dKn/pA89TbhIrO+lN8vz+6PBguVMsPtTtDV9+GJ+dSaoz"
    "8Z9se8hHzA4gtX2EI6ZT+0qJ71My1eZqYRXZmpNI4rNbl+sMbZiWMA2Q0kdUcyANUnuHTJ"
    "GmxxdpYmCmdUBQ1r4bohDP640ouHUAdMuX5THdEEmv3g5RZhnJziyrU3EyxPYWgb0dWQFM"
    "JLia6n5FguelHgVuQ6kXkUbqXZG6xGKshKybyg9bjSaupF4UJVEVwztCIZrh9zBxn53y7w"
    "3kBZNLyaI7JgJV2sAwOas4i3zPDz3+2/kvholH+Hh8eTx+e5Ic6rP91N00u+CMzAaS/IPc"
    "3WFd+kEWFu6RmUb2QVaF1UpdNUOLUEtU7yGBGAFC7eN/gJX2PhQFfUTMrmgGcJbvaz07F5"
    "V8flBUB9r0Qz7jz/jL6pySLxYKY06tuzkHiTJDq45FOSL+DyZZ79s41Sovi2YHWq2qhWDe"
    "yKaQ0YVYI3UenPSRYs1pVh2d1YeWKa3UGVF04jSrjm1xPA3/y3AZXQGUgC1JoK9zkTlVZl"
    "sHnpgCYu2GFqS6poZfL4fozWblxvx6RTW0Qmq9k6cCNoEA3XHrVL15SZJCCJWneqj3SqvI"
    "HqlAG3uZPP7LsbOwfR1uiyBDa5VWUzNyqwHxDvA8rUyEJaAPoZHbZpuK4+5C3YMIi6g+8G"
    "5KWXVyyO+CjqNRu6pNf/8YUuTMBxJff3pnWOfnB6s2D3n41YLdcNWgb8Ud/EhNRe3oVQah"
    "1GYdKKJQ+uAPaKXapnipNBhOm/eQ3VaKZyjPQVWHtqnPQd1CZNvTLJQbi2F70sXs6/8Bml"
    "oewQ=="
)
