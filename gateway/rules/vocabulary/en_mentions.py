"""English words that lead to people and projects, and those that ask for the list of tasks."""

from gateway.rules.vocabulary.lexicon import phrases

MENTIONS = {
    "to-person": phrases(
        """
    ask, call, tell, email, text, message, ping, remind, contact, phone, ring, meet, thank, cc,
    invite, notify, inform, pay, called, asked, told, emailed, texted, messaged, spoke to, spoke
    with, talk to, talked to, speak to, speak with, met, met with, meeting with, follow up with,
    check with, sync with, coordinate with, share with, hand over to, introduce, from, for,
    with, to, by, give, send, show, and, let, did, is, has, does, heard from, make sure, when,
    help, assign to, copy, forward to, hi, hey, hello, dear, on behalf of, or, about, bring,
    chase, ring, re, call back, have, get, as, join, pay back, update
    """
    ),
    "title": phrases("mr, mrs, ms, miss, dr, prof, professor, sir, madam"),
    "project-before": phrases("project, account, campaign, client"),
    "project-after": phrases(
        "project, account, campaign, rebrand, redesign, relaunch, website redesign, site redesign"
    ),
    "generic": phrases(
        """
    the, a, an, this, that, my, our, your, their, new, old, next, last, first, second, other,
    same, whole, big, small, current, every, each, any, all, which, what, for, on, of, in, bank,
    ad, ads, email, user, google, facebook, side, another, about, one, pet, to, and, team,
    client, customer, s, social, media, marketing, is, his, her, with, manager, managers, plan,
    lead, brief, number, details, id, closed, done, from, by, into, per, main, test, invoice,
    audit, update, check, review, finish, close, start, complete, create, set
    """
    ),
}

TOPICS = {
    "tasks-topic": phrases(
        """
    my list, the list, our list, to do list, todo list, todo, todos, to dos, tasks, my tasks,
    open tasks, task list, on my plate, my plate, my day, agenda, is due, due, are due, whats
    due, open items, outstanding, pending, still open, overdue, status, deadlines, deadline, my
    workload, left to do, have to do, need to do, should i do, supposed to do, whats open, is
    open, are open, action items, whats next, on for, on today, do i have open, any updates, any
    update, any news, progress, on my schedule, my to dos, any progress, reminders
    """
    ),
    "my-name": phrases("my name is, my names, this is, name is"),
}
