"""Sentences -> promises, and the near misses that promise nothing. Written on Wednesday 11 March 2026 in Chicago."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heardback.model import InterviewOffset, OffsetUnit, PromisedBy
from heardback.understanding import phrasebook
from heardback.understanding.marked import mark
from heardback.understanding.promises import Phrase, find_due, find_promises, phrases, read_sentence, triggers
from heardback.understanding.sentence_reader import answer
from heardback.workdays import Place, WorkCalendar
from tests.builders import at

WRITTEN = at("2026-03-11T10:00:00-05:00")
US = WorkCalendar((Place("US"),))

PROMISES = [
    ("We'll be in touch by Friday.", "2026-03-13"),
    ("You'll hear from us by Friday week.", "2026-03-20"),
    ("I'll let you know by close of play tomorrow.", "2026-03-12"),
    ("Expect word from me next Tuesday.", "2026-03-17"),
    ("We expect to make a decision by the end of the month.", "2026-03-31"),
    ("I'll get back to you early next week.", "2026-03-18"),
    ("We will revert by the 20th.", "2026-03-20"),
    ("I'll update you once the panel has met on Thursday.", "2026-03-12"),
    ("Aiming to wrap up by the 17th.", "2026-03-17"),
    ("They'll decide by EOD Friday and I'll call.", "2026-03-13"),
    ("Give us ten days or so.", "2026-03-25"),
    ("Please allow up to two weeks for a decision.", "2026-03-25"),
    ("May I ask for your patience until the middle of next week?", "2026-03-19"),
    ("If you haven't heard by Tuesday, chase me.", "2026-03-17"),
    ("Apologies, we're running late; expect word by next Wednesday.", "2026-03-18"),
    ("By the end of next week you should know where you stand.", "2026-03-20"),
    ("The hiring committee meets on the 26th and you'll hear a day or two after that.", "2026-03-30"),
    ("Our committee meets on the 26th. A day or two after that you'll hear from me.", "2026-03-30"),
    ("We're hoping to have feedback for you in the next couple of days.", "2026-03-13"),
    ("Someone from our team will reach out within 48 hours.", "2026-03-13"),
    ("Priya will call you on Monday with the outcome.", "2026-03-16"),
    ("Final decisions will be communicated by April 3rd.", "2026-04-03"),
    ("Let's regroup: I owe you an answer, and you'll get it by Monday.", "2026-03-16"),
    ("We'll circle back sometime next week.", "2026-03-20"),
    ("I should have news for you after the long weekend.", "2026-03-20"),
    ("Bear with us till Thursday.", "2026-03-12"),
    ("It'll probably be the week after next before we can tell you anything.", "2026-03-27"),
    ("We won't be able to tell you more before Thursday.", "2026-03-12"),
    ("You'll receive an email from us on Monday 16 March.", "2026-03-16"),
    ("A decision is expected by mid-April.", "2026-04-16"),
    ("I'm hoping to get you an answer by tomorrow.", "2026-03-12"),
    ("Talk soon - more from me on Thursday.", "2026-03-12"),
    ("The team plans to finalize next steps by Wednesday.", "2026-03-18"),
    ("If all goes well we'd hope to be in touch before Easter.", "2026-04-04"),
    ("We'll let you know. Probably by Friday.", "2026-03-13"),
    ("Should be able to tell you more by Thursday.", "2026-03-12"),
    ("I will know more on Monday and will let you know then.", "2026-03-16"),
    ("You can expect to hear back within two weeks.", "2026-03-25"),
    ("We need until the end of the week to decide.", "2026-03-13"),
    ("The results will be posted on Friday.", "2026-03-13"),
    ("Our target is to make an offer by 1 April.", "2026-04-01"),
    ("Looking to close this out by Friday and will be in touch right after.", "2026-03-13"),
    ("You mentioned I should hear by Wednesday the 18th.", "2026-03-18"),
    ("Looking forward to hearing from you by Friday as discussed.", "2026-03-13"),
    ("We have two more candidates to meet this week, so it will be early next week before I come back to you.", "2026-03-18"),
    ("You should be hearing from Dana by Tuesday.", "2026-03-17"),
    ("I promise you an answer by Friday.", "2026-03-13"),
    ("Our HR partner, Liz Bauer, will contact you next week.", "2026-03-20"),
    ("Feedback usually takes about a week; you'll have it by the 20th at the latest.", "2026-03-20"),
    ("Just a quick note to say we are still deliberating and will get back to you on Monday.", "2026-03-16"),
    ("I'll ring you tomorrow afternoon to let you know how you got on.", "2026-03-12"),
    ("You should receive feedback from the panel within seven working days.", "2026-03-20"),
    ("HR will reach out in the next week with next steps.", "2026-03-20"),
    ("Let me check with the team and come back to you on Monday.", "2026-03-16"),
    ("We'll share the outcome at the beginning of April.", "2026-04-07"),
    ("I'm out Thursday and Friday but will get back to you Monday.", "2026-03-16"),
    ("You will be notified of the result no later than 5pm on 27 March.", "2026-03-27"),
    ("It might be the end of next week before you hear from us.", "2026-03-20"),
    ("Our process takes about two weeks, so you can expect an answer by the 25th.", "2026-03-25"),
    ("The panel needs a few more days; I'd expect to have news on Tuesday.", "2026-03-17"),
    ("Unfortunately the decision has slipped; we now expect to let candidates know in the week of 23 March.", "2026-03-27"),
    ("I'd expect us to be in a position to make a decision by the end of next week.", "2026-03-20"),
    ("Sorry for the delay! New plan: decision by Thursday.", "2026-03-12"),
    ("If you don't hear from me by Monday please feel free to nudge me.", "2026-03-16"),
    ("Should you not have heard from us by 20 March, do get in touch.", "2026-03-20"),
    ("You'll be hearing from our recruiting coordinator within the next 2-3 business days.", "2026-03-16"),
    ("We will be making our decision next Wednesday.", "2026-03-18"),
    ("Dana is going to call you on Friday morning with the result.", "2026-03-13"),
    ("I will have an update for you one way or another by Friday.", "2026-03-13"),
    ("We'll follow up by email within a week.", "2026-03-18"),
    ("We would like to get back to you with feedback by the end of this week.", "2026-03-13"),
    ("Offers go out on Monday.", "2026-03-16"),
    ("Watch this space, I'll shout by Tuesday.", "2026-03-17"),
    ("Will keep you posted, most likely by the end of the week.", "2026-03-13"),
    ("I'm chasing the hiring manager and will update you by Friday.", "2026-03-13"),
    ("We are wrapping up interviews this week and plan to make a decision early next week.", "2026-03-18"),
    ("Interviews run until the 20th and we'll be in contact the following week.", "2026-03-27"),
    ("We are meeting on Friday to decide and I'll be in touch straight after.", "2026-03-13"),
]

NOTHING = [
    "The closing date is 20 March 2026 and we will be in touch after shortlisting.",
    "The interview will take place on Friday and will last an hour.",
    "We'll call you at 3pm on Friday for the phone screen.",
    "We're excited to have you join us on April 1!",
    "You can reach me until Friday.",
    "The team is away until Monday.",
    "We will review your application and contact you if there is a match.",
    "Your access to the portal ends on Friday.",
    "I have attached the agenda for Tuesday.",
    "Please find the calendar invite for Thursday at 10.",
    "We look forward to receiving your answer by Monday.",
    "Applications close on 20 March.",
    "You will have until Friday to accept the offer.",
    "We would need your decision by 20 March.",
    "The results of the 2025 survey were released on 3 March.",
    "We'll be closed from 24 December to 2 January.",
    "We've enjoyed following your work since March 2024.",
    "You'll present to the panel on Tuesday 17 March.",
    "Dana will meet you in the lobby on Friday at 9.",
    "We will hold your interview slot until Friday.",
    "I'll be in London next week.",
    "You should expect to spend about two hours with us on Friday.",
    "You'll get a take-home exercise on Monday.",
    "Can you let me know by Friday if that works?",
    "Thank you for your patience over the last two weeks.",
    "Let me know if Tuesday works and I'll send an invite.",
    "We'd like you to start on 4 May.",
    "If you don't hear from us by Friday, consider yourself not selected.",
    "Please let us know by Thursday whether you accept.",
    "I'll send it by Friday.",
    "I will send my references by Friday.",
    "Our office is open Monday to Friday.",
    "This offer expires on Friday.",
    "Your interview is on Tuesday at 3pm.",
    "The role starts on 1 June.",
    "We'll be in touch.",
    "We will be in touch if your profile matches within two weeks.",
    "I am out of the office until Monday and will respond when I return.",
    "Our support team will respond within 24 hours.",
    "Could you get back to me by Friday?",
    "We will be in touch about your interview on Tuesday 17 March.",
    "I'll call you Tuesday at 2pm for your interview.",
    "We received your application two weeks ago.",
    "Shortlisted candidates will be contacted within two weeks.",
    "Can you meet next week?",
    "Thanks for coming in on Tuesday.",
    "I'll be on vacation next week.",
    "We look forward to meeting you on Thursday.",
    "Please complete the exercise within a week.",
    "I'll let you know by Friday whether I accept the offer.",
    "The panel will meet you on Thursday.",
    "We'll see you Monday!",
    "You will meet Jo and Sam on Wednesday.",
    "Our reply to your question of 3 March: yes.",
    "We have decided to keep in touch, and wish you well this spring.",
    "Will I hear by Friday?",
    "When will you decide? I have another offer that expires Friday.",
    "You'll need photo ID on Tuesday.",
    "You will receive a calendar invite for Tuesday's interview shortly.",
    "We'd like to invite you to an interview next week.",
    "I got your update last Friday.",
    "You'll get a tour of the office on Tuesday.",
    "I'll be in touch to arrange an interview for next week.",
    "The survey closes next Friday.",
    "We will meet with the team on Tuesday.",
    "Please note the test link is valid for 5 days.",
    "You'll have 90 minutes on Tuesday to complete the test.",
    "I hope to hear from you by Friday.",
    "We sent you an update on Monday.",
    "We'd love to hear from you by the 15th.",
]


LETTERS = [
    ("The headmaster will ring each of the finalists on Friday.", "2026-03-13"),
    ("Our verdict should land in your inbox by Tuesday.", "2026-03-17"),
    ("Say Thursday for the outcome, all going well.", "2026-03-12"),
    ("The partners vote on the 18th and you'll be told the day after.", "2026-03-19"),
    ("We need another week.", "2026-03-18"),
    ("Another ten days and it'll be settled, I'd think.", "2026-03-21"),
    ("Results go up on the noticeboard and are emailed to everyone on Friday 13 March.", "2026-03-13"),
    ("My director has promised me her pick by Thursday and I'll forward it the minute I have it.", "2026-03-12"),
    ("Announcement of the cast: Friday.", "2026-03-13"),
    ("It'll be Friday before I can say either way.", "2026-03-13"),
    ("No news until Thursday I'm afraid.", "2026-03-12"),
    ("Not a peep from us by Wednesday? Then shout.", "2026-03-18"),
    ("Feel free to nudge me if I haven't replied by next Friday.", "2026-03-20"),
    ("Wait until Thursday and if it's still quiet, ring the office.", "2026-03-12"),
    ("The committee will have reached its conclusion by the end of the month, and I will convey it to you.", "2026-03-31"),
    ("Bear with us a little longer, we should be able to say by Wednesday.", "2026-03-18"),
    ("Kindly be informed that the outcome shall be conveyed on or before 25 March.", "2026-03-25"),
    ("Will ping you Friday.", "2026-03-13"),
    ("gonna text u friday w the news", "2026-03-13"),
    ("I'll be on to you Monday.", "2026-03-16"),
    ("We are to revert to you within one week.", "2026-03-18"),
    ("Selection outcome can be expected in the second half of next week.", "2026-03-20"),
    ("The board's ruling is anticipated on 24 March.", "2026-03-24"),
    ("I come back at you on Monday.", "2026-03-16"),
    ("Next Tuesday I can tell you more.", "2026-03-17"),
    ("By Friday I will have spoken with the team and be able to give you a steer.", "2026-03-13"),
    ("Thursday is the day we decide.", "2026-03-12"),
    ("The plan is for offers to be out by the 20th.", "2026-03-20"),
    ("Timeline-wise, think end of next week.", "2026-03-20"),
    ("My client tells me they'll have feedback for us by Friday.", "2026-03-13"),
    ("I'll chase the hiring manager on Thursday and get back to you.", "2026-03-12"),
    ("Expect to be hearing from Nadia Kowal in our people team on Friday.", "2026-03-13"),
    ("Our coordinator, Jens, gets back to you tomorrow.", "2026-03-12"),
    ("The office will email everybody Monday morning.", "2026-03-16"),
    ("Everyone who came in will hear one way or the other by Thursday.", "2026-03-12"),
    ("Both of you will have a letter by the end of the week.", "2026-03-13"),
    ("Decision by COB Friday.", "2026-03-13"),
    ("Update to follow on Friday.", "2026-03-13"),
    ("You'll get the thumbs up or down on Friday.", "2026-03-13"),
    ("Give it until Monday.", "2026-03-16"),
    ("Let me sleep on it and I'll call you tomorrow.", "2026-03-12"),
    ("I hope to be able to share good news by Friday.", "2026-03-13"),
    ("All being well the trustees sign off on Tuesday and I'll write the same day.", "2026-03-17"),
    ("Finance must approve the headcount first, so it will be the end of the month until you hear.", "2026-03-31"),
    ("We had said Friday, but it's going to be Tuesday now before you hear.", "2026-03-17"),
    ("We hope to complete our deliberations by Friday.", "2026-03-13"),
    ("Scores will be released on 16 March.", "2026-03-16"),
    ("The outcome will be posted to your candidate account by 20 March.", "2026-03-20"),
    ("Won't keep you hanging past Friday.", "2026-03-13"),
    ("We won't leave you waiting longer than a week.", "2026-03-18"),
    ("I will have an update Thursday.", "2026-03-12"),
    ("Chairman is travelling, so revert will be by Tuesday only.", "2026-03-17"),
    ("Await our mail by tomorrow EOD.", "2026-03-12"),
    ("You will be intimated about the result by Friday.", "2026-03-13"),
    ("Callbacks get announced on Monday.", "2026-03-16"),
    ("Until Friday you will get a feedback from our side.", "2026-03-13"),
    ("Feedback comes in CW 13.", "2026-03-27"),
    ("We need until the close of next week to finish interviewing and will then decide.", "2026-03-20"),
    ("Keep Friday in mind: that is when we'll announce.", "2026-03-13"),
    ("To answer your question about timing, we anticipate concluding next Friday.", "2026-03-20"),
    ("I'd be surprised if you didn't hear by Tuesday.", "2026-03-17"),
    ("By the time the week is out you'll know.", "2026-03-13"),
    ("Interviews end tomorrow; two working days later you will have our answer.", "2026-03-16"),
    ("The vestry meets on Sunday. I'll phone you the next morning.", "2026-03-16"),
    ("You will hear from us before Easter.", "2026-04-04"),
    ("We'll ring on hump day.", "2026-03-18"),
    ("Answers go out Thursday week.", "2026-03-19"),
    ("I'll have something concrete to tell you come Friday.", "2026-03-13"),
    ("Reference calls are tomorrow, then I'll report back on Friday.", "2026-03-13"),
    ("We're on course to have this nailed down by Friday.", "2026-03-13"),
    ("Sorry, still no decision. Monday at the latest.", "2026-03-16"),
    ("Our head of talent, Ines Roy, is writing to all three of you on Thursday.", "2026-03-12"),
    ("The bishop has the last word, and he gives it Sunday; I'll ring that night.", "2026-03-15"),
    ("You can hold me to Friday.", "2026-03-13"),
    ("The ball's in the client's court; they've promised to revert by Tuesday.", "2026-03-17"),
    ("Our letter leaves on Friday.", "2026-03-13"),
    ("We will finalise everything next week, and then you hear from us.", "2026-03-20"),
    ("Kindly expect our correspondence not later than 20th March.", "2026-03-20"),
    ("I'd love to tell you now but it'll have to wait till Friday.", "2026-03-13"),
    ("The trust will be in contact with you in the next seven days regarding the outcome.", "2026-03-18"),
    ("We hope to be making appointments by the end of March.", "2026-03-31"),
    ("A colleague from HR is going to get hold of you on Monday.", "2026-03-16"),
    ("I have to run it by legal, shouldn't take more than two days.", "2026-03-13"),
    ("We take two weeks to decide, please be patient.", "2026-03-25"),
    ("No decision will be made before Tuesday.", "2026-03-17"),
    ("Unfortunately I won't know until Monday.", "2026-03-16"),
    ("Don't panic if you hear nothing before Friday.", "2026-03-13"),
    ("Please chase us if we've been quiet past the 20th.", "2026-03-20"),
    ("I promise not to leave you hanging past Monday.", "2026-03-16"),
    ("You'll be the first to know on Monday.", "2026-03-16"),
    ("We're meeting as a team tomorrow and I'd like to phone you straight after with our thoughts.", "2026-03-12"),
    ("We shd b able to tell u smth by fri", "2026-03-13"),
    ("We aim to have completed the selection process by 27 March.", "2026-03-27"),
    ("We'd expect to be able to update candidates during the week of 16 March.", "2026-03-20"),
    ("Rest assured, a reply is coming your way before Friday.", "2026-03-12"),
    ("Our answer to you: by Friday.", "2026-03-13"),
    ("Between you and me they choose tomorrow, so you'll not wait long.", "2026-03-12"),
    ("I'll have Mina reach out Monday with where we've landed.", "2026-03-16"),
    ("The secretary to the board will advise you of the board's decision on or about 20 March.", "2026-03-20"),
    ("I owe you a reply and you'll have it before the week is out.", "2026-03-13"),
    ("May we ask for another few days?", "2026-03-16"),
    ("Is it okay if I come back to you on Friday?", "2026-03-13"),
    ("Your fate will be sealed on Friday and I shall telephone that evening.", "2026-03-13"),
    ("You have not been forgotten; look to Friday for an answer.", "2026-03-13"),
    ("HR will close the loop with you by Wednesday.", "2026-03-18"),
    ("Should be able to give you the nod or otherwise by Tuesday.", "2026-03-17"),
    ("We anticipate sending out decisions the week of March 23.", "2026-03-27"),
    ("I have you down for a call on Friday to let you know the outcome.", "2026-03-13"),
    ("Please allow three to five business days for our team to make a final decision.", "2026-03-18"),
    ("It will be at least a week until we reach a decision.", "2026-03-18"),
    ("We'll be making calls on Friday.", "2026-03-13"),
    ("I would hope to have this wrapped up by the 20th at the latest.", "2026-03-20"),
    ("If it's a yes you'll get a call on Thursday; if not, an email the same day.", "2026-03-12"),
    ("I've asked the CTO for a final answer by Thursday and will pass it along.", "2026-03-12"),
    ("Let's touch base on Monday when I should have heard from legal.", "2026-03-16"),
    ("Apologies for the slow response. You should hear from Sunil tomorrow.", "2026-03-12"),
    ("They told me Friday for a decision.", "2026-03-13"),
    ("Realistically it's going to be April before we can confirm anything.", "2026-04-30"),
    ("The successful candidate will be announced on 20 March.", "2026-03-20"),
]
"""What an employer's letter promises in words that no fixed phrase knows."""

