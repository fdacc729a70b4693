// SPDX-License-Identifier: Apache-2.0

//! The store by itself: what it keeps, and what it refuses.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a test reports")]

use ligature_ledger::Ledger;
use ligature_operator::store::{
	Identity, IncludedTransaction, NewBlock, PendingTransaction, RefusedTransaction, ReplayItem,
	Snapshot, SqliteStore, Stage, Store, StoreError,
};
use ligature_operator_api::{
	Bytes, Decimal, Hash32, PartName, ReceiptInfo, StageTimes, TransactionHash, TransactionState,
	VoteBytes,
};
use ligature_primitives::{
	header::{Header, Network},
	ids::{BlockNumber, ChainId, NetworkId, Timestamp},
	refusal::Refusal,
};
use std::fs;
use tempfile::TempDir;

async fn store() -> (SqliteStore, TempDir) {
	let folder = tempfile::tempdir().unwrap();
	(SqliteStore::open(folder.path()).await.unwrap(), folder)
}

fn hash(n: u64) -> TransactionHash {
	TransactionHash(n.into())
}

fn pending(place: u64) -> PendingTransaction {
	PendingTransaction { place, hash: hash(place), bytes: vec![place as u8; 3] }
}

fn receipt() -> Vec<ReceiptInfo> {
	let (before, after) = (Decimal(u128::MAX), Decimal(0));
	vec![ReceiptInfo { chain: 1, account: 2, token: 3, before, after }]
}

/// Block `number` with these transactions; `salt` makes it another one.
fn block(number: u64, included: &[u64], salt: u32) -> NewBlock {
	let network = Network::new(NetworkId(7), vec![ChainId(1), ChainId(2)]).unwrap();
	let root = Ledger::new(network.clone()).states()[0].root();
	let mut header = Header::genesis(&network, [1; 32], [2; 32], root);
	header.number = BlockNumber(number);
	header.timestamp = Timestamp::new(1_700_000_000 + number).unwrap();
	header.revert_epoch = salt;
	let included = (0..).zip(included).map(|(operation, n)| IncludedTransaction {
		hash: hash(*n),
		operation,
		receipt: receipt(),
	});
	NewBlock {
		hash: header.hash(),
		record: vec![number as u8, salt as u8],
		data: vec![vec![1, number as u8], Vec::new()],
		operations: 9,
		joint: 4,
		served: vec![number, 2 * number],
		built_at: 1_000 + number,
		included: included.collect(),
		refused: Vec::new(),
		replayed: 0,
		header,
	}
}

#[tokio::test]
async fn a_fresh_store_should_be_empty() {
	let (store, _folder) = store().await;
	assert_eq!(store.tip().await.unwrap(), None);
	assert_eq!(store.pending().await.unwrap(), []);
	assert_eq!(store.next_place().await.unwrap(), 0);
	assert_eq!(store.revert_epoch().await.unwrap(), 0);
	assert_eq!(store.transaction(hash(1)).await.unwrap(), None);
	assert_eq!(store.block(BlockNumber(1)).await.unwrap(), None);
	assert_eq!(store.blocks(None, 10).await.unwrap(), []);
	assert_eq!(store.snapshots().await.unwrap(), []);
	assert_eq!(store.votes(5, 10).await.unwrap().next, 5);
}

#[tokio::test]
async fn transactions_should_wait_in_their_order_until_they_are_done() {
	let (store, folder) = store().await;
	store.add_transactions(&[pending(4), pending(9)]).await.unwrap();
	store.add_transactions(&[pending(6)]).await.unwrap();
	// Once more changes nothing.
	let again = PendingTransaction { place: 20, ..pending(4) };
	store.add_transactions(&[again]).await.unwrap();
	assert_eq!(store.pending().await.unwrap(), [pending(4), pending(6), pending(9)]);
	assert_eq!(store.next_place().await.unwrap(), 21);
	let reason = Refusal::Expired.into();
	store.refuse(&[RefusedTransaction { hash: hash(6), reason }], 0).await.unwrap();
	store.add_block(&block(1, &[9], 0)).await.unwrap();
	drop(store);
	let store = SqliteStore::open(folder.path()).await.unwrap();
	assert_eq!(store.pending().await.unwrap(), [pending(4)]);
	let state = async |n| store.transaction(hash(n)).await.unwrap().unwrap().state;
	let TransactionState::Refused { code, name, .. } = state(6).await else { panic!("refused") };
	assert_eq!((code, name.as_str()), (1_063, "Expired"));
	let in_block = TransactionState::InBlock { block: 1, operation: 0, receipt: receipt() };
	assert_eq!(state(9).await, in_block);
	// One that was dropped may come again, one in a block does not wait again.
	let again = [PendingTransaction { place: 30, bytes: vec![1], ..pending(6) }, pending(9)];
	store.add_transactions(&again).await.unwrap();
	assert_eq!(store.pending().await.unwrap(), [pending(4), again[0].clone()]);
}

