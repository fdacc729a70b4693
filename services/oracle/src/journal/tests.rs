// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::testing::{NETWORK, header};
use ligature_primitives::{
	ids::ChainId,
	vote::{VoteKind, VoteMessage},
};
use std::{fs, process::Command};

fn key() -> MemberKey {
	MemberKey::from_seed(&[3; 32])
}

fn open(path: &Path) -> Result<Journal, JournalError> {
	Journal::open(path, NETWORK, &key().public())
}

fn block(number: u64) -> VoteMessage {
	VoteMessage::block(&header(number, 0, 0))
}

fn place() -> (tempfile::TempDir, PathBuf) {
	let folder = tempfile::tempdir().expect("a folder");
	let path = folder.path().join("oracle.journal");
	(folder, path)
}

/// A journal with so many blocks signed.
fn written(path: &Path, blocks: u64) -> Vec<u8> {
	let mut journal = open(path).expect("a new file");
	for number in 1..=blocks {
		journal.sign(&block(number), &key()).expect("no conflict");
	}
	drop(journal);
	fs::read(path).expect("written")
}

#[test]
fn what_was_signed_should_be_there_after_a_restart() {
	let (_folder, path) = place();
	let mut journal = open(&path).expect("a new file");
	assert!(journal.is_empty());
	let signature = journal.sign(&block(1), &key()).expect("no conflict");
	assert!(crate::verifies(&key().public(), &block(1).encode(), &signature));
	// The same vote again is neither written again nor signed otherwise.
	assert_eq!(journal.sign(&block(1), &key()).expect("the same"), signature);
	journal.sign(&block(2), &key()).expect("no conflict");
	assert_eq!(journal.len(), 2);
	drop(journal);

	let journal = open(&path).expect("it is whole");
	assert_eq!(journal.len(), 2);
	for number in [1, 2] {
		assert!(journal.memory().holds(&block(number)));
	}
}

#[test]
fn a_contradicting_vote_should_not_be_signed_nor_written() {
	let (_folder, path) = place();
	let mut journal = open(&path).expect("a new file");
	journal.sign(&block(2), &key()).expect("no conflict");
	let length = fs::metadata(&path).expect("written").len();
	let fork = VoteMessage::block(&header(2, 1, 0));
	let freeze = VoteMessage::about(VoteKind::Freeze, ChainId(0), &header(1, 0, 0));
	for (message, conflict) in
		[(fork, Conflict::OtherBlock), (freeze, Conflict::BelowBlock(BlockNumber(2)))]
	{
		let error = journal.sign(&message, &key()).expect_err("it contradicts");
		assert!(matches!(error, JournalError::Conflict(found) if found == conflict));
	}
	let foreign = VoteMessage { network: NetworkId(8), ..block(3) };
	let error = journal.sign(&foreign, &key()).expect_err("another network");
	assert!(matches!(error, JournalError::OtherNetwork { .. }));
	assert_eq!(fs::metadata(&path).expect("written").len(), length);
}

#[test]
fn a_kill_at_any_byte_should_lose_nothing_that_was_synced() {
	let (_folder, path) = place();
	let bytes = written(&path, 3);
	assert_eq!(bytes.len(), HEAD + 3 * RECORD);
	for length in 0..=bytes.len() {
		fs::write(&path, &bytes[..length]).expect("writable");
		let whole = length.saturating_sub(HEAD) / RECORD;
		let mut journal = open(&path).unwrap_or_else(|error| panic!("{length}: {error}"));
		assert_eq!(journal.len(), whole as u64, "{length}");
		for number in 1..=3 {
			assert_eq!(journal.memory().holds(&block(number)), number <= whole as u64);
		}
		if length % 16 != 0 {
			continue;
		}
		// It goes on where it was, with the same bytes.
		for number in whole as u64 + 1..=3 {
			journal.sign(&block(number), &key()).expect("no conflict");
		}
		drop(journal);
		assert_eq!(fs::read(&path).expect("written"), bytes, "{length}");
	}
}