RESTATED = [
    ("You told me I'd have your answer by Friday, which suits me fine.", "2026-03-13"),
    ("Thanks for letting me know that a decision will be made by the 20th.", "2026-03-20"),
    ("Good to know I should hear back by next Tuesday.", "2026-03-17"),
    ("I look forward to your call on Monday.", "2026-03-16"),
    ("So I'll expect to hear from you on Friday.", "2026-03-13"),
    ("As you explained, the committee votes on Thursday and candidates are told on Friday.", "2026-03-13"),
    ("Friday for the result is perfect, thank you.", "2026-03-13"),
    ("I'll sit tight until Thursday as you asked.", "2026-03-12"),
    ("Happy to wait until Friday.", "2026-03-13"),
    ("Noted with thanks that feedback comes next week.", "2026-03-20"),
    ("Noted sir, will await your reply by Monday.", "2026-03-16"),
    ("Thank you for explaining that HR gets back within five working days.", "2026-03-18"),
    ("No problem at all about the delay, I'll look out for your email on Tuesday.", "2026-03-17"),
    ("Understood: final decision on Friday.", "2026-03-13"),
    ("I gather from Ines that you will be choosing someone on Monday.", "2026-03-16"),
    ("You were kind enough to say I'd know within the week.", "2026-03-18"),
    ("I will wait to hear from you by the end of the week then.", "2026-03-13"),
    ("Great, speak Friday once you've decided!", "2026-03-13"),
    ("I appreciate you letting me know it will be another week.", "2026-03-18"),
    ("Thank you for your time; as you mentioned, I'll wait to hear from HR next week.", "2026-03-20"),
    ("I was glad to learn that you'll decide by Friday.", "2026-03-13"),
    ("You mentioned a decision by the end of the month, which works for me.", "2026-03-31"),
    ("I'll keep my phone on Monday for your call.", "2026-03-16"),
    ("Per Jonas, I should know more by Tuesday.", "2026-03-17"),
    ("Jonas said he'd ring me on Monday.", "2026-03-16"),
    ("I'm looking forward to the outcome on Friday.", "2026-03-13"),
    ("As discussed I will hear back within ten days.", "2026-03-21"),
    ("Thank you ma'am, I am waiting for Friday's result.", "2026-03-13"),
    ("It was good of you to tell me I'd have word by Thursday.", "2026-03-12"),
    ("Ms Roy said the committee would reach a decision on Friday.", "2026-03-13"),
    ("I'm happy to hear you'll be in touch on Monday.", "2026-03-16"),
    ("I'll await your call on Friday morning.", "2026-03-13"),
    ("I know you're deciding by Friday.", "2026-03-13"),
    ("Just to confirm, you'll call me Thursday with the decision.", "2026-03-12"),
    ("Looking forward to Friday's decision.", "2026-03-13"),
]

