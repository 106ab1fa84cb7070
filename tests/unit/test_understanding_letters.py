"""Who hires and for what, in letters from many trades and countries: the table that rules are held to, all invented.

Each row: the sender, the subject, the text, and what a careful person would call the employer and the post ("" where the letter
does not say). Alternatives that a person might write as well are parted by " / ".
"""

from __future__ import annotations

import pytest

from heardback.model import Address, Body, MessageFacts, Topic
from heardback.understanding import understand
from tests.builders import OWNER, at, message

NOON = at("2026-03-02T12:00:00-06:00")

LETTERS: list[tuple[str, str, str, str, str]] = [
    # health and care
    (
        "Recruitment <recruitment@stbrannock-hospital.example>",
        "Interview for the post of Staff Nurse (Band 5), Ward 7, Ref 412-26-0091",
        "Dear Rosa,\n\nFollowing shortlisting, I am pleased to invite you to interview for the post of Staff Nurse.\n\n"
        "Yours sincerely,\nHR Services\nSt Brannock Hospital NHS Foundation Trust",
        "St Brannock Hospital / St Brannock Hospital NHS Foundation Trust",
        "Staff Nurse / Staff Nurse (Band 5)",
    ),
    (
        "Janine Okoro <janine.okoro@willowmead-care.example>",
        "care assistant job",
        "hi Rosa thanks for your application for the care assistant job at willowmead. can you come in for a chat thursday 2pm? Janine\n"
        "Willowmead Care",
        "Willowmead Care / Willowmead",
        "Care Assistant",
    ),
    (
        "no-reply@trac.jobs",
        "Interview invitation: Band 6 Midwife",
        "You have been shortlisted for interview.\nJob title: Band 6 Midwife\nEmployer: Northmoor University Hospitals NHS Trust\n"
        "Please log in to book.",
        "Northmoor University Hospitals NHS Trust / Northmoor University Hospitals",
        "Band 6 Midwife / Midwife",
    ),
    (
        "Dr Petra Lind <petra.lind@lakeview-vets.example>",
        "Re: Veterinary Nurse vacancy",
        "Hi Rosa,\n\nWe all enjoyed meeting you. Would you like to come for a trial day?\n\nPetra\nLakeview Vets",
        "Lakeview Vets",
        "Veterinary Nurse",
    ),
    (
        "Talent Acquisition <talent@myworkday.com>",
        "Thank you for applying to Corvane Health",
        "Dear Rosa, Thank you for your interest in Corvane Health. We have received your application for the position of "
        "R-00412 Physical Therapist II - Outpatient.",
        "Corvane Health",
        "Physical Therapist II - Outpatient / Physical Therapist II / Physical Therapist",
    ),
    # trades
    (
        "Gary Stubbs <gary@stubbsfabrication.example>",
        "welder",
        "Alright Rosa, got your cv for the welder job. Come down the yard monday 8am for a weld test, ask for me.\nGary\nStubbs "
        "Fabrication Ltd",
        "Stubbs Fabrication / Stubbs Fabrication Ltd",
        "Welder",
    ),
    (
        "Kirra Dunstan <kirra@redgumelectrical.example>",
        "Electrician - A Grade | Redgum Electrical | Geelong",
        "G'day Rosa,\n\nThanks for applying for the A Grade Electrician role. Are you free for a phone chat tomorrow arvo?\n\nCheers,\n"
        "Kirra Dunstan\nOffice Manager\nRedgum Electrical Pty Ltd\nM 0400 000 000",
        "Redgum Electrical / Redgum Electrical Pty Ltd",
        "A Grade Electrician / Electrician - A Grade / Electrician",
    ),
    (
        "Personalabteilung <bewerbung@hallgart-maschinenbau.example>",
        "Ihre Bewerbung / Your application: Industrial Mechanic (m/w/d)",
        "Dear Ms Quill,\n\nthank you for your application as Industrial Mechanic (m/w/d) at Hallgart Maschinenbau GmbH. We would like to "
        "invite you to an interview.\n\nKind regards\nHallgart Maschinenbau GmbH\nPersonalabteilung",
        "Hallgart Maschinenbau / Hallgart Maschinenbau GmbH",
        "Industrial Mechanic",
    ),
    (
        "Dispatch Jobs <jobs@bluemesa-freight.example>",
        "CDL-A Driver opening",
        "Rosa, thanks for applying for our CDL-A Driver opening. Please call to set up your interview and road test.\n\nBlue Mesa Freight "
        "Lines, Inc.\nDriver Recruiting",
        "Blue Mesa Freight Lines / Blue Mesa Freight",
        "CDL-A Driver / Driver",
    ),
    # education
    (
        "Head's PA <office@thornfield-academy.example>",
        "Teacher of Geography - interview",
        "Dear Ms Quill,\n\nThank you for your application for the post of Teacher of Geography. The Headteacher would like to invite you to "
        "interview on Tuesday.\n\nYours sincerely\nMrs L Adair\nPA to the Headteacher\nThornfield Academy",
        "Thornfield Academy",
        "Teacher of Geography",
    ),
    (
        "HR Recruitment <hr-recruitment@unistrand.example>",
        "University of Strand - Lecturer in Marine Ecology (Grade 8), vacancy 26/1187",
        "Dear Dr Quill\n\nI am writing to let you know that you have been shortlisted for the above post.\n\nHuman Resources\n"
        "University of Strand",
        "University of Strand",
        "Lecturer in Marine Ecology / Lecturer in Marine Ecology (Grade 8)",
    ),
    (
        "Prof. Anke Reuter <a.reuter@mpe.example>",
        "Postdoc position in computational glaciology",
        "Dear Rosa,\n\nThank you for applying for the postdoc position in my group. I would like to talk to you on Zoom next week.\n\nBest,\n"
        "Anke Reuter\nMarburg Polar Institute (MPI)",
        "Marburg Polar Institute",
        "Postdoc / Postdoc in Computational Glaciology / Postdoctoral Researcher",
    ),
    (
        "Cedar Ridge School District <noreply@applitrack.com>",
        "Interview Request - 4th Grade Teacher (JobID 2281)",
        "Dear Rosa Quill, Cedar Ridge School District would like to schedule an interview with you for the 4th Grade Teacher position.",
        "Cedar Ridge School District",
        "4th Grade Teacher",
    ),
    # law, government, NGO
    (
        "Graduate Recruitment <graduates@harcourtvane.example>",
        "Harcourt Vane LLP | Newly Qualified Solicitor | Assessment",
        "Dear Rosa,\n\nThank you for applying to Harcourt Vane LLP. We would be delighted to meet you for an interview for the role of Newly "
        "Qualified Solicitor in our property team.\n\nThe Harcourt Vane Graduate Recruitment Team",
        "Harcourt Vane / Harcourt Vane LLP",
        "Newly Qualified Solicitor",
    ),
    (
        "noreply@cshr.tal.net",
        "Your application for 389211 Higher Executive Officer",
        "Dear Rosa,\n\nWe have received your application for Higher Executive Officer at the Department for Inland Waters. You can view it in "
        "your application centre.",
        "Department for Inland Waters",
        "Higher Executive Officer",
    ),
    (
        "Human Resources <hr@ci.palmero.example>",
        "NOTICE OF ORAL INTERVIEW - ASSOCIATE PLANNER (2026-014)",
        "Dear Applicant:\n\nYou have been invited to the oral interview for ASSOCIATE PLANNER with the City of Palmero.\n\nHuman Resources "
        "Department\nCity of Palmero",
        "City of Palmero",
        "Associate Planner",
    ),
    (
        "Recruitment (no reply) <recruitment@watershedaid.example>",
        "Programme Officer (Nairobi) - next steps",
        "Dear Rosa,\n\nThank you for your interest in working with Watershed Aid. We're pleased to tell you that your application for Programme "
        "Officer has been shortlisted.\n\nPeople & Culture\nWatershed Aid International",
        "Watershed Aid / Watershed Aid International",
        "Programme Officer / Programme Officer (Nairobi)",
    ),
    (
        "Thandeka Mbele <thandeka@ubuntulegalclinic.example>",
        "Candidate Attorney: interview",
        "Dear Rosa\n\nYour application for the position of Candidate Attorney refers. Kindly avail yourself for an interview on 14 March.\n\n"
        "Regards\nThandeka Mbele\nPractice Manager: Ubuntu Legal Clinic NPC",
        "Ubuntu Legal Clinic",
        "Candidate Attorney",
    ),
    # hospitality, retail, film, arts
    (
        "Chef Marco <marco@osteria-lumina.example>",
        "sous chef trial",
        "ciao Rosa, saw your application for sous chef. come friday for a trial shift 4pm, bring knives. Marco, Osteria Lumina",
        "Osteria Lumina",
        "Sous Chef",
    ),
    (
        "Harbourline Hotels via SmartRecruiters <notification@smartrecruiters.com>",
        "Thanks for applying for Front Office Supervisor",
        "Hi Rosa, thank you for applying for the Front Office Supervisor position at Harbourline Hotels.",
        "Harbourline Hotels",
        "Front Office Supervisor",
    ),
    (
        "Tess @ Moonjar Films <tess@moonjarfilms.example>",
        "2nd AD / feature / May-July",
        "Hey Rosa, thanks for sending your CV over for the 2nd Assistant Director position. Producers want to meet you. Are you about Weds?\n\n"
        "Tess Obi\nProduction Coordinator, Moonjar Films",
        "Moonjar Films",
        "2nd Assistant Director / 2nd AD",
    ),
    (
        "Careers at Fenwick & Lowe <careers@fenwickandlowe.example>",
        "Your application to Fenwick & Lowe: Store Manager, Bath",
        "Hello Rosa,\n\nThanks for applying to be our next Store Manager in Bath. We'd love to invite you to a first interview.\n\nThe Fenwick & "
        "Lowe Careers Team",
        "Fenwick & Lowe",
        "Store Manager / Store Manager, Bath",
    ),
    (
        "Orchestra Management <auditions@meridianphil.example>",
        "Audition invitation: Principal Oboe",
        "Dear Ms Quill,\n\nWe are pleased to invite you to audition for the position of Principal Oboe with the Meridian Philharmonic.\n\n"
        "Orchestra Management\nMeridian Philharmonic Orchestra",
        "Meridian Philharmonic / Meridian Philharmonic Orchestra",
        "Principal Oboe",
    ),
    # offices and tech
    (
        "Priya Raman <priya.raman@kestrelpay.example>",
        "Re: [Kestrel Pay] - Senior Data Analyst (Ref 1182)",
        "Hi Rosa,\n\nGood to talk. Next would be a technical interview with the team.\n\nPriya Raman\nTalent Partner\nKestrel Pay",
        "Kestrel Pay",
        "Senior Data Analyst",
    ),
    (
        "Ashby <no-reply@ashbyhq.com>",
        "Rosa, your application to Lumen Orchard",
        "Hi Rosa,\n\nThanks for applying to the Staff Software Engineer (Infrastructure) role at Lumen Orchard!",
        "Lumen Orchard",
        "Staff Software Engineer (Infrastructure) / Staff Software Engineer",
    ),
    (
        "Quillon Robotics Hiring Team <no-reply@us.greenhouse-mail.io>",
        "Thank you for applying to Quillon Robotics",
        "Rosa,\n\nThanks for applying to Quillon Robotics. Your application has been received and we will review it right away.",
        "Quillon Robotics",
        "",
    ),
    (
        "noreply@hire.lever.co",
        "Thank you for your application to Pine & Pixel",
        "Hi Rosa, Thank you for applying to the Product Designer opening at Pine & Pixel. Regards, Pine & Pixel",
        "Pine & Pixel",
        "Product Designer",
    ),
    (
        "Neelam Kaur (via Workable) <noreply@candidates.workablemail.com>",
        "Business Development Executive at Zentara Infotech Pvt Ltd",
        "Dear Rosa, Greetings of the day! Your profile has been shortlisted for Business Development Executive at Zentara Infotech Pvt Ltd. "
        "Kindly revert with your notice period.",
        "Zentara Infotech / Zentara Infotech Pvt Ltd",
        "Business Development Executive",
    ),
    (
        "Rohan Deshpande <rohan.deshpande@talenthive-consulting.example>",
        "Opening for Sr. Java Developer with one of our esteemed client - Pune",
        "Dear Rosa,\n\nWe have an opening for Sr. Java Developer with our client, Bluecrest Insurance. Interview would be on Teams.\n\nRohan\n"
        "TalentHive Consulting",
        "Bluecrest Insurance",
        "Sr. Java Developer / Senior Java Developer / Java Developer",
    ),
    (
        "Bethany Cole <bethany@oakbridge-recruitment.example>",
        "Payroll Manager - Leeds",
        "Hi Rosa,\n\nMy client, Calder Textiles, would like to meet you about the Payroll Manager role.\n\nBethany Cole\nSenior Consultant\n"
        "Oakbridge Recruitment",
        "Calder Textiles",
        "Payroll Manager",
    ),
    (
        "Human Capital Division <hcd@mapleton-bank.example>",
        "Interview Schedule - Relationship Officer",
        "Dear Candidate,\n\nWe are pleased to invite you for an interview for the Relationship Officer position.\n\nHuman Capital Division\n"
        "Mapleton Bank PLC",
        "Mapleton Bank / Mapleton Bank PLC",
        "Relationship Officer",
    ),
    (
        "Caroline Voss <c.voss@nordstern-logistik.example>",
        "Invitation: Supply Chain Manager (all genders)",
        "Dear Ms. Quill,\n\nthank you for your application as Supply Chain Manager (all genders). We would like to get to know you in a first "
        "interview.\n\nBest regards\n\ni.A. Caroline Voss\nHR Business Partner\n\nNordstern Logistik SE & Co. KG\nHafenstr. 12, 20457 Hamburg",
        "Nordstern Logistik",
        "Supply Chain Manager",
    ),
    (
        "Erin Gallagher <erin@copperbeech.example>",
        "UPDATE: Copper Beech - Finance Business Partner",
        "Hi Rosa,\n\nJust a line to say the panel are still deciding on the Finance Business Partner role.\n\nErin Gallagher | People Partner | "
        "Copper Beech Housing Association",
        "Copper Beech Housing Association / Copper Beech",
        "Finance Business Partner",
    ),
    (
        "Sofia Brandt <sofia@quarrylane.example>",
        "Project Coordinator, Quarry Lane Architects",
        "Dear Rosa,\n\nThank you for applying. Could you come and meet us?\n\nSofia Brandt\nQuarry Lane Architects",
        "Quarry Lane Architects",
        "Project Coordinator",
    ),
    (
        "Dana <dana@larkspur.example>",
        "Larkspur Robotics: Controls Engineer, next step",
        "Hi Rosa,\n\nWe'd like you to meet the team.\n\nDana",
        "Larkspur Robotics",
        "Controls Engineer",
    ),
    (
        "Tidewater Analytics <scheduling@tidewater.example>",
        "Your interview with Tidewater Analytics (Data Analyst)",
        "Dear Rosa,\n\nYour interview for the Data Analyst role at Tidewater Analytics is confirmed:\n\nWhen\nMonday\nWhere\nVideo, the link "
        "follows\n\nBest wishes,\nNgozi Ferreira\nTidewater Analytics",
        "Tidewater Analytics",
        "Data Analyst",
    ),
    (
        "BRIARWOOD SUPPLY CO. <jobs@briarwoodsupply.example>",
        "WAREHOUSE ASSOCIATE - 2ND SHIFT",
        "ROSA,\n\nYOUR APPLICATION FOR WAREHOUSE ASSOCIATE - 2ND SHIFT HAS BEEN REVIEWED. PLEASE CALL TO SCHEDULE AN INTERVIEW.\n\nHUMAN "
        "RESOURCES\nBRIARWOOD SUPPLY CO.",
        "Briarwood Supply",
        "Warehouse Associate / Warehouse Associate - 2nd Shift",
    ),
    (
        "Amelie Durand <amelie.durand@atelier-boreal.example>",
        "Votre candidature / Your application - Junior Architect",
        "Hello Rosa,\n\nThank you for your candidature for the position of Junior Architect. We found your portfolio very interesting and "
        "would like to meet you.\n\nAmélie\n\nAtelier Boréal\n14 rue des Lilas, 69001 Lyon",
        "Atelier Boréal / Atelier Boreal",
        "Junior Architect",
    ),
    (
        "Jobs <jobs@hexley.gov.example>",
        "Job application: Environmental Health Officer - Hexley Borough Council - ref HBC/1022",
        "Thank you for applying for a job with Hexley Borough Council. Unfortunately you have not been shortlisted for this vacancy on this "
        "occasion.",
        "Hexley Borough Council",
        "Environmental Health Officer",
    ),
    (
        "Maya Lindqvist <maya@teamtailor-mail.com>",
        "Ang. din ansökan / About your application to Solvik Energi",
        "Hi Rosa, thanks for your application as Wind Turbine Technician at Solvik Energi. We will read it within the next two weeks.",
        "Solvik Energi",
        "Wind Turbine Technician",
    ),
    (
        "Tom <tom@gmail.com>",
        "barista",
        "Hi Rosa, Tom from Kettle & Crumb here, you dropped your cv in for the barista position. Can you pop in saturday for a trial?",
        "Kettle & Crumb",
        "Barista",
    ),
    (
        "iCIMS <cobalthealth+autoreply@talent.icims.com>",
        "Application Received - Pharmacy Technician (2026-5521)",
        "Dear Rosa,\n\nThank you for submitting your application for Pharmacy Technician. We appreciate your interest in Cobalt Health System.",
        "Cobalt Health System / Cobalt Health",
        "Pharmacy Technician",
    ),
    (
        "Sean Whitlock <sean.whitlock@pelicanbay-resorts.example>",
        "Pelican Bay Resorts // Events Coordinator // Interview",
        "Hi Rosa,\n\nLooking forward to meeting you Thursday.\n\nSean Whitlock\nDirector of Events\nPelican Bay Resorts & Spa",
        "Pelican Bay Resorts / Pelican Bay Resorts & Spa",
        "Events Coordinator",
    ),
    (
        "The Recruitment Team, Larch Street Theatre <jobs@larchstreet.example>",
        "Deputy Stage Manager: outcome of your interview",
        "Dear Rosa,\n\nThank you for coming to see us about the Deputy Stage Manager job. Sadly we have offered the job to someone else.",
        "Larch Street Theatre",
        "Deputy Stage Manager",
    ),
    (
        "Michelle Tran on behalf of Wattlebark University <noreply@pageuppeople.com>",
        "Your application for Student Adviser (HEW 6), Req 551203",
        "Dear Rosa\n\nThank you for your application for the position of Student Adviser at Wattlebark University.",
        "Wattlebark University",
        "Student Adviser",
    ),
    (
        "Niall <niall@tidyposts.example>",
        "yard man",
        "Rosa, Niall Tuohy here, Tuohy Fencing. You were asking about the yard supervisor job. Interview tomorrow at ten in the yard if it "
        "suits.",
        "Tuohy Fencing",
        "Yard Supervisor",
    ),
    (
        "Kemi Adeyemi <kemi.adeyemi@fairhavenfoods.example>",
        "Quality Assurance Technologist",
        "Dear Rosa,\n\nThank you for attending the interview at our Grimsby site yesterday.\n\nKind regards,\n\nKemi Adeyemi MCIPD\nHR Advisor\n"
        "T: 01472 000000\nFairhaven Foods Ltd, Registered in England 0000000",
        "Fairhaven Foods / Fairhaven Foods Ltd",
        "Quality Assurance Technologist",
    ),
    (
        "Silver Birch Primary <admin@silverbirchprimary.example>",
        "TA interviews",
        "Dear Rosa\nWe would like to interview you for the Teaching Assistant post on Friday at 9.15am.\nMrs Pole\nSchool Business Manager\n"
        "Silver Birch Primary School",
        "Silver Birch Primary School / Silver Birch Primary",
        "Teaching Assistant",
    ),
    (
        "Jobvite <notification@jobvite.com>",
        "Ternbridge Systems: Thank you for your interest",
        "Dear Rosa,\n\nThank you for your interest in the Embedded Firmware Engineer position with Ternbridge Systems.",
        "Ternbridge Systems",
        "Embedded Firmware Engineer",
    ),
    (
        "Oracle Recruiting <noreply@oraclecloud.com>",
        "Your Application for 24000AB Claims Adjuster was received",
        "Rosa, thank you for applying for Claims Adjuster at Granite Mutual Insurance. If you are selected for an interview, we will contact "
        "you.",
        "Granite Mutual Insurance",
        "Claims Adjuster",
    ),
    (
        "Hugo Ferrand <hugo@stellarsea.example>",
        "Deckhand",
        "Rosa, your CV came to me through the crew house. Need a deckhand for the season, M/Y Stellar Sea. Interview by phone tonight?",
        "M/Y Stellar Sea / Stellar Sea",
        "Deckhand",
    ),
    (
        "Lerryn Council HR <hr@lerryn.gov.example>",
        "Interview - Civil Enforcement Officer x 2",
        "Dear Rosa\n\nInterview: Civil Enforcement Officer\nDate: Thursday 12 March\nVenue: The Guildhall, High Street\n\nLerryn Town Council",
        "Lerryn Town Council / Lerryn Council",
        "Civil Enforcement Officer",
    ),
    (
        "Gwen <gwen@hotelmontrose.example>",
        "Position: Night Auditor - Hotel Montrose",
        "Hello Rosa\nThank you for your application. The manager would like to see you on Sunday.\nGwen\nHotel Montrose",
        "Hotel Montrose",
        "Night Auditor",
    ),
    (
        "Dublin Bay Pilots <info@dbpilots.example>",
        "RE: Application - Marine Operations Controller",
        "Dear Rosa,\nI acknowledge receipt of your application for the above position.\nYours faithfully,\nF. Nolan\nDublin Bay Pilots DAC",
        "Dublin Bay Pilots / Dublin Bay Pilots DAC",
        "Marine Operations Controller",
    ),
    (
        "Elena Petrova <e.petrova@vostok-nickel.example>",
        "Interview, Process Metallurgist",
        "Dear Rosa, we are glad to invite you for interview to the vacancy Process Metallurgist. With best regards, Elena Petrova, HR "
        "department, Vostok Nickel",
        "Vostok Nickel",
        "Process Metallurgist",
    ),
    (
        "Sam Adler <sam@bytefern.example>",
        "Bytefern <> Rosa: onsite",
        "Hey Rosa! The team loved you. Next up is the onsite for the Backend Engineer, Payments role. Sam\n--\nSam Adler, Recruiting @ Bytefern",
        "Bytefern",
        "Backend Engineer, Payments / Backend Engineer",
    ),
    (
        "Workday <kingsmere@myworkday.com>",
        "Kingsmere Group: Application update - Warehouse Operative",
        "Dear Rosa, thank you for the interest you have shown in Kingsmere Group. We will not be taking your application for Warehouse "
        "Operative further.",
        "Kingsmere Group / Kingsmere",
        "Warehouse Operative",
    ),
    (
        "Ines Moreau <ines@rosewell.example>",
        "Chargé(e) de projet",
        "Hello Rosa, we would like to see you again for the Project Officer job (Chargé de projet). Ines Moreau, Rosewell Foundation",
        "Rosewell Foundation",
        "Project Officer",
    ),
    (
        "Peter Hallam <peter.hallam@greymoor-prison.example>",
        "Prison Officer - Online Test Passed",
        "Congratulations, you have passed the online tests for the role of Prison Officer at HMP Greymoor and are invited to an assessment "
        "centre.",
        "HMP Greymoor / Greymoor Prison / Greymoor",
        "Prison Officer",
    ),
    (
        "Lucy <lucy@brightsparksnursery.example>",
        "Nursery practitioner level 3",
        "Hi Rosa, lovely to chat earlier! Can you come for a stay and play interview on Monday? Lucy x\nBright Sparks Nursery",
        "Bright Sparks Nursery",
        "Nursery Practitioner / Nursery Practitioner Level 3",
    ),
    (
        "Personio <noreply@m.personio.de>",
        "Your application as Accountant (f/m/d) in Berlin",
        "Dear Rosa, thank you for applying for the position Accountant (f/m/d) in Berlin with Feldmark Software GmbH.",
        "Feldmark Software / Feldmark Software GmbH",
        "Accountant / Accountant (f/m/d) in Berlin / Accountant in Berlin",
    ),
    (
        "Dwayne Foster <dfoster@ironcladroofing.example>",
        "Roofing foreman position",
        "Rosa - good talking with you about the foreman position. We'll be making a decision soon. Dwayne Foster, Ironclad Roofing LLC",
        "Ironclad Roofing / Ironclad Roofing LLC",
        "Foreman / Roofing Foreman",
    ),
    (
        "Mags <mags@thepaperlantern.example>",
        "front of house",
        "Hiya! Thanks for applying for front of house. Can you do a trial shift Friday 6pm? Mags, The Paper Lantern",
        "The Paper Lantern / Paper Lantern",
        "Front of House",
    ),
    (
        "Coastal Wind Careers <careers@coastalwind.example>",
        "Coastal Wind - Application Update - Turbine Engineer (12 month FTC)",
        "Hi Rosa,\n\nWe've now reviewed all applications for Turbine Engineer (12 month FTC) and would like to invite you to a video "
        "interview.",
        "Coastal Wind",
        "Turbine Engineer / Turbine Engineer (12 month FTC)",
    ),
    (
        "Vikram Sethi <vikram.sethi@saffronmotors.example>",
        "Interview Call Letter - Asst. Manager (Accounts)",
        "Dear Rosa Quill,\n\nWith reference to your application for the post of Asst. Manager (Accounts), you are requested to attend the "
        "interview.\n\nFor Saffron Motors Pvt. Ltd.\nVikram Sethi\nDGM - HR",
        "Saffron Motors / Saffron Motors Pvt. Ltd.",
        "Asst. Manager (Accounts) / Assistant Manager (Accounts) / Asst. Manager",
    ),
    (
        "Hazelhurst Recruitment Office <recruit@hazelhurst.example>",
        "Hazelhurst School: Head of Year 9",
        "Dear Rosa,\nThe interviews for the Head of Year 9 vacancy will be on 20 March.\nHazelhurst School",
        "Hazelhurst School / Hazelhurst",
        "Head of Year 9 / Head of Year",
    ),
    (
        "Jade Ngata <jade@kauricoast.example>",
        "Kauri Coast DHB - Occupational Therapist (0.8 FTE)",
        "Kia ora Rosa,\n\nThank you for your application for the Occupational Therapist role. Are you able to meet kanohi ki te kanohi on the "
        "9th?\n\nNgā mihi\nJade Ngata\nTeam Lead, Allied Health\nKauri Coast District Health",
        "Kauri Coast District Health / Kauri Coast DHB / Kauri Coast",
        "Occupational Therapist",
    ),
    (
        "Charlie <charlie@hotmail.com>",
        "pub job",
        "hi rosa its charlie from the Fox and Fiddle. u free for a quick interview for the bar supervisor job tmrw",
        "Fox and Fiddle / The Fox and Fiddle",
        "Bar Supervisor",
    ),
    (
        "Recruiter <recruiter@airvelo.example>",
        "AirVelo | Cabin Crew Member | Assessment Day",
        "Dear Rosa, congratulations! You have been selected to attend our Assessment Day for the Cabin Crew Member position.",
        "AirVelo",
        "Cabin Crew Member",
    ),
    (
        "People Team <people@meadowlark.example>",
        "Meadowlark: Customer Success Manager (EMEA) - scheduling",
        "Hi Rosa! We're excited to move you forward to a hiring manager interview for our Customer Success Manager (EMEA) role.\n\nThe "
        "Meadowlark People Team",
        "Meadowlark",
        "Customer Success Manager (EMEA) / Customer Success Manager",
    ),
    (
        "Dr. M. Castellan <m.castellan@ivrea-dental.example>",
        "dental hygienist application",
        "Dear Rosa, thank you for your resume for the dental hygienist position. Would you be available for a working interview? Dr. "
        "Castellan, Ivrea Dental",
        "Ivrea Dental",
        "Dental Hygienist",
    ),
    (
        "Wren Hollis <wren@tanglewoodpress.example>",
        "Editorial Assistant at Tanglewood Press: interview confirmed",
        "Dear Rosa,\nConfirming your interview for Editorial Assistant.\nWren Hollis\nManaging Editor\nTanglewood Press",
        "Tanglewood Press",
        "Editorial Assistant",
    ),
    (
        "Fatima Al-Sayed <fatima@oryx-engineering.example>",
        "Application for QA/QC Inspector - Doha",
        "Dear Rosa, reference to your application for the position of QA/QC Inspector, kindly confirm your availability for a telephonic "
        "interview. Regards, Fatima Al-Sayed, Oryx Engineering W.L.L.",
        "Oryx Engineering",
        "QA/QC Inspector",
    ),
]