#[tokio::test]
async fn nothing_should_be_done_to_what_does_not_wait() {
	let (store, _folder) = store().await;
	store.add_transactions(&[pending(1), pending(2)]).await.unwrap();
	store.add_block(&block(1, &[1], 0)).await.unwrap();
	let twice = store.add_block(&block(2, &[2, 1], 0)).await.unwrap_err();
	assert!(matches!(twice, StoreError::Missing(_)), "{twice}");
	// All or nothing.
	assert_eq!(store.pending().await.unwrap(), [pending(2)]);
	assert_eq!(store.tip().await.unwrap().unwrap().header.number, BlockNumber(1));
	let reason = Refusal::Expired.into();
	let unknown = [RefusedTransaction { hash: hash(5), reason }];
	assert!(matches!(store.refuse(&unknown, 0).await, Err(StoreError::Missing(_))));
}

#[tokio::test]
async fn blocks_should_follow_each_other() {
	let (store, _folder) = store().await;
	for (number, last) in [(0, 0), (2, 0)] {
		let error = store.add_block(&block(number, &[], 0)).await.unwrap_err();
		let StoreError::NotNext { given, last: found } = error else { panic!("{error}") };
		assert_eq!((given, found), (BlockNumber(number), BlockNumber(last)));
	}
	for number in 1..6 {
		store.add_block(&block(number, &[], 0)).await.unwrap();
	}
	assert!(store.add_block(&block(5, &[], 1)).await.is_err());
	let new = block(3, &[], 0);
	let found = store.block(BlockNumber(3)).await.unwrap().unwrap();
	assert_eq!((&found.header, found.hash, &found.served), (&new.header, new.hash, &new.served));
	assert_eq!(
		(found.operations, found.joint, found.built_at, found.proofs_at),
		(9, 4, 1_003, None)
	);
	let numbers = async |before: Option<u64>, limit| {
		let blocks = store.blocks(before.map(BlockNumber), limit).await.unwrap();
		blocks.iter().map(|block| block.header.number.0).collect::<Vec<_>>()
	};
	assert_eq!(numbers(None, 2).await, [5, 4]);
	assert_eq!(numbers(Some(3), 10).await, [2, 1]);
	assert_eq!(numbers(Some(u64::MAX), 1).await, [5]);
	let record = store.record(BlockNumber(3), new.hash).await.unwrap();
	assert_eq!(record, Some((new.header.clone(), vec![3, 0])));
	assert_eq!(store.record(BlockNumber(3), [0; 32]).await.unwrap(), None);
	let data =
		async |chain| store.public_data(BlockNumber(3), new.hash, ChainId(chain)).await.unwrap();
	assert_eq!(
		(data(1).await, data(2).await, data(3).await),
		(Some(vec![1, 3]), Some(Vec::new()), None)
	);
	let tip = store.tip().await.unwrap().unwrap();
	assert_eq!((tip.header.number, tip.served), (BlockNumber(5), vec![5, 10]));
}

