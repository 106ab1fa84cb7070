"""What the owner's own mails say, in many trades, countries and registers: the table that ``phrases/owner.toml`` is held to.

One mail a line, all invented. ``SAYS``: the main kind. ``SAYS_ALSO``: what is said beside it. ``NEVER``: near misses, and the
kind that they must not be taken for. A subject may stand before the text, parted by " | "; without one the mail is an answer.
"""

from __future__ import annotations

import time

import pytest

from heardback.model import Address, Kind, MessageFacts
from heardback.understanding import phrasebook, understand
from tests.builders import ME, OWNER, at, message

MONDAY = at("2026-03-02T12:00:00-06:00")

SAYS: dict[Kind, str] = {
    Kind.APPLICATION: """
Application: Deckhand | Dear Captain Moreau, I would like to apply for the deckhand post on the Lisette. My papers are attached.
Pastry chef | Hello, I saw your card in the window for a pastry chef and would love to be considered. CV attached.
Ref 2241 Library Assistant | Dear Sir/Madam, please find attached my application form for the above vacancy.
Bewerbung als Schreiner | Dear Mr Kolb, hereby I apply for the place as carpenter. You find my documents in the attachment.
Application for the post of Lab Technician | Respected Sir, I beg to apply for the above post. Kindly find my resume enclosed.
barista job | hiya saw ur post on insta bout the barista job, heres my cv x
Applying for Store Supervisor | Good day Ma'am, I am applying for the Supervisor position. Please see my attached resume.
Cleaner wanted | Dear Mrs Doyle, I'm writing about the cleaning job in Saturday's paper. I've ten years at it.
Senior Welder | Good morning, I am interested in the welder opening at your yard. My certificates and resume are attached.
Expression of interest: Registrar | Dear Dr Tan, I write to express my interest in the registrar post. My CV is enclosed.
Junior Groundskeeper | Hi, putting my hat in the ring for the groundskeeper job. Resume's attached.
Vacancy for Driver | Good day sir, I hereby submit my application for the vacancy of driver with my credentials.
Casting: the Porter | Hello, I'd like to submit for the role of the Porter. Headshot and reel attached.
Tenure-track position in Hydrology | Dear Committee, I am writing to apply for the position in hydrology. My papers are attached.
Gardener | Dear Lady Farrow, having read that you seek a gardener, I offer my services. Testimonials enclosed.
Bar work? | hi are u looking for anyone for weekends? iv done 2 yrs behind the bar. cv attached
Speculative application | Dear Mr Ito, I would be glad to be considered for any openings in your studio. Portfolio attached.
Post of Registrar | I hereby apply for the captioned post.
""",
    Kind.INTEREST: """
Thanks for getting in touch, I'd be very interested to hear more about it.
Hi Lorna, sounds right up my street. What's the pay like?
Sounds interesting! Could you send me the job description?
Happy to have a chat about it, out of office hours if possible.
oh wow yes id def be up for that, tell me more??
Dear Mr Obi, thank you for reaching out. I am open to exploring this opportunity.
I wasn't looking, but this one has me curious. Could you tell me what the team looks like?
Yes please, put me forward for it.
Go ahead and submit me for the tunnel job.
Dear Ms Rao, I am interested in this opening. Kindly share the JD.
Grand so, I'd be interested alright. What sort of hours are we talking?
Aye, I'd be game. Send us the details.
Good day Ma'am, yes po I am interested with the position. What are the requirements?
Flattered that you thought of me. I would certainly entertain a conversation.
I might be tempted for the right money. What are they offering?
Could be keen, what's the roster?
Dear Frau Lenz, your message sounds very interesting to me. I would gladly learn more.
It depends on the location, but in principle yes, I would be open to it.
Ooh intriguing. Who's the client?
I'd be glad to discuss the opportunity in confidence.
Well now, that's a nice surprise. I'd be keen to know more.
I'd love to find out more about the choir post.
Hey! Definitely interested, is it remote?
I would welcome the opportunity to talk about this.
This sounds like a good match. I'd like to explore it.
Hmm, tell me a bit more. Is it days or nights?
That would suit me down to the ground. What do I need to do?
Sure, let's have a call, I'd like to hear what they want.
It does appeal. Could I see the full advert?
I have thought of a change for a while. Please send the further particulars.
Thank you for considering me; I would be pleased to receive more details.
lol ok im listening
""",
    Kind.THANKS: """
Thank you both for your time this morning. I came away liking the place even more.
It was a pleasure to meet you and the rest of the ward team yesterday.
Thanks a million for having me in today, ye were very good to go to the trouble.
Cheers for showing us round the yard this arvo.
Thank you Sir for the opportunity to attend the interview today.
Thank you po Ma'am for your time and for the interview.
tysm for today!! loved meeting everyone
Many thanks for the tour and the coffee, it was great to see the kilns.
I really enjoyed our conversation on Friday about soil maps.
I appreciate you taking the time to talk with me.
Dear Panel, I am most grateful for the courtesy extended to me at yesterday's interview.
Dear Mr Stein, many thanks for the friendly conversation and the insight in your workshop.
Lovely to talk to you earlier, Siobhan. What a beautiful school.
It was an honour to audition for you. Thank you.
Just a quick note to say thanks for lunch with the team and for walking me through the roadmap.
Great meeting you today! I left really excited about the lab.
Thanks for chatting with me today, I had a ball.
I wanted to thank you for meeting with me on Thursday.
That was a brilliant trial shift, thank you all for making me so welcome.
It was good of you to see me at short notice. I enjoyed seeing the workshop.
Thank you for taking me through the role yesterday.
Thank you so much for your kind consideration and time today, Ma.
You made a nervous man feel at home today. Thank you.
Thank you again to everyone who gave up their morning.
What a treat to see behind the scenes. Thanks ever so.
Please thank the head for her time.
I am obliged to you for a most agreeable interview.
Thnks for today maam
""",
    Kind.QUESTION: """
Is there any news on the ranger post?
Just wondering if you've had a chance to decide.
Any update on the timeline?
Hi Pat, have you heard anything from the client?
I was wondering where things stand with the night porter job.
hey just checking in on this :)
any news yet?
Sorry to chase. Do you know yet when they'll make up their minds?
Good morning Sir, kindly update me on the status of my application.
Dear HR, please inform me about the outcome of the interview held on 12th.
Just following up on my interview of last week.
I wanted to touch base about the forklift job.
Well Maeve, any craic on the teaching post?
Hiya, what's the story with the job?
Did ye decide anything?
Am I still in the running?
Is the position still open?
Have you filled the vacancy?
Dear Mr Weiss, I would like to ask if there is already a decision.
How is the status of my application?
I have not heard from you since our talk and wanted to ask about the state of things.
It has been three weeks and I have not received any response.
Till date I have not received any communication. Kindly revert.
Good day Ma'am, may I follow up po regarding my application?
Good afternoon ma, please is there any feedback concerning the interview?
Abeg any update on that role?
just bumping this up your inbox
am i still being considered or nah
did u guys pick someone yet
lmk if theres any update on the job pls
When might I expect to hear?
When will you be letting people know?
What are the next steps, and when do you expect to decide?
Could you give me an idea of your timescale?
I'm keen to know how it went.
Hope you're well. I said I'd check back in this week.
Any joy with the manager?
Any word from above?
Any developments with the Halifax job?
Sorry to be a nuisance, but has anything been decided about the caretaker's job?
I know you're busy; I just wondered whether the committee has met.
Would you be able to tell me how far along you are?
Is there an update you can share?
Circling back on the below.
Gentle reminder on my previous mail.
I'm still very keen and would appreciate any news when you have a minute.
Have the references come back alright?
Did you get my last email?
I haven't heard back and wanted to make sure my note reached you.
I hope I'm not being a pest, but I'd be glad of any word.
Is it still alive, the Munich thing?
Ought I to give up hope? It's been five weeks.
I'm writing to enquire about the progress of my candidature.
May I know the result, sir?
Wondering how things are looking for the spring crew.
Do you have a sense of when a decision will be made?
Still waiting to hear about the second round, is it going ahead?
Should I be expecting a call, or has it gone to someone else?
Can you let me know one way or the other?
Have you been able to reach a conclusion about the cellist?
Hello Fiona, hope the half-term was restful. Has the governors' panel made its mind up?
hey, wanted to see if you guys made a call on the line cook spot
Dear Sir, it is now one month since I appeared for interview. I shall be thankful for your kind reply.
Just a line to ask how you got on with the other candidates.
Ciao, is it already known who gets the place?
Should I take it that the silence means no?
Can you shed any light on the delay?
Morning! Did the director come back to you about me?
Have I been forgotten? :)
Dear Ms Haas, may I ask for the state of my application?
Any chance of a yes or no this week?
I'd been told I would hear by the 20th, so thought I'd ask.
Not wanting to hassle you but it's been a fortnight.
Would you kindly inform me of the present position?
Is the role gone?
I hope all is well. Do let me know if you need more time or if the post has been filled.
Hi Bev, just me again about the bakery.
Do we know anything from Glasgow?
Quick one: are the results out?
I remain keen and wondered when I might learn my fate.
""",
    Kind.FEEDBACK_REQUEST: """
Thanks for letting me know. Is there anything I could have done better?
Sorry to hear it. Would you have any feedback for me?
Could you tell me why I was not selected?
If you had a moment to say where I fell down, I'd be very grateful.
gutted lol. what did i do wrong?
Ah well. Any tips for the next time?
Fair enough. Was it the interview that let me down or the portfolio?
Respected Sir, kindly let me know my shortcomings so that I can work on them.
I would appreciate the panel's comments, good or bad.
Please may I have the reason for my rejection, so that I can improve?
Could you share where others were stronger?
May I ask what was missing in my profile?
I'd value a few words on how I came across.
Any pointers po so I can improve in my next application?
What would have made me a stronger candidate?
I should be grateful for my scores and the assessors' notes.
If there's anything I should work on, I'd love to know.
Thank you for the reply. It would help me to learn what I could improve.
Understood. Would you be willing to give me some constructive criticism?
Was there something in particular I was lacking?
Would a quick call for feedback be possible?
Can I ask what tipped it the other way?
Thanks for being straight with me. What was it that swung it?
oof ok. was it my experience or smth else
Would it be cheeky to ask where I could have scored higher?
Could the examiners let me know how my answers compared?
Sir, please guide me on which areas I should strengthen.
If you can spare five minutes to tell me what I might do another time, I'd appreciate it.
A shame, but thank you. I would be thankful if you could explain me the reasons.
No hard feelings. How could I make my next audition better?
""",
    Kind.ANSWER: """
Tuesday at 10 suits me fine.
Attached are my two references.
My notice period is four weeks.
Here's the case study, took me the whole weekend.
Of your two slots I'd take the Wednesday.
Hi Ann, any of those times work for me.
I'm free on Thursday after 2 or all day Friday.
See attached.
PFA my payslips and relieving letter.
Done, sent it through the portal just now.
My referees are Dr Amara Nwosu and Mr Liam Fay; both are happy to be rung.
I accept your invitation for Tuesday and confirm that I will attend.
Confirmed po, see you on Monday.
My current CTC is 9 lakhs and I am expecting 13.
I'd be looking for around 45,000.
yep works 4 me
Grand, see you Thursday so.
No bother, I'll be there at ten.
Yes, I hold a full driving licence.
I can start on the first of May.
I've filled in the form and posted it this morning.
My number is 07700 900123, ring any time after five.
Thank you for the offer. Could I have until Friday to think it over?
I'm delighted with the offer and would like to talk it over with my wife before I answer.
Sorry, I can't make Thursday. Could we do Friday instead?
The questionnaire is completed and attached.
I'd prefer the earlier slot, please.
I don't need a visa, I have settled status.
I have uploaded the documents as requested.
Dear Ms Keller, I can come on the 14th at 9 o'clock.
Let's do the 3pm.
As requested, my availability: Mon 9-12, Tue after 4.
Would you mind if we moved it to Wednesday afternoon?
I'll take the 11am slot, thanks.
Noted Ma'am, I will be present for the interview tomorrow.
My salary expectation is 62k plus car.
Here you go, signed and scanned.
Three months' notice, I'm afraid, but they might let me off early.
The first one, please.
I've two kids and can do any shift but Sundays.
Yes I'm still available.
Either is fine by me.
I've spoken to both referees and they expect your call.
Thursday it is.
Sorry, I'm away that week; would the week after be possible?
My passport scan follows by separate mail.
Will do, thanks Maeve.
""",
    Kind.WITHDRAWAL: """
I thought about it all week and I'm going to have to say no to Fernhill. The nights are too long.
I'd like to withdraw my application, please.
After some thought I've decided to step back from the process.
I have accepted a job elsewhere, so please take my name off the list.
Sorry, I'm going to have to pull out.
I've decided to stay put, so I won't be coming to the second interview.
hey so i took another job lol sorry!! u can take me off the list
Please be informed that I am withdrawing my candidature due to personal reasons.
I regret to inform you that I am no longer interested in the position.
Dear Mrs Vogt, I would like to take back my application.
I must bow out, the commute would be too much.
I'm ruling myself out, it's not for me.
Thanks for everything but I don't want to take it any further.
Please cancel my application po, I already have a new work.
I've been kept on at my current place and have decided to stay.
My circumstances have changed and I won't be able to continue with the recruitment process.
I'm afraid I'll have to drop out, we're moving to Leeds.
Count me out this time, I've signed with another crew.
Kindly withdraw my name from the shortlist.
Another firm got in first and I've said yes to them.
Ah listen, I've got sorted with something nearer home, so don't be holding the place for me.
I would rather not go ahead with the next round.
Please stop the process from my side, I accepted another offer yesterday.
I don't think it's the right move for me just now, so I'm stepping aside.
Please consider my application withdrawn.
I've had a change of heart and won't be going forward.
I have since taken up an appointment with another school and must remove myself from consideration.
I will not be pursuing the role any further.
Unfortunately my wife has been posted abroad, so I must ask you to discontinue my application.
Hi, scrap my application please, found something.
Dear Panel, I shall not be attending the second interview, as I have been appointed elsewhere.
I'm calling it a day with this one, sorry to mess you about.
Please be so kind to close my file, I have decided otherwise.
soz gonna give this one a miss, started at tesco
After the interview I realised that the job isn't what I'm after, so please don't consider me any longer.
I write to discontinue my candidacy for the lectureship.
My boss matched it so I'm staying.
With regret I have to cancel my participation in the process.
I'd like out of the process, if that's alright.
""",
    Kind.DECLINED_OFFER: """
Thank you for the offer, but I must decline.
I'm sorry to say I won't be accepting the position.
I've thought hard about your offer and I'm going to turn it down.
I can't accept the offer at that salary.
Re: Offer of employment | I'm really sorry but I'm going to pass. The hours just don't work for us.
Re: Your contract | Having slept on it, it's a no from me, I'm afraid.
I am honoured by your offer, but I have decided to stay with my present employer.
Thank you for the kind offer; however, I have accepted a position elsewhere.
Dear Sir, with regret I am not able to join your esteemed organisation. I thank you for the offer.
Re: Job offer | sry gotta say no to this one, the money isnt there
I must respectfully refuse the appointment.
Re: Offer letter | With a heavy heart I have to decline. The rent in Galway would eat the wages.
I cannot take up the offer due to family reasons.
Unfortunately I can not accept your offer, because the way is too far.
After much prayer I have decided not to take up your offer.
Re: Conditional offer | I'll not be taking it, but thank you for the faith you showed in me.
Re: Formal offer | I've gone with the other crowd in the end. Thanks for the offer all the same.
We talked it through at home and I won't be taking the job.
Thanks so much for the offer, but it's not going to work for us as a family.
It is with regret that I must turn your offer down.
After talking to my husband the answer has to be no. Thank you for the offer.
I'm not going to be able to say yes to the offer.
thx for the offer but nah, gonna stay where i am
We cannot make the numbers work, so I won't be joining. Sorry to waste your offer.
I am declining your offer with thanks.
I must let the offer go.
""",
    Kind.ACCEPTED_OFFER: """
I'm delighted to accept the offer.
I accept the position with thanks.
Yes! I'd love to take the job.
I hereby accept your offer of appointment as Senior Clerk.
Re: Offer | Yes, yes, a thousand times yes. Count me in!
Re: Offer of employment | I'll take it! When do I start?
Signed contract attached, can't wait to start.
Re: Offer letter | Please find the signed offer letter attached.
I have signed the contract and posted it back today.
I am pleased to confirm my acceptance of the post.
Good day Ma'am, I am accepting the job offer po. Thank you so much!
Re: Your offer | Delighted to say yes. See you on the 4th of May.
Re: the job | omg yesss id love to!! im in
I'm over the moon and happy to accept on the terms you set out.
Dear Mr Brandt, with great joy I take on the position.
Re: Job offer | Deal. Where do I sign?
It is with great pleasure that I accept the post of Deputy Head.
Re: Letter of appointment | I accept the appointment and will resume on the 1st. God bless you.
Grand, I'll take the job so. Thanks a million.
I would be honoured to join the orchestra, and accept your offer.
Where do I sign? I'm thrilled with the offer and it's a yes from me.
I confirm that I accept your conditional offer.
Yes to the job! Tell the kids I'm coming.
I am happy to take up the position on the terms offered.
My answer to your offer is an unreserved yes.
With gratitude I take your offer. I can begin on 1 June.
Contract signed and in the post, roll on Monday!
i accept!!! thank u so much for the offer
""",
    Kind.OTHER: """
Dinner | Are you still on for Saturday? I'll bring the wine.
Re: Dinner | Can we make it eight instead of seven?
Leak | The tap in the kitchen is dripping again.
Re: Quote | Could you send me a price for two tonnes of gravel?
Parents' evening | Which room are we to come to?
Reference? | Hi Joan, would you be willing to be my referee for a job I'm going for?
Re: Parking | Where should I park, and is there a code for the gate?
Car insurance | Please renew my policy for another year.
Re: Pension | I want to withdraw money from my savings.
Council tax | I moved house on the 3rd of April, please change my address.
Re: bins | They come on Thursdays now.
Re: leaking roof | Could you give me any update on the repair?
Gym membership | I'd like to cancel my membership please.
Re: your CV | Hi Tom, I had a look at your CV, looks grand. Good luck with it.
Order 5521 | My parcel still hasn't arrived, could you check?
Re: candidates for Thursday | I can interview the two of them at 10.
""",
}