OTHER_MATTERS: list[tuple[str, str, str]] = [
    (
        "admissions@kirkwall-college.example",
        "Interview for your place",
        "We invite you to an interview for a place on the MA in Printmaking. Admissions Office",
    ),
    ("office@ps118.example", "Parent-teacher interviews", "Your interview with Ms Ruiz is at 5.10pm. Please be on time."),
    (
        "claims@northshield.example",
        "Your claim 22-118",
        "An assessor will interview you by telephone about your claim. We'll be in touch by Friday.",
    ),
    ("rae@thirdrailpod.example", "Guest?", "Would you come on our podcast? It's a half hour interview about city planning."),
    (
        "hello@flatfinders.example",
        "Viewing confirmed",
        "Your application for the flat is with the landlord. You'll hear by Monday.",
    ),
    ("info@brightsmile.example", "Appointment", "We have received your application for our payment plan and will be in touch."),
    (
        "editor@valleytimes.example",
        "Quick interview",
        "I'm a reporter with the Valley Times and would like to interview you for a story on rents.",
    ),
    ("jo@hotmail.com", "sunday", "How did the interview go?? did they offer you the job? tell me everything. Lunch sunday?"),
    (
        "mentor@youthboard.example",
        "Volunteer application",
        "Thank you for your application to be a volunteer mentor. Interviews are next week.",
    ),
    (
        "support@streambox.example",
        "Ticket #88121",
        "A technician has been assigned to your case and will be in touch within two working days.",
    ),
    (
        "research@uxlab.example",
        "Paid study",
        "We'd like to interview you for our research study about banking apps. You receive a $75 gift card.",
    ),
    ("visas@consulate.example", "Interview appointment", "Your visa interview appointment is confirmed for 10 April."),
    (
        "sam@present.example",
        "Interview panel thursday",
        "Can you sit on the panel for the two analyst candidates on Thursday? Scorecards by noon.",
    ),
    ("kit@present.example", "thanks", "Thank you so much for interviewing me for the trainee job. I hope to hear from you soon."),
    (
        "membership@alpineclub.example",
        "Your membership application",
        "Your application for membership has been received and goes to the committee.",
    ),
    ("deals@cruises.example", "Your offer", "We're delighted to offer you 40% off. Accept your offer by Friday."),
    (
        "grants@artsfund.example",
        "Your application to the fund",
        "Your grant application GF-118 was received; decisions are in June.",
    ),
    (
        "hoa@cedarview.example",
        "Board position",
        "Elections: there is one open position on the HOA board. Candidates may speak at the meeting.",
    ),
    ("news@startupweekly.example", "Who's hiring", "This week's top jobs: 14 open roles. Apply now."),
    (
        "school@firstkicks.example",
        "Team selection",
        "Your child has been selected for the position of goalkeeper in the under 9 team.",
    ),
    (
        "loans@cityunion.example",
        "Application received",
        "Thank you for your application. It goes to the credit committee on Thursday, and you will be notified of the decision.",
    ),
    (
        "jay@hacklist.example",
        "[dev] interview question",
        "Anyone know a good interview with Knuth? The one in the magazine on the role of proofs.",
    ),
    (
        "hr@present.example",
        "Open enrollment",
        "Human Resources reminds all staff that benefits enrollment closes Friday. Your position does not change.",
    ),
    ("orders@lampshop.example", "Your order", "Thank you for your order. The delivery team will contact you."),
    (
        "agent@homeseller.example",
        "Offer on the house",
        "The sellers have accepted your offer, subject to survey. I'll call you tomorrow.",
    ),
    (
        "clerk@county.example",
        "Jury service",
        "You have been selected for jury service; report to the clerk of the court on Monday.",
    ),
    (
        "sponsor@hackathon.example",
        "Your application to HackCity",
        "Congratulations, your hackathon application was accepted! RSVP by Sunday.",
    ),
    (
        "adoption@pawshelter.example",
        "Adopting Biscuit",
        "We received your adoption application and would like a phone interview with you about your home.",
    ),
]


