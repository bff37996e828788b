from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "receipts" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "webhook_id" BIGINT NOT NULL,
    "message_id" BIGINT,
    "outbound_id" BIGINT,
    "provider_id" VARCHAR(255) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "error_code" VARCHAR(64) NOT NULL,
    "reason" TEXT NOT NULL,
    "opted_out" BOOL NOT NULL,
    "facts" JSONB,
    "at" TIMESTAMPTZ,
    "received_at" TIMESTAMPTZ NOT NULL,
    "is_applied" BOOL NOT NULL,
    CONSTRAINT "uid_receipts_webhook_cd4cad" UNIQUE ("webhook_id", "provider_id", "state")
);
CREATE INDEX IF NOT EXISTS "idx_receipts_outboun_cb154a" ON "receipts" ("outbound_id");
COMMENT ON TABLE "receipts" IS 'What a provider said later of something that was sent, each thing once.';
        ALTER TABLE "outbound_messages" ADD "segments" INT;
        ALTER TABLE "outbound_messages" ADD "provider_state" VARCHAR(16);
        ALTER TABLE "outbound_messages" ADD "cost_usd" DOUBLE PRECISION;
        CREATE INDEX "outbound_messages_provider_idx" ON "outbound_messages" ("webhook_id", "provider_id")
    WHERE "provider_id" IS NOT NULL;
        CREATE INDEX "receipts_waiting_idx" ON "receipts" ("received_at") WHERE NOT "is_applied";"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX "receipts_waiting_idx";
        DROP INDEX "outbound_messages_provider_idx";
        ALTER TABLE "outbound_messages" DROP COLUMN "segments";
        ALTER TABLE "outbound_messages" DROP COLUMN "provider_state";
        ALTER TABLE "outbound_messages" DROP COLUMN "cost_usd";
        DROP TABLE IF EXISTS "receipts";"""


MODELS_STATE = (
    "eJztXftz2zYS/lcw+uXSGTUTO89rOp2RHefqq2Nn/Lher+kwMAlJOFMEjwRt63r53w8AH+"
    "IDpAhalCEaM506IvGB0rcgsLvYxf45WhAHueHzyQx59vIShjejH8CfIw8uEPuH5O4YjKDv"
    "r+7xCxReu6I5FO0syhqKG/A6pAG0Kbs3hW6I2CUHhXaAfYqJxxFnHgK8OYCeA+gcgQUKQ9"
    "YNwBTYhH0A04AswLPJ4fd7b757D2DWYAFv2F0E7TkgU9Y8FP2EgHg2es4f7hCbPR17s56f"
    "E3n4PxGyKJkh1nHAnvb776OQRIGNrKQTCzu8ZXIRew66H/3xB7si/olCjvlzNMXIdcS/R1"
    "GIggTE/s9bons/YJ0x2kQLfikVUp51K0HeC7ksfdFgJPBMEuLDtzGoe1ZIIY3CDk+NgWrP"
    "tYl3i4IQ8qFgKT6vhG16Ku/Dv7HEgwtjO/7J4rqVYg/w7NijH0VbPoSu2ZPcaOGt2vtLOm"
    "fPTAHYo/wq+24ogBTxJ9Ag4gPdi1w3eS/SsR+PlFWTWPo5jIOmMHL568LR8RdYXRtZ1unZ"
    "pXVxdGlZo8qrlCJyoz65xMjiryH7qqEgYMa/wvd/3d9/+fLt/ouXb969fvX27et3L96xtu"
    "L7Vm+9/RZ/mRVbcVeCs+O/HZ9e8i9E2LseTwT8wjeBgRRaK6Gv2M+NuvYiyIHWyyFlvUkQ"
    "6YWVJFbz1MBEsaI+mYbu0PWckBtlIUjhncSRjHojjcpKoSyNItxI44HSiJfoiiAuFtB114"
    "kiw25vinrRrwxe7r99k7HOPzTxfPFpcnJSJba82isNcgnYDPGuQ5xiym5V+D+cw0DOfgYo"
    "cc5+yi6uuQt4b7nIm9E5+7j/4kUDof+YnB/+PDl/xlp9V6T1NLm1H98rMpz/ZhWeL5luKu"
    "e5BNse26NRT1w3UHt59E8xUhdh+B83z+izT5N/CrIXy+TOydnp39LmOQkcnpwdlIj3A0wC"
    "TJcqozuPGeAA33vTYnwzk7duePNb5dENHRd7kinkAyOJ4gWqG94rXIloJwE+T/+xe3N501"
    "A//nR0cTn59Lkw3j9MLo/4nf3CWE+vPitLJOsE/Hp8+TPgH8G/zk6PBJskpLNAPHHV7vJf"
    "3OIewYgSyyN3FnTynKSX00ul14j8G9lU7S3KIJ1eIs2kuYVFAoYhnnlI8hrVrxB5zBBo3v"
    "b6sPJvtR3XK4RZG1qsDWwS4t9XYUivEGZAqw9oFAQkUKE7Axi21dm2A8S5saBkhDfrPkXk"
    "BrQf3SaWIak/ke90FHMRacSstZin2MPhvJOcS1BjzegmZ77pN73JbTzxC9fQvrmDgWNV7p"
    "B9Ute2emuxvyhfgR6cCSFxNvn3TPfNfXxJbpA3ku2pp/fGjTvqPrYob6ayn87b881qsc8t"
    "vtsCeRRMPh//IDaw/ejaxTbwAzTF99mO+ByG2RZ3iNiKRWu20TfavWT3vLQxbjZwtdzAFX"
    "8r/NdbUmn7IdpRrfwDew3+gb2qfyB+fdR8MCliMxw/7iDv2VIVs5jFJyXZJOLBYFmzGVLA"
    "lYi+XlIU7uBwbpocuBmUX+kZpwfHp5Pz3+SWVNo+v4of/HZ5NCm7YmziI4krZhIEsIb6Fa"
    "REu4vDXYz+WGO+/v6HMT9bzxbsBzpnnrtMZqkd0V+TCbXRTEH3Pma9dZB6EWmMFN2MlLyU"
    "XRhSHrvZ5e0uY42kdZZ0gG6ZCtFFzkWkkbLOUjbhrVs1VCv+nqIkqmL4SAKEZ94vKNY1j9"
    "n3hp4tM1ATd81V0s2OieBbOsbSq6vXPoB3mVMlP/TYb2e/GNHY2pxcHE4+HMVh9Nt3oB0Q"
    "epiL/RtJ/GjlJuMmd9o1oYXcAQWvms8wxPsLT/9wbwDx2H8I2HPoech9D746EWIT81eAQx"
    "Dac+RELuvHRTBEwgMWIJuwpy4BGxXs/1jA5f61Ph70xfvifWXWk8eWj+ulAOeTYOgcUhDf"
    "BpiOAQlYP9lnwBWMls66QoZHMUR8fYpHRTq5IHOT4qHlxDtu8BCaNfDRYny75nZsIKnDCI"
    "Bf8WFAsY196KmF0RVhA/SVv9xv4ytnrWp9ueJeLduW6r6EDDuE4JgthDCacLqeNynY4yjT"
    "c6wwWixgIAlrrw/0kkBNQoF6xFfC4gItiIz/v1+cnTbzv0KWHTbYpuB/oM+9i9GP08izOc"
    "fgOsIuxV74nD/2p0cQD2eqWTxlSYyLXhneQVk8adajTSLZOlur5lRwg0nV29979fbVu5dv"
    "XmXaTXalSampKjDoFrEFMUTslyV+kZbcVoGG3DK5sQ2v6v9doYzvV2ffr3DGSE2vq6vjDz"
    "V7ODlMSbpRhJ3nHDkoqcZqfiymvADEDy1lylCKFj6VKJq1k1AeYqafSpJ7xH2MyEGSIVqf"
    "3V4AGVLLpGbeVTWPSwFmktq7+ltmkDuk2feyQizVV5qXVgncrLE6r7HQvmG3XOTM2Muj6u"
    "WUgM2b1/XNm8PQ8gPCBAxdyRJ9QAjTbTy5ICrYcjwlA/e1rmRXthxPeXZ2UnjJDo7Lfoir"
    "TwdH58/2xNvFGmFaw7yJB3wSU51JRxusmDVJU8rHTxxx981IEmdRbTRuirQoHNkkfEIKsR"
    "bxNgFbX6EXYn5jDO7mBCygIw7s5HEOd/NlfFrn2+/kYRQd+jC5SFrrHCbSQBtRaHauWwtR"
    "DPWlyOUzB2RhqW/JlmDD2/ruI3esA88FkNn9bkEzUxNkh5vUU5wBBkjvm1ct6H3zqpZefq"
    "t8Vg8MZQcU1vO7QgyQ4F4iZIyJXsu+sd02Yrt9gNhdfsSzKEAjidWWvz1ustcc3pA9lLds"
    "aan9TO4AmVIUR6jTOZM2mLMniLDxYtx6+tGBy/QMCGiL6IsxmJKAWWPQXVJsh1VbrrenSO"
    "s25IwC1gv/UwyJvWFvC/97Hdk3iFaKOBj70NiHuk64JhL9SQogmcaqukdNkBGUBivmFY4d"
    "pL6BRa5AlChLJ/m2enHafoBa8cv9VtH6DcH6ZZU4WTkr9DbXVlihhjQVbKawgjT2tdnttv"
    "Ww18FNq5RQ6FoLiQvoo0tgDfF5UIn7KUftIPtNM+vZ1cHJEfh8fnR4fHGchH9ndpu4yS+t"
    "trjPjyYnsmTux7GsjjzHJ1i+GZbdGzfZVChp1dKeuuSn5CHoUnFO3h3PyYUg0YNAyDoLAS"
    "XvwR1mAyfi9wJmGmHKk3nvkOtWTadNdPiAPTGdVD9jBBkj6PEWiynEbupXaRlum4eYYFsZ"
    "oZ2DPStgE+qpm3O1mNzLJiGVV2cFMC9ONS9dHBTG9H/sqr43Zax5bbR+bQJyzWe5bqIug4"
    "2sdZa1g0NOcpd9xhLUyFlrOfOfxd9LHrSjLOky2MhaZ1nfwYAnhvkosJHMwdfsL62iB6ML"
    "bcJpWhf70lSn6kGxLzv0ovRxjobJYRjsnKWJtzaOcQk/B4T/oJjDktO23GTc5LtNImF4et"
    "qq9VoX7pUPKAF3c+SJ8xWTTgAMEBCbLsj5QUSoBOSOpyNge86TEtAtCuL7IZgT9murrtxN"
    "drzhNIfmhWhggSzdF596x2wiwG6WWgVstDozQ0pnyGMHLXxCkWcvf0FL2QRZatE4P+JVW+"
    "sGLRWSu2w2XcQnzvIAPf6JTVILuAQB8hGkY5GaRTwbJVtRDp/X4qpRkBmq7HZ4hwJ50tcG"
    "+14XHsh+tAn/02m7xex8aSOKXCgVkkSfNURSoS2fVLi99ILXr9ukF7x+XZ9ewO+VtsHY81"
    "HgB1geAVRfxaoENGWsxqBbGStz1tdmz/oS3HRUhctY4yzQThVuc3pw/QlkdemTu3xaz8Z2"
    "dmPVVcWluUIYl6a6S1OjumwtZqltKv27PknpYq971yTynE/xWcUjmb1ebDFutNfjtlZy9L"
    "GCvR4gG+FbZhyn1WJ4vKgwmgN4B3y4dAl0xsAlM/YzwDWakiA1r/2A2AyEHLm1vrGepbZ6"
    "MYyUzYIo8KDLP5bN9kLRmpzdp1q/psyxJfpqV8OGTy25byE5GaPD80u9mBo6mtrLxnWhjS"
    "j0DF9/kgLQ4mghzbTcx5FEfvGsSKHem1eCDcHK2IJTjyfmyAy5hqo6GWKAjtNeCkbFjCnX"
    "iirBBjig+zgEh6n52MfSILams4ZyoOER3cuoTsvaCJ4UuC7jBjiL9FSbSzam19TkGlBlv2"
    "273CCl0J4v0rNki7TXl+IqwR5Uh0uzSaVBAr0U3GLPjmwaBbLKIfUCKKIM/935n0Jbbexn"
    "AMN6d9Z5pfTEGykzQuu32UvAjtvsu8N+X7vsnMdk8VRWbmTY4emTPSnu7JeGVNHqL6IGoe"
    "j0fRRrspshktKVDxaWggdI++ZVeJMFtGX9nZ+/GWI15T2HMTrMA3QY5LtLZS96HmXc513d"
    "5yHXPdTjRHIwk9ShW5BIycEp4hg6yLgENSGLWgs6izrpIOky1rzSuklak7ivT/zPVV3MV+"
    "7uuCneS1yyoqzh2lCvX+PjAQUO8IN+xJHpPD8qjhMd8xMDKWDXVpWAq2FdnXtZn5RaF6WV"
    "q5SwJj4qx4mVdPCAkCyFh5k4rN1Q2UwcljaiMHFY2ghAizgsI4psUVFxDmaAIToEW/m89x"
    "p83ntVnzeJqE3UooJykCGyvHG3K/b8iDJN7wZ5KulfZdiQppGNZYHZ0J4zXViZ3ArOsCth"
    "l73pnYZuBWfYleoZIWUGk0TBaCipkAd1LKmwO26UrhUVTEnChzJvHFjtHVhnEV2XuVhuMm"
    "5yZZGksWLuIq9+IaD3P/Djf1yMwjHwCMVTbAtzJBSnAcW16ccAQX5mWpqAGPLlMHKRaCIO"
    "FpCX19j0AxTdYKoZihUqt5idWH22cYs9ePE1brHHXzaMW+xJCiAkUWAjq6scpHAjjt32Um"
    "pmSjyOJLBnxXFDlCiuzUWgkUBXCZgCpj26L4U+r8JuBhggvZuPhRZsqSaa5zCG5BYkhzxG"
    "X1o6rV5fyUEGU0tiY77LR8px1nvc9pLkvCt5t6NRTxxvO2qfG/9Vtusj9tP2D4rW70b5j9"
    "PIszmf4DrCLsVe+Jw/9qdHEEUvQfwOcjGzU5YdsoQk0AHOOJvX9lI/rWNNieRQljUR/GWw"
    "CfrVbc/EHOasKFWFw5whpWjhyxLWa7XMPMRomZXqrQG5xU6Ny70xQzQPG0Lq4hbO4cpY4y"
    "umUkBYFTk8yntYadGs5miXBpt0Vnesyy57C01EzU5F1LiQEYaCQKYf1hulRdQQJohtG6Ym"
    "kqmTKHZNK59iD4fzTnIuQY31pZucNYlYO+dZ2D4dSSLV0lvjpgi1IG7UMjAtyZFMtUQQQu"
    "wAl425AJApCMkC0TkTelzH7g6GImUyiR+L7/AKdrW5lw/t94v3xfuaHgmJna/8uH1eczT1"
    "IMV4fkXU13PA1fkJ4Kw578HXLMiLA3kbnvqZPXDKb7U9sb9ktcS6tKm4p9GGs4kL00YUJi"
    "5MGwGspk41ARRxAzJnt8x/bglSE0AJ2JMEhroYaOGl1G4G2kK5AFXv5MOcknoz3EO0F/fQ"
    "MPYcJY6LqAEEHfQdkLT1oxj1onfbrjPic/cXW/AkKyQhLoJezRKZx5WPM2bAvojPrmz5PO"
    "Ozs5MC9wfHZXKvPh0csSnlu6KXuLoompO713DdS8CMusvQeAr19BSa8xafoKBxaEGfJ9bK"
    "LLmmdaoINAvVmoVKGze878LlSOqFF3fGzU543qalD/4Dgg4/hTBxaiMn/RdGISAed13jAN"
    "zBJaAEXKP41EI4Y7IYA+7IhgH/gymYsz/89J+qO76fR3Q/J3F9hnbCYJuzEY3f3fjddV0B"
    "n5zfXTNV85HSsZVD4k0kvM55j7oN6p4dYGlI0jQgC1Wjpow11qvORk0qrcijWHKWZztRZ2"
    "Aja51lHd5g3woj20b8oHNFI7YK3qIhm+rOO2XHFnYhefw9Yo+W0F6rjBVBQ9KGNxZTbvYb"
    "e9WyKKFQsirUjtisvRms0rR87tGQzbyNJa9SiMlAq7z9bE3ylfjMIQydZTpFEoiqxyAHGg"
    "yjW3YWCPVZ3VGWQw1put0y+dC5hZ7dafuuBDXbd1pbP9Cmspy4elUxAwxQVezPZWTy3wb9"
    "Fpn8t+HKWZON90sY3hzdIztK+K/svxcbjJu24SlraqG0bcvt+DORJVZITnN45pg4Lh0C3u"
    "dYVBLkKWVZ58AlM/Ds4/n3zIyu7r9vqM/1G+5mL9zsheu6ED6Ohi/mAFXqc6C+qB/qS2B2"
    "wbfmn3UQhbJtu/pEhRXCJCooJyoYE9KYkMa02HHT4nNA2C+C7qjGssjurzcs/KRpS7tiIt"
    "T81ADgdZe4wg8BLz1OvL+E4I4EzphH6drQAyHFrstDcSNPWArXS4Dpe1GuiafyiUMueERu"
    "1dbo8TmKAb+dSjMVqVWpy1QqDKUUblx6qok61lvJNJaWNqLQIurYCEDoQTqUHTKi4Fd8GF"
    "BsYx+qhSmXYAO0G3qqw6B2JML2D0PYGr/vWrD7rpbbd9WzEG5xiGWnITQELa0g25tB9vqd"
    "PjYWZcN+UUilhNYP1zxmgEO2h+Objeex58hQTF2lGTcDDJDe/RdtljTWqv4opReVJS3/zS"
    "o8Nzl4CzDj5VX28voBJgGmSyW1LYcZ4ADvY+cCOi72JFNIs6c3jzMRJLq5eUsH7/0b2WrG"
    "zwoyvCzNXhYJGIZ45iGllTiPMTS3ojkpj931MFUp3PhWuscVxHyK31yVxMUCuu46WWTYwS"
    "QtvNx/+yZjnX9o4vni0+TkRJ6htFQe3nmUOTJip8KUysw/mf2jvCZqYwc51rVE4W+ivogz"
    "477znoWJ+ngK5gC69zHrroOYi0gjZq3FnM6K6mIuIo1tr5uUNQnhugpF2FEldEtcHzeFbP"
    "EYD4UMEGjbJPIk4VXlmyYnQ2tNoz5SCN1TFHhQnnrdcJJYEbYRF8rjSqP/uhDirwLHafsB"
    "+tJ7cVDxJdH6L5H505u25HKgLW4UXV0e9rVXZELUH2+Usx/onHnuMpm9dkTfSSbah6g7+f"
    "OSbpAnCTs4SHAffzlHLqzZm00UmYmPL3k3OzgEvqWDPr26GgqVINEHssTVvV/jnoZEVN+a"
    "c0pZjQKdY7RZj7byUmynT7MfO8WziB89bs+h5yFXrlrXtDNa9o5q2WlwN00ntaIgrq6OPz"
    "RHhWfAkkSiCDvPObzLBPCogmngOA5+jde6/Comfmc5TgXdYhKF6sxWkQ+gVitTpg9mre6u"
    "y8aOjItLNxdXQdOP155YPBWxN0SWl3ADtGBf7rcK4G+I36+YVQlpqm6CMm6AZO+1chfsNb"
    "gL9qruAh8GibtUIS8lQQyQ4837CXhhHdaZEsV5jCG5BcnsUV7ok0ApxrAAMjS3qobK+GI/"
    "TWkwF0CG5hY0ZxWnYwO4SnZ9zL8EOgjKtx35n9VcVxeBBGpE0EEEPDSZfR9e9yBAshq19S"
    "KQQI0IHvIWII8zolooRAY3pULalwrBoeUHeAEDWTzimjKjOaApM6rGObQpvpUYn2sru2Y4"
    "M8iVCE/MnQ7FdPNIM8wVWI+Js+MTPhaIMacU+FIDH14O0ebTHQvUzWE4l+1IeWzqbsF8Ci"
    "8P/SVF4e4x3zTyuW6SH/mM4IPj08n5b3L1Jm2fdwUf/HZ5NGkSRnfnfkM3xrWvs2u/IDhI"
    "KVr4MkujOY+sthOTUJb3HbGfbLl4ganFq9ktsBfJ6rXVp5bV4YeUPbm5AmNFtuYkkvjs2n"
    "Kdog3TsqpBuNZH9PeLs1M5wQVQeYnANgX/Ay4Oe6N39OM08mxRVuA6wi7FXvicP/an0fbX"
    "DE5Ss+Oi7KMorQO8g7LjgsKZZBqvl0faXg9R8OcNRhTMOoA8IkhFHHmMHiIZ1NsRIBosk3"
    "qyktdkEgSwxvqoIEvSaSmW3dFo2Xz/+x9VjwUJHBR0cVjkgMZfoeIl8qypi2dziWlWH7yZ"
    "xwwoK3tjqgs/41XtPMccwhznaNLXn2pGSKFkq+90lHoRaaSui9QlnqNK6oo5Wn6rWQWVFK"
    "yiJKpi+EgChGfeLyhWZI/Z9+YFeiXUl5LGd0wEdelDY+7EucsyYPJDj/129otRrGkdTi4O"
    "Jx+O4hIW20/hT7KMTshsJMlDyt0dN6UhpekhLpkpZCGxbjDTZ5YgcdmKMii87Anx+Qjg5h"
    "/7D4Kk9zGvzchj93kz6KV5/+DZKS/K+NeaQo+bfsgX74v3dVUk4SvAoeAU3M0ZiFeMXHXM"
    "K0uyPx5Je+9St6VYkGF98ZS8LKwVWKFWy+r4ZY81smKTk62RKg+O+0iwpnaLprP6GJjaLd"
    "qIQovaLXoa3FvmPwubUxVACdiTBIY6F+VOg7lFaqVaMsAgokz7Dm83FRl6DjFKdE0Fv14O"
    "MZighY359YpqaIXUZidPBWwCgvRx61S9eXGyUoisukmq4ejjCnJAKtDGXiaX/XLPXloLFW"
    "6LIEOr7OhiU/57i4kxNnRdpYykDDCEEOltsx0gUfVM8XDGImoIvJsj7bQc8rug4yicYden"
    "v3+CAmzPRxJff3Jn3OTnh6s26zz89YLd8OlhT8Ud/EBNpd7RWxuE0ph9VBOFMgR/QC+n7v"
    "KXSoHhpPkA2e3lEB32RCp1GdaHuOYg249wfZyFcmOxrI+6mH37PzYqbRo="
)