SAYS_ALSO: list[tuple[str, Kind, Kind]] = [
    ("Thank you for your time today. When do you expect to decide?", Kind.QUESTION, Kind.THANKS),
    ("It was great to meet you all yesterday. Could you tell me what happens next?", Kind.QUESTION, Kind.THANKS),
    ("My references are attached. Is there any news on the second post?", Kind.ANSWER, Kind.QUESTION),
    ("I have an offer elsewhere that runs out on Friday. Could you tell me where things stand?", Kind.QUESTION, Kind.QUESTION),
    ("Thank you for seeing me last week, and for telling me. Any feedback would be welcome.", Kind.FEEDBACK_REQUEST, Kind.THANKS),
    ("I must withdraw my application. Thank you for your time yesterday.", Kind.WITHDRAWAL, Kind.THANKS),
]

NEVER: dict[Kind, str] = {
    Kind.QUESTION: """
Is there any parking near the studio?
Could you tell me which entrance to use?
Let me know if you need anything else from me.
Thank you for the update.
Thanks for the good news!
I look forward to hearing from you.
I look forward to any news.
I'll let you know if I have any news on my side.
I was sorry to hear about the delay, take your time.
No reply needed.
Where do we stand on the stage, left or right?
What should I wear, and do I bring my own knives?
Please let me know when you would like me to come in.
How long will the interview be?
I hope to hear from you in due course.
I can update my CV if you like.
When you have decided, an e-mail is fine.
Is there a delay on the train line that morning?
Did you say anything about a packed lunch?
It's three weeks since I left the ship.
Is it known who teaches the other class?
""",
    Kind.WITHDRAWAL: """
I'm going to have to say no to Tuesday, could it be Wednesday?
I am not withdrawing, I only need another date.
Should I withdraw my other application?
I don't want to withdraw, far from it.
I would have to pull out if the start is before June.
My landlord pulled out of the sale.
I heard that the other candidate withdrew.
I want to withdraw 200 pounds from my account.
I have another offer, but yours is the one I want.
I've got another interview on Tuesday, could we do Wednesday?
I can't go on Thursday, is Friday possible?
I won't be able to attend on Monday, could we move it to Tuesday?
I stepped back from management two years ago and went back to nursing.
I left my last job because I took another position in Cork.
I would step back into a classroom tomorrow.
I'm not going any further than Reading for work.
I am still interested in taking this further.
I have no longer than an hour on Friday.
Please remove the old reference from my file.
I'm staying at the hotel by the station.
Please do not close my application yet.
Could you cancel the second taxi?
I have decided to stay for lunch as well, if I may.
""",
    Kind.DECLINED_OFFER: """
If I decline the invite, can we find another time?
I can't take the call on Friday.
I have had to turn down other work to be free in May.
I would never say no to a cup of tea.
I haven't decided about your offer yet.
I turned down an offer from a rival to be here.
Could I pass on my regards to the team?
I passed on your note to my referee.
I can't accept the calendar invite, the link is broken.
""",
    Kind.ACCEPTED_OFFER: """
I accept your invitation for Tuesday.
I accept the outcome with good grace.
Tuesday at 10 is accepted.
Before I accept the offer I'd like to see the contract.
I can't accept the offer at that salary.
I have accepted an offer elsewhere.
I have signed the form for the background check.
Would I have to accept by Friday?
I'd be happy to accept if the start date could move.
I accept the terms of the coding test.
Thank you for the offer. I need a few days to think.
The signed NDA is attached.
Please accept my apologies for the delay.
I'm in on Thursday and Friday.
Yes, Tuesday works.
I'd take your advice on the train.
""",
    Kind.INTEREST: """
I'm not interested, sorry.
Thanks, but I'm not looking right now.
No longer interested, thank you.
I'm happy where I am.
I would not be open to relocating.
It was interesting to see the archive.
""",
    Kind.THANKS: """
Thanks in advance for your help.
Thank you for letting me know.
Thanks for the lift on Saturday.
Thank you for the birthday present, the kids love it.
Thanks for lending me your car.
""",
    Kind.FEEDBACK_REQUEST: """
Thank you for the feedback.
Could I do better than Friday? Thursday perhaps.
Is there any feedback yet?
I gave my students feedback every week.
I've improved my Spanish since then.
How could I get there from the station?
What do you compare the samples with?
""",
    Kind.ANSWER: """
I was not available that day, as it happens.
I haven't attached anything.
My interview was on Tuesday 24 February; is there any news?
""",
    Kind.APPLICATION: """
Is there any news about my application for the cook's post?
I applied for the post in January.
I would like to withdraw my application for the clerk's job.
""",
}


