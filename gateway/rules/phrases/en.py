"""English answers."""

from typing import Final

from gateway.rules.phrases.wording import Tone, Wording

_PROFESSIONAL: Final = Tone(
    created='I have created the task "{title}"{due}.',
    created_many="I have created {count} tasks:",
    not_created='I have noted "{title}"{due}. Tasks are not created automatically on this channel.',
    listed="Open tasks: {count}",
    nothing_listed="There are no open tasks in this conversation.",
    nothing_due="Nothing is due on {when}.",
    question=(
        "I have noted your question for the team. "
        "I cannot answer it myself, because no AI model is connected."
    ),
    news="Thank you, I have noted that.",
    unsure='I have noted that. If it is a task, write "task:" in front and I will create it.',
    agreed="Understood, thank you.",
    greeting="Hello{who}. Write what needs to be done, and I will keep the list.",
    thanks="You are welcome{name}.",
    attachment="I have received your file. Please tell me what is to be done with it.",
    empty="Your message arrived without text. Please tell me what needs to be done.",
)
_FRIENDLY: Final = Tone(
    created='Got it{name}! "{title}" is on the list{due}.',
    created_many="Got it{name}! {count} new tasks are on the list:",
    not_created=(
        'Thanks{name}, I noted "{title}"{due}. I do not create tasks by myself here, though.'
    ),
    listed="Here is what is open ({count}):",
    nothing_listed="All clear{name}, nothing is open!",
    nothing_due="Nothing due on {when}, enjoy!",
    question=(
        "Good question{name}! I saved it for the team. "
        "I cannot answer it myself, as no AI model is connected."
    ),
    news="Thanks for letting me know{name}!",
    unsure='Noted{name}! If that is a task, start with "task:" and I will put it on the list.',
    agreed="Great, thanks{name}!",
    greeting="Hi{who}! Tell me what needs doing and I will keep track of it.",
    thanks="Any time{name}!",
    attachment="Thanks{name}, your file is here! What should happen with it?",
    empty="Hi{who}, your message came without any words. What can I do for you?",
)
_CONCISE: Final = Tone(
    created='Task: "{title}"{due}.',
    created_many="{count} tasks:",
    not_created='Noted: "{title}"{due}. No task created (off on this channel).',
    listed="Open: {count}",
    nothing_listed="No open tasks.",
    nothing_due="Nothing due {when}.",
    question="Question noted for the team. No AI model connected, so no answer from me.",
    news="Noted.",
    unsure='Noted. Start with "task:" to create a task.',
    agreed="OK.",
    greeting="Hello. What needs doing?",
    thanks="You are welcome.",
    attachment="File received. What should be done with it?",
    empty="No text received. What needs doing?",
)

WORDING: Final = Wording(
    professional=_PROFESSIONAL,
    friendly=_FRIENDLY,
    concise=_CONCISE,
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=(
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ),
    day="{weekday} {day} {month}",
    day_with_year="{weekday} {day} {month} {year}",
    with_time="{day}, {time}",
    twelve_hours=True,
    due=", due {when}",
    more="and {count} more",
    summary="Conversation with {who}.",
    open_tasks="Open tasks: {tasks}.",
    no_open_tasks="No open tasks.",
    asked_for='Task: "{text}"{due}',
    asked='Question: "{text}"',
    reported='News: "{text}"',
    answered='Reply: "{text}"',
    sent_nothing="Message without text",
    sent_media="File received",
)  # fmt: skip
