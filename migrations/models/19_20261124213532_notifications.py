from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "notifications" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "task_id" BIGINT NOT NULL,
    "event" VARCHAR(64) NOT NULL,
    "event_id" VARCHAR(64) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "due_at" TIMESTAMPTZ,
    "told" JSONB NOT NULL,
    "tried" BIGINT[] NOT NULL,
    "webhook_id" BIGINT,
    "outbound_id" BIGINT,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ,
    CONSTRAINT "uid_notificatio_task_id_3c015f" UNIQUE ("task_id", "event")
);
CREATE INDEX IF NOT EXISTS "idx_notificatio_due_at_351af2" ON "notifications" ("due_at");
CREATE INDEX IF NOT EXISTS "notifications_user_idx" ON "notifications" ("user_id", "id");
COMMENT ON TABLE "notifications" IS 'That a person is told how a task ended, once, on whichever channel takes it.';
        CREATE TABLE IF NOT EXISTS "notification_settings" (
    "user_id" BIGINT NOT NULL PRIMARY KEY,
    "is_on" BOOL NOT NULL,
    "channels" JSONB NOT NULL,
    "quiet_from" VARCHAR(5),
    "quiet_until" VARCHAR(5),
    "quiet_zone" VARCHAR(64),
    "critical_at_once" BOOL NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "notification_settings" IS 'How an account wants to be told.';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP TABLE IF EXISTS "notifications";
        DROP TABLE IF EXISTS "notification_settings";"""


MODELS_STATE = (
    "eJztXWtz27jV/iscfWk6o83EzubSbKczsuN03XXijC9vu93dYWASklBTBAuCUdR2//sLgH"
    "cSpAhalCEaM5nYJvGA0jkgcO7nv5MVdqEXPp8toO9sbkB4P3ln/XfigxVkv0juTq0JCIL8"
    "Hr9AwZ0nhgMxzqZsoLgB7kJKgEPZvTnwQsguuTB0CAoowj5HXPrQ4sMt4LsWXUJrBcOQTW"
    "MhajmY/WHNCV5Zz2an3x29/uMPFsgGrMA9uwuBs7TwnA0PxTyhhX0HPucPd7HDno78xcDP"
    "iXz07wjaFC8gm5iwp/3yyyTEEXGgnUxiI5ePTC4i34XfJr/9xq6IX2HIMf+dzBH0XPH7JA"
    "ohSUDsfz4SfgsIm4yRTYzgl1ImFaluJ8hvgi+bQAyYCDzjhPjj96nV9KyQAhqFPZ4aA9We"
    "62D/KyQh4EvBVnxeBdv2VD5HcG+LB5fWdvyVxXU7xZ6gxblPP4ixfAndsSd50crPxwcbum"
    "TPTAHIp/wq+2yQAAr5EyiJ+EL3I89L3ot07ccrJR8Sc7+AceEcRB5/XTg6/gD5tYltf7q8"
    "sa/Pbmx7UnuVUkRh1SeXGLH4a8g+aigIsOAf4bs/HR+/fPnm+MXL129fff/mzau3L96yse"
    "Lz1m+9+T3+MDm14qkEzc7/ev7phn8gzN71eCPgF34XGECBnTM9p35h1XVnQQG0nQ8p1dsY"
    "kV7IOZHvUyNjRU76ZBtaw7slxvfKTJDCe7EjWfWGG7WTQpkbZbjhxgO5ER/RNUZcr4DnbW"
    "NFht3fFvViWB68PH7zOqM6/6ONztcfZxcXdcJWT3ulRS4BmyXed4lTRNmtGv1Pl4DIqZ8B"
    "KjRnX+UQz9wV+GZ70F/QJfvz+MWLFoL+3+zq9MfZ1TM26o9lsn5Kbh3H98oULn6yGp1vmG"
    "wqp3MFtj9qTyYD0bqFtDdn/xArdRWG//aKFH32cfYPQezVJrlzcfnpr+nwAgdOLy5PKoQP"
    "CMIE0Y3K6i5iRrjAj153WN9M5W1a3vxWdXUD10O+ZAt5z4hE0Qo2Le8cVyG0mwCfp78c3l"
    "7ettTPP55d38w+fi6t9/ezmzN+57i01tOrz6ocySax/n5+86PF/7T+efnpTFATh3RBxBPz"
    "cTf/5Br3BEQU2z5e28At0iS9nF6qvEb4X9Cham9RBun1EmnGzT0cEiAM0cKHkteo+YQoYs"
    "ZA5n2fD7l9q+u6zhHmbOhwNrBNiH9ehSWdI8yCVl/QkBBMVMidAQy11antEMhpYwPJCm+X"
    "fcrIHUg/um0sYxJ/osDtyeYy0rBZazbPkY/CZS8+V6BGm9GNz9zpN78vOJ74hTvg3K8Bce"
    "3aHXyMm8bWb62OV9UrwAcLwSROTf45U795gG7wPfQnMp96em/a6lEPkE35MBV/Oh/PndXC"
    "zy0+2wr61Jp9Pn8nHNhBdOchxwoInKNvmUd8CcLMxR1CdmLRBjf6TqeXeM8rjnHjwNXSgS"
    "t+1ujfrEml48eoR3WyDxy12AeO6vaB+PVRs8GkiN3Q+HEX+cCaqtjFbL4pyTYRH5BNgzOk"
    "hKsQ+m5DYXiAy7ltc+BqUPGkZzQ9Of80u/pZrkml44un+MnPN2ezqinGwQGUmGJmhIAG0u"
    "eQCtk9FB5i9McW9fWX34z62Xm3YF/QvfS9TbJLHYj8mmyorWoK/BYgNlsPrpeRRknRTUkp"
    "ctkDIeWxm33e7irWcFpnThP4lYkQffhcRhou68xlE966V0W1Zu8pc6LOhg+YQLTwf4KxrH"
    "nOPjfwHZmCmphrbpNpDowFv6drLL2av/YErDOjSnHpse/OvjGksbY5uz6dvT+Lw+j3b0A7"
    "wfS0EPs3kdjRqkOmbea0O0xLuQMKVrWAYbD/B57+4d1b2Gf/oOUsge9D7wfrixtBtjF/sV"
    "Bohc4SupHH5vEgCKGwgBHoYPbUjcVWBfsfCbjcvjbEg371f/W/MO3JZ8fH3UaAi0kwdAmo"
    "Fd+2EJ1amLB5sr8tLmB0NNaVMjzKIeLbUzxq3CkEmZsUDy033mmLhdCcgY8W49s3t2MHSR"
    "2GAfxKAAhFDgqArxZGV4aN0Fb+8riLrZyNarTlinuN1LZV/RIy7BiCY/YQwmjC6QZ2UrDH"
    "USbn2GG0WgEiCWtvDvSSQE1CgXrEV0LFFVxhGf3/dn35qZ3+ObJqsEEOtf5nDem7mPx5Hv"
    "kOp7F1FyGPIj98zh/7l0dgD6dUO3uqnJiWrTJ8gip70qxHB0eyc7ZRzKnhRpOqd3z0/Zvv"
    "3758/X0m3WRX2oSaugADv0J2IIaQfbPELtKRtnWgIW6VuLEOr2r/zVHG9quz7VcYY6Sq1+"
    "3t+fsGH04BU+FuFCH3OUeOiquxmB+zqcgA8UUrmTKUwlVAJYJm4yZUhJjtp5bkHnEbI3Sh"
    "ZIk2Z7eXQIaoVaJm1lU1i0sJZpLa+9pbFoAbpNnnskMklVfaj1YJ3JyxOp+xwLlntzzoLt"
    "jLo2rllIDNm9f3zVuC0A4IZgwGnuSIPsGYyTa+nBE1bDWekoGHOleyK3uOp7y8vCi9ZCfn"
    "VTvE7ceTs6tnR+LtYoMQbaA8T51c9YoMKyPNTqfzThfzql+8UBFpuKwzl01s75Ngs0ktHS"
    "2bNUk5PGVUhSLMqxYpld6atkVIOfGgjoFRP+K1BZKIJYuH0LmhtUZ0yS4mEUsimCi+5Hk8"
    "/w/4FnCE4d1aM50LWl/yoAMRmPSiHhY1zGN4UNTNEloee0lCmmY00jW2BC58bn1h1Jgjsk"
    "oLz2WBUzwki5EOiUgrET3FnocD9rJ9hyOafNJf2fpG7NMsIA3fxaPWS+QsLQo9T8yzskLc"
    "XEO4EArD1h4PmuK/FkI0dldCOOV6l/LBJtrKRFvpeog8jgpceDu7BkIUICOMhBgkyMfEtD"
    "12bVzKKKSyyDPACJf4IME+RVlDbZFLwMak2Xehc5ly0U8ZLyGNlma0tFYt7VQsl0mzrpYM"
    "mHbQ2Ox47SlktMQAoSxZySSxCiWKuBCM5++YwoJDaK0xEYkgaxBOEx2GaUBTkXDCtCtfns"
    "iy4/kVk0/k2lNnVSglp1GG9N2xjTKkDSuMMmSUoSe1zI0yNKgyFPdSUaJvhjAE7kBgLnIp"
    "bdIZYARpJHvIjSIQhLL2H80EzhGjo/CrThR+1ULhV3UK9+2YZVpl7eYETP1fygyoAA0Heo"
    "vaDpVVf28RtFPACI/I19932GJef9+4w/Bbpt6eMQPu2QyYFTs5+9octlEZNN1iDsx75Ylk"
    "PAWTYJyfzXZX4IeI3+DmOGytgCs6Jcf2uE3cJvnNH+Vmvx5zmCLQWp84xs6mDSs0a6jZgR"
    "VjfSkKjSQIXtnqtTAqsPHVHBmiaHcPOpdAIxR8d09mo1cMqlcchmlobwQexPxmdLdG6hvd"
    "bSe623uAvM0HtIgInEi0tuLtaZu+5vKB7KF8pELUPZ5TGJcGpUvGbWvJniDqdZYLhqZ/um"
    "CTNt9JwuKn1hwTpo0Bb0ORE8qD7gd5yrZgdzYL/1F2Vd6zt4X/vIuce0hroe9GPzT6oa4b"
    "rikB+iQZkGxjddmjwSsCpFXiigLHAZK+hYpcgKiQLN3ku8rF6fgRSsUvjzsFDbXEDFVF4u"
    "TkrJH3egU8r3E7yFFj2gpeHr95nb38/I+21/364+ziQmaAkxYdbDe77b3e4Oi2VYop8OyV"
    "xAT0wcOggfBFUIX2c446QOq37ayXtycXZ9bnq7PT8+vzpO5mpreJm/xSXlvk6mx2Ieui8T"
    "ia1ZnvBhjJnWHZvWmbTgWTUR31KZ4EvITAo6JB6Vqk81qJHGSFkGcbU/yDiF3n2b3AIkw1"
    "QpQnA6+h59VVp11M+ACfmE6in1GCjBL0eIfFHCAvtauUad9I+CLEVDmUEbR3lb0a2NQk0s"
    "24Wu6qwDYhlVcnB5gXp94QRHRoZPI/8lTfmyrWvDZavzYE3/Fdrh+rq2DDa5157aKQE7mP"
    "n7ECNXzWms/8a/H3kgftKHO6Cja81pnXa0B4Re4AEgfKDHzt9tI6ejSy0C6Mpk2xL82NjB"
    "4Y+3JAL8oQDYxMwcnR7lmaWWs/Ras7YaZstNkmI6ZdLLe2LwYrGHBjQFrFkbesrVdoTGfn"
    "hUYsUY+ER6fw8XNEGEAsaak1d6ezG9PuYdkTm027FNxDyWnWxokMYsy6SmzQZLuLQ/rCzw"
    "QvRM0SyX5XHdK64SWBf7wNQj5664Z3G1gUi9JIyf4iJrEAgXHtWui+EwF5BK/TgkrrJYZs"
    "u0pq21pLzL5tfa/b5cQ7zupql7tHFrfXX9Zu3qwSBvYzTNXARok1AqF0hzx34SrAFPrO5i"
    "e4kW2QlRGt+yPKx9r3cKNS3o5XAheyGY9H5n+xTWoFNhaBAQQ0ri6HfQcmnneX72t8aAiB"
    "B112O1xD0lDabndzb4uGZl/aRDvrI4a0bbDG0f9ojv57KAm2bQkchXvuiL2/bKpXr7pkU7"
    "161ZxNxe9VvP7s+ZAEBMkDHn1ANg0e/zKw2t5rQ2N38YFRvG21Jp2rMxmBkfXk/NPs6me5"
    "Fe9E0un65Oebs1mFA6anbAfiK/SUFbTpKQpXscY2qp0oXK3UKMsYbzyRG7PFD7k01c4CWW"
    "LRVcWDkyOMB0fdgwO/BYj06vJYRu5nl9qn0H/om5Qu+rp/hyPf/RiXRZzI9PXyiGmrvh6P"
    "tZMqiwr6OoEORF+ZcpxA81rxBKytAGw8DNyp5eEF+xrWHZxjkqrXAcEOA0FXrq3vbGaprl"
    "52rbBdEBIfeCr9ucozbC9RX6Vx3LUrn6WtYD3fWgqfQlIIqMfzK7OYgvma6svGdKENK/R0"
    "6T5JBmhRSU0zKfdxOFE8PGtcaLbmVWBj0DL2YNTjeYgyRa6lxH6GGKHhdJA2HTHFbPGnMq"
    "Ez2AgX9DAl9x0UIGnMbltptQJofIQeZFWnFfQFnRRoXcWNcBcZpC0kla7pZoNbATIKEu/b"
    "5AYoBc5ylZbOLpP9b9eXnxrsnGVY1eCGHGr9z/JQeIDiYAsHOD3aOVAl9rRsPuMTVDnAnh"
    "05NCJQIgc2M6CMMvTvT/85cNTWfgYwVO9PdQLWdmKNlCmhzW72CrCnm/1wqD+Ul53TMTk8"
    "lYUbGXZ88uRAgjv7piFV1PrLqFEIOkNXnk68GaIGh3IddSl4hGTfvQhvkh73LL/zcsMhUh"
    "PeCxgjwzxAhoGBp94Srogy5vO+5nPRt1w9TqQAM0kdugWJVAycIo6hB48rUBOyqDWjs6iT"
    "HpyuYs0rrTOnlziQiCntqY4p5skXFtEkgC6Ji/tAwGLV0MOxOmTaFkKXuknmyeiOMXQzK0"
    "Bsl+c1CkAe6bbEIbvEo9Xi26FIUwsp8jzLwbJyBw+Yp0N8XO5DJnA+EWtTVIUwKW4aiZQm"
    "TkwbVpg4MW0YYAJmhg8tSA6F7jbg+Uipu3vjr5+VX1IRNnPUmHaOXZSyEz0lVMmZgQw1Tf"
    "DWo+ywJsZ2jzG2Jnhr784fE7qyhepjDF05oEU/6tgV3fhgglfGo78Y79cT8Ymg0Ob10iTn"
    "CMYeBH6DnTdHVQ8RBhuKpdmVPR8il5cXJXaenFdFo9uPJ2dXz44EH/NOf3o5TviP26aqA4"
    "W701Z3Cb9kR9nArY6Sv8f9+ATO4p11RJ1mXqEvrlQyjYs3s2thFEDCBsgKC/SeZXtZ1KY6"
    "AQ6BaUn2LRn6BZrYyQQPKAqg8DBTCeABB6jx8OhynBoPz5NkgBaVAAwrskNFRaPKACNUpo"
    "46Ka5HLYrrUV1xxRHlgRsqNC5AxkjlnQf+Iz+IKJP07qGvUoCwChvTNrKzOoQOcJZMFlYm"
    "bg1nqCuhLnvTey3dGs5QVypnhJQpTBIB44OHQaN8kYMqVJ1z1KicFO8vb08uzqzPV2en59"
    "fnicMis1KJm2XDxtXZ7KJK5VxdrtF5S7OLEtKYC7UzF2piwPqEKZojByTkr5mwSvenbUYs"
    "vzCyc9MzYYDitiXs81qVFHuutcRrdpGC8J73I4PuVLSh4P/H7XriVj1L4PvQs3gvqtBCVN"
    "bzbHeT/+r/6n/h+C8Wp084te42VqKzTkWboaSVGmLjRVMNCj0v7bXG5vTZRwmtMHKWzVHG"
    "/EOlJTg5onPxze32rRJvupjTjGXLWLZ03fkfR5svvJ3dSV8AGdL3Jn28G9YI3xLp9XVM4U"
    "dDe6UFtVRj6QoYQ+QOROb1JtQKKKaAEZJ392Yql0lT6kpSjtpLiqnpLNAvmoIL3nXWNodD"
    "puMfFA3Z6w2a/Hke+Q7nlXUXIY8iP3zOH/uXyf7ZPEiQJPs0soJ2M0JAQ3RkhqhwY0g2PF"
    "JYpBBmfvlNH5eoZsayx5EecUTjXg+qDKgADQf6cmDvxaP67d2PsEcPkj5gjMZPQiqaIx+F"
    "y158rkBNfRXd+Kyhc+AaUibOLmJCtjgJsnHTrs4COyxCtjoNfuQWfN8Cjujnbq0B47lFsX"
    "UHhYW/7gjoAtge0dpoEdfDJmuM4zx8XiZlbAu5l8oZQwbcp5w5qHj7koARu8eUUhSLGD30"
    "cv680ejl/44QpPac4JWKjbGMGl9CdJd06OZk6FoqdEyuhobL26jc1GvZkFlO5v9I86e2Uf"
    "k/8vypERB59y4J9pkoE8E8pgXYPAhC8eiUwc0p2v0UjQK3p5peRho13ahvcvXtMjFgtvRF"
    "rg6ZtiltmUFUrTPyzRJaAvrtncWrZCMeP1WKSGLqmRtHSbE7EDjLvL1xyEOdIw+KIWwzCi"
    "XlHod4gGKKo2r/4xop99j7uP5sk/L4gFNaC91XDyPEYwtMJuXxKTIgxBFxoN2XD1K4Ycdh"
    "Z6Dqpso9CieQb8ddSShWPJvLQMOBvhy4Z99WxYiRjjcxfx1i/kxYsAkLPnQih7yImtT21i"
    "yvFCCj6Z+xs7zURyrCq/e6HaQK76EUhh1NXBdX/uvUbna5puP1cLeOKgw6yfbc9OhBKoGO"
    "cMfZvbSX2mlde44lLQC29Aesgk3Im24+kyKvhRleKnre3p6/l7O4iKlwN4qQ+5wjR8XV+M"
    "yO2VRkgPiilW6ylMJVIKsp3ihlFiFGyqxKmQHBX5HbYHJv7T9dhI0vSGGQDgQZ1ZRzKOvI"
    "8ZF8gJMW5j37OuukOWRE1kJTLemgqiWh0GZqBySUPVBi8N4SB1yCmvrbCpFMBBIc8YAkef"
    "xpe9f0CnREu8eefQ0eYNsFJESmHTWbZMqoMRyPJt3uIFhxaDqpSbd7GnzeeztzzXi5w4aI"
    "0HcDzOa1m71cbbKBFD4iEu87TAp5nIjKi7uIG40lqO/y1iSy+4p3gwroRBLRnd6atkVyk3"
    "hQxwDupE9Mak2xQoBcy2MMJ7zCZYhXkC4ZzePCl2te5xL6NImzju/w/JDG/jMPnVcU50xi"
    "mW3kfhG1PvOSnJukICe74rB1Dl3r9upClPF0f7C+FIp8fBFjePub7IFzfqu5YmclZrBs3Y"
    "ttTtUaniZ+2sRP6yqum/jpJ8mAfOtUY0AZZwSzvvTXvEDVWA8DLbx52u1Aw7vzTCXUYaOi"
    "uS2XUc9VonEZNYLgvOFb+Zqadns0suOAG8rZgafo1yvhjFNPwak3B44sBKA53DQDPCjeVD"
    "OJcN+BperOBeNT0N+nYPq+PxFGo9AGAS9AIdPktsSfFIDmoDqM7u9XMPDAZiK1wos703Yj"
    "PB/T0Qb/HgKXd2JPjNrQLXacwj43XSNircEmqWwpOreDBePFlHeemgPCfyBqLdkP3gG1bo"
    "4f5hH9e8Vvr2SSUNA0tNLc1GLs7tqwQgu7u2ai5iP545VTx0zGmM71AXRb1INXj4yDF+Ux"
    "v90CHxuCfo32qpVSk3KrofBtN1Y3lb81vNaK1+E9CuwwchwIXWUltg429WC7G1wDnqcG2a"
    "MlZG8UxsqgMUnDO8u9Mv7GQaUsiimQnArNLXHT8WaxSlOpuEVDtvO2pFDlkNHE5+7u7Wdn"
    "UqBEzwLCkFOaZKZqMSiARkPRPRsLhPisbigroMa03e6Z+MD9Cnynl/uuAjXuO621H+BQWf"
    "Zss6iYAUYoKg5nMjKZsqN+i0ym7Hj5rInj/QaE92ffoBMl9K/538sDpm1ueMqG2jAd29Ed"
    "fymyxErJaS7PHBNtRYDF55xac0xESlk2ueXhhfXsw9V3TI2u+993NOcDWlkaX7jxhT+2DP"
    "IoEr7YA1RJXwANRfqxvgTGC743+6wLKZC57ZoTFXKESVRQTlQwKqRRIY1qceCqxWeC2TcC"
    "3qRBs8jub1csgmRoR71iJsT8VAHg/Qm5wA+sAJIQ+38IrTUm7pRH6TrAt0KKPI+H4ka+0B"
    "TuNhaiP4i2hjyVTxS54BG5dV1joOeIUhy81fcCpmU4CFNgxP+I8is+tny4jp9+F/HyH/Fw"
    "XvGDTd0nZLhXE8Qyc1Q6IFZaMCoFLFeeauKW9RZTja6mDSu0iFs2DBCSlA4N/gwr+JUAEI"
    "ocFAC1QOcKbISax0Adj9SKKuy/nMLe6Pu2A3XfNtL2bb2awlcUIlk9hZawpxyyvx3kaNjt"
    "Y2dxOuwbhVRK0OblWsSMcMkO0CjB2C4Hji1F1FPacTPACMl7/KLLkcZGNRdjelE70oqfrE"
    "bnNhNxCWbsxMp24oAgTBDdKIltBcwIF/gQvg/gesiXbCHttuIizsSg6GYorpTu+xd01JSf"
    "HDK+PM9BDgkQhmjhQ6WTuIgxZO5E5tgQXidyc8mtHGFqbvWvuRXiiDjQ7lsGVwo3Nq3+ES"
    "ExPcV3rnNiS6+CCnY06Sa7aMfBE8U2ysu7iDLFPg4qwKxK+SfjtytqAA5yoWvfSRStNtKX"
    "cWbd9/YVmXidp6CGwW8BYtP1YHMZadisNZvTXVGdzWWksanoxmVNgu9uQxHuVQu6E9enbc"
    "F2PLZGIXcHOA6OfElgXPWmyabRWtJojtCC3ygkPpAnzbfUgCvDdmK6elxuDN/RQ/xUoHE6"
    "foQ+jEEMg/xItP+DZX6MNldoAbRHB93tzelQPjqTXPB4q5x9QffS9zbJ7nUg8k6y0T5E3C"
    "lWurqHviTc4yTBffjpCnqgwSeeCDKzAN3waQ5wCfyeLvr0ar4UasG5D6QSF/f+Hs80JkIN"
    "LTmnJGsQoAsUbZej7SIXu8nT7MvO0SLiReO5U8qHnly0bhhnpOwDlbLToHqabmplRtzenr"
    "9vj8bPgBWORBFyn3N4nw3gURnTQuM46Dg+64qnmPie1fgg+BXhKFSnbB35ANJqpcoMQVm7"
    "v+mydSJj4tLNxFUNtWBnT8yeGttbIvoruBFqsC+POyVOtORNyOJaONFUzQRV3AiJfdTJXH"
    "DUYi44qpsLAkASc6lCPlCCGCGNd28n4C2R2GRKJC5iDJE7EJk9yg8DTJRiO0sgQ+ZOfWwZ"
    "vdhXU1rMJZAhcwcyZ73CYwW4TuzmXAsJdBQk33fGBY7oHY58twcLJFDDgh4s4CHh7PPwjh"
    "UEyroLN7NAAjUseMhbAH1OEdUWLzK4afLSvckLCu2AoBUgsnjELQ1iC0DTIFaN5sCh6KtE"
    "+dzakzfDmUWuRPBE3enRBrmINMtcgeox4Zy4ssoKMsopBb40wMeXu7X7NNMS6ZYgXMo8Uj"
    "7bujtQPoVXl/6GwvDwKN+28pPsrGzlMwKfnH+aXf0sF29OJNlcJz/fnM3amNHfuN8yjTHt"
    "62zaLzEOUApXgUzTaM8ja5zEJJQVbUfsK9seWiFq8z6EK+RHsk57zallTfgxZU/urjVcmV"
    "pLHElsdl1pnaINpWX9nlCjjag5F7sEelA6dr+4yz/PI98RDSHuIuRR5IfP+WP/Mtn/mTFI"
    "ljYFC8k23syPdLwerODPGw0rmHYAeESQCjuKGD1YMqq3g0BKNkknYMlrMiMENGgfNWSFO6"
    "OrIcH2+19+q1ssMHEh6WOwKACNvULFSuTbcw8tlhLVrDl4s4gZUVb2zkSXtibiHzwM+rQR"
    "n3Pc4ZG2hW7vL29PLs6sz1dnp+fX58l2nGmx4mZ59V6dzS5qUTa8reec4JWqaaGMNNYEna"
    "0J7IrHA/TtvlXHGyYY0d6154oSvHq4WqXgAsIUCjYFOrqTelw5b6V24oHbk+tlpOG6LlyX"
    "nGa15DzTtGSvp1YtybTMCYmAjglEC/8nGKvq5+xz8+bxEtJXymIcGAuaEiSn3Ey9znL8ik"
    "uPfXf2jWEsjZ/Ork9n78/i5kj7L1KS5FFe4MVEkmlZuDttS7RM5UEPLxTyLNk0iMkzGytx"
    "SokWXbwlFw74CuAGLvYPWMnsU943mGcn8WHATyubWM8+8YbBf2poQrzrh4iuYLn8KzqDcZ"
    "ryxmC+6GacT8y7HrMfPk5n79MRrCxrb2/LVeRFQVBX6AKWF/b32SA7NqqxM1LlwfEcCdZ0"
    "BdN0V59apiuYNqzQoiuYUcvfFQKDVRlQAQ7EgbHuRYV6V1+hWhOwDDCKOPqhE3hMr5+Bgy"
    "gTWVPBrldAjCYsa2d2vbIYWiNqu5GnBjZOCn3MOnVrXpyOGUK7aZNqKe5eQ45IBNrZy+Sx"
    "b+47G3ulQtsyyJBVVpydAuTVSdrWdyxFmJZjyql/DvA8pZzLDDCGJJB9U5tA0U9TsfxsGT"
    "UGupuinVou+UOQcWoOlMex988gQc5yIrH1J3embXZ+kI/ZZuFvZuyO6yM+FXPwAyWVZkNv"
    "YxBKa35lQxTKGOwBg9QV5y+VAoWT4SOk7iBlwtgTqdRk2NJvMIfsP4b/cQ7KnUXrP+ph9v"
    "v/Ay7TpSI="
)
