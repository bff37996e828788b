"""What English words signal."""

from gateway.rules.vocabulary.en_mentions import MENTIONS, TOPICS
from gateway.rules.vocabulary.en_words import NOUNS_TOO, PAST, STOP_WORDS, VERBS
from gateway.rules.vocabulary.lexicon import pairs, phrases

__all__ = ["MENTIONS", "NOUNS_TOO", "PAST", "SENSES", "STOP_WORDS", "TOPICS", "VERBS"]

SENSES = {
    "greeting": phrases(
        """
    hi, hey, hello, hiya, howdy, hi there, hey there, hello there, dear, good morning, morning,
    good afternoon, good evening, hi team, hi all, hi everyone, hello team, hey team, hey guys,
    hi guys, yo, greetings, hope youre well, hope you are well, hope all is well, i hope youre
    well, i hope you are well, hope this finds you well, quick one, quick question, hello all,
    just a quick one, sorry to bother you
    """
    ),
    "signoff": phrases(
        """
    kind regards, best regards, warm regards, regards, best wishes, best, sincerely, yours
    sincerely, many thanks, all the best, talk soon, cheers, sent from my iphone, sent from my
    phone, sent from my android, warmly, respectfully, thanks in advance
    """
    ),
    "polite": phrases("please, pls, plz, kindly, please kindly, pretty please"),
    "thanks": phrases(
        """
    thanks, thank you, thx, ty, cheers, thanks a lot, thanks so much, thank you so much, thank
    you very much, much appreciated, appreciate it, tks, thanks again, tnx, many thanks
    """
    ),
    "lead": phrases(
        """
    in that case, also, and, so, but, then, now, next, next step, ok, okay, well, oh, btw, by
    the way, just, roughly, approximately, basically, first, second, finally, plus, again,
    actually, great, cool, right, alright, or, maybe, perhaps, hmm, um, reminder, action, action
    item, note, ps, p s, sorry, listen, look, yes, no, yep, yeah, sure, good, nice, perfect,
    when you have a moment, when you get a chance, when you can, if you can, if possible, as
    soon as you can, one more thing, another thing, real quick, quick, also can
    """
    ),
    "request": [
        *phrases("will you, will u, will you please, will you guys, will you kindly"),
        *pairs(
            "can, could, cud, would, wud",
            """
    you, u, ya, you guys, you all, you please, someone, somebody, anyone, anybody, one of you,
    your team, the team, the guys, you kindly, you possibly, you maybe, you also, you quickly
    """,
        ),
        *pairs(
            "can we, could we, can i, could i, may i, might we",
            """
    get, have, schedule, set up, move, arrange, book, add, change, make, push, swap, switch,
    order, request, reschedule, postpone, fix, update, replace, organise, organize, do something
    about, put, send, remove, delete, cancel, extend, print, please
    """,
        ),
        *phrases(
            """
    is there anyone who can, is there anybody who can, is there someone who can, is there anyone
    who could, is there someone who could, would you have time to, do you have time to, have you
    got time to, are you free to, is anyone free to, is someone free to, may i ask you to, can i
    ask you to, could i ask you to, would you mind, do you mind, u mind, you mind, would it be
    possible, would it be ok, is there any way you could, is there any way to get, any chance
    you could, any chance you can, any chance of, any chance someone, any chance we could, is it
    possible to get, is it possible to have, is it possible for you, would you be able, will you
    be able, are you able to send, why dont you, why dont we, i was wondering if you could,
    wondering if you could, i was wondering if you can, i was hoping you could, hoping you can,
    hoping you could, appreciate if, appreciate it if, grateful if, great if you, great if
    someone, nice if you, helpful if you, lovely if you, help if you, if you could, if someone
    could, be so kind, do you think you could, think you could, think you can, do me a favor, do
    me a favour, need you to, want you to, like you to, would love a, would love some, would
    love to get, would love it if, feel free to, would someone
    """
        ),
    ],
    "ask": [
        *pairs(
            """
    can you, could you, would you, can u, could u, will you, can someone, could someone, please,
    can anyone, could you please, can you please
    """,
            """
    tell me what, tell me when, tell me if, tell me how, tell me where, tell me who, tell me
    why, tell me the, tell me about, tell us, let me know, let us know, explain, remind me what,
    remind me when, remind me where, remind me who, remind me how, remind me of the, clarify,
    confirm, say, advise, see, hear, recommend, suggest, do, take, tell me
    """,
        ),
        *pairs(
            "do you, do u, would you, did you, does anyone, do we, do they, dya",
            """
    know, happen to know, have, offer, remember, need, think, recall, take, want, accept, sell
    """,
        ),
        *pairs(
            """
    i was wondering, wondering, just wondering, was wondering, im wondering, curious, just
    curious
    """,
            """
    what, when, how, whether, where, why, who, which, if there, if this, if that, if the, if it,
    if we, about
    """,
        ),
        *pairs(
            "list, show, show me, give me, send me, tell me, read me, text me, read",
            """
    my tasks, my list, my open tasks, the list, all tasks, tasks, open tasks, my to do list, my
    todo list, the tasks, all my tasks, all open tasks, my todos, the open tasks, my agenda
    """,
        ),
        *phrases(
            """
    need to know, i need to know, let me know if you, please advise, i'd like to know, i would
    like to know, i wanted to ask, i wanted to know, i want to know, wanted to know, just
    checking if, just checking, just wondering, may i ask, can i ask, tell me what, tell me
    when, tell me how, any idea, any ideas, any news, any updates, any update, any word, any
    progress, any sign of, any luck, no idea, who knows, quick question, let me know when, let
    me know what, let me know how, got a sec, got a minute, got a moment, im not sure if, not
    sure whether, not sure if, anyone know, anybody know
    """
        ),
    ],
    "wh": phrases(
        """
    what, whats, which, who, whos, whose, whom, where, wheres, why, whys, how, hows, how come,
    whereabouts, whenabouts, what about, how about, how much, how many, how long, what if,
    status, status on, status of, wat, whens, eta on, eta for
    """
    ),
    "when": phrases("when"),
    "aux": phrases(
        """
    is, are, was, were, did, does, has, should, am i, do i, do you, do we, do they, do u, have
    you, have we, have they, have i, can i, can we, can they, could i, could we, may i, may we,
    will it, will they, will we, will i, will he, will she, will the, will there, would it,
    would they, would that, would the, isnt, arent, wasnt, didnt, doesnt, hasnt, havent, wont,
    shouldnt, can it, can he, can she, do the, do any, have any, will that, would a, will this,
    will a, will my, will our, could it, could they, do these, do those
    """
    ),
    "need": phrases(
        """
    i'd rather, id rather, would rather, i prefer, we prefer, would be good to, would be great
    to, would be nice to, you forgot to, you forgot, forgot to attach, is asking for, are asking
    for, asking for her, asking for his, asking for their, going to need, gonna need, will need,
    could use, could do with, out of stock of, we're out of, we are out of, were out of, im out
    of, are out of, all out of, running low on, running out of, run out of, ran out of, low on,
    short of, put me down, sign me up, count me in for, get me, on the to do list, wants it,
    want it, wanted by, wants this, i need, we need, you need to, need, needs, need to, needs
    to, needed, needs a, needs an, needs doing, have to, has to, must, gotta, got to, ought to,
    i'd like, should, make sure, ensure that, dont forget, do not forget, dont let, remember to,
    remind me, remind us, i want, we want, they want, client wants, customer wants, he wants,
    want you to, wants you to, wants us to, want the, id like, i would like, we would like, we'd
    like, wed like, would like you to, would like, looking to, lets, let us, we require, is
    required, are required, is due, due, please, pls, plz, kindly, it would be great, supposed
    to, time to, it is time to, im after, waiting for you to, counting on you, to be done, to be
    fixed, to be replaced, to be sent, requires, wanted to ask you to, would appreciate, id
    love, dont, i expect, we expect
    """
    ),
    "need-first": phrases(
        """
    todo, to do, task, new task, action required, looking for, request for, better, reminder to,
    reminder for, follow up on, fao
    """
    ),
    "not-need": phrases(
        """
    there is no need, theres no need, there is no rush, theres no rush, there is no hurry, out
    of office, out of the office, out of town, out of hours, out of the way, out of bed, nothing
    to do, nothing more to do, no need, no need to, dont need, do not need, doesnt need, does
    not need, not needed, no longer need, no longer needed, no longer needs, neednt, dont have
    to, do not have to, doesnt have to, not required, never mind, nevermind, wont need, shouldnt
    be, should be fine, should be ok, should be there, should be back, should be done, should be
    ready, should be good, should arrive, should be able, i have to, we had to, i had to, dont
    worry, dont know, i dont, we dont, they dont, that should, i should, have to say, must have,
    dont think, must be the, it is due to, was due to, due to
    """
    ),
    "fault": [
        *pairs(
            "wont, will not, doesnt, does not, didnt, isnt, is not, arent, stopped, keeps, keep",
            """
    open, close, shut, start, load, turn on, turn off, work, print, flush, lock, charge,
    connect, drain, heat, cool, stop, sync, send, save, update, boot, scan, show, display, play,
    respond, run, fit, latch, accept, process, loading, working, charging, printing, heating,
    cooling, draining, syncing, crashing, freezing, failing, leaking, dripping, beeping,
    tripping, dropping, opening, closing, locking, flushing, responding, showing, updating,
    switch on
    """,
        ),
        *phrases(
            """
    there is no, theres no, there are no, there isnt any, there arent any, no sign of life,
    crooked, dead, loose, bent, torn, dented, scratched, flickering, grinding noise, strange
    noise, weird noise, squeaking, blew over, blown over, fell down, fell over, logs me out,
    logged me out, kicks me out, every time i, never got, never received, never came, arrived
    without, came without, didnt arrive, did not arrive, didnt come, wrong size, wrong colour,
    wrong color, wrong item, wont stay, is down, are down, went down, site down, website down,
    server down, server is down, down again, still down, offline, outage, not working, isnt
    working, arent working, doesnt work, does not work, dont work, stopped working, isnt
    loading, not loading, wont load, wont open, wont start, wont turn on, wont work, wont print,
    broken, broken again, broke, crashed, crashing, crashes, keeps crashing, cant log in, cant
    login, cannot log in, cant sign in, cannot sign in, cant access, cannot access, cant open,
    cant pay, cant checkout, cant check out, leaking, leak, flooding, flooded, hacked, breach,
    error, errors, bug, typo, theres a typo, missing from, is missing, are missing, wrong price,
    no power, no hot water, no heating, no internet, no water, no signal, alarm is going off,
    emergency, there is a problem, theres a problem, having trouble, having problems, having an
    issue, having issues, jammed, blocked, clogged, wont connect, got no, failing, keeps
    failing, 404, on fire, locked out, malfunction, stuck open, stuck closed, stuck shut,
    faulty, out of order, went dead, not responding, is wrong, are wrong, the wrong, wrong
    number, wrong address, wrong date, upside down, cracked, damaged, is stuck, are stuck,
    dripping, overflowing, overflowed, smells of, smell of, mould, mold, returns a, all hands,
    500 error, 500 on, blank page, blew a fuse, short circuit, tripped, broke into, broken into,
    burst, collapsed, fell off, come off, came off, wont budge, goes straight to spam, havent
    received, still havent received, has not arrived, hasnt arrived, never arrived, dead link,
    double charged, charged twice, overcharged, unreadable, cut off, glitch, glitching
    """
        ),
    ],
    "news": phrases(
        """
    nice work, great work, good work, great job, good job, nice job, well done, good call, fyi,
    ive, weve, i have, we have, has been, have been, just, already, on my way, on our way, omw,
    running late, i am, im, i was, we are, were, ill, i will, we will, theyll, we're, we'll,
    i'll, he'll, she'll, he will, she will, they will, is ready, are ready, is done, are done,
    all done, is live, is back, back up, is out, arrived, attached, heading, heads up, update,
    good news, bad news, still waiting, waiting for, waiting on, so far, out of office, left
    over, went well, is complete, is finished, is closed, is sick, is off, is here, is gone, no
    longer, no answer, no reply, no response, as discussed, as agreed, for your information,
    moved to, postponed, stuck in, at the, here is, heres, here are, my number, i think, we
    think, not yet, almost, halfway, in progress, works now, working now, fixed now
    """
    ),
    "agree": phrases(
        """
    it is, we can do, yes, yep, yeah, yup, yea, ya, y, ye, yes please, yes pls, ok, okay, k, kk,
    okey, sure, sure thing, sounds good, sounds great, sounds perfect, sound good, go ahead, go
    for it, do it, please do, lets do it, lets go, works for me, that works, works, fine, thats
    fine, that is fine, fine by me, fine with me, perfect, great, awesome, excellent, approved,
    i approve, confirmed, i confirm, confirm, agreed, i agree, agree, correct, thats correct,
    that is correct, thats right, that is right, right, exactly, absolutely, definitely, of
    course, certainly, all good, looks good, looks great, looks fine, looks good to me, lgtm,
    good to go, good, very good, cool, no problem, np, will do, deal, got it, understood, roger,
    noted, makes sense, please proceed, proceed, by all means, why not, affirmative, indeed,
    done deal, happy with that, happy with, happy to, im happy with that, im good, good with,
    fine with, okay with, ok with, thats the one, lets do that, all correct, wont work, doesnt
    work for me, doesnt work for us, let s do it, leave it, not for me, not for us, hard pass,
    pass, im in, count me in, suits me, suits us, that will do, thatll do, i accept, accepted,
    accept, ok do it, ok go ahead, green light, you bet, for sure, alright, all right, totally,
    no, nope, nah, no thanks, no thank you, not now, n, no way, dont do it, not needed,
    negative, i disagree, declined, rejected, denied, no need, never mind, nevermind, leave it,
    not anymore, not yet, see you, see you then, see ya, wonderful, lovely, brilliant, nice,
    that is ok, thats ok, its fine, its ok, itll do, both are fine, either works, love it, i
    like it, thats good, that is good, thats perfect, thats great, super
    """
    ),
    "filler": phrases(
        """
    perfectly, new, totally, completely, fully, old, whole, final, would, three, two, four, d,
    e, it is, leider, be, i'd, we're, i'll, im, us, either, both, ones, thats, its, those,
    these, wont, doesnt, isnt, work, works, lets, do, with, was, will, one, anyway, though,
    honestly, what, go, ahead, happy, from, b, c, version, design, draft, monday, they, he, she,
    cant, dont, want, need, like, think, any, not, it, that, this, them, with, me, us, to, for,
    the, a, then, please, thanks, thank you, thx, at, on, as, is, are, you, too, so, very, much,
    and, i, am, im, by, all, price, plan, quote, date, time, one, first, second, option,
    anymore, now, just, of, we, our, my, both, here, there, be, proposed, suggested, said,
    discussed, from, side, end, will, can, go, done, man, guys, again, team, really, lets,
    change, in, your, offer
    """
    ),
    # Urgency. "mute" holds phrases that merely contain an urgent word.
    "low": phrases(
        """
    not a big deal, no big deal, no stress, no particular rush, no particular hurry, whenever
    suits, whenever works, dont rush, no need to rush, isnt pressing, not pressing, nothing
    pressing, when youve got time, when youve got a minute, when youve got a moment, when youve
    got five minutes, when you have a minute, when you have five minutes, when theres time, when
    its quiet, when things are quiet, when you find time, if you get time, if you get a chance,
    in no hurry, not in a hurry, least important, lowest priority, doesnt have to be today, any
    time is fine, anytime is fine, whenever, whenever you can, whenever you have a moment,
    whenever you get a chance, no rush, no hurry, no big rush, in no rush, not in a rush, not
    urgent, isnt urgent, is not urgent, nothing urgent, non urgent, not that urgent, not super
    urgent, when you get a chance, when you have time, when you have a chance, when you have a
    moment, when you can, when you get time, when convenient, at your convenience, at some
    point, someday, some day, sometime, eventually, low priority, priority low, not a priority,
    no urgency, take your time, it can wait, can wait, not critical, if you have time, if theres
    time, nice to have, when things calm down, not time sensitive, no deadline, in your own
    time, not an emergency, prio low, low prio, no pressure, isnt a rush, when youre free, when
    you are free, p4, back burner
    """
    ),
    "high": phrases(
        """
    asap, a s a p, as soon as possible, urgent, urgently, right away, right now, immediately, at
    once, quickly, straight away, straightaway, straight off, high priority, priority high, top
    priority, highest priority, hurry, hurry up, rush, rush job, time sensitive, pronto, need it
    now, do it now, help now, need this now, soonest, without delay, today, tonight, eod, cob,
    within the hour, within an hour, within 24 hours, in 24 hours, overdue, past due, final
    notice, last chance, deadline today, p2, prio 1, high prio, important, very important, stat,
    as fast as you can, as quickly as possible, as soon as you can, cant wait, by noon, super
    urgent, waiting on this, before the day is over, need it now, drop everything
    """
    ),
    "critical": phrases(
        """
    all hands, broke into, broken into, break in, burglary, burglar, robbed, explosion,
    exploded, electrocuted, electric shock, collapsed, bleeding, unconscious, 911, 999, 112,
    fire brigade, evacuate, burst pipe, pipe burst, burst, every page, every customer, all
    customers, nobody can, no one can, cant take payments, cannot take payments, whole site,
    entire site, smoke, site offline, website offline, completely offline, emergency, critical,
    outage, hacked, breach, data breach, security breach, leaking, leaking through, flooding,
    flooded, on fire, gas leak, smell gas, smells of gas, is down, are down, went down, site
    down, website down, server down, down again, still down, crashed, catastrophe, disaster,
    life threatening, injured, ambulance, p1, p0, ransomware, losing money, losing orders,
    losing customers, alarm is going off, sparks, mission critical, everything is broken,
    completely down, code red, stolen
    """
    ),
    "mute": phrases(
        """
    right now im, is down to, are down to, down payment, is down by, are down by, sales are
    down, prices are down, traffic is down, numbers are down, price is down, is down with, for
    now, by now, until now, from now, now that, works now, working now, all good now, know now,
    urgent care, fire alarm test, thanks for today, from now on, critical path, just now, not
    now, done now, fixed now, now and then, critical review, emergency contact, emergency
    contacts, emergency exit, rush hour, critical error log, here now, home now, its fine now,
    fine now
    """
    ),
    # Short sentences full of agreement that are news all the same.
    "not-agree": phrases(
        """
    works now, working now, fixed now, all good now, is done, is ready, all done, went well, is
    paid, good news, bad news, is back, back up, good job, great job, good work, great work,
    works again, working again, no change, no answer, no reply, no response, no sign, no update,
    no news, no show
    """
    ),
    "subordinate": phrases(
        """
    before, after, when, whenever, if, once, as soon as, until, unless, while, since, because,
    next time, on your way, whoever, whichever, as discussed, as agreed, as the, as we,
    following, given, now that, with, for, at, by, on, in
    """
    ),
    "modal": phrases("can, could, would, may, should"),
    "negation": phrases(
        "not, isnt, no, never, nothing, none, wasnt, arent, without, neither, dont"
    ),
    "priority": [
        *phrases(
            "low priority, priority low, prio low, low prio, not urgent, p4, not a priority", 0
        ),
        *phrases("not that urgent, isnt urgent, is not urgent, nothing urgent, non urgent", 0),
        *phrases("medium priority, priority medium, normal priority, priority normal, p3", 1),
        *phrases("high priority, priority high, high prio, prio high, urgent, urgently, p2", 2),
        *phrases("priority 2, prio 2, super urgent, very urgent", 2),
        *phrases(
            "critical, top priority, highest priority, critical priority, priority critical", 3
        ),
        *phrases("p0, p1, priority 1, prio 1, number one priority, mission critical", 3),
        *phrases("priority 3, prio 3", 1),
        *phrases("priority 4, prio 4", 0),
    ],
}
