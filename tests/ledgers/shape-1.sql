PRAGMA application_id = 1212304177;
BEGIN TRANSACTION;
CREATE TABLE application (
                id TEXT PRIMARY KEY,
                alias TEXT NOT NULL,
                first_seen_at TEXT NOT NULL
            ) STRICT, WITHOUT ROWID;
INSERT INTO "application" VALUES('brightforge-data-engineer','Brightforge / Data Engineer','2026-03-17T14:00:00.000000Z');
CREATE TABLE assignment (
                message TEXT PRIMARY KEY,
                application TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE
            ) STRICT, WITHOUT ROWID;
INSERT INTO "assignment" VALUES('<1@brightforge.example>','brightforge-data-engineer');
INSERT INTO "assignment" VALUES('<2@quill.example>','brightforge-data-engineer');
CREATE TABLE correction (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                application TEXT NOT NULL,
                kind TEXT NOT NULL,
                made_at TEXT NOT NULL,
                value TEXT NOT NULL,
                on_day TEXT,
                until TEXT,
                undone_at TEXT
            ) STRICT;
INSERT INTO "correction" VALUES(1,'brightforge-data-engineer','promise','2026-03-17T14:00:00.000000Z','by Friday',NULL,NULL,NULL);
CREATE TABLE delivery (
                outgoing INTEGER NOT NULL REFERENCES outgoing (id) ON DELETE CASCADE,
                target TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('in_flight', 'delivered', 'retry', 'given_up', 'lost')),
                attempts INTEGER NOT NULL,
                is_repeated INTEGER NOT NULL DEFAULT 0,
                first_try_at TEXT NOT NULL,
                last_try_at TEXT NOT NULL,
                next_try_at TEXT,
                detail TEXT NOT NULL DEFAULT '',
                PRIMARY KEY (outgoing, target)
            ) STRICT, WITHOUT ROWID;
