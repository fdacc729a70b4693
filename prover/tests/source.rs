// SPDX-License-Identifier: Apache-2.0

//! Blocks from a folder: what was written is what provers get, and a block that is not the header's is not proven.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod common;

use common::{Block, World};
use ligature_ledger::tree::{Sequential, Threads};
use ligature_primitives::{
	amount::Amount,
	constants::{JoinClass, SizeClass},
	header::Header,
	ids::{AccountIndex, BlockNumber, Timestamp},
	op::Operation,
	poseidon::Word,
};
use ligature_prover::{
	Job,
	source::{BlockSource, FolderSource, Mismatch, SourceBlock, block_folder, write_block},
};
use std::{fs, num::NonZero, path::Path, sync::OnceLock};

/// A ledger with a pool, and a block with transfers and a swap: three blocks.
fn blocks() -> &'static [Block] {
	static BLOCKS: OnceLock<Vec<Block>> = OnceLock::new();
	BLOCKS.get_or_init(|| {
		let mut world = World::new().unwrap();
		world.trade([1, 1], 2, 1).unwrap();
		world.trade([1, 1], 0, 1).unwrap();
		world.blocks
	})
}

fn source(folder: &Path) -> FolderSource<Sequential> {
	FolderSource::new(folder, Sequential)
}

fn write(folder: &Path, block: &Block) {
	write_block(folder, &block.header, &block.record, None).unwrap();
}

fn assert_gives(source: &impl BlockSource, block: &Block) {
	let given = source.fetch(&block.header).unwrap().expect("the block is there");
	assert_eq!(given.record, block.record);
	let roots = |states: &[ligature_ledger::ChainState]| -> Vec<Word> {
		states.iter().map(|state| state.root()).collect()
	};
	assert_eq!(roots(given.before.states()), roots(&block.before));
	assert_eq!(given.before.number().0 + 1, block.header.number.0);
}

/// What is wrong with the folder, in words.
fn error(source: &impl BlockSource, block: &Block) -> String {
	source.fetch(&block.header).unwrap_err().to_string()
}

#[test]
fn a_folder_should_give_what_was_written() {
	let folder = tempfile::tempdir().unwrap();
	for block in blocks() {
		write(folder.path(), block);
	}
	// In order, as a prover asks, and each by itself, as after a restart.
	let in_order = source(folder.path());
	for block in blocks() {
		assert_gives(&in_order, block);
		assert_gives(&in_order, block);
		assert_gives(&source(folder.path()), block);
	}
	let backwards = FolderSource::new(folder.path(), Threads::new(NonZero::new(2).unwrap()));
	for block in blocks().iter().rev() {
		assert_gives(&backwards, block);
	}
}

#[test]
fn a_folder_should_need_no_earlier_blocks_when_it_has_states() {
	let folder = tempfile::tempdir().unwrap();
	let [_, base, next, last] = blocks() else { panic!("there are four blocks") };
	let after = &next.before;
	write_block(folder.path(), &base.header, &base.record, Some(after)).unwrap();
	for block in [next, last] {
		write(folder.path(), block);
		assert_gives(&source(folder.path()), block);
	}
	// The base itself has nothing before it.
	assert!(source(folder.path()).fetch(&base.header).unwrap().is_none());
}

#[test]
fn a_block_should_not_be_there_until_it_and_all_before_it_are_whole() {
	let folder = tempfile::tempdir().unwrap();
	let missing = source(&folder.path().join("not there yet"));
	assert!(missing.fetch(&blocks()[0].header).unwrap().is_none());

	let source = source(folder.path());
	write(folder.path(), &blocks()[1]);
	assert!(source.fetch(&blocks()[1].header).unwrap().is_none(), "block 1 is missing");
	assert!(source.fetch(&blocks()[2].header).unwrap().is_none());
	write(folder.path(), &blocks()[0]);
	assert_gives(&source, &blocks()[1]);

	// Another block of the same number is another block.
	let other = Header { revert_epoch: 7, ..blocks()[1].header.clone() };
	assert!(source.fetch(&other).unwrap().is_none());
	// A writer that died, and one that comes again.
	let path = block_folder(folder.path(), BlockNumber(3), &blocks()[2].header.hash());
	fs::create_dir_all(path.with_extension("unfinished")).unwrap();
	assert!(source.fetch(&blocks()[2].header).unwrap().is_none());
	write(folder.path(), &blocks()[2]);
	write(folder.path(), &blocks()[2]);
	assert_gives(&source, &blocks()[2]);
}

