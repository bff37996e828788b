r"""What plugins for text messages share: what a text costs, how it is made plain, where it is cut.

>>> [segments(text) for text in ("It’s done", "a" * 161, "😀" * 36)]
[1, 2, 2]
>>> plain("It’s “done” – almost…")
'It\'s "done" - almost...'
"""

from gateway.plugin.sms.texts import is_gsm, is_number, plain, segments, split

__all__ = ["is_gsm", "is_number", "plain", "segments", "split"]