LETTERS_OF_NOTHING = [
    "Please let us have your answer by Friday.",
    "I'd be grateful for a reply by Friday.",
    "Ring me on Monday to arrange a time.",
    "You have until Friday to decide.",
    "We expect your answer by Friday.",
    "I look forward to hearing your answer on Friday.",
    "You'll get the dial-in from Petra on Thursday.",
    "The link to the test will reach you within 24 hours.",
    "I'll call you on Thursday at 11 for the phone interview.",
    "The panel will interview you on Tuesday.",
    "We meet on Thursday at 14:00 for the second round.",
    "Your badge will be ready on your first day, 1 April.",
    "Payroll will confirm your bank details by Friday.",
    "Silence after two weeks means you were not selected.",
    "If your profile fits, a recruiter will contact you within two weeks.",
    "The decision was taken on Friday.",
    "The committee decided last week.",
    "I'd hoped to have news by today.",
    "Hiring for this role normally takes about a month.",
    "The posting closes on Friday and late applications are not read.",
    "The offer remains open for five days.",
    "I'm away from Thursday and will read mail when I'm back on Monday.",
    "We aim to reply to all enquiries within two working days.",
    "Your parcel will be delivered on Friday; you will be notified by text.",
    "Results of the election will be announced on Tuesday.",
    "The webinar recording will be sent to you by Friday.",
    "Watch this space for new roles next month.",
    "When do you expect to hear from your other company, by Friday?",
    "Are you free Tuesday or Wednesday to speak to the team?",
    "How soon after Friday could you decide?",
    "There is no decision yet and no date for one.",
    "The reference check will be completed by Friday.",
    "First-round conversations run through next Friday.",
    "The test must be returned within 48 hours.",
    "I'll read your work sample by Friday.",
    "The role is for six months, starting in May.",
    "We hear you: a week is short notice.",
    "We will advertise the post again next month.",
    "I will share your CV with the client tomorrow.",
    "Please hold Friday afternoon for us.",
    "We'll send a reminder on Monday.",
    "It was a pleasure to speak with you on Friday.",
    "Kindly revert with your availability by Thursday.",
    "We will hold the offer for you until Friday.",
    "On Friday you'll get to know the team over lunch.",
    "Your recruiter will meet you in the lobby on Tuesday.",
    "You'll shortly get an email from our testing provider, to be completed by Friday.",
    "Your manager will reach out before your first day on 1 April.",
    "We decided on Monday to pause hiring.",
    "Our last update to you was on Monday.",
    "You may withdraw at any time before Friday.",
    "Only candidates selected for interview will be contacted by 20 March.",
    "We regret that we cannot reply to every applicant; if you hear nothing by 1 April, assume the post is filled.",
    "Your package arrives Friday.",
    "We'll update our terms on 1 April.",
    "Reply STOP by Friday to opt out.",
    "The match result will be known on Saturday.",
    "Your teacher will share feedback at the parents' evening on Tuesday.",
    "I am only in the office Tuesday to Thursday.",
    "Shall we say Thursday at two for the call?",
    "Talk to you on Thursday!",
    "The board meets on Friday.",
    "I've asked the team for two slots on Tuesday.",
    "They are keen and want to know by Friday if you'd accept.",
    "Feel free to call me on Monday if you have questions.",
    "Should you have any questions before Thursday, don't hesitate to call.",
    "If you haven't submitted by Friday, get in touch.",
    "Could you share two references with us by Friday so we can move to a decision?",
    "Once you've accepted, you'll get a welcome call on Monday.",
    "The next step will be a technical interview next week.",
    "You'll receive a calendar invitation for Thursday.",
    "I'll send you some more information about the benefits on Monday.",
    "We'll talk through the results of your test on Thursday at your interview.",
    "The team updates its site every Friday.",
    "Invoices are paid within 30 days.",
    "The programme is announced in May and starts in September.",
    "Let us know how you get on with your exams next week.",
    "We have another round of interviews on Friday.",
    "The shift needs cover until Friday.",
    "Our decision of Monday is final.",
    "Expect a two-hour session on Friday.",
    "You will get a feel for the place on Friday.",
    "Write to me by Friday with your questions.",
    "Our response time is two business days.",
    "Tell us how we did by Friday.",
]

