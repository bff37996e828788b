from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX IF EXISTS "bot_conversations_user_idx";
        ALTER TABLE "bot_conversations" ADD "opened_by" BIGINT;
        CREATE INDEX IF NOT EXISTS "bot_conversations_webhook_idx" ON "bot_conversations" ("webhook_id", "id");
        CREATE INDEX "bot_conversations_status_idx" ON "bot_conversations" ("webhook_id", "status", "id")
            WHERE "status" <> 'active';
        CREATE INDEX "bot_conversations_archived_idx"
            ON "bot_conversations" ("webhook_id", "participant", "id") WHERE "status" = 'archived';
        CREATE INDEX "outbound_messages_unsent_idx"
            ON "outbound_messages" ("webhook_id", "delivery_status", "id")
            WHERE "delivery_status" IN ('dead', 'unrouted');"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX IF EXISTS "outbound_messages_unsent_idx";
        DROP INDEX IF EXISTS "bot_conversations_archived_idx";
        DROP INDEX IF EXISTS "bot_conversations_status_idx";
        DROP INDEX IF EXISTS "bot_conversations_webhook_idx";
        ALTER TABLE "bot_conversations" DROP COLUMN "opened_by";
        CREATE INDEX IF NOT EXISTS "bot_conversations_user_idx" ON "bot_conversations" ("user_id", "id");"""


MODELS_STATE = (
    "eJztXW1z2zYS/isYfbl0Rs3EcmKn7c3NyI7TuknsTqxc34eFSUjCmQRYErSt6+W/HwCS4h"
    "tIC7QoUyxmOqkF4gHJZ0Fgd7FY/DXyqIPc8Pl0gYi9msHwZvQ1+GtEoIf4H4qrYzCCvp9d"
    "EwUMXruyOpT1LMYrygvwOmQBtBm/NoduiHiRg0I7wD7DlAjEJUFAVAeQOIAtEfBQGPJmAG"
    "bApvwHmAfUA8+mp18eHH3xDYDrCh684VcRtJeAznn1ULYTAkps9Fzc3KE2vzsmi47vExH8"
    "Z4QsRheINxzwu/366yikUWAjK2nEwo6omRRi4qD70e+/8xL5JwoF5q/RHCPXkX+PohAFCY"
    "j/K2qiez/gjXHaZA1RlAopz7qVIO+lXFa+rDCSeC4J+ePzGBTuZVNyi4IQCpFYmncrYZvu"
    "Ktrwbyx540Ifi19Tllsp9gQvzgl7K+sKUV7zO7mRR7L6/oot+T1TACZMlPJnQwFkSNyBBZ"
    "HocCRy3aR/pn0wllhWJZZCDuOgOYxc0W0FOn6ArGxkWReXM+vqbGZZo0qXThG53pcUcbLE"
    "58AfNZQELMQjfPnVZHJ4eDx5cXj0+tXL4+NXr1+85nXl81YvHX+OHyZjK25Kcnb+7fnFTD"
    "wQ5d9c/EGKgs8SAxm0MqFn7Od62uYiyIEelkPKepMg0oJMEtl4MTBRZNQnw8Edul5SeqMt"
    "BCW8lTiSXm+kURmxtaVRhBtpPFIa8VRZEcSVB133IVGssbsbol50K4PDyfHRmnXxo4nnqw"
    "/T9++rxJZne61OrgCbLt62izPM+KUK/6dLGKjZXwNKnPNX2cc514P3lovIgi35z8mLFw2E"
    "/nv68fS76cdnvNYXRVovkkuT+FqR4fyTVXiecd1UzXMJtju2R6OOuG6gdnb2k+ypXhj+6e"
    "YZffZh+pMk21slV95fXnybVs9J4PT95UmJeD/ANMBspdO785gBdvCDow36Nzc967q3uFTu"
    "3dBxMVEMIW84SQx7qK57Z7gS0U4CfJ7+sX9jeVNXP/9wdjWbfvih0N/fTGdn4sqk0NfT0m"
    "dliawbAT+ez74D4if45fLiTLJJQ7YI5B2zerNfhMU9ghGjFqF3FnTynKTFaVHpM6L/QTbT"
    "+4rWkFYfUc+kuYNJImSQRaEOxxnCjFMbjFP8gxDPqzEBZ4gh9OFdT74oCGigQ/caYNjWZ9"
    "sOkODGgooe3jwPF5FbmIn7NrAMaSqOfKelmItII+Zei3mOCQ6XreRcghrNum9yFgtQ85vc"
    "IogouIb2zR0MHKtyhU5oXd3qJW/ilUsggQspJMGmeM50LdXHM3qDyEi1zppeGzeusvrYYq"
    "KazhqrqC8WMOXap3w2DxEGpj+cfy0XNf3o2sU28AM0x/frVdIlDNfLniHiMxarWVrdavOK"
    "FdXSYqlZTOzlYqL8f4X/eksqrT9EO2ojW/WgwVY9qNqq8eej5w9IEdvh+Gk7eceWqhzFLD"
    "EoqQYRAoNVjWO+gCsRfb1iKNzD7tw0OAgzKD/Tc05Pzi+mH39WW1Jp/fwsfvLz7GxadsXY"
    "1EcKV8w0CGAN9RmkRLuLw32MRHjAfP31d2N+bjxa8Bd0Lom7SkapPdFfkwG10UxB9z7mrb"
    "WQehFpjJS+GSl5KbswZCKer83XXcYaSfdZ0gG65SpEGzkXkUbKfZayCbXcqaFa8fcUJVEV"
    "w1saILwg71Csa57z54bEVhmoibvmU9LMnongc9rH0tLssw/g3dqpku96/N35GyMWW5vTq9"
    "Ppm7M4pHv3DrQTyk5zcWgjhR+tXGXc5E67pqwQx67hVfM5hpJ/iC0B7g2ghP+HgL2EhCD3"
    "G/CHEyE+MP8BcAhCe4mcyOXtuAiGSHrAAmRTftcV4L2C/4slXO1f6+JGv5HfyB/ceiJ8+r"
    "heSXB+YwRbQgbiywCzMaABb2f9GwgFY0NnXWG3QTFc+eHtBhXp5AKezXaDXg684wYPoZkD"
    "nyzetO0+gy1sMDACECU+DBi2sQ+JXkhXETZAX/nhZBNfOa9V68uV12rZtnTXJVTYIQTHmH"
    "C6/V+k4LdjXM+xwsjzYKAIsa4P9FJATXC7fsRXwqKHPKri//ury4tm/jNk2WGDbQb+B7pc"
    "uxj9cx4RW3AMriPsMkzC5+K2/3oC8QimmsVTlsS46JURDZTFk+7As2mkmmdr1ZwKbjDbxi"
    "YHL49fvj48ernWbtYlTUpNVYFBt4hPiCHib5b4RTbktgo05JbJjW14Xf9vhjK+3z77fqUz"
    "Rml6ffp0/qZmDSeHKUk3irDzXCAHJdVYzY/FlBeAfNHi1wIZQ57PFIpm7SCUh5jhp7LhOh"
    "I+RuQgRRet32ldABlSy6Suvat6HpcCzGywbutvMbExf4up1WzNGKyYexKyn19LPBOmzEix"
    "5litNG5adSyk0pD2kca6Y+wy46M8JCEWF8bgbkmBBx2Z0Eys+d0tV3E2s+Mv1EuKLdowcf"
    "m9nvnMqltvRNGzfDsbiGKoH0Vub19APUt/eaIEG94yUBf7KFrwXACZlaANaOZqgmqjfz3F"
    "a8AA6T16uQG9Ry9r6RWXynkrYKhKHFXPb4YYIMGdrBYbE72WfWO7bcV2OyfXNCLOh3h1b6"
    "Qw3Eo1xk1WG47rpmk+NUy2ANkI3yJnHV95h9lSbnwO4B3w4cql0BkDly74a4BrNKeBtMNw"
    "CPyA2hyEHLUht7WWlYmsi9Ff6J6hgEBX5oluCvPMGQ+6EZ9ljuOU1ptFfT6Q2rrd/U2S6/"
    "1Q9Y392xtRmKjT3gigFw6IvhnATyKJ/OSpYVWUYMNzQExevdrEsnj1qt6yENdK69mIv5qW"
    "dZwhBmi9dRJiHTOmHV1dgg2wQ3dhKnM1H/sY6e0dKICGR3QnvToNBJU8aXBdxg1wFOkoml"
    "3Vpx+IYh/QXphdx69DxqC99NIV502D10uwR0Wu92xQ2XWIOr93ZLMoUMXa1QugiDL8t+d/"
    "Dm29vr8GGNbbsy5yCyTeSJURWp9erQRsmV9tf9jvKr2a4DGZPLWVGxV2ePpkR4o7f9OQaV"
    "r9RdQgFJ2uF2yT1Qz+CC3CD5TgAdLexfkO6nXypvMdHrVO3rMhZOf6O4HuKsR6ynsOY3SY"
    "R+gwyHdX2l70PMq4z9u6z0Ohe+gHiuRgZotk34JESg5OGcfQKgtiAWqigXot6HXUSQtJl7"
    "Hmk+6bpHsS93UZsYcCv8pVxk2RXzSprBn6NVsiIKH3XwOhBmAUjgGhDM+xHeezkztt4g1A"
    "Y4Cgvczit9JcfrKK3A1ejQDr4gYdp/SrULnD4K7qvU10134ogia6qzeiMNFdvRFActZ9Wz"
    "ko4UYcJthu7yWBiRW7XRjVnJuLQCOBthK44W+r44FP6xun+wZOd3SrGQm2BgyQ3u0vJcUJ"
    "6zTjdHMYQ/IGJLdIJGhSCDalm3qiENF+99tOYkT3JWxxMEl3hfGvs+CZ1jcJdre+BuogF4"
    "vTRFoEWSigAxxxtq/tpX5ax5qrMj48sABaBps1k76tmZhMsZpSNZlin07L9AN6i50al3tj"
    "gF0eNoTIrx1sY5TneKIgUA379bpmETUEqnetb5rENH+LyXaOCQ6XreRcghqlqm9y7kkgyg"
    "yGN2f3yI7qDqssVhg3BaEwXtVCaV2N7EOIOIDOAQSihTHghoA863HdlMgOBJ69/fgltz3U"
    "WYa0WzDJYnu9TmPCKXojilziTPF961KfA5nksK3jKMyxdd26sBzEIHZ1jJgMYfzl+puETG"
    "7YLpcujXnYqqcbs2Fjs+FTKHXmirUgyxuNBKGKaZgG0JYnHqq1/vxFo9D3WpepV+h7lHfu"
    "aaXRvbtWNxXao3Kg9W3k30EuBTEnWv+lRIvkAmiHuuSn2WlX6qTRb56ul/MXdC6Ju0pGrz"
    "3Rd5KB9jHqTv6AjxtEFNbySYJ7++4jcmHqzyx1gkSRmfp4JprZwy7wOe30aWnWFSpbYx7J"
    "klD3foxbGhJRXWvOKWU1CnSO0WY92spLcTN9mr/sHC9EmjZgLyEhyFWr1jX1jJa9p1p2uo"
    "eKpYPapsE7FeAjInj6JZjtBPD4AbrFNAr1ma0itxgcNThmLXTvY165VVaGhobMynjfXFwF"
    "TT+ee2LxVMReb1SVcQO0YA8nG20caNg3UDGrEtJ03QRl3ADJPtjIXXDQ4C44qLoLfBiEeo"
    "cAZIgBcrx9P8EtCjBvTIviPMaQvAHJ8ohmnwZa27oKIEPzRuc9cr50Dw0pgAzNm2VpjePA"
    "YwO4SnZ9RIACOgjKdx0csE6CpC8CBdSIoIUIQrwgMtcwsgOk2pxSLwIF1IjgMV8BIoIRlf"
    "OMUhdB8sCXkIOXU9NzfFeCSL0NO05Nf3n5viCIk/My058+nJxxRV1KhVfCrOA/y3krQ8sP"
    "sAeDlSbxReAOKV+X7DPn0Gb4VmF8PkR5hjOdXIvwxNzRHV5KSNPNNVgXjFgu9jCzfK4tep"
    "hETCfLSC1+SKHt28s6UmRrSSOFBbUp1ynaMK1gGuJajb0h9T+u19VNOozHp8NgcKF1FENa"
    "vx+iEPcbjCg8xKBuopg8ph8iGdTXIRJaYtXpMLUTQg6xu0ngYE9mABOXV0/1sOLy8lKPfK"
    "el1ItII/W+SF2xNF8JIDT7cHca21UJhC1KoiqGtzRAeEHeofjYynP+3FCdmrK0dWfPRFAX"
    "xDmOT4VM4xDzXY+/O39jFNvnp9Or0+mbs/j4hN1vpEpiPd/TxUgRDZq7Om4KBk2D9Fy60I"
    "gFTfPdgSSjFKABoLyc+qIDCK2P/wdB0jh4diHyJ3xVk4HhMY11fKJHnp12h3lku6kJr2QF"
    "iAUrMWvp3DhuI8Gakzx6Os6OgUk90RtRmJM8eiOA9XqirgRKwI4OLBjqYGRS6u8q27vJsN"
    "JthpVELdRwteUQJs1peTgo6qEVUpv9LhWw2QTRH09L1cEWR3GGqDalecPRzhXkgE4M2trH"
    "5PI3J/bK8nS4LYIMrVVaTVKtnUYM2tB1tUI11wCTglmf7UCc9RPqnsJURA2Bd5Pro5ddfh"
    "90HI3kHl264KcowPZypHC/J1fGTa53mNV5yOleL9gtp1X4u/iDH6mp1Ht6a+NCGvcN1gSG"
    "DMEf0Ek6MvFRaTCcVB8gu53sLq49BK4+2qz+ELgdBJs9zUS5tbCyJ53MPv8fJSNXgQ=="
)
