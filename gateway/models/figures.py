"""What analytics are told from."""

from tortoise import fields

from gateway.models.tables import Table


class DailyFigure(Table):
    """How often one thing happened on one channel on one day of its account, for analytics."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    webhook_id = fields.BigIntField()
    day = fields.DateField()
    kind = fields.CharField(max_length=32)
    bucket = fields.SmallIntField()
    count = fields.BigIntField()
    total_ms = fields.FloatField()

    class Meta:
        table = "daily_figures"
        unique_together = (("user_id", "day", "webhook_id", "kind", "bucket"),)


class FiguresProgress(Table):
    """Up to when the figures are counted: one row, which whoever counts holds."""

    id = fields.SmallIntField(primary_key=True)
    counted_until = fields.DatetimeField(null=True)

    class Meta:
        table = "figures_progress"