#[tokio::test]
async fn a_revert_should_bring_transactions_back_to_their_places() {
	let (store, _folder) = store().await;
	store.add_transactions(&[pending(1), pending(2), pending(3), pending(4)]).await.unwrap();
	store.add_block(&block(1, &[2], 0)).await.unwrap();
	store.add_block(&block(2, &[3, 1], 0)).await.unwrap();
	for number in [1, 2] {
		let number = BlockNumber(number);
		store
			.add_snapshot(&Snapshot { number, hash: [3; 32], states: vec![vec![1]] }, 5)
			.await
			.unwrap();
	}
	let replay = [
		ReplayItem::Transaction(hash(3)),
		ReplayItem::Request(ChainId(2), 5),
		ReplayItem::Transaction(hash(1)),
	];
	store.revert(BlockNumber(1), 7, &replay).await.unwrap();
	assert_eq!(store.pending().await.unwrap(), [pending(1), pending(3), pending(4)]);
	assert_eq!(store.tip().await.unwrap().unwrap().header.number, BlockNumber(1));
	assert_eq!(
		(store.revert_epoch().await.unwrap(), store.block(BlockNumber(2)).await.unwrap()),
		(7, None)
	);
	assert_eq!(store.snapshots().await.unwrap(), [BlockNumber(1)]);
	let all: Vec<_> = (0..).zip(replay).collect();
	assert_eq!(store.replay().await.unwrap(), all);
	// What was built is still told, and another block may take its number.
	assert!(store.record(BlockNumber(2), block(2, &[], 0).hash).await.unwrap().is_some());
	store.add_block(&NewBlock { replayed: 2, ..block(2, &[3], 7) }).await.unwrap();
	assert_eq!(store.replay().await.unwrap(), all[2..]);
	store.refuse(&[], 3).await.unwrap();
	assert_eq!(store.replay().await.unwrap(), []);
	// Even the same block once more, after yet another revert.
	store.revert(BlockNumber(1), 8, &[]).await.unwrap();
	let same = store.add_block(&block(2, &[3], 7)).await;
	assert!(matches!(same, Err(StoreError::Database(_))), "its hash is another one in practice");
}

#[tokio::test]
async fn stages_and_proofs_should_keep_what_came_first() {
	let (store, _folder) = store().await;
	let (one, hash) = (BlockNumber(1), block(1, &[], 0).hash);
	store.add_block(&block(1, &[], 0)).await.unwrap();
	for (chain, stage, at) in [
		(2, Stage::Committed, 5),
		(1, Stage::Committed, 6),
		(1, Stage::Committed, 7),
		(1, Stage::Proven, 8),
		(1, Stage::Certified, 9),
		(1, Stage::Executed, 10),
	] {
		store.note_stage(one, hash, ChainId(chain), stage, at).await.unwrap();
	}
	let all =
		StageTimes { committed: Some(6), proven: Some(8), certified: Some(9), executed: Some(10) };
	let some = StageTimes { committed: Some(5), ..Default::default() };
	let stages = store.stages(one, hash).await.unwrap();
	assert_eq!(stages, [(ChainId(1), all), (ChainId(2), some)]);
	assert_eq!(store.stages(one, [0; 32]).await.unwrap(), []);
	for (part, proof) in [
		(PartName::Join, 1u8),
		(PartName::Half(2), 2),
		(PartName::Half(1), 3),
		(PartName::Half(1), 4),
	] {
		store.add_proof(one, hash, part, &[proof; 192]).await.unwrap();
	}
	let proofs = store.proofs(one, hash).await.unwrap();
	let first: Vec<_> = proofs.iter().map(|(part, proof)| (*part, proof[0])).collect();
	assert_eq!(first, [(PartName::Half(1), 3), (PartName::Half(2), 2), (PartName::Join, 1)]);
	store.note_proofs(one, hash, 11).await.unwrap();
	store.note_proofs(one, hash, 12).await.unwrap();
	let block = store.block(one).await.unwrap().unwrap();
	assert_eq!(block.proofs_at, Some(11));
	let info = block.info(&stages);
	assert_eq!((info.number, info.operations, info.joint, info.built), (1, 9, 4, 1_001));
	assert_eq!((info.chains[0].times, info.chains[1].times, info.proofs), (all, some, Some(11)));
	assert_eq!((info.chains[0].slots, info.join_slots), (0, 0));
}

#[tokio::test]
async fn snapshots_should_be_few() {
	let (store, _folder) = store().await;
	for number in [3, 6, 9] {
		let number = BlockNumber(number);
		let states = vec![vec![number.0 as u8], vec![7; 1_000]];
		store.add_snapshot(&Snapshot { number, hash: [4; 32], states }, 2).await.unwrap();
	}
	assert_eq!(store.snapshots().await.unwrap(), [BlockNumber(9), BlockNumber(6)]);
	assert_eq!(store.snapshot(BlockNumber(3)).await.unwrap(), None);
	let found = store.snapshot(BlockNumber(6)).await.unwrap().unwrap();
	assert_eq!((found.hash, found.states), ([4; 32], vec![vec![6], vec![7; 1_000]]));
}

