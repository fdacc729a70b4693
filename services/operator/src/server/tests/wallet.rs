// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{
	store::Stage,
	testing::{ALPHA, BETA, Person, TIME, deposit, pool, transfer},
};
use ligature_operator_api::{
	Balance, Bytes, Decimal, Hash32, OperatorApiClient, Submission, TransactionState,
};
use ligature_primitives::{
	ids::{BlockNumber, PoolSlot, Side},
	priority::PriorityRequest,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_network_and_the_status_should_be_told() {
	let served = Served::of(World::with_deposits().await).await;
	let network = served.http.network().await.expect("it answers");
	assert_eq!(network.id, 7);
	let names: Vec<_> =
		network.chains.iter().map(|chain| (chain.id, chain.name.as_str())).collect();
	assert_eq!(names, [(1, "alpha"), (2, "beta")]);
	assert_eq!(network.chains[0].tokens[0].symbol, "LIG");
	assert!(network.now > 1_700_000_000);

	served.world.counters(0, [1, 1, 0, 0]);
	served.world.api.board.update(1, |state| {
		state.connected = false;
		state.queue.next = 3;
	});
	let status = served.http.status().await.expect("it answers");
	assert_eq!((status.built, status.revert_epoch, status.mempool), (1, 0, 0));
	assert_eq!(status.not_accepting, None);
	let [alpha, beta] = &status.chains[..] else { panic!("two chains") };
	assert_eq!((alpha.chain, alpha.committed, alpha.proven, alpha.certified), (1, 1, 1, 0));
	assert_eq!((alpha.best, alpha.finalized, alpha.connected), (12, 10, true));
	assert_eq!((beta.connected, beta.waiting_requests), (false, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_should_be_followed_from_the_mempool_to_its_execution() {
	let served = Served::of(World::with_deposits().await).await;
	let bytes: Bytes = transfer(Person(1), 0, 0, Person(2), 500).into();
	let hash = served.http.submit(bytes.clone()).await.expect("it is good");
	assert_eq!(served.http.submit(bytes.clone()).await.expect("no error"), hash);
	let info = served.http.transaction(hash).await.expect("it is known");
	assert_eq!(
		(info.bytes, &info.state, &info.stages[..]),
		(bytes, &TransactionState::Pending, &[][..])
	);
	let account = served.http.account(1, 0).await.expect("it answers").expect("there is one");
	assert_eq!((account.nonce, account.next_nonce), (0, 1));
	assert_eq!(served.http.status().await.expect("it answers").mempool, 1);

	let built = served.world.build().await;
	let info = served.http.transaction(hash).await.expect("it is known");
	let TransactionState::InBlock { block: 2, receipt, .. } = &info.state else {
		panic!("{info:?}")
	};
	assert!(receipt.iter().any(|change| change.account == 0
		&& (change.before, change.after) == (Decimal(1_000_000), Decimal(999_500))));
	assert!(receipt.iter().any(|change| change.account == 1
		&& (change.before, change.after) == (Decimal(1_000_000), Decimal(1_000_500))));
	assert_eq!(info.stages.len(), 2);
	assert!(info.stages.iter().all(|(_, times)| times.committed.is_none()));

	let store = &served.world.api.store;
	let stages = [Stage::Committed, Stage::Proven, Stage::Certified, Stage::Executed];
	for (at, stage) in (5..).zip(stages) {
		store.note_stage(BlockNumber(2), built.hash, ALPHA, stage, at).await.expect("a database");
	}
	let info = served.http.transaction(hash).await.expect("it is known");
	let alpha = info.stages[0].1;
	let times = [alpha.committed, alpha.proven, alpha.certified, alpha.executed];
	assert_eq!(times, [Some(5), Some(6), Some(7), Some(8)]);
	let block = served.http.block(2).await.expect("it is there");
	assert_eq!(block.chains[0].times, alpha);
	assert_eq!(block.transactions, [hash]);
	assert_eq!((block.number, block.hash, block.timestamp), (2, built.hash.into(), TIME));
	assert_eq!((block.operations, block.joint, block.join_slots), (1, 0, 0));
	assert_eq!((block.chains[0].slots, block.chains[1].slots), (8, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_should_be_listed_from_the_newest() {
	let served = Served::of(World::with_deposits().await).await;
	for index in 2..5 {
		let request = deposit(Person(3), 0, 1);
		served.world.requests(ALPHA, index, &[request]).await;
		served.world.build().await;
	}
	let numbers = async |before, limit| {
		let blocks = served.http.blocks(before, limit).await.expect("it answers");
		blocks.into_iter().map(|block| block.number).collect::<Vec<_>>()
	};
	assert_eq!(numbers(None, 10).await, [4, 3, 2, 1]);
	assert_eq!(numbers(Some(3), 1).await, [2]);
	assert_eq!(numbers(Some(1), 10).await, [0u64; 0]);
	assert_eq!(numbers(None, 0).await, [0u64; 0]);
	assert_eq!(numbers(Some(u64::MAX), u32::MAX).await, [4, 3, 2, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_should_be_found_by_owner_and_by_place() {
	let world = World::with_deposits().await;
	world.requests(BETA, 0, &[deposit(Person(1), 3, 77)]).await;
	world.build().await;
	let served = Served::of(world).await;
	let accounts = served.http.accounts(Person(1).owner().into()).await.expect("it answers");
	let found: Vec<_> = accounts.iter().map(|account| (account.chain, account.index)).collect();
	assert_eq!(found, [(1, 0), (2, 0)]);
	assert_eq!(accounts[1].balances, [Balance { token: 3, amount: Decimal(77) }]);
	assert!(accounts[0].has_key && accounts[0].key != Hash32::default());
	assert_eq!(served.http.accounts(Hash32([9; 32])).await.expect("it answers"), []);
	assert_eq!(served.http.account(1, 5).await.expect("it answers"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_should_be_answered_in_its_order() {
	let served = Served::of(World::with_deposits().await).await;
	let good = |nonce| Bytes(transfer(Person(1), 0, nonce, Person(2), 5));
	let batch = vec![
		good(0),
		Bytes(vec![1, 2, 3]),
		good(1),
		Bytes(transfer(Person(2), 0, 2, Person(1), 5)),
		good(2),
	];
	let answers = served.http.submit_batch(batch).await.expect("it answers");
	let names: Vec<_> = answers
		.iter()
		.map(|answer| match answer {
			Submission::Accepted { .. } => "accepted",
			Submission::Refused { name, .. } => name,
		})
		.collect();
	assert_eq!(names, ["accepted", "UnknownKind", "accepted", "WrongKey", "accepted"]);
	assert_eq!(served.http.submit_batch(Vec::new()).await.expect("it answers"), []);
	let built = served.world.build().await;
	assert_eq!(built.transactions, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_batch_should_be_checked_and_taken() {
	let served = Served::of(World::with_deposits().await).await;
	let mut batch: Vec<_> =
		(0..100).map(|nonce| transfer(Person(1), 0, nonce, Person(2), 5)).collect();
	batch.extend((0..100).map(|nonce| transfer(Person(2), 1, nonce, Person(1), 5)));
	let batch = batch.into_iter().map(Bytes).collect();
	let answers = served.http.submit_batch(batch).await.expect("it answers");
	let accepted = answers.iter().filter(|answer| matches!(answer, Submission::Accepted { .. }));
	assert_eq!(accepted.count(), 200);
	assert_eq!(served.http.status().await.expect("it answers").mempool, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn pools_quotes_and_fees_should_be_told() {
	let world = World::with_deposits().await;
	let side = |side| PriorityRequest::CreatePool { slot: PoolSlot(0), side, params: pool() };
	world.requests(ALPHA, 2, &[side(Side::Zero)]).await;
	world.requests(BETA, 0, &[side(Side::One)]).await;
	world.build().await;
	let served = Served::of(world).await;
	let pools = served.http.pools().await.expect("it answers");
	assert_eq!(pools.len(), 1);
	let params = Decimal(pool().pack().into());
	assert_eq!((pools[0].params, pools[0].slot, pools[0].complete), (params, 0, true));
	let empty = served.http.quote(params, 0, Decimal(100)).await;
	assert_eq!(refusal(empty).1, "PoolEmpty");
	assert_eq!(refusal(served.http.quote(params, 2, Decimal(1)).await).1, "BadDirection");
	let fee = served.http.fee("transfer".into(), 1, 0).await.expect("it answers");
	assert_eq!((fee.chain, fee.token, fee.least), (1, 0, Decimal(0)));
}
