from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "idempotency_keys" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "lease_id" UUID,
    "leased_until" TIMESTAMPTZ NOT NULL,
    "status" INT,
    "answer" TEXT,
    "expires_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_idempotency_user_id_bc4599" UNIQUE ("user_id", "key")
);
CREATE INDEX IF NOT EXISTS "idx_idempotency_expires_ae52bb" ON "idempotency_keys" ("expires_at");
COMMENT ON TABLE "idempotency_keys" IS 'One call that its caller may repeat, and once it is done its sealed answer.';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP TABLE IF EXISTS "idempotency_keys";"""


MODELS_STATE = (
    "eJztXftz2zYS/lcw+uXSGTUT24mdtjc3IztO6yaxO7FyfaXDwCQk4UwCLAja1uXyvx/Ah/"
    "gCaYEWZYrBTCaJSHx8fAsCu4vdxeeRRx3kBk8nc0Ts5RQG16PvwecRgR4S/1GcHYMR9P3s"
    "nDzA4ZUbNYdRO4uLhtEJeBVwBm0uzs2gGyBxyEGBzbDPMSUScUEQkM0BJA7gCwQ8FATiMg"
    "BzYFPxA8wY9cCTycm3e4ff/ADgqoEHr8VZBO0FoDPRPIiuEwBKbPRU3tyhtrg7JvOO7xMS"
    "/HeILE7nSFyYibv9+ecooCGzkZVcxMKObJkcxMRBd6O//hJHov+iQGI+j2YYuU70/1EYIJ"
    "aAxN+yJbrzmbiYoC1qIQ+lQsqzbiXIu0guSz9qMIrwQhLRjy9jUHevgEMeBi3uGgP17mtT"
    "coNYAGVXsDTvV8I23VVew7+2ohsX+nb8ytFxK8Ue4/kZ4a+jtrILXYk7uaFHsvb+ki/EPV"
    "MAJlweFc+GGORI3oGzUHZ0Erpu8l2kfT/uKVmTWPo5jINmMHTl5yLR8QNkx0aWdX4xtS5P"
    "p5Y1qnxKKSLX65NDgiz5GYpHDSIC5vIRvv1uf//g4Gj/2cHhyxfPj45evHz2UrSNnrd66u"
    "hL/DAZW/GlIs7Ofjw7n8oHouJbjwcCeeBLhIEcWpnQM/ZzvW59EeRA98shZb1JEOmBTBLZ"
    "ODUwUWTUJ8PQLbpaUHqtLQQlvJU4kl5vpFGZKbSlUYQbaTxQGvEUXRHEpQdd9z5RrLDbG6"
    "KedSuDg/2jwxXr8kcTz5fvJm/fVoktz/ZanVwBNl28bRfnmItTFf5PFpCp2V8BSpyLV9nF"
    "OdeDd5aLyJwvxM/9Z88aCP335P3JT5P3T0Srb4q0nien9uNzRYbzT1bheSp0UzXPJdj22B"
    "6NOuK6gdrp6W9RT/WC4G83z+iTd5PfIrK9ZXLm7cX5j2nznARO3l4cl4j3GaYM86VO785j"
    "BtjB9w7X6N/C5K3r3vJUuXdDx8VEMYS8EiRx7KG67p3hSkQ7CfBp+p/dG8ubuvrZu9PL6e"
    "TdL4X+/moyPZVn9gt9PT36pCyR1UXAr2fTn4D8Cf64OD+N2KQBn7Pojlm76R/S4h7BkFOL"
    "0FsLOnlO0sPpodJnRP+DbK73Fa0grT6inklzC5MEDAI8J0jxGdXPEHnMEGje9vyQ+bfW7d"
    "cZwswNa8wNYhCSz6vRpTOE6dD6HRoxRpkO3SuAYVufbZshyY0FFT28WfcpIjeg/fRtYBmS"
    "+hP6TksxF5FGzL0W8wwTHCxaybkENdZM3+QsF/1m17mFJ3ngCtrXt5A5VuUM3ad1baunvH"
    "2vfAQSOI+EJNmUz5mum/t4Sq8RGanW1NNz48YVdR9bXDbTWU+X7eVidbTOHT2bhwgHk1/O"
    "vo8WsP3wysU28Bma4bvVivgCBqsl7gCJGYvXLKNv9PKK1fPSwrhZwO3lAm70b4X/eksqbT"
    "9EO2ot/8Beg39gr+ofiD8fPR9MitgMx4/byTu2VKNRzJKDkmoQIZAtaxZDCrgS0VdLjoId"
    "7M5Ng4M0g/IzveD0+Ox88v53tSWVts/P4se/T08nZVeMTX2kcMVMGIM11GeQEu0uDnYx+u"
    "Me8/XPv4z5ufZoIV7QuSDuMhmldkR/TQbURjMF3flYXK2F1ItIY6T0zUjJS9mFAZexm22+"
    "7jLWSLrPkmboRqgQbeRcRBop91nKJrx1q4Zqxd9TlERVDK8pQ3hO3qBY1zwTzw2JrTJQE3"
    "fNh+QyOyaCL2kfS49mnz2DtyunSr7riXcXb4x4bG1OLk8mr07jMPrtO9COKT/Jxf6NFH60"
    "cpNxkzvtivJC7oCGV80XGEr+IdM/3GtAifiDgL2AhCD3B/DJCZEYmD8BHIDAXiAndMV1XA"
    "QDFHnAGLKpuOsSiF4h/sYRXO1f6+JGH8lH8klYT0RMH1fLCJxPguELyEF8GmA+BpSJ66x+"
    "A6lgrOmsK2R4FEPE70/xqEgnF2RuUjx6OfCOGzyEZg58tBjftrkdG0jqMAKQR3zIOLaxD4"
    "leGF0RNkBf+cH+Or5y0arWlxudq2Xb0l2XUGGHEByzhRBGE07X8SKFuB0Xeo4VhJ4HmSKs"
    "vT7QSwE1CQX6EV8Jix7yqIr/ny8vzpv5z5Blhw22Ofgf6HLtYvTPWUhsyTG4CrHLMQmeyt"
    "v+6xHEI5lqFk9ZEuOiV0ZeoCyeNOvRpqFqnq1Vcyq4waTq7e89P3r+8uDw+Uq7WR1pUmqq"
    "Cgy6QWJCDJB4s8Qvsia3VaAht0xubMPr+n8zlPH99tn3GzljlKbXhw9nr2rWcHKYknTDED"
    "tPJXJQUo3V/FhMeQFEL1rKlOEceT5XKJq1g1AeYoafSpJ7KH2MyEGKLlqf3V4AGVLLpK68"
    "q3oelwLMJLW39beY2JivYmo1qRmDFXNPQvbza4mn0pQZKdYcq43GTauOhfIlkX2kse4Yu8"
    "zEKA9JgOWJMbhdUOBBJypeJ9f8bhfLuHLd0TfqJcUW1zBx+b2e+cyqW29E0bMaR2uIYqgf"
    "RS63j1HP0l+eKMGGtwzURR5FC54LILMStAbNQk1QJfrXU7wCDJDew+dr0Hv4vJZeeapctw"
    "IGqmJd9fxmiAES3MlqsTHRa9k3tttGbLczB3k+5bJO9Bu0HCkMt1KLcZPVhrO21jVaaphs"
    "NnTdOKZSJjvLX4gJY2sJGPJFTx5HBpesHy6NLxwAR0Z4xnnR0EWOOB3cIqY25TZ4bWXh8p"
    "wlIF66UqXcGH3G6OvrKPo4psY10io3mTQfotLw4sU6SsOLF/VKgzxXMuTE/RHzGVbFdzTl"
    "aZeAJlF7DNolapvV7M2uZkfcOFZIOHZ1FeEy1qjCvVOF14mPrV9jr3OK7PJK8MZW2GPVtU"
    "pnQ73UFWIIrrxtB7/2qPJAz5zauz5I9cVeJ1c0JM67OBp3pLLXiy3GjfZ63DbdCkXDXmfI"
    "RvhGGMdpPuQt5ovIaGbwFvhw6VLojIFL5+I1wBWaUZaa1z6jtgAhR22tb+zKSlu9mK0lRk"
    "HECHSjvbSa0jJzdp9uhmaZ43i7sfWyNO/Z/qvd/c1GYA+en43r4vGndpMl+lUKoBcBAz3T"
    "ch9HEvnJsyKFem9eCTYEK2MLTr0AiVfTWs3OEAN0nHaSEh0zpp0NXYINsEN3sbQt1HzsY6"
    "SX618ADY/oTnp1mrgZ8aTBdRk3wFGko+xzVZ++J+t8QLUrtu1yg5xDe+GlEeJF2uuTzUuw"
    "B2Wa92xQ2XZKubh3aPOQqXLj6gVQRBn+2/M/g7Ze318BDOvtWZe1ABNvpMoIrV9mLwFbLr"
    "PvDvtdrbJLHpPJU1u5UWGHp092pLiLNw24ptVfRA1C0ek6wDpZzRCP0CJdQAkeIO1d7Meo"
    "jmtv2o/xQXHtPRtCtq6/E+guA6ynvOcwRod5gA6DfHep7UXPo4z7vK37PJC6h36cSA5mSh"
    "r1LUik5OCM4hha7VpQgJqQxV4LehV10kLSZaz5pPsm6Z7EfV2E/L7Ar3KTcVPkF00aa4Z+"
    "TRcIRNC772X2lItRMAaEcjzDdlx/Pkqmigt2jAGC9iKL30pr70dNorjsagRYFzfouAR/hc"
    "otBndV722iu3ZDETTRXb0RhYnu6o0AAhoyG1lt5aCEG3GYYLudlwQmVux24VRzbi4CjQRa"
    "Jy2Lt9XxwKftjdN9Dac7utGMBFsBBkjv5peS4gLzmnG6OYwheQ2SWxT+NyX/m5JXHylEtN"
    "/9tpMY0V0JWxzMJjnS+NdZ8Ezbmw1xNr4G6iAXy90/WwRZKKADHHE2r+2lflrHmqkqNN6z"
    "AFoGmzWTvq2ZmFo43dXCMTu7bFjL9Bm9wU6Ny70xwC4PG0Lk1xbSGOW22BZiTDXs1+uaRd"
    "QQqN62vmkKyX4Vk+0MExwsWsm5BDVKVd/k3JNAlCkMrk/vkB0m/FfCUIoNxk1BKFw0tVDa"
    "VqP6EF8IScclfW9hUrA3igKBQF5zDIRpIE4jsLq4rBcEnrx+/62wRtR1hzZwTbMBTK/Xck"
    "zIRW9EkdsMQ44ButTnQGbDl9axFmYr+m7dXA7iUFWwtt7QyRDGp66fSGT2e+lyedOYkK16"
    "ujEt1jYtPgSRzlyxKKLjjYaEVMU0zAdo2zQkXG0H5E8ahb7Xuky9Qt+j2nSPK43uXbq65d"
    "IeVCetbyP/FuotyDnR+i8lWiQXQFvUJT9MT7pSJ41+83i9XLygc0HcZTJ67Yi+kwy0D1F3"
    "8pt2XiOisJaPE9zrN++RC1OfZ6kTJIrMxMdTeZkd7AJf0k6fHs26QiV95oEsSXXv1/hKQy"
    "Kqa805paxGgc4x2qxHW3kprrl5HyUzPJel3IC9gIQgt2YjPnU7o2XvqJad5lnxdFBbN8Cn"
    "AnxAlE+/BLOZIB+foRtMw0Cf2SpygwFUg2PWar9fT+OFzOp531xcBU0/nnti8VTEXm9UlX"
    "EDtGAP9tdKLmjILaiYVQlpum6CMm6AZO+t5S7Ya3AX7FXdBT5kgd5GARligBxv3k9wgxgW"
    "F9OiOI8xJK9BsrgVCXzKtFK/CiBD8xo0i0nVp7obixRAhub1KrnGseKxAVwluz4iQAEdBO"
    "XbDg5YFUrSF4ECakTQQgQBnpOoHjGyGVIlsNSLQAE1InjIV4CIZETlPKPURZDc8yXk4OXy"
    "9QLflSBSb8OWy9dfXLwtCOL4rMz0h3fHp0JRj6QiGmFe8J/lvJWB5TPsQbbUJL4I3CLlqy"
    "O7zDm0Ob5RGJ/3UZ7hTCfXIjwxd3SHlxLSdHMN1iUjlos9zC1faIseJiHXqURSix9SaPvm"
    "KpMU2VrQUGFBrct1ijZMK5iGuFZjb9geANfr6qZkxsNLZnA419quIW3fD1HI+w1GFB7iUL"
    "eYTB7TD5EM6uuQRS+xageZ2gkhh9jeJLC3IzOAicurp3pYcXl5qYe+01LqRaSRel+krlia"
    "rwQQmjzcrcZ2VQJhi5KoiuE1ZQjPyRsUb215Jp4bqstXllJ3dkwEdUGc43jnyDQOMd/1xL"
    "uLN0axfX4yuTyZvDqNt1jYfiJVEuv5ls5HimjQ3NlxUzBoGqTn0rlGLGhaEw8kVafGgDIg"
    "aylQX/YAqfaJPxAkVx/L8goygko2gyTNvgJPzmVdhe9qajVs+iYfyUfyKasa/wngIOIU3C"
    "4ESBZ9yC4si0OIfwhNr76NPUbysmi3vUiWu01EI4shzpZyjtS5cXyNBGv2FunpqD4GptBF"
    "b0TRi71FehZL+jj8rxYvdQVQAnYkgaGORabG/7bKz5tyLt2Wc0l0TQ2/Xg5h6q6Wh4OiGl"
    "ohtdnJUwGbjIv+uHWq3rw4ZDRAtTXWG/aariAHpAJt7GNyxZsTe2l5OtwWQYbWKq2mgtdW"
    "wxNt6LpacaErgKkJrc82k5sPBbrbQhVRQ+DdFBbpZZffBR1Ho5JIl/7+CWLYXowUvv7kzL"
    "jJzw+zNvd5+OsFu+EaDl+LO/iBmkq9o7c2CKUxSbEmCmUI/oBOap/Jj0qD4aT5ANntJJW5"
    "dle6+tC2+l3pthDZ9jgT5cZi2B51Mvvyf5zZJBI="
)