#[test]
fn a_damaged_byte_anywhere_should_be_noticed() {
	let (_folder, path) = place();
	let bytes = written(&path, 3);
	for place in 0..bytes.len() {
		let mut damaged = bytes.clone();
		damaged[place] ^= 0x40;
		fs::write(&path, &damaged).expect("writable");
		let error = open(&path).map(|_| ()).expect_err("damaged");
		match place.checked_sub(HEAD) {
			None => assert!(matches!(error, JournalError::NotAJournal { .. }), "{place}: {error}"),
			Some(place) => {
				let expected = (place / RECORD) as u64;
				assert!(
					matches!(error, JournalError::Damaged { record, offset, .. }
						if record == expected && offset == (HEAD + RECORD * expected as usize) as u64),
					"{place}: {error}"
				);
			},
		}
		assert_eq!(fs::read(&path).expect("there"), damaged, "it is left as it is");
	}
}

#[test]
fn records_in_another_order_should_be_noticed() {
	let (_folder, path) = place();
	let bytes = written(&path, 3);
	let (head, records) = bytes.split_at(HEAD);
	let record = |place: usize| &records[place * RECORD..(place + 1) * RECORD];
	for order in [[1, 0, 2], [0, 0, 1], [0, 2, 1]] {
		let mixed = [head, record(order[0]), record(order[1]), record(order[2])].concat();
		fs::write(&path, mixed).expect("writable");
		assert!(matches!(open(&path), Err(JournalError::Damaged { .. })), "{order:?}");
	}
	// One that is missing in the middle, too.
	fs::write(&path, [head, record(0), record(2)].concat()).expect("writable");
	assert!(matches!(open(&path), Err(JournalError::Damaged { record: 1, .. })));
}

#[test]
fn another_members_or_networks_journal_should_be_refused() {
	let (_folder, path) = place();
	written(&path, 1);
	let other = Journal::open(&path, NetworkId(8), &key().public());
	assert!(matches!(other, Err(JournalError::Foreign { .. })));
	let other = Journal::open(&path, NETWORK, &[9; 32]).map(|_| ()).expect_err("not theirs");
	assert!(matches!(other, JournalError::Foreign { .. }));
	assert!(other.to_string().contains(&hex::encode(key().public())), "{other}");
	fs::write(&path, "some text that is no journal").expect("writable");
	assert!(matches!(open(&path), Err(JournalError::NotAJournal { .. })));
	let missing = path.join("nowhere");
	assert!(matches!(open(&missing), Err(JournalError::Io { action: "open", .. })));
}

#[test]
fn a_second_process_should_be_kept_away() {
	let (_folder, path) = place();
	let journal = open(&path).expect("a new file");
	assert!(matches!(open(&path), Err(JournalError::Locked { .. })));
	// Another process, which asks the system.
	let status = Command::new("flock").arg("--nonblock").arg(&path).arg("true").status();
	assert!(!status.expect("flock is installed").success());
	drop(journal);
	open(&path).expect("it is free");
}

#[test]
fn after_a_failed_write_nothing_should_be_signed() {
	let (_folder, path) = place();
	let mut journal = open(&path).expect("a new file");
	journal.sign(&block(1), &key()).expect("no conflict");
	// A handle that cannot be written, as if the disk were gone.
	journal.file = File::open(&path).expect("readable");
	let error = journal.sign(&block(2), &key()).expect_err("it is read-only");
	assert!(matches!(error, JournalError::Io { action: "write", .. }), "{error}");
	assert!(!journal.memory().holds(&block(2)));
	for number in [1, 2, 3] {
		let error = journal.sign(&block(number), &key()).expect_err("broken");
		assert!(matches!(error, JournalError::Broken { .. }), "{error}");
	}
	drop(journal);
	assert_eq!(open(&path).expect("it is whole").len(), 1);
}

#[test]
fn the_file_should_be_its_owners() {
	use std::os::unix::fs::PermissionsExt;
	let (_folder, path) = place();
	written(&path, 1);
	let mode = fs::metadata(&path).expect("written").permissions().mode();
	assert_eq!(mode & 0o777, 0o600);
}
