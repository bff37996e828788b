from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        ALTER TABLE "user_webhooks" ADD "verification_expires_at" TIMESTAMPTZ;
        ALTER TABLE "user_webhooks" ADD "verification_attempts" SMALLINT NOT NULL DEFAULT 0;
        ALTER TABLE "user_webhooks" ADD "verification_method" VARCHAR(16);
        ALTER TABLE "user_webhooks" ADD "verification_hash" BYTEA;
        CREATE INDEX "webhook_logs_operations_idx" ON "webhook_logs" ("user_id", "id")
            WHERE "request_id" IS NOT NULL;"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX "webhook_logs_operations_idx";
        ALTER TABLE "user_webhooks" DROP COLUMN "verification_expires_at";
        ALTER TABLE "user_webhooks" DROP COLUMN "verification_attempts";
        ALTER TABLE "user_webhooks" DROP COLUMN "verification_method";
        ALTER TABLE "user_webhooks" DROP COLUMN "verification_hash";"""


MODELS_STATE = (
    "eJztXftv2zgS/lcE/3JdwFs0SZt0dw8HOGm6l2uaLBr39tWFyki0zYtEaikqiW+v//uRel"
    "gvUjEVy5FVAkVbS/z0+IYiZ4Yzw79GPnGhFz6fzCF2llMQ3oy+t/4aYeBD/h/J2bE1AkGQ"
    "nxMHGLj24uYgbmcz3jA+Aa5DRoHD+LkZ8ELID7kwdCgKGCJYIC4xtERzC2DXYgto+TAM+W"
    "UsxCyH8B/WjBLfejY5+Xbv8JsfLLBq4IMbfhYCZ2GRGW8extcJLYId+Fzc3CUOvzvC847v"
    "E2H0ZwRtRuaQX5jyu/3++ygkEXWgnV7ERq5omR5E2IX3oz/+4Efi/8JQYP4azRD03Pj/oy"
    "iENAXxv0VLeB9QfjFOW9xCHMqEVGTdTpH3sVyWQdxgFOO5JOIfX8aW6l4hAywKW9w1Aerd"
    "1yH4FtIQiK5ga96vgm26q7hGcGPHNy717eSV4+N2hj1G8zPM3sZtRRe65nfyIh/n7YMlW/"
    "B7ZgCEmTjKnw1SwKC4A6OR6Og48rz0u8j6ftJT8iaJ9AsYF85A5InPRaCTB8iPjWz74nJq"
    "X51ObXtU+5QyRKHXp4c4WeIz5I8axgTMxSN8+93+/sHB0f6Lg8PXr14eHb16/eI1bxs/b/"
    "3U0ZfkYXK2kkvFnJ39eHYxFQ9E+LeeDATiwJcYAxiwc6Hn7Bd63foiKIAelkPGepMgsgO5"
    "JPJxamCiyKlPh6E7eL0g5EZbCFJ4K3Gkvd5IozZTaEujDDfSeKQ0kim6JogrH3jeQ6JYYb"
    "c3RL3oVgYH+0eHK9bFjyaer95Pzs/rxFZne61OLgGbLt62izPE+Kka/ycLQOXsrwAVzvmr"
    "7OKc64N724N4zhb85/6LFw2E/nvy4eSfkw/PeKtvyrRepKf2k3NlhotPVuN5ynVTOc8V2P"
    "bYHo064rqB2unpL3FP9cPwT6/I6LP3k19isv1leub88uLHrHlBAifnl8cV4gOKCEVsqdO7"
    "i5gBdvC9wzX6Nzd5Vd1bnKr2buB6CEuGkDecJIZ8qOreOa5CtJsCn2f/2b2xvKmrn70/vZ"
    "pO3v9U6u9vJtNTcWa/1Nezo8+qElldxPr5bPpPS/y0fru8OI3ZJCGb0/iOebvpb8LiHoGI"
    "ERuTOxu4RU6yw9mhymdE/gMdpvcVrSCtPqKeSXMLkwQIQzTHUPIZqWeIImYING97fsj9W+"
    "v26xxh5oY15gY+CInn1ejSOcJ0aP0ODSklVIfuFcCwrc+2Q6HgxgaSHt6s+5SRG9B++jaw"
    "DEn9iQK3pZjLSCPmXot5hjAKF63kXIEaa6ZvchaLfrObwsKTOHANnJs7QF27dobsE1Xb+i"
    "l/368eARjMYyEJNsVzZuvmAZqSG4hHsjX17Ny4cUU9QDYTzXTW00V7sVgdr3PHz+ZDzKzJ"
    "T2ffxwvYQXTtIccKKJyh+9WK+AKEqyXuEPIZiymW0Td6ecnqeWVh3Czg9nIBN/63xr/aks"
    "raD9GOWss/sNfgH9ir+weSz0fPB5MhNsPx03byji3VeBSzxaAkG0QwoEvFYkgJVyH6eslg"
    "uIPduWlwEGZQcabnnB6fXUw+/Cq3pLL2xVn8+Nfp6aTqinFIACWumAmlQEF9DqnQ7qFwF6"
    "M/HjBff//DmJ9rjxb8Bd1L7C3TUWpH9Nd0QG00U+B9gPjVWki9jDRGSt+MlKKUPRAyEbvZ"
    "5uuuYo2k+yxpCm+5CtFGzmWkkXKfpWzCW7dqqNb8PWVJ1MXwllCI5vgdTHTNM/7cADsyAz"
    "V113xML7NjIviS9bHsaP7ZU3C3cqoUux5/d/7GkCXW5uTqZPLmNAmj374D7Ziwk0Ls30ji"
    "R6s2GTe5064JK+UOaHjVAo4h+G8i/cO7sQjmf6DlLADG0PvB+uxGkA/Mny0UWqGzgG7k8e"
    "t4EIQw9oBR6BB+16XFewX/G8VwuX+tixt9wp/wZ249YT59XC9jcDEJhi0As5LTFmJji1B+"
    "ndVvSygYazrrShke5RDxh1M8atIpBJmbFI9eDrzjBg+hmQOfLMa3bW7HBpI6jADEkQBQhh"
    "wUAKwXRleGDdBXfrC/jq+ct1L6cuNzSrZt3XUJGXYIwTFbCGE04XQdL1Lw2zGu59hh5PuA"
    "SsLa1YFeEqhJKNCP+EpZ9KFPZPz/6+ryopn/HFl12CCHWf+zuly7GP19FmFHcGxdR8hjCI"
    "fPxW3/8QTiEUw1i6cqiXHZKyMuUBVPlvXokEg2zyrVnBpuMKl6+3svj16+Pjh8udJuVkea"
    "lJq6AgNvIZ8QQ8jfLPWLrMltHWjIrZKb2PC6/t8cZXy/ffb9xs4Yqen18ePZG8UaTgFTkW"
    "4UIfe5QA5Kqoman4ipKID4RSuZMoxBP2ASRVM5CBUhZvipJblHwscIXSjpours9hLIkFol"
    "deVd1fO4lGAmqb2tv8XExnwVU6tJzRismHsSsl9cSzwVpsxIsuZYbzRuWnUslS+J7SONdc"
    "fEZcZHeYBDJE6MrbsFsXzgxsXrxJrf3WKZVK47+ka+pNjiGiYuv9czn1l1640oelbjaA1R"
    "DPWjKOT2UeLb+ssTFdjwloG6yKNowXMJZFaC1qCZqwmyRH81xSvAAOk9fLkGvYcvlfSKU9"
    "W6FSCUFetS85sjBkhwJ6vFxkRXsm9st43Ybmcu9APCRJ3od3A5khhulRbjJqsN5W3tG7jU"
    "MNkc4HlJTKVIdha/IOXG1tKiMOA9eRwbXKJ+uDC+UGi5IsIzyYsGHnT56fAOUrkpt8FrSw"
    "uXFywB/tK1KuXG6DNGX19H0acxNW6gVrnJtPkQlYZXr9ZRGl69UisN4lzFkOP3hzSgSBbf"
    "0ZSnXQGaRO2x1S5R26xmb3Y1O+bGtSPMkKerCFexRhXunSq8Tnyseo1d5RTZ5ZXgja2wJ6"
    "prnc6GeqkrxBBcedsOfu1R5YGeObV3fZDqi72Or0mE3fdJNO5IZq+XW4wb7fWkbbYVioa9"
    "TqED0S03jrN8yDvEFrHRTMGdFYClR4A7tjwy569hXcMZoZl5HVDicBB05db6xq4stdXL2V"
    "p8FIQUAy/eS6spLbNg9+lmaFY5TrYbWy9L84Htv9rd32wE9uj52bgunn5qN1miX6UAehEw"
    "0DMt92kkUZw8a1JQe/MqsCFYGVtw6oWQv5rWanaOGKDjtJOU6IQx7WzoCmyAHbqLpW2u5q"
    "MAQb1c/xJoeER30quzxM2YJw2uq7gBjiIdZZ/L+vQDWecDql2xbZcbYAw4Cz+LEC/Trk42"
    "r8AelWnes0Fl2ynl/N6RwyIqy41TC6CMMvy3538GHL2+vwIY1tuzLmoBpt5ImRGqXmavAF"
    "sus+8O+12tsgse08lTW7mRYYenT3akuPM3DZmm1V9GDULR6TrAOl3N4I/QIl1ACh4g7V3s"
    "xyiPa2/aj/FRce09G0K2rr9j4C1DpKe8FzBGh3mEDgMDb6ntRS+ijPu8rfs8FLqHfpxIAW"
    "ZKGvUtSKTi4IzjGFrtWlCCmpDFXgt6FXXSQtJVrPmk+ybpnsR9XUbsocCvapNxU+QXSRtr"
    "hn5NF9CKofffi+wpD8FwbGHC0Aw5Sf35OJkqKdgxtiBwFnn8VlZ7P24Sx2XXI8C6uEHHJf"
    "hrVG4xuKt+bxPdtRuKoInu6o0oTHRXbwQQkog60G4rBynciMME2+28JBC2E7cLI5pzcxlo"
    "JNA6aZm/rY4HPmtvnO5rON3hrWYk2AowQHo3v5SUFJjXjNMtYAzJa5DcovC/KfnflLz6RC"
    "Gi/e63ncSI7krY4mA2yRHGv86CZ9bebIiz8TVQF3pI7P7ZIshCAh3giLN5bS/z07r2TFah"
    "8YEF0CrYrJn0bc3E1MLprhaO2dllw1pmQMktchUu98YAuyJsCJFfW0hjFNti25BS2bCv1j"
    "XLqCFQvW190xSS/Som2xnCKFy0knMFapSqvsm5J4EoUxDenN5DJ0r5r4WhlBuMm4JQGG9q"
    "w6ytRvUhtuCSTkr63oG0YG8cBQIscc2xxU0Dfhpaq4uLekHWs7cfvuXWiLzu0AauaTaA6f"
    "Vajgm56I0oCpthiDFAl/oCyGz40jrWwmxF362by4UMyArWqg2dHGF86vqJRGa/ly6XN40J"
    "2aqnG9NibdPiYxjrzDWLIj7eaEgIVUzDfACOQyLM5HZA8aRR6Huty6gV+h7VpntaaXTv0t"
    "Utl/aoOml9G/m3UG9BzIn2fwnWIrkE2qIu+XF60pU6afSbp+vl/AXdS+wt09FrR/SddKB9"
    "jLpT3LTzBmKJtXyc4t6++wA9kPk8K50gVWQmAZqKy+xgF/iSdfrsaN4Vaukzj2RJqHs/J1"
    "caElFda84ZZQoFusBosx5tF6W45uZ9BM/QXJRys5wFwBh6io345O2Mlr2jWnaWZ8WyQW3d"
    "AJ8a8BFRPv0SzGaCfAIKbxGJQn1m68gNBlANjlm7/X49jRcyq+d9c3GVNP1k7knEUxO72q"
    "iq4gZowR7sr5Vc0JBbUDOrUtJ03QRV3ADJ3lvLXbDX4C7Yq7sLAkBDvY0CcsQAOd68n+AW"
    "UsQvpkVxEWNIXoNkfiscBoRqpX6VQIbmNWjmk2pAdDcWKYEMzetVck1ixRMDuE62OiJAAh"
    "0E5dsODlgVStIXgQRqRNBCBCGa47geMXQolCWwqEUggRoRPOYrgFgwInOeEeJBgB/4Egrw"
    "avl6ju9KEJm3Ycvl6y8vz0uCOD6rMv3x/fEpV9RjqfBGiJX8ZwVvZWgHFPmALjWJLwO3SP"
    "nqyC5zDhyGbiXG50OU5zjTybUIT80d3eGlgjTdXIP1hLikRKbtQ86cVuCLAj6EVLuuo3xL"
    "1C1AuJCtSKl3g5HCzZ4wLfeEKbHZ3rnfcBnj2u+za78kOHWq/JUPPE+5SKy8yGCS5w/2jw"
    "5XK8XiR9Pa8NX7yfm5pDoTf2XbQz5idgCp7SMcMZ3aV0r8kJKpNlcLq8zWgkQSn926XGdo"
    "w7SEaYCUPqKGDWmQ2jtkijQ9vkgTA3OtDYKy9v0QhbjfYETBrQOgW76siOmHSAb1dYgyy0"
    "i2Z1mTipMhtjcJ7O3IDGAiwdVUDysSvCj1KHBbSr2MNFLvi9QlFmMtZN1UfthqNHEt9aIs"
    "iboY3hIK0Ry/g4n77Iw/N5AXTK4ki+6YCFRpA+Nkr+Is8r3Y9fi78zeGiUf4ZHJ1Mnlzmm"
    "zqs/3U3TS74JzMR5L8g8LZcVP6QRYW7pG5RvZBVoXVSl01Y4tQS1TvIYHoAULt43+AlV59"
    "LAr6iJhd0QzgLN/XenYhKvl8p6gOtOmbfMKf8Od8n5LPFgpjTq27BQeJMkP5hUU5Iv4PJt"
    "nVt7GrVVEW7Ta0yquFYN7IppDRpZgjdW6cXCPFmt2sejqqjy1TWqk3oujFblY9W+J4Gv5X"
    "4TK6AqgAO5LAUMcis6vMtjY8MQXEug0tSHVNDb9eATGYxcqN+fXKamiN1GYnTw1sAgH649"
    "ape/OSJIUQKnf1UK+V1pEDUoE29jF5/M2xs7R9HW7LIENrnVZTM3KrAfEO8DytTIQVYAih"
    "kdtmm4rt7kLdjQjLqCHwbkpZ9bLL74KOo1G7qkt//wRS5CxGEl9/embc5OcHeZuHPPxqwW"
    "64atDX4g5+pKaidvQqg1Aasw4UUShD8Ad0Um1TfFQaDKfNB8huJ8UzlPugqkPb1PugbiGy"
    "7Wkmyo3FsD3pZPbl/1UYOhg="
)
