-- SPDX-License-Identifier: Apache-2.0
--
-- Places of votes begin at the time at which the database is made, in milliseconds since 1970: above all places of one
-- that was there before and is lost. Oracles go on where that one ended, and would never ask for lower ones.
INSERT INTO sqlite_sequence (name, seq)
SELECT 'votes', CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)
WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'votes');
