// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{
	notice::Notice,
	store::Stage,
	testing::{ALPHA, BETA, Person, deposit, transfer},
};
use jsonrpsee::core::client::Subscription;
use ligature_operator_api::{
	OperatorApiClient, TransactionHash, TransactionInfo, TransactionState, code,
};
use ligature_primitives::{ids::BlockNumber, poseidon::Word};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(20);

async fn next<T: DeserializeOwned>(subscription: &mut Subscription<T>) -> T {
	let next = timeout(SOON, subscription.next()).await.expect("it comes soon");
	next.expect("it goes on").expect("it is readable")
}

async fn reached(
	world: &World,
	number: u64,
	chain: ligature_primitives::ids::ChainId,
	stage: Stage,
) {
	let block = world.api.store.block(BlockNumber(number)).await.expect("a database");
	let hash = block.expect("it is there").hash;
	world
		.api
		.store
		.note_stage(BlockNumber(number), hash, chain, stage, 9)
		.await
		.expect("a database");
	world.api.notices.tell(Notice::Block(BlockNumber(number)));
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_should_be_told_when_they_are_built_and_when_they_come_further() {
	let served = Served::of(World::with_deposits().await).await;
	let client = served.ws().await;
	let mut blocks = client.subscribe_blocks().await.expect("it is taken");
	served.world.requests(ALPHA, 2, &[deposit(Person(3), 0, 1)]).await;
	served.world.build().await;
	let block = next(&mut blocks).await;
	assert_eq!((block.number, block.chains[0].times.committed), (2, None));
	reached(&served.world, 2, ALPHA, Stage::Committed).await;
	let block = next(&mut blocks).await;
	assert_eq!((block.number, block.chains[0].times.committed), (2, Some(9)));
	// A block that is taken back is told no more, and does not end it.
	served.world.api.engine.revert(BlockNumber(1), 1).await.expect("it goes back");
	served.world.api.notices.tell(Notice::Block(BlockNumber(2)));
	let built = served.world.build().await;
	let block = next(&mut blocks).await;
	assert_eq!((block.number, block.hash), (2, built.hash.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_should_be_told_until_it_is_executed() {
	let served = Served::of(World::with_deposits().await).await;
	let bytes = transfer(Person(1), 0, 0, Person(2), 500);
	let hash = served.http.submit(bytes.into()).await.expect("it is good");
	let client = served.ws().await;
	let mut told = client.subscribe_transaction(hash).await.expect("it is taken");
	let info: TransactionInfo = next(&mut told).await;
	assert_eq!(info.state, TransactionState::Pending);
	served.world.build().await;
	let info: TransactionInfo = next(&mut told).await;
	assert!(matches!(info.state, TransactionState::InBlock { block: 2, .. }), "{info:?}");
	for stage in [Stage::Committed, Stage::Proven, Stage::Certified] {
		reached(&served.world, 2, ALPHA, stage).await;
		next(&mut told).await;
	}
	// It touches the first chain only: what the other does is told, and not waited for.
	reached(&served.world, 2, BETA, Stage::Committed).await;
	let info: TransactionInfo = next(&mut told).await;
	assert_eq!(info.stages[1].1.committed, Some(9));
	reached(&served.world, 2, ALPHA, Stage::Executed).await;
	let info: TransactionInfo = next(&mut told).await;
	assert_eq!(info.stages[0].1.executed, Some(9));
	let end = timeout(SOON, told.next()).await.expect("it ends soon");
	assert!(end.is_none(), "{end:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_taken_back_should_wait_again() {
	let served = Served::of(World::with_deposits().await).await;
	let bytes = transfer(Person(1), 0, 0, Person(2), 500);
	let hash = served.http.submit(bytes.into()).await.expect("it is good");
	served.world.build().await;
	let client = served.ws().await;
	let mut told = client.subscribe_transaction(hash).await.expect("it is taken");
	let info: TransactionInfo = next(&mut told).await;
	assert!(matches!(info.state, TransactionState::InBlock { block: 2, .. }), "{info:?}");
	served.world.api.engine.revert(BlockNumber(1), 1).await.expect("it goes back");
	let info: TransactionInfo = next(&mut told).await;
	assert_eq!((info.state, info.stages), (TransactionState::Pending, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_transaction_should_not_be_followed() {
	let served = Served::of(World::with_deposits().await).await;
	let client = served.ws().await;
	let outcome = client.subscribe_transaction(TransactionHash(Word::from(1))).await;
	assert_eq!(refusal(outcome), (code::NOT_FOUND, "NotFound".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_should_end_when_the_server_does() {
	let served = Served::of(World::with_deposits().await).await;
	let client = served.ws().await;
	let mut blocks = client.subscribe_blocks().await.expect("it is taken");
	timeout(SOON, served.listening.clone().stop()).await.expect("it stops soon");
	let end = timeout(SOON, blocks.next()).await.expect("it ends soon");
	assert!(end.is_none_or(|last| last.is_err()));
	assert!(served.http.status().await.is_err(), "nobody listens any more");
}
