"""One thing said in many registers: chefs, civil servants, founders, agencies, and people to whom English is a second language.

Beside what a letter says stands what it must not be taken for: a refusal or an offer that is none ends an application by mistake.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from heardback.model import Address, Body, FolderRole, Kind, Message, Owner, SenderKind
from heardback.understanding import phrasebook, sentences
from heardback.understanding.kind import employer_kinds, owner_kinds
from heardback.understanding.sender import Sender

OWNER = Owner(name="Ann Poe", addresses=frozenset({"ann@poe.example"}), timezone="Europe/Dublin")
PERSON = Sender(kind=SenderKind.PERSON, rule="sender.person")

SAYS = {
    Kind.REJECTION: """
        We had a good long think and the bench is going to a lad who served his time with us.
        I'm ringing round but couldn't get you: they took somebody with a forklift ticket.
        The Commissioners regret to advise that you were not placed on the panel.
        It's a no I'm afraid pet. You cooked lovely, we just want someone nearer.
        We have chosen to go with a candidate who has already run a grant of this size.
        Your name was not among those recommended to the Board.
        Not this time, sorry. Keep at it.
        After careful deliberation the committee voted for the other finalist.
        Long story short, we hired someone out of our own network.
        Sadly we will not be asking you back for the second week.
        The client has decided to keep it in house and promote from within.
        We are sorry to inform you that your profile could not be retained.
        Nah mate, boss went with his cousin.
        It was between you and one other and she has just shaded it.
        I wish this were a different letter. The part has gone to another actress.
        You interviewed well, yet another applicant scored higher against the essential criteria.
        We won't be progressing your application on this occasion.
        With much regret I write to tell you that the school has appointed another teacher.
        The position you interviewed for has been filled by an internal transfer.
        We shall not be taking matters further but thank you for the trouble you took.
        You did not meet the threshold score at interview.
        I fought for you but the partners preferred the woman from Leeds.
        Hard to write this one. We've given the apprenticeship to someone with a licence.
        The team felt your experience is not quite what we need right now and we will not be moving forward.
        Kindly be informed that you have not been selected. We wish you success in your future endeavours.
    """,
    Kind.OFFER: """
        The board met last night and the post is yours.
        We would like to offer you the position of ward clerk at grade four.
        Can you start on the first? You got it!
        I am instructed to offer you appointment as Clerical Officer, subject to references.
        Come and work with us. 14.50 an hour and all the bread you can carry, contract attached.
        Delighted to say everyone was unanimous: we want you for the job.
        Please find enclosed your letter of appointment.
        The part is yours if you'll have it.
        We are pleased to make you an offer of employment.
        Management is happy to hire you as from Monday, salary as discussed.
        Welcome to the team! HR will send the contract.
        We'd love for you to join us as our second engineer, 95k and equity.
    """,
    Kind.ON_HOLD: """
        The funding body has frozen everything so the post is on hold.
        Head office put a stop on hiring until the new budget.
        We've had to park this one while the merger goes through.
        The recruitment has been suspended until further notice.
        Bit of a mess here: new owners, so all vacancies are paused.
        Owing to a moratorium on posts the campaign has been deferred.
        We can't take anyone on until the licence comes through, it's not a no.
        The search is on ice for the moment.
        The requisition is frozen while finance redoes the headcount.
    """,
    Kind.REQUEST: """
        Could you let us have the names of two referees?
        Send us a photo of your safety card when you get a minute.
        Kindly forward your transcripts and a copy of your passport.
        What are you on at the moment and what would you want to move?
        Before we go on I need your notice period from you.
        Would you be able to do a short writing test for us?
        Please complete the attached form and return it.
        Which of the two sites would you prefer?
        We require proof of your right to work.
        Can you tape scene four and send it over?
        Do you hold a full driving licence?
        Please let me know what salary you have in mind.
    """,
    Kind.NEXT_STEP: """
        You are through to the second round.
        Good news, they want to see you again. I'll be in touch to arrange it.
        We would like to move you forward to the final stage.
        You've been shortlisted for the next phase.
        The panel has cleared you for the practical; the office will contact you to schedule it.
        I am pleased to say that you have progressed to the assessment centre.
    """,
    Kind.UPDATE: """
        Still going through the others, hang on in there.
        No decision yet I'm afraid, the director is away.
        We have not forgotten you, it is only taking longer than planned.
        The panel has not yet concluded.
        Apologies for the silence, sign-off is slow this month.
        You are very much still in the running.
    """,
}
OWN = {
    Kind.QUESTION: """
        Just wondering if there is any word on the deckhand job?
        Have you come to a decision yet?
        I was hoping you could tell me how things stand.
        Checking in on my application.
        Did ye ever decide about the weekend shift?
        May I kindly ask the status of the recruitment?
        Any update for me?
        I haven't heard anything since my interview and was wondering where things are.
    """,
    Kind.WITHDRAWAL: """
        I've decided to withdraw my application.
        Please take me out of the running, I'm staying where I am.
        I have accepted another job so will not be going further with this.
        Sorry to mess you around but I'm pulling out.
        I no longer wish to be considered.
        After talking to my wife I have decided not to continue with the process.
    """,
    Kind.DECLINED_OFFER: """
        Thank you for the offer but I can't take it.
        I have to decline, the money doesn't work for us.
        I'm going to have to turn it down, sorry.
        With regret I must say no to the position.
    """,
    Kind.ACCEPTED_OFFER: """
        I'm delighted to accept the offer.
        I gladly accept the position and have signed the contract.
        Yes! I accept the job, thank you so much.
    """,
    Kind.FEEDBACK_REQUEST: """
        If you had any feedback for me I'd be grateful.
        Is there anything I could have done better on the day?
        Any pointers for next time would be a help.
    """,
    Kind.THANKS: """
        Thanks a million for today, I really enjoyed it.
        Thank you for taking the time to meet me yesterday.
        It was a pleasure to meet you all and see the workshop.
        Cheers for having me in this morning.
    """,
}
NOT = {
    Kind.REJECTION: """
        We haven't picked anyone yet, there is one more to see.
        If we go with another candidate we will tell you straight.
        The other candidate is coming in on Friday and then we decide.
        Thursday didn't work out for the panel, could you do Monday?
        Sorry, I can't make the call at two, is three all right?
        Not all candidates are sent the test, so well done.
        Please don't take the short notice personally!
        We closed the office early, sorry I missed your call.
        My things were to be picked up by somebody else and weren't.
        It's a tough decision and you will have it by Friday.
        We have given your CV to the head chef.
        Someone from payroll will be in touch about your expenses.
        I'm afraid the lift is out, so take the stairs.
        Unfortunately the trains are off on Sunday, come by the bus.
        No, the test is not timed.
        We went with the earlier slot, see the invite.
        The post has gone to the board for approval.
    """,
    Kind.OFFER: """
        We would be happy to offer you an interview.
        Pick any slot and it's yours.
        If we were to make you an offer, when could you start?
        The offer period of our sale ends on Friday.
        What salary would you expect?
        Any offer is subject to references.
        We can offer you Tuesday or Wednesday.
        We can offer you travel expenses.
        Congratulations on getting through to round two.
        I'm not in a position to offer you the job today, that is for the board.
    """,
    Kind.REQUEST: """
        How are you keeping?
        Give us a week and we'll be back to you.
        May I ask for your patience until Friday?
        If you have any questions please let me know.
        I'll send you the address tomorrow.
        Send me your taxi receipt and I'll put it through.
        If Thursday is no use give me a shout.
        Please bring your passport on the day.
    """,
    Kind.ON_HOLD: """
        The hiring freeze has been lifted and we would like to talk again.
        Parking is suspended on match days.
        Trains are suspended, allow more time.
        You may be put on hold when you ring the desk.
    """,
}


def _rows(table: dict[Kind, str]) -> list[tuple[Kind, str]]:
    return [(kind, line.strip()) for kind, lines in table.items() for line in lines.strip().splitlines()]


def _letter(text: str, by: Address) -> Message:
    at = datetime(2026, 3, 4, 10, tzinfo=UTC)
    return Message(
        id="<a@b.example>",
        mailbox="x",
        folder="INBOX",
        role=FolderRole.INBOX,
        key="1",
        sent_at=at,
        received_at=at,
        sender=by,
        body=Body(text=text),
        has_body=True,
    )


def _said(text: str) -> tuple[Kind, ...]:
    cut = tuple(phrasebook.sentence(piece) for piece in sentences.split(text))
    return employer_kinds(_letter(text, Address(name="Bo", address="bo@yard.example")), PERSON, cut, (), ()).all


def _said_by_owner(text: str) -> tuple[Kind, ...]:
    cut = tuple(phrasebook.sentence(piece) for piece in sentences.split(text))
    return owner_kinds(_letter(text, Address(name="Ann Poe", address="ann@poe.example")), cut, ()).all


@pytest.mark.parametrize(("kind", "text"), _rows(SAYS))
def test_a_letter_is_read_in_any_register(kind: Kind, text: str) -> None:
    assert kind in _said(text)


@pytest.mark.parametrize(("kind", "text"), _rows(OWN))
def test_the_owners_letter_is_read_in_any_register(kind: Kind, text: str) -> None:
    assert kind in _said_by_owner(text)


@pytest.mark.parametrize(("kind", "text"), _rows(NOT))
def test_a_near_miss_is_not_read_so(kind: Kind, text: str) -> None:
    assert kind not in _said(text)
