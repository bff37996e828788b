from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "endpoints" (
    "webhook_id" BIGINT NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "failures" INT NOT NULL,
    "failing_since" TIMESTAMPTZ,
    "pauses" INT NOT NULL,
    "paused_until" TIMESTAMPTZ,
    "probing_until" TIMESTAMPTZ,
    "disabled_at" TIMESTAMPTZ,
    "draining_from" TIMESTAMPTZ,
    "warned_percent" SMALLINT NOT NULL,
    "reason" TEXT,
    "updated_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "endpoints" IS 'The health of what a webhook sends to; without a row it is well.';
        CREATE TABLE IF NOT EXISTS "replays" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "webhook_id" BIGINT,
    "status" VARCHAR(16) NOT NULL,
    "event" VARCHAR(64),
    "created_from" TIMESTAMPTZ,
    "created_until" TIMESTAMPTZ,
    "skip_succeeded" BOOL NOT NULL,
    "per_second" INT NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "total" INT NOT NULL,
    "replayed" INT NOT NULL,
    "skipped" INT NOT NULL,
    "last_id" BIGINT NOT NULL,
    "until_id" BIGINT NOT NULL,
    "advanced_at" TIMESTAMPTZ NOT NULL,
    "actor" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ
);
CREATE INDEX IF NOT EXISTS "replays_user_idx" ON "replays" ("user_id", "id");
COMMENT ON TABLE "replays" IS 'Dead or delivered deliveries on their way to be sent again, as far as it has come.';
        ALTER TABLE "user_webhooks" ADD "retry_seconds" INT[];
        ALTER TABLE "user_webhooks" ADD "in_flight" INT;
        ALTER TABLE "user_webhooks" ADD "is_ordered" BOOL NOT NULL DEFAULT False;
        CREATE INDEX "outbound_messages_lane_idx" ON "outbound_messages" ("webhook_id", "scheduled_for")
    WHERE "delivery_status" = 'pending';
        CREATE INDEX "outbound_messages_leased_idx" ON "outbound_messages" ("webhook_id")
    WHERE "lease_id" IS NOT NULL;
        CREATE INDEX "outbound_messages_turn_idx" ON "outbound_messages" ("conversation_id", "webhook_id", "id")
    WHERE "delivery_status" = 'pending';
        DROP INDEX "outbound_messages_pending_idx";
        DROP INDEX "outbound_messages_order_idx";
        CREATE INDEX "replays_running_idx" ON "replays" ("id") WHERE "state" = 'running';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE INDEX "outbound_messages_pending_idx" ON "outbound_messages" ("scheduled_for")
    WHERE "delivery_status" = 'pending';
        CREATE INDEX "outbound_messages_order_idx" ON "outbound_messages" ("conversation_id", "webhook_id", "id")
    WHERE "delivery_status" = 'pending' AND "kind" = 'reply';
        DROP INDEX "outbound_messages_lane_idx";
        DROP INDEX "outbound_messages_leased_idx";
        DROP INDEX "outbound_messages_turn_idx";
        ALTER TABLE "user_webhooks" DROP COLUMN "retry_seconds";
        ALTER TABLE "user_webhooks" DROP COLUMN "in_flight";
        ALTER TABLE "user_webhooks" DROP COLUMN "is_ordered";
        DROP TABLE IF EXISTS "replays";
        DROP TABLE IF EXISTS "endpoints";"""


MODELS_STATE = (
    "eJztXW1z2zYS/isYfbl0Rs3Ezuu1nc7IjnP11bEzfrler+0wMAlJOFMADwRt63r57weApM"
    "QXkCZoUaYYzGRim8QDSs+CwO5iF/vnaEE95IfPJzNE3OUlDG9G34E/RwQukPhFc3cMRjAI"
    "1vfkBQ6vfdUcqnYOFw3VDXgdcgZdLu5NoR8icclDoctwwDElEnFGEJDNASQe4HMEFigMRT"
    "cAc+BS8QeYMroAzyaH3+69+eZ7AFcNFvBG3EXQnQM6Fc1D1U8IKHHRc/lwj7ri6ZjMOn5O"
    "RPB/IuRwOkOiYyae9ttvo5BGzEVO0omDPdkyuYiJh+5Hf/whrqhfUSgxf46mGPme+n0UhY"
    "glIPG/bInuAyY6E7SpFvJSKqQs606CvFdyWQaqwUjhhSTUH1/GoOpZIYc8Cls8NQaaPdel"
    "5BaxEMqh4Bg+r4Cte6rsI7hx1INzYzv+yuq6k2IP8OyY8A+qrRxC1+JJfrQg6/bBks/FM1"
    "MAJlxeFZ8NMciRfAJnkRzoJPL95L1Ix348UtZNYulnMB6awsiXr4tExx9gfW3kOKdnl87F"
    "0aXjjEqvUorIjPrkkiBLvobio4aKgJn8CN/+dX//5cu3+y9evnn3+tXbt6/fvXgn2qrPW7"
    "719kv8YdZsxV0pzo7/dnx6KT8QFe96PBHIC18UBnLorIW+Zj8z6pqLIAN6WA4p63WCSC+s"
    "JbGepwYmijX1yTR0h67nlN4YC0ELbyWOZNRbaZRWCmNp5OFWGo+URrxElwRxsYC+/5AoVt"
    "jtTVEvupXBy/23b1asyz/qeL74ODk5KRNbXO2NBrkGbId42yHOMRe3SvwfziHTs78CFDgX"
    "X2UX19wFvHd8RGZ8Lv7cf/GihtB/TM4Pf5qcPxOtvsnTeprc2o/v5RnOfrISz5dCN9XzXI"
    "Btj+3RqCOua6i9PPqnGqmLMPyPn2X02cfJPxXZi2Vy5+Ts9G9p84wEDk/ODgrEBwxThvnS"
    "ZHRnMQMc4HtvGoxvYfJWDW95qzi6oedjoplC3guSOF6gquG9xhWI9hLg8/SX3ZvL64b68c"
    "eji8vJx0+58f5+cnkk7+znxnp69VlRIqtOwC/Hlz8B+Sf419npkWKThnzG1BPX7S7/JS3u"
    "EYw4dQi9c6CX5SS9nF4qvEb038jlZm/RCtLqJeqZNLewSMAwxDOCNK9R9QqRxQyB5m2vD2"
    "v/VtNxvUbYtaHB2iAmIfl5DYb0GmEHtPmARoxRZkL3CmDZNmfbZUhy40DNCK/XffLIDWg/"
    "fZtYhqT+RIHXUsx5pBVzr8U8xQSH81ZyLkCtNdM3OctNv+lNZuNJXriG7s0dZJ5TukP3aV"
    "Xb8q3F/qJ4BRI4U0KSbMrPme6bB/iS3iAy0u2pp/fGtTvqAXa4bGayny7by81qtc+tPtsC"
    "EQ4mn46/UxvYQXTtYxcEDE3x/WpHfA7D1RZ3iMSKxSu20TfavWb3vLAxbjdwe7mBq36W+K"
    "+2pNL2Q7SjGvkH9mr8A3tl/0D8+pj5YFLEZjh+2kHesaWqZjFHTkq6SYRAtqzYDMnhCkRf"
    "LzkKd3A4100O0gzKrvSC04Pj08n5r3pLKm2fXcUPfr08mhRdMS4NkMYVM2EMVlC/hhRo93"
    "G4i9EfD5ivv/1hzc/Gs4X4gt4Z8ZfJLLUj+msyodaaKeg+wKK3FlLPI62R0jcjJStlH4Zc"
    "xm62ebuLWCvpPkuaoVuhQrSRcx5ppdxnKdvw1q0aqiV/T14SZTF8oAzhGfkZxbrmsfjckL"
    "g6AzVx11wl3eyYCL6kYyy9un7tGbxbOVWyQ098d/GNEY+tzcnF4eT9URxGv30H2gHlh5nY"
    "v5HGj1ZsMq5zp11TnssdMPCqBQJDyV9k+od/AygR/xBw55AQ5H8PPnsREhPzZ4BDELpz5E"
    "W+6MdHMETKA8aQS8VTl0CMCvE/VnC9f62LB/1OfiefhfVExPJxvVTgbBIMn0MO4tsA8zGg"
    "TPSz+htIBaOhsy6X4ZEPEX84xaMknUyQuU3x6OXEO67xENo18MlifNvmdmwgqcMKQF4JIO"
    "PYxQEkZmF0edgAfeUv95v4ykWrSl+uulfJtmO6L6HDDiE4ZgshjDacruNNCvE4LvQcJ4wW"
    "C8g0Ye3VgV4aqE0oMI/4SlhcoAXV8f/3i7PTev7XyKLDBrsc/A90uXcx+mEaEVdyDK4j7H"
    "NMwufysT8+gXgkU/XiKUpinPfKyA6K4kmzHl0a6dbZSjWnhBtMqt7+3qu3r969fPNqpd2s"
    "rtQpNWUFBt0isSCGSHyzxC/SkNsy0JJbJDe24U39v2uU9f322fernDFa0+vq6vh9xR5OBl"
    "OQbhRh77lEDkqqsZofiykrAPVFC5kynKNFwDWKZuUklIXY6aeU5B5JHyPykGaIVme350CW"
    "1CKpK++qmcclB7NJ7W39LTMoHdLiczkh1uor9UurBm7X2D6vsdC9Ebd85M3Ey2Pq5dSA7Z"
    "vX9s2bw9AJGBUChr5miT6gVOg2RC+IErYYTynAXa0rqytbjqc8OzvJvWQHx0U/xNXHg6Pz"
    "Z3vq7RKNMK9g3sYDfhVTnU1HG6yYe5KmlI2fOJLum5EmzqLcaFwXaZE7skn5hAxiLeJtAr"
    "G+QhJieWMM7uYULKCnDuyUcQ5382V8Wufbb/RhFC36sLlIvdY5bKRBb0TRs3PdGohiqC9F"
    "Jp+Z0YVjviVbgA1v67uL3LEWPOdAdve7Ac1CTdAdblJN8QowQHrfvGpA75tXlfTKW8Wzem"
    "CoO6Cwmt81YoAEdxIhY030Svat7bYR2+09xP7yA55FDI00Vlv29rjOXvNkQ/FQ2bKhpfYT"
    "vQN0ylEcoc7nQtpgLp6gwsbzcevpnx5cpmdAQFdFX4zBlDJhjUF/ybEblm25zp6irduQMQ"
    "pEL/JHPiT2Rrwt8ud15N4gXiriYO1Dax/2dcK1kehfpQCSaayse1QEGUFtsGJW4dhB6mtY"
    "lApEgbJ0km+qF6ftB6gVv9xvFK1fE6xfVImTlbNEb31thTVqSFPBZgoraGNf691uWw97Hd"
    "y0yimHvrPQuIA++BRWEJ8FFbifStQOsl83s55dHZwcgU/nR4fHF8dJ+PfKblM35aX1Fvf5"
    "0eREl8z9NJbVEfECivWbYat74zqbCiWtGtpTl/KUPAR9rs7Ju5M5uRAkehAIRWch4PR7cI"
    "fFwInkPSZMI8xlMu8d8v2y6bSJDh+xJ9Yn1c8aQdYIerrFYgqxn/pVGobbZiE22FZHaOtg"
    "zxLYhnr2zbmaT+4Vk5DJq7MG2BennJeuDgoT+j/2Td+bIta+Nr1+bRi9lrNcO1EXwVbWfZ"
    "a1h0NJcpt9xgLUyrnXcpZfS76XMmjHWNJFsJV1n2V9B5lMDAsQc5HOwVfvLy2jB6MLbcJp"
    "WhX7Ulen6lGxLzv0onRxjobNYRjsnNUTb20c4xJ+YlR+oZjDgtO22GRc57tNImFketq69Y"
    "Mu3KsAcAru5oio8xWTTgBkCKhNF+R9pyJUGL2T6QjYncukBHSLWHw/BHMqvm3ZlbvJjjec"
    "5lC/EA0skKX94lPtmE0E2M5SK4GtVmdnSO0MeeyhRUA5Iu7yZ7TUTZCFFrXzI163dW7Q0i"
    "C5yxXTRXzirAzQk3+JSWoBl4ChAEE+VqlZlLgo2Yry5LwWV42CwlAVt8M7xPRJXxvs+6Hw"
    "QPGlbfhfn7Zb7M5Xb0SRCaVCmuizmkgqtOWTCreXXvD6dZP0gtevq9ML5L3CNph4PmIBw/"
    "oIoOoqVgWgLWM1Bu3KWNmzvjZ71pfipqUqXMRaZ0HvVOEmpwdXn0BWlT65y6f1bGxnN1Zd"
    "TVyaa4R1aZq7NHtUl63BLLVNpX/XJ6m+2OvkmkbE+xifVTzS2ev5FuNaez1u6yRHHxvY6w"
    "y5CN8K4zitFiPjRZXRzOAdCODSp9AbA5/OxNcA12hKWWpeB4y6AoQ8vbW+sZ61tno+jFTM"
    "gogR6Ms/i2Z7rmhNxu4zrV9T5NhRfTWrYSOnlsyn0JyM0eL5hV5sDZ2e2svWddEbUfQzfP"
    "2rFEAvjhbqmZb7NJLILp4lKVR78wqwIVgZW3DqycQcnSFXU1VnhRig47STglExY8a1ogqw"
    "AQ7oLg7BEWo+DrA2iK3urKEMaHhEdzKq07I2iicDrou4Ac4iHdXm0o3pB2pyDaiy37Zdbp"
    "Bz6M4X6VmyedqrS3EVYI+qw9WzSaVGAp0U3BLPjlweMV3lkGoB5FGW//b8T6FrNvZXAMt6"
    "e9ZlpfTEG6kzQqu32QvAltvsu8N+V7vsksdk8TRWbnTY4emTHSnu4puG3NDqz6MGoeh0fR"
    "RrspuhktKNDxbWggdI++ZVeJsFtGX9XZ6/GWIz5T2DsTrMI3QYFPhLYy96FmXd523d56HU"
    "PczjRDIwm9TRtyCRgoNTxTG0kHEBakMWey3oVdRJC0kXsfaV7pukexL39VH+uKqK+crcHd"
    "fFe6lLTrRq+GCo1y/x8YAKB+RBP+rIdJkfFceJjuWJgRyIa+tKwOWwrta9PJyUWhWllamU"
    "8EB8VIYTJ+ngESFZBg+zcVi7obLZOKzeiMLGYfVGAL2Iw7KiWC0qJs7BFWCIDsFGPu+9Gp"
    "/3XtnnTSPuUrOooAxkiCxv3O2KSRBxoendIGKS/lWEDWka2VgWmAvdudCFjckt4Sy7GnbF"
    "m95q6JZwll2tnhFyYTBpFIyakgpZUMuSCrvjRmlbUcGWJHws89aB1dyBdRbxhzIXi03Gda"
    "4smjQ2zF2U1S8U9P47efyPj1E4BoRyPMWuMkdCdRpQXJt+DBCUZ6alCYihXA4jH6km6mAB"
    "fXmNTT/A0A1mmqFYonKL2YnlZ1u32KMXX+sWe/plw7rFvkoBhDRiLnLaykELt+LYbS9lz0"
    "yJp5EEJk4cN8Sp4dqcB1oJtJWALWDaoftS6fMm7K4AA6R387HQii3TRPMMxpLcgORQxuhr"
    "S6dV6ysZyGBqSWzMd/lEOc79HredJDnvSt7taNQRx9uO2pfGf5nt6oj9tP2jovXbUf7DNC"
    "Ku5BNcR9jnmITP5WN/fAJRdBLE7yEfCztl2SJLSAMd4IyzeW0v9dN6zpRqDmV5IIK/CLZB"
    "v33bM7GHORtK1eAwZ8g5WgS6hPVKLTMLsVpmqXoro7fYq3C512aIZmFDSF3cwjlcPgy5gx"
    "jTTfvVumYeNQSqt61v2gCFr2KxnWKCw3krORegVqnqm5x7EohyjgIfaitdJXfGdWEnTLVp"
    "GGzyHkFPZjUlZhby0t8wCgFVRfswA3dwKcv4XaM4CwrOhMTHAIaiVyZ/YA7m4oeMJi6Hm3"
    "TziPZ5Vw9HfCQMNsm1svEdNr6jr6vuVxff0bPV8InCO4xdbNaz1ud91L4N6o53+FJbaMro"
    "oq0dlWKtgt03BVsn6Xblg4tgK+s+yzq8wYETRq6L5MEJGsWAUh9BUrE+lcDFAykFuquFKt"
    "Wdt3wg5dnZSU62B8dFD9TVx4MjsXIpoa4TZzS+V6HUhkg8WkN7pTKWBw1JG96YT1tqTWaH"
    "8KcAq2U10LI45VCzKlSO2FV7O1i1YT7So6GbeWuP0Eshdker9PaLNSkw4jODsHQW6VS7T6"
    "YegwxoMIxu2Vmg1GdzR1kGNaTpdsvkQ+8WErfVTlIBarcMe239QJfrNuOrVcUVYICqYncu"
    "I7vxPui3yG68D1fOPdl4v4ThzdE9cqOE/9L+e77BuG4bnoumDkrbGtSt5nMhafE/5OAOhs"
    "CTh5Cq4xcgkH2O1cmkfI7AqnNZaRo8+3D+rTCj9RWrN9Dnwxvudi/c7oX3dSF8Gg1fzQGm"
    "1GdAXVE/1JfA7oJvzT/rIQ5123bVEcZrhE1mMy9BY01Ia0Ja02K3TYtPjIpvBP1RhWWxuv"
    "+wYREkTRvaFROl5qcGgDzHTSr8EMhSBpT8JQR3lHljGaXrQgJCjn1fhuJGRFkK10uA+ffq"
    "+DdXfB4gP7qMyC3bGh0+xzDgt9VRb3lqTc55Kxw0ZxRuXHiqjTrut5JpLa3eiKIXUcdWAE"
    "oP6sMxZlYU8koAGccuDqBZmHIBNkC7oaNzXTyjMLC0/QD5fdeA3XeV3L4rl7m9xSHWFbqt"
    "CVpaQ7Y3g+x1O31sLMpG1bfWElo9XLOYAQ7ZDg5esZ7HjiNDMfeNZtwVYID07jeqJbRfU0"
    "tov1xLKPvJSjzXOXhzMOvlNfbyBgxThvnSSG3LYAY4wLvYuYCej4lmCqn39GZxNoKkb27e"
    "wnFD/0aumfGzhgwvS7OTRQKGIZ4RZLQSZzGW5kY0J8ftJ7VH2p7Wn4db30r7uIKYT/Wdy5"
    "K4WEDff0gWK+xgkhZe7r99s2Jd/lHH88XHycmJPkNpaTy8syh7ZMROhSkVmf9q9o+ymqiL"
    "PeQ51xqFv476PM6O+9Z7Fjbq42swB9B9gEV3LcScR1ox91rM6axoLuY80tr2fZNyT0K4rk"
    "IVdlQK3VLXx3UhWzLGwyADBLoujYgmvKp40+Zk9FrTqI4UQvccMQL1qdc1J4nlYRtxoTyt"
    "NLo/Dlv9NOA4bT9AX3onDiq5JDr/pTp/et2WXAa0xY2iq8vDrvaKbIj6041y8QW9M+Ivk9"
    "lrR/SdZKJ9jLqTPS/pBhFN2MFBgvvw8znyYcXebKLITAJ8KbvZwSHwJR306dX1UCgFiT6S"
    "Janu/RL3NCSiutacU8oqFOgMo/V6tJOVYjN9WnzZKZ5F8uhxdw4JQb5eta5oZ7XsHdWy0+"
    "Bunk5qeUFUF0cqAR9RIalfgqnh2KBAUiDjLGkUmjNbRm6w+NTgmHXauy5rO7Iurr65uHKa"
    "frz2xOIpib0msryAG6AF+3K/UQB/Tfx+yaxKSDN1ExRxAyR7r5G7YK/GXbBXdhcEkCXuUo"
    "O8lAQxQI437yeQhXVEZ0YUZzGW5AYki0eRMKDMKMYwB7I0N6BZLKoBFV/NaDDnQJbmBjSv"
    "6mzGBnCZ7OqYfw10EJRvO/KfRvyaRsRrIQIN1IqghQhkaLL4PLLuAUO64r/VItBArQge8x"
    "YgIhkxLRSig9tSIc1LheDQCRheQKaLR6wjPg/cIuWrK7vMOXQ5vtUYnw9RvsbZQW5EeGLu"
    "mE4vBaQd5gasx8S58QkfCySYMwp8qYAPL4do8+mOOermMJzrdqSImLobMJ/Ci0N/yVG4e8"
    "zXjXypm2RHviD44Ph0cv6rXr1J22ddwQe/Xh5N6oTR3rlf04117ffZtZ8THOQcLQKdpVGf"
    "R1bZiU0oy/qOxFd2fLzA3JHV7BaYRLp6bdWpZVX4IWVPbq7AWJ6tOY00PrumXKdoy7Suah"
    "Cu9BH9/eLsVE9wDlRcIrDLwf+Aj8PO6B39MI2Iq8oKXEfY55iEz+Vjfxxtf82QJNU7Loo+"
    "isI6IDsoOi44nGmm8Wp5pO37IQr5vMGIQlgHUEYEmYgji+mHSAb1djDE2TKpJ6t5TSaMwQ"
    "rro4QsSKehWHZHoxXz/W9/lD0WlHmItXFYZIDWX2HiJSLO1MezucY0qw7ezGIGlJW9MdVF"
    "nvFqdp5jBmGPc7Tp619rRkiuZGvgtZR6Hmml3hepazxHpdQVe7T8VrMKSilYeUmUxfCBMo"
    "Rn5GcUK7LH4nPLAr0a6gtJ4zsmgqr0obF04tytMmCyQ098d/GNUaxpHU4uDifvj+ISFttP"
    "4U+yjE7obKTJQ8rcHdelIaXpIT6dGWQhiW6w0GeWIHHZqjIosuwJDeQIkOaf+AdB0vtY1m"
    "aUsfuyGSRp3j94diqLMv61otDjph/yO/mdfF4XSfgMcKg4BXdzAZIVI9cdy8qS4gehae9t"
    "6rbkCzI8XDwlKwtnDTao1bI+fpmIRk5scoo10uTBcR8J1tZu6emsPga2dktvRNGL2i39NL"
    "i3zP8qbM5UAAVgRxIY6lyUOQ3mFpmValkBBhFl2nV4u63I0HGIUaJrGvj1MojBBC1szK+X"
    "V0NLpNY7eUpgGxDUH7dO2ZsXJyuFyKmapGqOPi4hB6QCbexl8sU3J+7SWZhwmwdZWnVHF9"
    "vy31tMjHGh7xtlJK0AQwiR3jbbDKmqZ4aHM+ZRQ+DdHmnXyyG/CzqOwRl2Xfr7J4hhdz7S"
    "+PqTO+M6Pz9ct3nIw18t2A2fHva1uIMfqalUO3org1Bqs48qolCG4A/o5NRd+VIZMJw0Hy"
    "C7nRyiI57ItS7D6hDXDGT7Ea5Ps1BuLJb1SRezL/8Hqtmo0Q=="
)