OWNERS_NOTHING = [
    "I'll give you my answer by Friday.",
    "You'll have my portfolio by tomorrow.",
    "I've told the other company I'd decide by Friday.",
    "Please let me know by Friday if you need anything.",
    "It would be great to hear by Friday, as I have another offer.",
    "I'm free Thursday and Friday for a call.",
    "I'll see you Friday at ten.",
    "As you requested, I'll send the signed form by Friday.",
    "We spoke on Monday and you said it was filled.",
    "My current employer will confirm my dates by Friday.",
    "I understand that the role starts in May.",
    "Thanks again for your time on Tuesday.",
    "I will be out of reach until Friday but will reply then.",
    "I'd love to hear from you by Friday.",
    "May I ask whether a decision will be made this week?",
    "Thanks for moving the interview to Tuesday.",
    "Understood, see you on Thursday at noon.",
    "You told me the team is away until Monday.",
    "Thanks for letting me know that the interview is on Friday.",
    "I'm expecting a baby in May.",
    "I need to let them know by Friday.",
    "I look forward to the interview on Friday.",
    "You mentioned the role closes on Friday.",
    "My results come out on Friday.",
    "I expect to graduate in May.",
]


@pytest.mark.parametrize(("sentence", "latest"), PROMISES)
def test_a_promise_is_read_with_its_day(sentence: str, latest: str) -> None:
    finding = read_sentence(sentence, WRITTEN, US)
    assert finding is not None
    assert str(finding.timeframe.latest) == latest


