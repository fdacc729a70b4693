// SPDX-License-Identifier: Apache-2.0

//! A call from the signer into a finalized block, on a chain whose runtime is later than this program.

use super::{LONG, Node, World, connected, later};
use crate::{Call, Chain, ChainError, Included, Signer};
use codec::Encode;
use serde_json::json;
use std::time::Duration;
use tokio::time::{sleep, timeout};

pub async fn world() -> (World, Node, Chain) {
	let (world, node, chain) = connected().await;
	world.answers("Metadata_metadata_at_version", Some(later::bytes()).encode());
	(world, node, chain)
}

pub fn alice() -> Signer {
	Signer::from_suri("//Alice").expect("a secret")
}

fn ended(extrinsic: u32, event: later::SystemEvent) -> later::EventRecord {
	later::EventRecord {
		phase: later::Phase::ApplyExtrinsic(extrinsic),
		event: later::Event::System(event),
		topics: vec![],
	}
}

#[tokio::test]
async fn a_call_should_be_followed_into_a_final_block_with_its_events() {
	let (world, _node, chain) = world().await;
	world.extend_by(1);
	let mut sent = chain.submit(&Call::EnterExodus, &alice()).await.expect("the pool takes it");
	let pool = world.pool();
	let success = later::SystemEvent::ExtrinsicSuccess { dispatch_info: 1 };
	let failure = later::SystemEvent::ExtrinsicFailed {
		dispatch_error: later::DispatchError::BadOrigin,
		dispatch_info: 1,
	};
	let events = vec![ended(0, failure), ended(1, success)].encode();
	let block = world.extend(&[b"other", &pool[0]], &events);
	world.tell(json!({ "inBlock": format!("0x{}", hex::encode(block.hash)) }));
	let Included { block: found, extrinsic, outcome, events } =
		sent.included(LONG).await.expect("it is in a block");
	assert_eq!((found, extrinsic, outcome, events.len()), (block, 1, Ok(()), 1));

	world.finalize(block.number);
	let finalized = tokio::spawn(async move { sent.finalized(LONG).await });
	let finalized = finalized.await.expect("no panic").expect("it is final");
	assert_eq!((finalized.block, finalized.success().is_ok()), (block, true));
}

#[tokio::test]
async fn a_call_that_fails_should_say_why() {
	let (world, _node, chain) = world().await;
	let mut sent = chain.submit(&Call::EnterExodus, &alice()).await.expect("the pool takes it");
	let error = later::ModuleError { index: 31, error: [1, 0, 0, 0] };
	let failure = later::SystemEvent::ExtrinsicFailed {
		dispatch_error: later::DispatchError::Module(error),
		dispatch_info: 1,
	};
	let block = world.extend(&[&world.pool()[0]], &vec![ended(0, failure)].encode());
	world.tell(json!({ "inBlock": format!("0x{}", hex::encode(block.hash)) }));
	// A service waits in a task of its own.
	let included = tokio::spawn(async move { sent.included(LONG).await });
	let included = included.await.expect("no panic").expect("it is in a block");
	let error = included.success().expect_err("it failed");
	assert!(error.is("Rollup", "TooEarly"), "{error:?}");
}

#[tokio::test]
async fn two_calls_at_once_should_not_take_the_same_nonce() {
	let (world, _node, chain) = world().await;
	let calls = (0..8).map(|_| {
		let chain = chain.clone();
		tokio::spawn(async move { chain.submit(&Call::EnterExodus, &alice()).await })
	});
	for call in calls.collect::<Vec<_>>() {
		timeout(LONG, call).await.expect("in time").expect("no panic").expect("the pool takes it");
	}
	// Length, version, address, account, kind and signature, era; then the nonce.
	let mut nonces: Vec<_> = world.pool().iter().map(|bytes| bytes[2 + 99 + 2] >> 2).collect();
	nonces.sort_unstable();
	assert_eq!(nonces, [0, 1, 2, 3, 4, 5, 6, 7]);
}

#[tokio::test]
async fn an_extrinsic_should_be_born_near_the_head_though_finality_is_behind() {
	let (world, _node, chain) = world().await;
	let era = |bytes: &[u8]| u16::from_le_bytes([bytes[2 + 99], bytes[2 + 100]]) >> 4;
	world.extend_by(20);
	world.finalize(10);
	chain.submit(&Call::EnterExodus, &alice()).await.expect("the pool takes it");
	world.extend_by(30);
	chain.submit(&Call::EnterExodus, &alice()).await.expect("the pool takes it");
	let births: Vec<_> = world.pool().iter().map(|bytes| era(bytes)).collect();
	assert_eq!(births, [10, 50 - 16], "finalized; then 16 before the best, as that is behind");
}

#[tokio::test]
async fn what_the_pool_refuses_should_be_rejected_with_its_reason() {
	let (world, _node, chain) = world().await;
	let cases = [
		(1010, "Invalid Transaction", "Transaction is outdated", true),
		(1010, "Invalid Transaction", "Inability to pay some fees", false),
		(1012, "Transaction is temporarily banned", "", false),
		(1013, "Transaction Already Imported", "", true),
		(1014, "Priority is too low", "", true),
		(1016, "Immediately Dropped", "the pool is full", false),
	];
	for (code, message, data, stale) in cases {
		world.refuse(Some((code, message, data)));
		let error = chain.submit(&Call::EnterExodus, &alice()).await.expect_err("refused");
		assert_eq!(error.is_stale(), stale, "{error}");
		let ChainError::Rejected { code: found, reason } = error else { panic!("{error:?}") };
		assert_eq!(found, code);
		assert!(reason.contains(message) && reason.contains(data), "{reason}");
	}
	// The signer can go on.
	world.refuse(None);
	assert!(chain.submit(&Call::EnterExodus, &alice()).await.is_ok());
}

#[tokio::test]
async fn a_call_that_the_runtime_does_not_know_should_not_be_sent() {
	let (world, _node, chain) = world().await;
	let error = chain.submit(&Call::Halt, &alice()).await.expect_err("there is no such call");
	assert!(matches!(error, ChainError::Encode { .. }), "{error:?}");
	assert!(world.pool().is_empty());
}

#[tokio::test]
async fn a_mute_node_should_not_hold_the_signer_for_ever() {
	let (world, _node, chain) = world().await;
	chain.best().await.expect("it answers").metadata().await.expect("the metadata is known");
	world.mute(true);
	let waiting = tokio::spawn({
		let chain = chain.clone();
		async move { chain.submit(&Call::EnterExodus, &alice()).await }
	});
	let error = timeout(LONG, waiting).await.expect("in time").expect("no panic");
	assert!(matches!(error, Err(ChainError::Unreachable { .. })), "{error:?}");
	world.mute(false);
	sleep(Duration::from_millis(50)).await;
	assert!(chain.submit(&Call::EnterExodus, &alice()).await.is_ok());
}
