-- A results file of schema 1, as `sqlite3 FILE .dump` prints it.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE run ( id INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, title TEXT, status TEXT NOT NULL, started_utc TEXT NOT NULL, ended_utc TEXT, config_path TEXT, config_text TEXT, seed TEXT NOT NULL, plan_size INTEGER NOT NULL, version TEXT, "commit" TEXT, compiler TEXT, cflags TEXT, host TEXT, machine TEXT, kernel TEXT, noise TEXT, context TEXT);
INSERT INTO run VALUES(1,'7bec71ae-da80-4225-8b99-fe71e849993b','tiny','','done','2026-11-24T13:54:57Z','2026-11-24T13:54:57Z','tiny.yaml','name: tiny','1',12,'0.1.0+g2768c09-dirty','2768c09-dirty','gcc 12.2.0','-std=gnu11 -O2 -g   -D_GNU_SOURCE -fno-omit-frame-pointer -falign-functions=64 ','box','{"cpu":"Test CPU"}','6.18.44-fc-v769','{}',NULL);
CREATE TABLE trial ( id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, key TEXT NOT NULL, cell TEXT NOT NULL, axes TEXT NOT NULL, plan_index INTEGER NOT NULL, sweep TEXT NOT NULL, design TEXT NOT NULL, workload TEXT NOT NULL, walkers INTEGER NOT NULL, mappers INTEGER NOT NULL, dumpers INTEGER NOT NULL, repetition INTEGER NOT NULL, attempt INTEGER NOT NULL, params TEXT, status TEXT NOT NULL, reason TEXT NOT NULL, disturbed INTEGER NOT NULL, started_utc TEXT, duration_s REAL NOT NULL, UNIQUE (run, key));
INSERT INTO trial VALUES(1,1,'f123540b73fb4eda97bec93bdcbe76e1','walks/uniform/1+0+0/footprint=4M','footprint=4M',0,'walks','rcu','uniform',1,0,0,0,0,'{}','ok','',0,'2026-11-24T13:54:57Z',0.039948962999999997058);
CREATE TABLE value ( trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE, metric TEXT NOT NULL, unit TEXT NOT NULL, source TEXT NOT NULL, value REAL NOT NULL, deterministic INTEGER NOT NULL, PRIMARY KEY (trial, metric)) WITHOUT ROWID;
INSERT INTO value VALUES(1,'refs_per_walk','1','engine',4.0,1);
INSERT INTO value VALUES(1,'walk_lat_ns','ns','clock',7.332111358642578125,0);
CREATE TABLE missing ( trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE, counter TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (trial, counter)) WITHOUT ROWID;
CREATE TABLE hist ( trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE, name TEXT NOT NULL, counts TEXT NOT NULL, PRIMARY KEY (trial, name)) WITHOUT ROWID;
INSERT INTO hist VALUES(1,'walk_single','5:327 6:139 7:6 8:2 9:1 18:1');
CREATE TABLE series ( trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE, name TEXT NOT NULL, points TEXT NOT NULL, PRIMARY KEY (trial, name)) WITHOUT ROWID;
INSERT INTO series VALUES(1,'table_bytes_held','5.5384653557174718e-05:20480 1.2619493313071184:20480 2.4977209522641779:20480 3.7572510511346668:20480 5.6519854339584938:20480');
CREATE INDEX run_name ON run (name);
COMMIT;
PRAGMA application_id = 0x56544462;
PRAGMA user_version = 1;