@pytest.mark.parametrize("sentence", NOTHING)
def test_a_near_miss_promises_nothing(sentence: str) -> None:
    assert read_sentence(sentence, WRITTEN, US) is None


@pytest.mark.parametrize("phrase", phrases("promise"), ids=lambda phrase: phrase.name)
def test_the_example_beside_each_phrase_is_a_promise(phrase: Phrase) -> None:
    assert read_sentence(phrase.example, WRITTEN, US) is not None


@pytest.mark.parametrize(
    "phrase",
    [phrase for table in ("promise", "event", "restated", "heard") for phrase in phrases(table)],
    ids=lambda phrase: phrase.name,
)
def test_what_a_phrase_reads_holds_a_trigger(phrase: Phrase) -> None:
    assert triggers() & phrasebook.sentence(phrase.example).words


@pytest.mark.parametrize("phrase", phrases("denial"), ids=lambda phrase: phrase.name)
def test_the_example_beside_each_denial_is_denied(phrase: Phrase) -> None:
    assert phrase.search(phrase.example.lower()) is not None
    assert read_sentence(phrase.example, WRITTEN, US) is None


@pytest.mark.parametrize("phrase", phrases("restated"), ids=lambda phrase: phrase.name)
def test_the_example_beside_each_restatement_is_the_owners(phrase: Phrase) -> None:
    found = find_promises(phrase.example, WRITTEN, US, by_owner=True)
    assert [finding.by for finding in found] == [PromisedBy.OWNER]