#[test]
fn damage_should_be_named() {
	let [one, two, three, _] = blocks() else { panic!("there are four blocks") };
	let folder = tempfile::tempdir().unwrap();
	let write_all = || {
		let _ = fs::remove_dir_all(folder.path());
		for block in [one, two, three] {
			write_block(folder.path(), &block.header, &block.record, None).unwrap();
		}
	};
	let path = |block: &Block, name: &str| {
		block_folder(folder.path(), block.header.number, &block.header.hash()).join(name)
	};

	write_all();
	fs::write(path(two, "record"), b"no record").unwrap();
	let message = error(&source(folder.path()), three);
	assert!(message.contains("record") && message.contains("version"), "{message}");

	write_all();
	fs::remove_file(path(three, "record")).unwrap();
	assert!(error(&source(folder.path()), three).contains("No such file"));

	write_all();
	fs::write(path(two, "header"), one.header.encode()).unwrap();
	assert!(error(&source(folder.path()), three).contains("another block"));

	write_all();
	fs::write(path(two, "record"), three.record.encode()).unwrap();
	let message = error(&source(folder.path()), three);
	assert!(message.contains("block 2") && message.contains("continue the ledger"), "{message}");

	for (after, expected) in
		[(&three.before[..1], "state-2"), (&two.before[..], "not the one after the header's block")]
	{
		let folder = tempfile::tempdir().unwrap();
		write_block(folder.path(), &two.header, &two.record, Some(after)).unwrap();
		write(folder.path(), three);
		if expected == "state-2" {
			// Half of the states are as good as none.
			assert!(source(folder.path()).fetch(&three.header).unwrap().is_none());
			let two = block_folder(folder.path(), two.header.number, &two.header.hash());
			fs::write(two.join("state-2"), b"nothing").unwrap();
		}
		let message = error(&source(folder.path()), three);
		assert!(message.contains(expected), "{message}");
	}
}

/// The block as a source gives it.
fn given(block: &Block) -> SourceBlock {
	let mut before = ligature_ledger::Ledger::resume(&blocks()[1].header, block.before.clone());
	before.as_mut().unwrap().prune(0);
	SourceBlock { before: before.unwrap(), record: block.record.clone() }
}

#[test]
fn a_block_should_become_a_job_when_it_is_the_header_s() {
	let block = &blocks()[2];
	let job = given(block).job(&block.header, &Sequential).unwrap();
	let operations = &block.record.operations;
	let direct = Job::of_block(&block.before, &block.header, &block.sealed, operations).unwrap();
	let inputs = |job: &Job| -> Vec<_> {
		job.statements.iter().map(|statement| (statement.part, statement.input)).collect()
	};
	assert_eq!(inputs(&job), inputs(&direct));
	assert_eq!((job.number, job.statements.len()), (block.header.number, 3));
}

#[test]
fn every_field_of_the_header_should_be_compared() {
	let block = &blocks()[2];
	type Change = fn(&mut Header);
	let changes: [(&str, Change); 14] = [
		("number", |it| it.number.0 += 1),
		("timestamp", |it| it.timestamp = Timestamp::MAX),
		("join class", |it| it.join_class = JoinClass::new(2).unwrap()),
		("size class of chain 1", |it| it.chains[0].size_class = SizeClass::new(2).unwrap()),
		("old root of chain 1", |it| it.chains[0].old_root += Word::from(1)),
		("new root of chain 2", |it| it.chains[1].new_root += Word::from(1)),
		("old next index of chain 2", |it| it.chains[1].old_next += 1),
		("new next index of chain 1", |it| it.chains[0].new_next += 1),
		("fee account of chain 1", |it| {
			it.chains[0].fee_account = AccountIndex::new(1).unwrap();
		}),
		("public-data commitment of chain 1", |it| it.chains[0].data_commitment += Word::from(1)),
		("public-data length of chain 2", |it| it.chains[1].data_length += 1),
		("joint-log commitment of chain 2", |it| it.chains[1].log_commitment += Word::from(1)),
		("joint-log count of chain 1", |it| it.chains[0].log_count += 1),
		("priority operations of chain 1", |it| it.chains[0].priority_count += 1),
	];
	for (expected, change) in changes {
		let mut header = block.header.clone();
		change(&mut header);
		match given(block).job(&header, &Sequential) {
			Err(Mismatch::Field { field, .. }) => assert_eq!(field, expected),
			other => panic!("{expected}: {other:?}"),
		}
	}
}

#[test]
fn a_block_should_be_refused_when_its_operations_or_its_network_are_others() {
	let block = &blocks()[2];
	let mut other = given(block);
	let Operation::Transfer(transfer) = &mut other.record.operations[0] else { panic!() };
	transfer.tx.body.amount = Amount::new(1).unwrap();
	assert!(matches!(other.job(&block.header, &Sequential), Err(Mismatch::Record(_))));

	let mut less = given(block);
	less.record.operations.pop();
	assert!(matches!(less.job(&block.header, &Sequential), Err(Mismatch::Field { .. })));

	let mut header = block.header.clone();
	header.network.0 += 1;
	assert!(matches!(given(block).job(&header, &Sequential), Err(Mismatch::Network)));
	let mut header = block.header.clone();
	header.chains[1].chain.0 += 1;
	assert!(matches!(given(block).job(&header, &Sequential), Err(Mismatch::Network)));
}