def read(sender: str, subject: str, text: str) -> MessageFacts:
    name, _, address = sender.rpartition("<")
    signature = ""
    body, mark, rest = text.partition("\n--\n")
    if mark:
        text, signature = body, rest
    given = Address(name=name.strip(), address=address.strip("<> "))
    letter = message(text, sent_at=NOON, sender=given, subject=subject, body=Body(text=text, signature=signature))
    return understand(letter, OWNER)


def agrees(name: str | None, accepted: str) -> bool:
    return (name or "") in accepted.split(" / ")


@pytest.mark.parametrize("row", LETTERS, ids=lambda row: row[1])
def test_a_letter_names_the_employer(row: tuple[str, str, str, str, str]) -> None:
    found = read(*row[:3])
    assert agrees(found.employers[0].name if found.employers else None, row[3]), found.employers


@pytest.mark.parametrize("row", LETTERS, ids=lambda row: row[1])
def test_a_letter_names_the_post(row: tuple[str, str, str, str, str]) -> None:
    found = read(*row[:3])
    assert agrees(found.roles[0].name if found.roles else None, row[4]), found.roles


@pytest.mark.parametrize("row", LETTERS, ids=lambda row: row[1])
def test_a_letter_of_an_employer_is_about_a_job(row: tuple[str, str, str, str, str]) -> None:
    assert read(*row[:3]).topic is Topic.HIRING


@pytest.mark.parametrize("row", OTHER_MATTERS, ids=lambda row: row[1])
def test_a_letter_about_another_matter_is_not(row: tuple[str, str, str]) -> None:
    assert read(*row).topic is not Topic.HIRING