INSERT INTO "delivery" VALUES(1,'phone','delivered',1,0,'2026-03-17T14:00:00.000000Z','2026-03-17T14:00:00.000000Z',NULL,'');
INSERT INTO "delivery" VALUES(1,'tablet','in_flight',1,0,'2026-03-17T14:00:00.000000Z','2026-03-17T14:00:00.000000Z',NULL,'');
CREATE TABLE erased (digest TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO "erased" VALUES('5968a405ea126b1504dcc4ad7e1eabcabfb96d66fc4100e429972ab465d4ffd0');
CREATE TABLE mailbox (
                name TEXT PRIMARY KEY,
                cursor TEXT,
                messages_seen INTEGER NOT NULL DEFAULT 0,
                complete_to TEXT,
                last_error TEXT,
                failed_since TEXT,
                gaps TEXT NOT NULL DEFAULT '[]'
            ) STRICT;
INSERT INTO "mailbox" VALUES('home','{"cursor": 1}',12,'2026-03-17T14:00:00.000000Z',NULL,NULL,'[]');
INSERT INTO "mailbox" VALUES('work',NULL,0,NULL,'The server of work does not answer.','2026-03-17T14:00:00.000000Z','[]');
CREATE TABLE message (
                number INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                mailbox TEXT NOT NULL,
                folder TEXT NOT NULL,
                role TEXT NOT NULL,
                sent_at TEXT NOT NULL,
                topic TEXT NOT NULL,
                read_in_full INTEGER NOT NULL,
                revision INTEGER NOT NULL DEFAULT 1,
                facts TEXT
            ) STRICT;
INSERT INTO "message" VALUES(1,'<1@brightforge.example>','home','INBOX','inbox','2026-03-08T14:00:00.000000Z','hiring',1,1,'{"id":"<1@brightforge.example>","mailbox":"home","folder":"INBOX","role":"inbox","sent_at":"2026-03-08T09:00:00-05:00","sender":{"name":"Dana Ortiz","address":"dana@brightforge.example"},"sender_kind":"person","recipients":[{"name":"Rosa Quill","address":"rosa@quill.example"}],"reply_to":[],"subject":"","in_reply_to":null,"references":[],"provider_thread":null,"kind":{"kind":"update","evidence":{"sentence":"","rule":"test.given"}},"also":[],"topic":"hiring","topic_evidence":null,"promises":[],"moments":[],"employers":[],"roles":[],"agency":null,"due":null,"votes":[],"read_in_full":true}');
INSERT INTO "message" VALUES(2,'<2@quill.example>','home','Sent','sent','2026-03-09T14:00:00.000000Z','hiring',1,1,'{"id":"<2@quill.example>","mailbox":"home","folder":"Sent","role":"sent","sent_at":"2026-03-09T09:00:00-05:00","sender":{"name":"Rosa Quill","address":"rosa@quill.example"},"sender_kind":"owner","recipients":[{"name":"Dana Ortiz","address":"dana@brightforge.example"}],"reply_to":[],"subject":"","in_reply_to":null,"references":[],"provider_thread":null,"kind":{"kind":"thanks","evidence":{"sentence":"","rule":"test.given"}},"also":[],"topic":"hiring","topic_evidence":null,"promises":[],"moments":[],"employers":[],"roles":[],"agency":null,"due":null,"votes":[],"read_in_full":true}');
CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT;
INSERT INTO "migration" VALUES(1,'messages, applications, corrections, what goes out','2026-11-23T03:06:43.726702Z');
CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "note" VALUES('hash_key','45ff660374a44b7377e969a400d6bdffe592a94daa2c6b69e4ff4431d2a06469');
INSERT INTO "note" VALUES('rules_version','1');
CREATE TABLE outgoing (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                kind TEXT NOT NULL CHECK (kind IN ('nudge', 'notice')),
                application TEXT NOT NULL,
                action TEXT NOT NULL,
                rests_on TEXT NOT NULL,
                push_at TEXT NOT NULL,
                status TEXT NOT NULL,
                created_at TEXT NOT NULL,
                handed_out_at TEXT,
                reason TEXT NOT NULL DEFAULT '',
                title TEXT NOT NULL DEFAULT '',
                body TEXT NOT NULL DEFAULT '',
                UNIQUE (kind, application, action, rests_on)
            ) STRICT;
INSERT INTO "outgoing" VALUES(1,'nudge','brightforge-data-engineer','follow_up','promise:<1>:2026-03-13','2026-03-17T14:00:00.000000Z','sent','2026-03-17T14:00:00.000000Z','2026-03-17T14:00:00.000000Z','','','');
INSERT INTO "outgoing" VALUES(2,'notice','','blind','work 2026-03-17T09:00:00-05:00','2026-03-17T14:00:00.000000Z','planned','2026-03-17T14:00:00.000000Z',NULL,'','I cannot read your mail','work: no answer.');
CREATE TABLE sighting (
                message TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
                mailbox TEXT NOT NULL,
                folder TEXT NOT NULL,
                PRIMARY KEY (message, mailbox, folder)
            ) STRICT, WITHOUT ROWID;
INSERT INTO "sighting" VALUES('<1@brightforge.example>','home','INBOX');
INSERT INTO "sighting" VALUES('<2@quill.example>','home','Sent');
CREATE TABLE unreadable (
                mailbox TEXT NOT NULL,
                key TEXT NOT NULL,
                folder TEXT NOT NULL,
                received_at TEXT NOT NULL,
                reason TEXT NOT NULL,
                PRIMARY KEY (mailbox, key)
            ) STRICT, WITHOUT ROWID;
CREATE INDEX message_kept ON message (sent_at) WHERE facts IS NOT NULL;
CREATE INDEX message_read ON message (mailbox) WHERE read_in_full = 1;
CREATE INDEX assignment_application ON assignment (application);
CREATE INDEX outgoing_due ON outgoing (push_at) WHERE status = 'planned';
CREATE VIEW waiting AS SELECT * FROM outgoing WHERE status = 'planned' AND handed_out_at IS NULL;
CREATE INDEX delivery_open ON delivery (state) WHERE state IN ('in_flight', 'retry');
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('correction',1);
INSERT INTO "sqlite_sequence" VALUES('outgoing',2);
COMMIT;