#[tokio::test]
async fn votes_should_have_places_that_rise() {
	let (store, folder) = store().await;
	let vote = |n: u8| VoteBytes {
		message: Bytes(vec![n; 165]),
		member: Hash32([n; 32]),
		signature: Bytes(vec![n; 64]),
	};
	for n in 1..6 {
		assert!(store.add_vote(&vote(n)).await.unwrap());
	}
	assert!(!store.add_vote(&vote(3)).await.unwrap());
	let some = store.votes(0, 2).await.unwrap();
	assert_eq!(some.votes, [vote(1), vote(2)]);
	let rest = store.votes(some.next, 10).await.unwrap();
	assert_eq!(rest.votes, [vote(3), vote(4), vote(5)]);
	assert_eq!(store.votes(rest.next, 10).await.unwrap().votes, []);
	store.prune_votes(2).await.unwrap();
	assert_eq!(store.votes(0, 10).await.unwrap().votes, [vote(4), vote(5)]);
	store.prune_votes(0).await.unwrap();
	drop(store);
	// A place is never given twice.
	let store = SqliteStore::open(folder.path()).await.unwrap();
	assert!(store.add_vote(&vote(6)).await.unwrap());
	assert_eq!(store.votes(rest.next, 10).await.unwrap().votes, [vote(6)]);
}

/// Oracles go on at the place that they have reached, whatever has become of the store there.
#[tokio::test]
async fn places_of_votes_should_begin_above_those_of_a_store_that_is_lost() {
	let vote = |n: u8| VoteBytes {
		message: Bytes(vec![n; 165]),
		member: Hash32([n; 32]),
		signature: Bytes(vec![n; 64]),
	};
	let (lost, _folder) = store().await;
	for n in 1..4 {
		assert!(lost.add_vote(&vote(n)).await.unwrap());
	}
	let reached = lost.votes(0, 10).await.unwrap().next;
	tokio::time::sleep(std::time::Duration::from_millis(20)).await;

	let (new, _folder) = store().await;
	assert!(new.add_vote(&vote(4)).await.unwrap());
	let found = new.votes(reached, 10).await.unwrap();
	assert_eq!(found.votes, [vote(4)]);
	// If a clock was put back, the answer says that the store is behind.
	let ahead = new.votes(found.next + 1_000, 10).await.unwrap();
	assert_eq!((ahead.votes, ahead.next), (vec![], found.next));
}

#[tokio::test]
async fn a_store_should_belong_to_one_network() {
	let (store, folder) = store().await;
	let ours = Identity { network: NetworkId(7), genesis: [1; 32] };
	store.claim(&ours).await.unwrap();
	store.claim(&ours).await.unwrap();
	drop(store);
	let store = SqliteStore::open(folder.path()).await.unwrap();
	for other in [Identity { network: NetworkId(8), ..ours }, Identity { genesis: [2; 32], ..ours }]
	{
		let error = store.claim(&other).await.unwrap_err();
		assert!(matches!(error, StoreError::OtherNetwork { .. }), "{error}");
		assert!(error.to_string().contains("use another folder"));
	}
	store.claim(&ours).await.unwrap();
}

#[tokio::test]
async fn a_folder_should_be_one_operators() {
	let (first, folder) = store().await;
	let error = SqliteStore::open(folder.path()).await.err().unwrap();
	assert!(matches!(&error, StoreError::Locked(path) if path == folder.path()), "{error}");
	drop(first);
	assert!(SqliteStore::open(folder.path()).await.is_ok());
}

#[tokio::test]
async fn a_folder_that_cannot_be_should_be_named() {
	let folder = tempfile::tempdir().unwrap();
	let file = folder.path().join("file");
	fs::write(&file, "no folder").unwrap();
	let error = SqliteStore::open(file.join("inner")).await.err().unwrap();
	assert!(matches!(error, StoreError::Folder { .. }), "{error}");
	fs::write(folder.path().join("operator.sqlite"), [7; 4_096]).unwrap();
	let error = SqliteStore::open(folder.path()).await.err().unwrap();
	assert!(matches!(error, StoreError::Database(_)), "{error}");
}

#[tokio::test]
async fn another_format_should_be_refused() {
	use sqlx::Connection;
	let (store, folder) = store().await;
	drop(store);
	let file = format!("sqlite://{}", folder.path().join("operator.sqlite").display());
	let mut connection = sqlx::SqliteConnection::connect(&file).await.unwrap();
	sqlx::query("UPDATE meta SET format = 2").execute(&mut connection).await.unwrap();
	connection.close().await.unwrap();
	let error = SqliteStore::open(folder.path()).await.err().unwrap();
	assert!(matches!(error, StoreError::Format { wanted: 1, found: 2 }), "{error}");
}
