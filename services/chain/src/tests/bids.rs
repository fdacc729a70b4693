// SPDX-License-Identifier: Apache-2.0

//! Tips, and calls that take the place of others.

use super::sending::{alice, world};
use crate::{Bid, Call, Chain, ChainError, Sent};
use codec::{Compact, Decode};
use serde_json::json;

/// Nonce and tip of an extrinsic of the pool. Before them: length, version, address, account, kind and signature, era.
fn offered(extrinsic: &[u8]) -> (u64, u128) {
	let mut rest = &extrinsic[2 + 99 + 2..];
	let nonce = Compact::<u64>::decode(&mut rest).expect("a nonce").0;
	(nonce, Compact::<u128>::decode(&mut rest).expect("a tip").0)
}

async fn send(chain: &Chain, tip: u128, replaces: Option<u64>) -> Result<Sent, ChainError> {
	chain.submit_with(&Call::EnterExodus, &alice(), Bid { tip, replaces }).await
}

#[tokio::test]
async fn a_call_should_carry_its_tip_and_the_nonce_of_the_one_it_replaces() {
	let (world, _node, chain) = world().await;
	let first = chain.submit(&Call::EnterExodus, &alice()).await.expect("the pool takes it");
	let tipped = send(&chain, 7, None).await.expect("the pool takes it");
	let high = u128::from(u64::MAX) + 1;
	let again = send(&chain, high, Some(first.place().nonce)).await.expect("the pool takes it");
	let pool: Vec<_> = world.pool().iter().map(|extrinsic| offered(extrinsic)).collect();
	assert_eq!(pool, [(0, 0), (1, 7), (0, high)]);
	let nonces = [&first, &tipped, &again].map(|sent| sent.place().nonce);
	assert_eq!(nonces, [0, 1, 0]);
	assert_ne!(first.hash(), again.hash());
	assert_eq!(again.place().hash, again.hash());
}

#[tokio::test]
async fn a_gap_before_the_place_should_be_filled_first() {
	let (world, _node, chain) = world().await;
	send(&chain, 0, None).await.expect("the pool takes it");
	// The pool has let go those between.
	let sent = send(&chain, 9, Some(5)).await.expect("the pool takes it");
	assert_eq!((sent.place().nonce, offered(&world.pool()[1])), (1, (1, 9)));
}

#[tokio::test]
async fn what_was_replaced_should_say_by_what_unless_a_block_has_it() {
	let (world, _node, chain) = world().await;
	let mut first = send(&chain, 0, None).await.expect("the pool takes it");
	let second = send(&chain, 1, Some(0)).await.expect("the pool takes it");
	let by = format!("0x{}", hex::encode(second.hash()));
	// Only the first one waits for what the pool tells.
	drop(second);
	let waiting = tokio::spawn(async move { (first.find().await, first) });
	world.tell(json!({ "usurped": by }));
	let (found, first) = waiting.await.expect("no panic");
	let error = found.expect_err("no block has it");
	assert!(matches!(&error, ChainError::Replaced { by: other, .. } if *other == by), "{error:?}");
	assert!(error.to_string().contains(&hex::encode(first.hash())), "{error}");

	// The author of a block was faster.
	let mut third = send(&chain, 2, None).await.expect("the pool takes it");
	let block = world.extend(&[&world.pool()[2]], &[]);
	world.tell(json!({ "usurped": by }));
	assert_eq!(third.find().await, Ok((block, 0)));
}

#[tokio::test]
async fn a_bid_that_is_too_low_should_be_told_from_a_nonce_that_is_spent() {
	let (world, _node, chain) = world().await;
	let first = send(&chain, 5, None).await.expect("the pool takes it");
	for (code, message, data, spent) in [
		(1014, "Priority is too low: (30 vs 30)", "The transaction has too low priority", false),
		(1010, "Invalid Transaction", "Transaction is outdated", true),
	] {
		world.refuse(Some((code, message, data)));
		let error = send(&chain, 5, Some(first.place().nonce)).await.expect_err("refused");
		assert!(error.is_stale(), "{error}");
		assert_eq!(error.is_spent(), spent, "{error}");
	}
	world.refuse(None);
	let next = send(&chain, 6, None).await.expect("the signer can go on");
	assert_eq!((next.place().nonce, world.pool().len()), (1, 2));
}