@pytest.mark.parametrize(("text", "latest"), LETTERS)
def test_a_letter_promises_in_any_words(text: str, latest: str) -> None:
    assert [str(found.timeframe.latest) for found in find_promises(text, WRITTEN, US, by_owner=False)] == [latest]


@pytest.mark.parametrize("text", LETTERS_OF_NOTHING)
def test_a_letter_with_a_day_need_not_promise(text: str) -> None:
    assert find_promises(text, WRITTEN, US, by_owner=False) == ()


@pytest.mark.parametrize(("text", "latest"), RESTATED)
def test_an_owner_repeats_in_any_words(text: str, latest: str) -> None:
    assert [str(found.timeframe.latest) for found in find_promises(text, WRITTEN, US, by_owner=True)] == [latest]


@pytest.mark.parametrize("text", OWNERS_NOTHING)
def test_an_owner_with_a_day_need_not_repeat(text: str) -> None:
    assert find_promises(text, WRITTEN, US, by_owner=True) == ()


@pytest.mark.parametrize("phrase", phrases("event"), ids=lambda phrase: phrase.name)
def test_the_example_beside_each_event_is_a_promise(phrase: Phrase) -> None:
    assert len(find_promises(phrase.example, WRITTEN, US, by_owner=False)) == 1


@pytest.mark.parametrize("phrase", phrases("heard"), ids=lambda phrase: phrase.name)
def test_the_example_beside_each_thing_heard_is_the_owners(phrase: Phrase) -> None:
    found = find_promises(phrase.example, WRITTEN, US, by_owner=True)
    assert [finding.by for finding in found] == [PromisedBy.OWNER]