def own(line: str) -> MessageFacts:
    subject, bar, text = line.partition(" | ")
    if not bar:
        subject, text = "Re: our conversation", line
    return understand(
        message(text, sent_at=MONDAY, subject=subject, sender=ME, to=(Address(name="", address="dana@brightforge.example"),)),
        OWNER,
    )


def rows(table: dict[Kind, str]) -> list[object]:
    return [
        pytest.param(kind, line, id=f"{kind}: {line[:60]}") for kind, text in table.items() for line in text.strip().splitlines()
    ]


@pytest.mark.parametrize(("kind", "line"), rows(SAYS))
def test_an_own_mail_says(kind: Kind, line: str) -> None:
    assert own(line).kind.kind is kind


@pytest.mark.parametrize(("line", "main", "also"), SAYS_ALSO)
def test_an_own_mail_says_two_things(line: str, main: Kind, also: Kind) -> None:
    facts = own(line)
    assert (facts.kind.kind, facts.says(also)) == (main, True)


@pytest.mark.parametrize(("kind", "line"), rows(NEVER))
def test_an_own_mail_does_not_say(kind: Kind, line: str) -> None:
    assert not own(line).says(kind)


def test_a_hostile_own_mail_is_read_quickly() -> None:
    words = (
        "i not if any news offer accept withdraw my application step back from feedback thank you for could you tell me whether "
    )
    hostile = [phrasebook.sentence((words[start:] + words) * 6) for start in range(0, 100, 5)]
    begun = time.perf_counter()
    list(phrasebook.table("owner", "kind").find(hostile))
    assert time.perf_counter() - begun < 2
