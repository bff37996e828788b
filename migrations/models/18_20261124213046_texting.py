from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "consents" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "address" VARCHAR(320) NOT NULL,
    "webhook_id" BIGINT NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "confirmation_id" BIGINT,
    "changed_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_consents_user_id_49a61f" UNIQUE ("user_id", "address", "webhook_id")
);
CREATE INDEX IF NOT EXISTS "consents_user_idx" ON "consents" ("user_id", "id");
COMMENT ON TABLE "consents" IS 'How a person stands with a channel, or with all of an account where `webhook_id` is 0.';
        CREATE TABLE IF NOT EXISTS "consent_changes" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "address" VARCHAR(320) NOT NULL,
    "webhook_id" BIGINT NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "source" VARCHAR(16) NOT NULL,
    "words" VARCHAR(200) NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "message_id" BIGINT,
    "delivery_id" BIGINT,
    "actor" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX IF NOT EXISTS "consent_changes_idx" ON "consent_changes" ("user_id", "address", "id");
COMMENT ON TABLE "consent_changes" IS 'One change of a consent with its proof: whose word it was, which one, and when.';
        CREATE TABLE IF NOT EXISTS "message_fragments" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "webhook_id" BIGINT NOT NULL,
    "sender" VARCHAR(320) NOT NULL,
    "ref" VARCHAR(64) NOT NULL,
    "number" SMALLINT NOT NULL,
    "total" SMALLINT NOT NULL,
    "recipient" VARCHAR(320),
    "external_id" VARCHAR(255),
    "content" TEXT NOT NULL,
    "facts" JSONB,
    "raw_payload" BYTEA NOT NULL,
    "raw_content_type" VARCHAR(200) NOT NULL,
    "request_id" VARCHAR(64) NOT NULL,
    "received_at" TIMESTAMPTZ NOT NULL,
    "is_done" BOOL NOT NULL,
    CONSTRAINT "uid_message_fra_webhook_fadc8b" UNIQUE ("webhook_id", "sender", "ref", "number")
);
COMMENT ON TABLE "message_fragments" IS 'A piece of a message whose other pieces may still come.';
        ALTER TABLE "outbound_messages" ADD "rerouted_from" BIGINT;
        ALTER TABLE "outbound_messages" ADD "is_uncertain" BOOL NOT NULL DEFAULT False;
        ALTER TABLE "user_webhooks" ADD "paced_from" TIMESTAMPTZ;
        ALTER TABLE "user_webhooks" ADD "fallback_webhook_id" BIGINT;
        ALTER TABLE "user_webhooks" ADD "per_second" DOUBLE PRECISION;
        CREATE INDEX "user_webhooks_fallback_idx" ON "user_webhooks" ("id")
    WHERE "fallback_webhook_id" IS NOT NULL;
        CREATE INDEX "message_fragments_waiting_idx" ON "message_fragments" ("received_at")
    WHERE NOT "is_done";"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX "user_webhooks_fallback_idx";
        DROP INDEX "message_fragments_waiting_idx";
        ALTER TABLE "user_webhooks" DROP COLUMN "paced_from";
        ALTER TABLE "user_webhooks" DROP COLUMN "fallback_webhook_id";
        ALTER TABLE "user_webhooks" DROP COLUMN "per_second";
        ALTER TABLE "outbound_messages" DROP COLUMN "rerouted_from";
        ALTER TABLE "outbound_messages" DROP COLUMN "is_uncertain";
        DROP TABLE IF EXISTS "message_fragments";
        DROP TABLE IF EXISTS "consent_changes";
        DROP TABLE IF EXISTS "consents";"""


MODELS_STATE = (
    "eJztXWtz2zbW/isYfdl0Rs3ETnPZtNMZ2XF2vXXijC9vN9t2GJiEJKwpgguCcbTd/PcXAO"
    "8kSBG0KFM0ZjKxTeIBpXNA4NzPn5MVcZAbPJ0tkGevr2BwO3kD/px4cIX4L4q7UzCBvp/d"
    "ExcYvHHlcCjHWYwPlDfgTcAotBm/N4dugPglBwU2xT7DxBOIcw8BMRxAzwFsicAKBQGfBm"
    "AGbML/AHNKVuDJ7Pj7g5ff/QhgOmAFb/ldBO0lIHM+PJDzBIB4NnoqHu4Qmz8de4uenxN6"
    "+D8hshhZID4x5U/77bdJQEJqIyuexMKOGBlfxJ6Dvk7++INfkb+iQGD+nMwxch35+yQMEI"
    "1B/H8xEn31KZ+Mk02OEJcSJuWpbsXIr5Iva18OmEg854T849sU1D0rYJCFQYenRkC959rE"
    "+4JoAMVSsDSfV8I2PVXM4d9a8sGFtR19ZXndSrBHeHHqsXdyrFhCN/xJbrjysvH+mi35Mx"
    "MA9pi4yj8bopAh8QRGQ7HQvdB14/ciWfvRSsmGRNzPYRw0h6ErXheBjj5Adm1iWR/Or6zL"
    "kyvLmlRepQSRW/XxJU4s8RryjxpIAizER/j+r4eHz5+/Onz2/OXrFz+8evXi9bPXfKz8vN"
    "Vbr75FHyajVjSVpNnp304/XIkPRPi7Hm0E4sI3iYEMWhnTM+rnVl17FuRAm/mQUL2JEcmF"
    "jBPZPjUyVmSkj7ehO3SzJORWmwlKeCd2xKvecKNyUmhzowg33LgnN6IjusKIyxV03U2sSL"
    "G726Ke9cuD54evXqZUF3800fny/ezsrErY8mmvtcgVYLPEuy5xhhm/VaH/8RJSNfVTQInm"
    "/Kvs45m7gl8tF3kLtuR/Hj571kDQ/5tdHP99dvGEj/quSNYP8a3D6F6RwvlPVqHzFZdN1X"
    "QuwXZH7cmkJ1o3kPbq5J9ypa6C4D9unqJP3s/+KYm9Wsd3zs4//C0ZnuPA8dn5UYnwPsWE"
    "YrbWWd15zAgX+MHLFuubq7x1y1vcKq9u6LjYU2whbzmRGF6huuWd4UqEdmLg0+SX/dvLm5"
    "b66fuTy6vZ+4+F9f52dnUi7hwW1npy9UmZI+kk4NfTq78D8Sf41/mHE0lNErAFlU/Mxl39"
    "S2jcExgyYnnkzoJOnibJ5eRS6TUi/0Y203uLUkinl2hg3NzBIQGDAC88pHiN6k+IPGYMZN"
    "71+ZDZt9qu6wxhzoYWZwPfhMTn1VjSGcIsaP0FjSglVIfcKcBQW5/aNkWCNhZUrPBm2aeI"
    "3IL0M7SNZUziT+g7HdlcRBo2D5rNc+zhYNmJzyWo0WaGxmfh9Jvf5hxP4sINtG/vIHWsyh"
    "1ySOrGVm+tDlflK9CDC8kkQU3xORO/uY+vyC3yJiqfenJv2uhR97HFxDAdf7oYL5zV0s8t"
    "P9sKeQzMPp6+kQ5sP7xxsQ18iub4a+oRX8IgdXEHiJ9YrMaNvtXpFd7zkmPcOHAH6cCVPy"
    "v0r9ekkvFj1KNa2QcOGuwDB1X7QPT66NlgEsR2aPywi7xnTVXuYpbYlFSbiAfpusYZUsCV"
    "CH2zZijYw+XctDkINSh/0nOaHp1+mF18UmtSyfj8KX706epkVjbF2MRHClPMjFJYQ/oMUi"
    "K7i4N9jP7YoL7+9odRP1vvFvwLOueeu453qT2RX+MNtVFNQV99zGfrwPUi0igpQ1NS8lx2"
    "YcBE7GaXt7uMNZweMqcp+sJFiC58LiINl4fMZRPeulNFtWLvKXKiyoZ3hCK88H5Bkax5yj"
    "839GyVghqba67jafaMBd+SNZZczV57Cu9So0p+6fHvzr8xYpG2Obs8nr09icLod29AOyLs"
    "OBf7N1HY0cpDpk3mtBvCCrkDGlY1n2OI9xeR/uHeAuLxfwjYS+h5yP0RfHZCxDfmzwAHIL"
    "CXyAldPo+LYICkBYwim/CnrgFfFfx/LOFq+1ofD/rd+937zLUnjx8fN2sJzifBsCVkILoN"
    "MJsCQvk86d9ACBgtjXWFDI9iiPjmFI8Kd3JB5ibFY5Ab77TBQmjOwAeL8e2a27GFpA7DAH"
    "HFh5RhG/vQ0wujK8JGaCt/ftjGVs5H1dpy5b1aalu6fgkVdgzBMTsIYTThdD07KfjjGJdz"
    "rCBcrSBVhLXXB3opoCahQD/iK6biCq2Iiv7/uDz/0Ez/DFk22GCbgf+BPn0Xk5/moWcLGo"
    "ObELsMe8FT8difH4A9glLN7ClzYlq0yogJyuxJsh5tEqrO2Voxp4IbTare4cEPr354/fzl"
    "D6l0k15pEmqqAgz6gviBGCD+zWK7SEvaVoGGuGXiRjq8rv03Qxnb75Btv9IYo1S9rq9P39"
    "b4cHKYEnfDEDtPBXJUXI3E/IhNeQbIL1rKlGEMrXymEDRrN6E8xGw/lST3UNgYkYMUS7Q+"
    "u70AMkQtEzW1rupZXAowk9Te1d6ygMIgzT+XFWClvNJ8tCrg5owd8hkL7Vt+y0XOgr88ul"
    "ZOBdi8eV3fvCUMLJ8SzmDoKo7oI0K4bOOpGVHBluMpObivcyW9suN4yvPzs8JLdnRatkNc"
    "vz86uXhyIN8uPgizGsqL1MlVp8iwItLsdEPe6SJedYsXyiMNl4fMZRPb+yjYbFJLR8vmga"
    "QcHnOqIhnmVYmUSm5NmyKk7GhQy8Cov5M7AOOIJSBC6JwA3GG25BfjiCUZTBRdcl2R/wc9"
    "AG1peAd3XOdC4HMWdCADk55Vw6L6eYwIirpaIuDylyRgSUYjuyNA4oKn4DOnxhzTVVJ4Lg"
    "2cEiFZnHRYRlrJ6Cn+POLzl+17ErL4k/7O1zfmn2aBWPAmGnW3xPYSMOS6cp4VCEh9DeFc"
    "KAxfeyJoSvyaC9HYXgnhhOttygebaCsTbTXUQ+RhVODc29k2ECIHGWEkRC9BPiam7aFr4z"
    "JOIZ1FngJGuMR7CfbJyxp6i1wBNibNrgtdyJSLbsp4AWm0NKOlNWppx3K5TOp1tXjAtIXG"
    "ZkVrTyOjJQJIZQnEk0QqlCziQgmZv+EKCwkQuCNUJoLcwWAa6zBcA5rKhBOuXXnqRJYtz6"
    "+ZfKLWnlqrQgk5jTI03B3bKEODYYVRhowy9KiWuVGGelWGol4qWvRNEYbALQgsRC6tTToF"
    "jCCNZAe5URTBQNX+o57AGWJ0FH7RisIvGij8okrhrh2zTKus7ZyAif9LmwEloOFAZ1HbZq"
    "rq7w2CdgIY4RH58ocWW8zLH2p3GHHL1NszZsAdmwHTYicnX+rDNkqDphvMgVmvPJmMp2ES"
    "jPKz+e4KvQCLG8IcR8AKOrJTcmSPW0dtkl99pzb7dZjDFIEe9Ilj7GyDYcXAGmq2YMVYX4"
    "pcIwlKVpZ+LYwSbHw1R/oo2t2BzgXQCAXf7ZPZ6BW96hX7YRraGYF7Mb8Z3a2W+kZ324ru"
    "9hZid/0OL0KKJgqtLX972qSvOWIgf6gYqRF1T+YMRaVB2ZJzGyz5E2S9zmLB0ORPB66T5j"
    "txWPwUzAnl2hh01wzbgTrovpenbAp257OIH0VX5S1/W8TPm9C+RawS+m70Q6MfDnXDNSVA"
    "HyUD4m2sKnvUeEWgskpcXuDYQ9I3UFEIECWSJZt8W7k4GT9Cqfj5YaugoYaYobJIHJ+cFf"
    "JerqDr1m4HGWpMW8Hzw1cv05df/NH0ul++n52dqQxwyqKDzWa3ndcbHN22ygiDrrVSmIDe"
    "uQTWED4PKtF+LlB7SP2mnfX8+ujsBHy8ODk+vTyN626mepu8KS5ltUUuTmZnqi4aD6NZnX"
    "iOT7DaGZbemzbpVCge1VKfEknASwRdJhuU3sl0XhDLQSBAItuYkR9l7LrI7oWActUIM5EM"
    "fIdct6o6bWPCe/jEhiT6GSXIKEEPd1jMIXYTu0qR9rWEz0NMlUMVQTtX2auATU2ioRlXi1"
    "0V+Cak8+pkAPPiVBuCyA6NXP7Hru57U8aa12bQrw0lN2KX68bqMtjwesi8dnAgiNzFz1iC"
    "Gj4Pms/ia4n3UgTtaHO6DDa8HjKv7yAVFbl9RG2kMvA120ur6NHIQtswmtbFvtQ3Mrpn7M"
    "sevSh9NDAyBSdHu2cNzFr7IVzdSDNlrc02HjFtY7m1PDlYw4AbAZIqjqJlbbVCYzK7KDQC"
    "ZD0SEZ0ixs8x5QC5pJXW3K3Obky7+2VPrDftMniLFKdZEydSiDHrarFhINtdFNIXfKRkIW"
    "uWKPa78pDGDS8O/BNtELLRGze8ax8wIksjxfuLnARAiqLatch5IwPyKLlLCirdLQni21Vc"
    "2xYsCf+21b1umxNvOaurWe4eWdxed1m7frOKGdjNMFUBGyXWCITKHfLUQSufMOTZ61/QWr"
    "VBlkY07o84G2vdorVOeTtRCVzKZiIeWfzFN6kVXAOKfARZVF2OeDaKPe+O2NfE0ABBFzn8"
    "dnCHaE1pu+3NvSkamn9pE+08HDGkaYM1jv4Hc/TfIkWwbUPgKNpxR+zdZVO9eNEmm+rFi/"
    "psKnGv5PXnz0fUp1gd8OhBuq7x+BeB5fZeaxa5i/eM4k2rNe5cncoInKxHpx9mF5/UVrwj"
    "Rafro09XJ7MSB0xP2RbE1+gpK2nTURQuY41tdHCicLlSoypjvPZErs0W3+fSVFsLZIlEVx"
    "0PToYwHhx9Dw766mPaqctjEbmbXWqXQv++b1JD0de9GxJ6zvuoLOJEpa8XR0wb9fVorBVX"
    "WdTQ1ymyEf7CleMYmtWKp/AO+HDtEuhMgUsW/GuAGzQnNFGvfUpsDkKOWlvf2sxKXb3oWu"
    "G7IKIedHX6cxVn2FyivkzjqGtXNktTwXqxteQ+haIQUIfnl2YxBfMHqi8b08VgWDFMl+6j"
    "ZMAgKqkNTMp9GE7kD88KF+qteSXYGLSMHRj1RB6iSpFrKLGfIkZoOO2lTUdEMUv+qU3oFD"
    "bCBd1PyX0b+1gZs9tUWi0HGh+he1nVSQV9SScNWpdxI9xFemkLyZRrut7gloOMgsS7NrlB"
    "xqC9XCWls4tk/8fl+YcaO2cRVja4YZuB/wEXB3soDjZwQNCjmQNlYk+L5jMxQZkD/NmhzU"
    "KKFHJgPQOKKEP/7vSfQ1tv7acAQ/XuVKfwzoqtkSoltN7NXgJ2dLPvD/X78rILOsaHp7Zw"
    "o8KOT57sSXDn3zRgmlp/ETUKQafvytOxN0PW4NCuo64Ej5Ds2xfhTdLjjuV3UW44wHrCew"
    "5jZJh7yDDId/VbwuVRxnze1Xwu+5brx4nkYCapY2hBIiUDp4xj6MDjEtSELA6a0WnUSQdO"
    "l7HmlR4yp5fEV4gpzamOCebRFxYZSABdHBf3jsLFqqaHY3nItCmELnGTzOPRLWPoZsDHfJ"
    "cXNQpgFum2JAG/JKLVotuBTFMLGHZdYBNVuYN7zNMiPi7zIVM0n8i1KatCmBS3AYmUJk5s"
    "MKwwcWKDYYAJmOk/tCA+FNrbgOcjpe72jb9eWn5JR9jMUGPaObZRyk72lNAlZwoy1DTBWw"
    "+yw5oY2x3G2JrgrZ07f0zoygaqjzF0ZY8W/ahjV4bGBxO8Mh79xXi/HolPBAeWqJemOEcI"
    "cRH0auy8Gap8iHBYXyxNr+z4EDk/Pyuw8+i0LBpdvz86uXhyIPmYdfobluNE/LiuqzqQuz"
    "ttdJeIS1aYDtzoKPk16scncUB01pF1mkWFvqhSyTQq3syvBaGPKB+gKizQeZbNZVHr6gTY"
    "FCUl2Tdk6OdoYsUT3KMogMbDTCWAexygxsMzlOPUeHgeJQMGUQnAsCI9VHQ0qhQwQmXqoJ"
    "XietCguB5UFVcSMhG4oUPjHGSMVN564D/2/JBxSe8WeToFCMuwMW0jW6tDaEN7yWVhbeJW"
    "cIa6CuryN73T0q3gDHWVckbAuMKkEDDeuQTWyhcZqETVuUCNyknx9vz66OwEfLw4OT69PI"
    "0dFqmVSt4sGjYuTmZnZSpn6nKFzhuaXRSQxlw4OHPhQAxY5yHbVDuzPGTaZMoi8WDN6pmi"
    "QZmEfn0jGlC4GAVT4BGG59iW6kgg+1GgLyKYeAoQFF17khKYgTgOQxfJIbK0tboD2rYfoG"
    "kG062RWSHlDutjVp9tzGL3PnyNWezhjw1jFnuUDAhISG1kdeWDEm7Ysd9WyoGpEg/DCexZ"
    "UeY6I5pncxFoONCVA7f82+pYMJPxxnzZwnwp5Xkd6qaAEZJ3+wFNklq6Ydg5jCFyCyIHIt"
    "DOsxVujnp5JQcZTY711myXD5SoMex120umxr4kD0wmPdF416kDQvmvUrs+cyAZf6/EgW4k"
    "/2keeragJ7gJscuwFzwVj/35AVjRSz6Bg1zM9ZR1hzp1CugId5ztS3uJndax5kSRJrqhhl"
    "QZbMrODM1nYtqJanJVo50oZAytfFXeWa2UmYcYKbMsZfqUfMFOjcm9sUZpHmayVFtlqaZU"
    "EyemVkBYFTk+kvdw0qJFTXOBBp10UddYYJ+thSaiZq8ianBgcbUDUcYfqDB4b0jPKkBNjt"
    "aGHK2izYWSUAQkzSlZ6XkaKtAR7R479jW4kG8XiFKVdlRvkimixnA87tosY+L4OrFi33TS"
    "OfZwsOzE5xLU2B6GzOedl7wdGC+3WDQLeY5P+LxWvZerSTZQwkdE4l2HSWFXEFF7cedxo7"
    "EE7XlN5wtRMcRX1nJObk2bIrlpNKhlAHdcSyCxpoAAYge4nOFUVGEOyAqxJac5YGLcHQxk"
    "aYE4zjq6Q/gCqq1RcN95f/d+9z4nVamx8xnggN9GIPG0RHhxxebrHDng+uIMCKo5P4LPaT"
    "C0AIoxokRC+sC5uNW2dnTJuhfZnEzh6AFthiZ+ejCsMPHTg2FAtnXqMaCIM4JZV/rnjiA9"
    "BpSAPXFgrIfBILx5g9uB+nfnaXvx7ue8GzaFe4iKFrZcTj1Hi8ZF1AiC8/ov97jjppnDIu"
    "+ujezEF4ZyfuBp+vUKOOPU03DqmULVG2jdS2CpvnPB+BSG71MwtYEfCaNxYEFfFKBQaXIb"
    "4k9yQHNQ7UeF4Avku3A9UVrh5Z1psxFejGlpg3+LoCOq9cZGbeQkv2EUAOIJ0zWm4A6uAS"
    "PgBkXVfeGC82IKhCEbUvEDM7DkP9SdFft5RPd6wpsrmcQUbFND2Njdjd19qCfgo7O7D0zU"
    "fCB/vHbqmMkYG3J9gKEt6p4NYEnwojrmt13gY03Qr9FeB6XUJNwKPYYVNa/bsToFG14Pmd"
    "fBLfatILRtJBqCaCqxVfAOFdlEdt4rPbbghRR5aog/WkH2WmGsCBqTNLy13Cvjb+xVyqrp"
    "M1y7YkfZYniL5WuERUO18zakUGWQ0cTnbu/t52eSr0XPHMKQU5lkpmsxyIFGQ9EdGwuk+K"
    "xvKMuhxrTd7pj40PkCPbuT+64ENe67QWs/0Gaq7Nl6UTEFjFBU7M9kZDJlR/0WmUzZ8fJ5"
    "II73KxjcnnxFdhjTv+J/Lw6YNrnhGR9qoWRsS3f8ucwSKySnifbOUVsRCMScU9lxV6SUpZ"
    "MDlyzAk3cX33M1uup/39Kcmx3uxhdufOFDPQgfRsKXe4Au6XOgvkg/1pfAeMF3Zp91EIMq"
    "t119okKGMIkK2okKRoU0KqRRLfZctfhICf9G0J3UaBbp/c2KhR8PbalXzKSYnygAoj+hEP"
    "gh8BENiPeXANwR6kxFlK4NPRAw7LoiFDf0pKZwswaY/SjbGopUPlnkQkTkVnWNnp4jS3HY"
    "S+gtUFKGg3IFRv6PmbjiEeChu+jpN6Eo/xENFxU/+NRdQoY7NUEsMkenA2KpBaNWwHLpqS"
    "ZuedhiqtHVBsOKQcQtGwZISWoIDf4MK8QVH1KGbexDvUDnEmyEmkdPHY/0iirsvpzCzuj7"
    "ugV1X9fS9nW1msIXHGBVPYWGsKcMsrsd5KDf7WNrcTr8GwVMSdD65ZrHjHDJ9tAowdgue4"
    "4txczV2nFTwAjJe/iszZHGR9UXY3pWOdLyn6xC5yYTcQFm7MTadmKfYkIxW2uJbTnMCBd4"
    "H74P6LjYU2whzbbiPM7EoAzNUFwq3fdvZOspPxlkfHmevRwSMAjwwkNaJ3EeY8jcisyRIb"
    "xK5PqSWxnC1NzqXnMrICG1kdW1DK4Sbmxa3SNCInrK71zlxIZeBSXsaNJNttGOQySKrbWX"
    "dx5lin3sVYBZmfKPxm+X1wBs7CDHulEoWk2kL+LMuu/sKzLxOo9BDUNffcyn68DmItKwed"
    "BsTnZFfTYXkcamMjQuDyT47jqQ4V6VoDt5fdoUbCdiazRyd6Btk9BTBMaVb5psmkFLGvUR"
    "WugrQ9SD6qT5hhpwRdhWTFcPy43+O3rInxo0TsaP0IfRi2FQHInWf4nKj9HkCs2Bduigu7"
    "467stHZ5ILHm6V8y/onHvuOt699kTeiTfa+4g7+UpXt8hThHscxbh3v1wgF9b4xGNBZubj"
    "KzHNHi6Bb8miT65mS6ESnHtPKglx79dopjERqm/JOSFZjQCdo2izHG3ludhOnuZfdo4XoS"
    "gaL5xSHnLVonXNOCNl76mUnQTVs2RTKzLi+vr0bXM0fgoscSQMsfNUwLtsAA/KmAYaR0HH"
    "0VmXP8Xk9yzHB6EvmISBPmWryHuQdlCqTB+UtbqbLhsnMiauoZm4yqEW/OyJ2FNhe0NEfw"
    "k3Qg32+WGrxImGvAlVXIsgmq6ZoIwbIbEPWpkLDhrMBQdVc4EPaWwu1cgHihEjpPH27QSi"
    "JRKfTIvEeYwhcgsi80d5gU+oVmxnAWTI3KqPLacX/2pai7kAMmRuQea0V3ikAFeJXZ9roY"
    "COguS7zrggIbshoed0YIECaljQgQUiJJx/HtGxgiJVd+F6FiighgX3eQuQJyii2+JFBTdN"
    "Xto3ecGB5VO8glQVj7ihQWwOaBrE6tEc2gx/USifG3vypjizyLUIHqs7Hdog55FmmWtQPS"
    "KcHVVWWSFOOa3Alxr4+HK3tp9mWiDdEgZLlUfK41t3C8on8PLSXzMU7B/lm1Z+nJ2VrnxO"
    "4KPTD7OLT2rx5kiRzXX06epk1sSM7sb9hmmMaX/Ipv0C4yBjaOWrNI3mPLLaSUxCWd52xL"
    "+y5eIVZpboQ7jCXqjqtFefWlaHH1P25PZawxWptSShwmbXltYJ2lBa1e8J19qI6nOxC6B7"
    "pWN3i7v8aR56tmwIcRNil2EveCoe+/Nk92dGL1naDC4U23g9P5Lxw2CFeN5oWMG1Aygign"
    "TYkccMgyWjejsoYnQddwJWvCYzSmGN9lFBlrgzuhoSfL//7Y+qxYJQB9EuBosc0NgrdKxE"
    "njV38WKpUM3qgzfzmBFlZW9NdGlqIv7OJbBLG/G5wO0faRvo9vb8+ujsBHy8ODk+vTyNt+"
    "NUi5U3i6v34mR2VomyEW0955SsdE0LRaSxJgzZmsCvuCJA3+padbxmghHtXTuuKCGqh+tV"
    "Cs4hTKFgU6CjPanHlfNWaCfuOx25XkQarg+F64rTrJKcZ5qW7PTUqiSZFjmhENAJRXjh/Y"
    "IiVf2Uf27RPF5B+lJZjD1jQV2C5FSYqe/SHL/80uPfnX9jFEnjx7PL49nbk6g50u6LlMR5"
    "lGdkMVFkWubuTpsSLRN50CULjTxLPg3m8swaxE4p2aJLtOQivlgBwsDF/0EQzz4VfYNFdp"
    "IYBr2ksgl48kE0DP5rTRPibT9EdgXL5F/ZGUzQVDQG82Q342xi0fWY//BIMnuXjmBFWXtz"
    "W648L3KCukYXsKywv8cHWZFRjZ+ROg+O5oixpivYQHf1KTBdwQbDikF0BTNq+ZtcYLAuA0"
    "rAnjgw1r0oV+/qC9JrApYCRhFH33cCj+n103MQZSxratj1cojRhGVtza5XFEMrRG028lTA"
    "xkkxHLNO1ZoXpWMGyKrbpBqKu1eQIxKBtvYyufybe/baWunQtggyZFUVZ2cQu1WSNvUdSx"
    "Cm5Zh26p8NXVcr5zIFjCEJZNfUpkj209QsP1tEjYHupmjnIJf8Psg4FQfKw9j7Z4hiezlR"
    "2PrjO9MmOz/Mxmyy8Nczdsv1ER+LOfiekkq9obc2CKUxv7ImCmUM9oBe6oqLl0qDwvHwEV"
    "K3lzJh/IlMaTJs6DeYQXYfw/8wB+XWovUf9DD79v/rjpxr"
)