@pytest.mark.parametrize("phrase", phrases("due"), ids=lambda phrase: phrase.name)
def test_the_example_beside_each_due_phrase_has_a_day(phrase: Phrase) -> None:
    assert find_due(phrase.example, WRITTEN, US) is not None


def test_a_promise_from_the_interview_waits_for_its_day() -> None:
    finding = read_sentence("You will have our decision within a week of your onsite.", WRITTEN, US)
    assert finding is not None
    assert finding.timeframe.from_interview == InterviewOffset(earliest=0, latest=1, unit=OffsetUnit.WEEKS)


def test_the_outside_of_two_times_counts() -> None:
    finding = read_sentence("Please bear with us until the middle of next week, at the outside Thursday.", WRITTEN, US)
    assert finding is not None
    assert finding.timeframe.latest == date(2026, 3, 19)


def test_a_promise_may_lean_on_the_sentence_before() -> None:
    text = "Our committee meets on the 26th. A day or two after that you'll hear from me."
    found = find_promises(text, WRITTEN, US, by_owner=False)
    assert [finding.timeframe.latest for finding in found] == [date(2026, 3, 30)]


def test_the_owners_own_promise_is_none() -> None:
    assert find_promises("I'll send you my references by Friday.", WRITTEN, US, by_owner=True) == ()


def test_what_the_owner_was_told_is_a_promise_of_the_employer() -> None:
    found = find_promises("You mentioned I should hear by Wednesday the 18th.", WRITTEN, US, by_owner=True)
    assert [(finding.by, finding.timeframe.latest) for finding in found] == [(PromisedBy.OWNER, date(2026, 3, 18))]


def test_a_promise_that_the_owner_asks_after_has_run_out() -> None:
    assert find_promises("You said I'd hear by Friday. Is there any news?", WRITTEN, US, by_owner=True) == ()


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("Please let us know by Thursday whether you accept.", "2026-03-12"),
        ("The deadline is 20 March.", "2026-03-20"),
        ("Our offer stands until Friday.", "2026-03-13"),
        ("Could you send me three times by tomorrow?", "2026-03-12"),
    ],
)
def test_what_the_candidate_must_answer_has_a_day(text: str, latest: str) -> None:
    due = find_due(text, WRITTEN, US)
    assert due is not None
    assert str(due.latest) == latest


@pytest.mark.parametrize("text", ["We'll be in touch by Friday.", "See you on Tuesday.", "Please reply."])
def test_what_asks_for_nothing_is_not_due(text: str) -> None:
    assert find_due(text, WRITTEN, US) is None


def test_a_line_of_json_is_answered() -> None:
    line = {
        "id": "x",
        "text": "We'll be in touch by COB Thursday",
        "reference": "2026-03-11T10:00",
        "timezone": "America/New_York",
    }
    assert answer(line) == {
        "id": "x",
        "promise": True,
        "latest": "2026-03-12",
        "earliest": "2026-03-12",
        "quote": "We'll be in touch by COB Thursday",
    }


@pytest.mark.parametrize(
    "piece", ["we will ", "by friday ", "1/2/", ". ", "12 to 15 and ", "you will hear if you don't hear ", "a\tb\n"]
)
def test_a_hostile_line_is_read_in_seconds(piece: str) -> None:
    started = time.perf_counter()
    find_promises(piece * (262_144 // len(piece)), WRITTEN, US, by_owner=False)
    assert time.perf_counter() - started < 10


_WORDS = "we you will hear by friday if don't be in touch let know expect decision within a week not please until . ? , 15th"


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS.split()), max_size=16), st.booleans())
def test_every_promise_has_exactly_one_kind_of_time(words: list[str], by_owner: bool) -> None:
    for finding in find_promises(" ".join(words), WRITTEN, US, by_owner=by_owner):
        assert (finding.timeframe.latest is None) == (finding.timeframe.from_interview is not None)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("You will hear by Friday.", "you will hear by @0."),
        ("Sie hören bis Freitag von uns.", "sie hören bis @0 von uns."),
        ("Sie hören bis zum 20. März von uns.", "sie hören bis zum @0 von uns."),
        ("Bescheid folgt innerhalb von zwei Wochen.", "bescheid folgt innerhalb von @0."),
        ("Vous aurez une réponse d'ici vendredi.", "vous aurez une réponse d'ici @0."),
        ("Vous aurez une réponse d’ici le 20 mars.", "vous aurez une réponse d'ici le @0."),
        ("Nous revenons vers vous avant vendredi.", "nous revenons vers vous avant @0."),
        ("Le contestaremos antes del viernes.", "le contestaremos antes del @0."),
        ("Le contestaremos a más tardar el viernes.", "le contestaremos a más tardar el @0."),
        ("Freitag hören Sie von uns.", "@0 hören sie von uns."),
    ],
)
def test_the_preposition_of_a_time_stays_readable_in_any_language(sentence: str, expected: str) -> None:
    assert mark(sentence, WRITTEN, US, None, None).text == expected
